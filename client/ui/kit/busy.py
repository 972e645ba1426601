"""The thin bar at a panel's top edge while something takes noticeably long."""

from PySide6.QtCore import QEvent, QObject, QRect, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from client.i18n import _
from client.ui.kit import paint as kit_paint
from client.ui.kit.buttons import Button
from client.ui.kit.labels import Label
from client.ui.theme import theme

SHOW_AFTER_MS, EXPLAIN_AFTER_MS, STEP_MS = 150, 2000, 40
THIN, TALL = 3, 33


class BusyBar(QWidget):
    """Lies over the top edge of `parent` and moves nothing there.

    Shown 150 ms after `start()`; after 2 s it says what is done, with Cancel.
    """

    cancelled = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._panel = parent
        self._place, self._done, self._total = 0, 0, 0
        self._label = Label(_("Working…"))
        self._cancel = Button(_("Cancel"))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, THIN + 2, 8, 2)
        row.addWidget(self._label)
        row.addStretch(1)
        row.addWidget(self._cancel)
        self._appear = self._timer(SHOW_AFTER_MS, self._show_thin)
        self._explain = self._timer(EXPLAIN_AFTER_MS, self._show_tall)
        self._steps = self._timer(STEP_MS, self._step)
        self._steps.setSingleShot(False)
        self._cancel.clicked.connect(self._cancel_clicked)
        self.setAccessibleName(_("Working…"))
        parent.installEventFilter(self)
        self.hide()

    def start(self, text: str = "") -> None:
        self._done = self._total = self._place = 0
        self._label.setText(text or _("Working…"))
        self._appear.start()
        self._explain.start()

    def stop(self) -> None:
        for timer in (self._appear, self._explain, self._steps):
            timer.stop()
        self.hide()

    def progress(self, done: int, total: int, text: str = "") -> None:
        """How much is done; a total of 0 means nobody knows."""
        self._done, self._total = done, total
        if text:
            self._label.setText(text)
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._lay(self.height())
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look, width = QPainter(self), theme(), self.width()
        painter.fillRect(self.rect(), look.color("panel"))
        painter.fillRect(0, 0, width, THIN, look.color("neutral_soft"))
        if self._total:
            part = QRect(0, 0, width * self._done // self._total, THIN)
        else:
            part = QRect(self._place * (width + 160) // 100 - 160, 0, 160, THIN)
        painter.fillRect(part, look.color("accent"))
        if self.height() > THIN:
            kit_paint.hair(painter, self.rect(), look.color("line"))

    def _timer(self, milliseconds: int, slot: object) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(slot)
        return timer

    def _show_thin(self) -> None:
        self._label.hide()
        self._cancel.hide()
        self._lay(THIN)
        self._steps.start()

    def _show_tall(self) -> None:
        self._label.show()
        self._cancel.show()
        self._lay(TALL)

    def _lay(self, height: int) -> None:
        self.setGeometry(0, 0, self._panel.width(), height)
        self.show()
        self.raise_()

    def _step(self) -> None:
        self._place = (self._place + 2) % 100
        self.update(0, 0, self.width(), THIN)

    def _cancel_clicked(self) -> None:
        self.stop()
        self.cancelled.emit()
