"""The orders behind a figure of the receivables, in a panel under them."""

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from client.data import formats
from client.data.money.receivables import Behind
from client.i18n import N_, _, plural
from client.ui.kit import IconButton, Label, bar
from client.ui.kit.labels import ElidedLabel
from client.ui.tables.columns import Column
from client.ui.tables.in_place import show_in_place
from client.ui.tables.rows import rows_table
from client.ui.tables.totals import Totals

LEAST_HEIGHT = 150


def columns() -> list[Column]:
    return [
        Column("number", _("Order number"), 130, "code"),
        Column("customer", _("Customer"), 160, "name", stretch=True),
        Column("order_date", _("Order date"), 92, "code", drop=2),
        Column("due_on", _("Payment due"), 92, "code"),
        Column("days", _("Days overdue"), 96, "integer"),
        Column("total", _("Total"), 112, "money", drop=1),
        Column("received", _("Received"), 112, "money", drop=1),
        Column("outstanding", _("Outstanding"), 112, "money"),
    ]


class OrdersBehind(QWidget):
    """`opened` tells the id of an order, `closed` that the panel is not wanted any more."""

    opened = Signal(int)
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.table, self.model = rows_table(columns(), _value)
        self.totals = Totals(self.table)
        self.title = ElidedLabel("", "text")
        self.note = Label("", "text2")
        close = IconButton("x", _("Close (Esc)"))
        close.clicked.connect(self.closed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar(self.title, 8, self.note, None, close))
        column.addWidget(self.table, 1)
        column.addWidget(self.totals)
        self.setMinimumHeight(LEAST_HEIGHT)
        self.table.setAccessibleName(_("Sales orders"))
        self.table.opened.connect(self._open)

    def show_orders(self, title: str, found: Behind) -> None:
        """These orders, due longest first; the sum is that of all, shown or not."""
        self.title.setText(title)
        shown, many = len(found.orders), f"{found.many:,}"
        note = _("Enter opens an order")
        if shown < found.many:
            note = _("the {n} due longest of {many}").format(n=f"{shown:,}", many=many)
        self.note.setText(note)
        here = show_in_place(self.table, self.model, found.orders, lambda order: order.id)
        if found.orders and not here:
            self.table.setCurrentIndex(self.model.index(0, 0))
        left = plural(found.many, N_("{n} order"), N_("{n} orders"))
        self.totals.set(f"Σ {left}", {"outstanding": formats.money(found.outstanding)})

    def focus(self) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def _open(self, row: int) -> None:
        self.opened.emit(self.model.rows[row].id)


def _value(order: Any, key: str) -> Any:
    """Days overdue are blank while an order is not due."""
    value = getattr(order, key)
    return None if key == "days" and value < 1 else value
