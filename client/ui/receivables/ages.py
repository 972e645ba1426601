"""The strip of ages: each amount with its share as a bar; a click opens the orders behind it."""

from collections.abc import Mapping
from decimal import Decimal

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from client.data import formats
from client.data.money.receivables import AGES
from client.i18n import _
from client.ui.kit import paint as kit_paint
from client.ui.theme import TOKENS, font, theme

EDGE, HEIGHT, BAR = 12, 66, 6
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class _Cell(QAbstractButton):
    """Caption, amount, bar. The share is 0 to 1; None where there is none to show."""

    def __init__(self, key: str, caption: str) -> None:
        super().__init__()
        self.key, self._value = key, Decimal(0)
        self._share: float | None = None
        self.setText(caption)
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def show_amount(self, value: Decimal, share: float | None) -> None:
        self._value, self._share = value, share
        self.setAccessibleName(f"{self.text()} {formats.money(value)}")
        self.update()

    def sizeHint(self) -> QSize:
        figure = QFontMetrics(font(TOKENS["font_pt"]["figure"]))
        wide = figure.horizontalAdvance(formats.money(self._value))
        return QSize(max(wide, self.fontMetrics().horizontalAdvance(self.text())) + 24, HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER:
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look = QPainter(self), theme()
        inner = self.rect().adjusted(EDGE, 6, -EDGE, -8)
        if self.isEnabled() and (self.underMouse() or self.isDown()):
            painter.fillRect(self.rect(), look.color("hover"))
        painter.setFont(font())
        painter.setPen(look.color("text2"))
        metrics = painter.fontMetrics()
        caption = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(QRect(inner.x(), inner.y(), inner.width(), 16), kit_paint.MIDDLE, caption)
        share = f"{self._share:.0%}" if self._share else ""
        room = inner.width() - metrics.horizontalAdvance(caption) - 8
        if share and metrics.horizontalAdvance(share) <= room:
            right = Qt.AlignmentFlag.AlignRight | kit_paint.MIDDLE
            painter.setPen(look.color("ghost"))
            painter.drawText(QRect(inner.x(), inner.y(), inner.width(), 16), right, share)
        painter.setPen(look.color("red" if self._value < 0 else "text" if self._value else "ghost"))
        text = formats.money(self._value).replace("-", "\N{MINUS SIGN}")
        place = QRect(inner.x(), inner.y() + 17, inner.width(), 20)
        large = font(TOKENS["font_pt"]["figure"])
        fits = QFontMetrics(large).horizontalAdvance(text) <= place.width()
        painter.setFont(large if fits else font())  # a figure that is cut off is a wrong one
        painter.drawText(place, kit_paint.MIDDLE, text)
        self._paint_bar(painter, inner)
        if self.hasFocus():
            kit_paint.ring(painter, self.rect().adjusted(2, 2, -2, -2), look.color("accent"))

    def _paint_bar(self, painter: QPainter, inner: QRect) -> None:
        if self._share is None:
            return
        look, y = theme(), inner.bottom() - BAR + 1
        painter.fillRect(inner.x(), y, inner.width(), BAR, look.color("neutral_soft"))
        wide = round(inner.width() * min(max(self._share, 0), 1))
        if self._share > 0:
            painter.fillRect(inner.x(), y, max(wide, 2), BAR, look.color("bar"))


class AgeStrip(QWidget):
    """`opened` tells the age whose orders are asked for, an empty one for all."""

    opened = Signal(str)

    def __init__(self, opens: bool = True) -> None:
        super().__init__()
        cells = [("outstanding", _("Outstanding"))]
        cells += [(age.key, _(age.label)) for age in AGES]
        cells += [("advance", _("Advance"))]
        self.cells = {key: _Cell(key, caption) for key, caption in cells}
        for key, cell in self.cells.items():
            # What was paid ahead is behind no order.
            cell.setEnabled(opens and key != "advance")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for place, cell in enumerate(self.cells.values()):
            if place:
                row.addWidget(_Tick())
            row.addWidget(cell, 1)
            cell.clicked.connect(self._clicked)

    def show_totals(self, totals: Mapping[str, Decimal]) -> None:
        """The amounts by age, `outstanding` and `advance`; each age also as a share."""
        whole = totals["outstanding"]
        for key, cell in self.cells.items():
            value, share = totals[key], None
            if key not in ("outstanding", "advance") and whole > 0:
                share = float(value / whole)
            cell.show_amount(value, share)

    def _clicked(self) -> None:
        cell = self.sender()
        if isinstance(cell, _Cell):
            self.opened.emit("" if cell.key == "outstanding" else cell.key)


class _Tick(QWidget):
    """A short upright line between two cells."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(1, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(0, 10, 1, HEIGHT - 20, theme().color("line"))
