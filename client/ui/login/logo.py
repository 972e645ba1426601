"""The program's mark and name, painted, so that it is sharp at every scale."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from client.i18n import _
from client.ui.kit.labels import Label
from client.ui.theme import font, theme

MARK = 40
SIGN = "客"


def paint_mark(painter: QPainter, side: int) -> None:
    """The square mark, `side` pixels wide."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().color("accent_fill"))
    painter.drawRoundedRect(QRectF(0, 0, side, side), side * 0.2, side * 0.2)
    drawn = font()
    drawn.setPixelSize(round(side * 0.5))
    painter.setFont(drawn)
    painter.setPen(theme().color("on_accent"))
    painter.drawText(QRectF(0, 0, side, side), Qt.AlignmentFlag.AlignCenter, SIGN)


def window_icon() -> QIcon:
    """The mark for title bar and task bar."""
    made = QIcon()
    for side in (16, 24, 32, 48, 64, 128, 256):
        pixmap = QPixmap(side, side)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        paint_mark(painter, side)
        painter.end()
        made.addPixmap(pixmap)
    return made


class _Mark(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(MARK, MARK)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_mark(QPainter(self), MARK)


class Logo(QWidget):
    """Mark, name, and what the program is for."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Label("Kehu", "text", 17))
        words.addWidget(Label(_("Customers and sales"), "text2"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(_Mark())
        row.addLayout(words)
        row.addStretch(1)
