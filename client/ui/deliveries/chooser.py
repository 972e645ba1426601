"""Chooses the order of a new delivery, among those from which something can still be sent."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from client.context import Context
from client.data.deliveries import store
from client.i18n import _
from client.model import SalesOrder
from client.ui.grids.grid import Grid
from client.ui.kit import Label, bar, hline
from client.ui.theme import TOKENS, icon

TYPING_MS = 160


class OrderChooser(QWidget):
    """What is typed narrows the list, Enter takes the first or the current; `chosen` tells it."""

    chosen = Signal(int)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setProperty("kind", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.text = QLineEdit()
        self.text.setPlaceholderText(_("Number or customer of an order…"))
        self.text.setAccessibleName(_("Search"))
        self.text.addAction(icon("magnifying-glass"), QLineEdit.ActionPosition.LeadingPosition)
        self.text.setMaximumWidth(420)
        self.grid = Grid(
            context,
            SalesOrder,
            [store.open_orders()],
            names=("number", "customer_id", "order_date", "delivery_date", "status", "total"),
            key="choose/to_send",
            bare=True,
        )
        self.grid.nothing = _("No order has anything left to send.")
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self._narrow)
        self._hurried = False
        self.grid.reader.finished.connect(self._take_first)
        self.text.textEdited.connect(self._typed)
        self.text.returnPressed.connect(self._take)
        self.grid.opened.connect(self.chosen)
        top = QHBoxLayout()
        top.setContentsMargins(12, 8, 12, 8)
        top.setSpacing(12)
        top.addWidget(Label(_("Which order is to be sent?"), "text", TOKENS["font_pt"]["heading"]))
        top.addWidget(self.text, 1)
        top.addStretch(1)
        hint = Label(_("Enter chooses · ↓ into the list · Esc back"), "ghost")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(hline())
        column.addWidget(self.grid, 1)
        column.addWidget(bar(None, hint, kind="list_foot"))
        self.setFocusProxy(self.text)

    def begin(self) -> None:
        """Show what is open now."""
        self.grid.apply_filters()
        self.text.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.text.hasFocus():
            self.grid.table.setFocus()
        else:
            super().keyPressEvent(event)

    def _typed(self) -> None:
        self._hurried = False
        self._typing.start()

    def _narrow(self) -> None:
        self._typing.stop()
        self.grid.search(self.text.text())

    def _take(self) -> None:
        """Take the first; where Enter came before the matches did, once they are there."""
        self._hurried = True
        if self._typing.isActive():
            self._narrow()
        else:
            self._take_first()

    def _take_first(self) -> None:
        if not self.grid.reader.complete:
            return  # what is shown does not fit what was typed yet
        number = self.grid.current_id() or self.grid.model.id_at(0)
        if self._hurried and number is not None and self.isVisible():
            self.chosen.emit(number)
        self._hurried = False
