"""The orders of a customer as a table in which money is allocated to them.

The rules are in `money.allocation`; here they meet Qt's roles and signals.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from PySide6.QtCore import Signal

from client.data.money import allocation
from client.data.money.allocation import ZERO, OpenOrder, Parts
from client.data.parsing import BadValue
from client.i18n import N_
from client.ui.tables.columns import Column, declared
from client.ui.tables.model import CellModel

COLUMNS: tuple[tuple[str, str, str, int], ...] = (  # key, title, kind, width
    ("number", N_("Order number"), "code", 130),
    ("order_date", N_("Order date"), "code", 96),
    ("due_date", N_("Payment due"), "code", 96),
    ("remarks", N_("Remarks"), "text2", 80),
    ("total", N_("Total"), "money", 116),
    ("outstanding", N_("Outstanding"), "money", 116),
    ("part", N_("This receipt"), "money", 126),
    ("left", N_("Still open"), "money", 116),
)
DROPPED = ("left", "remarks", "order_date", "total")  # the last goes first


def columns() -> list[Column]:
    """The columns of the grid, titled in the language in use."""
    return declared(COLUMNS, stretch=("remarks",), typed=("part",), dropped=DROPPED)


class PartsModel(CellModel):
    """`edited` when the operator changed what an order gets, `shown` when anything differs."""

    edited = Signal()
    shown = Signal()

    def __init__(self) -> None:
        super().__init__(columns())
        self.orders: list[OpenOrder] = []
        self.parts: Parts = {}
        self.texts: dict[int, str] = {}  # what could not be read, by the order's id

    # Load

    def show_orders(self, orders: Sequence[OpenOrder]) -> bool:
        """Show these orders; what each gets stays. Tells whether rows came or went."""
        moved = [order.id for order in orders] != [order.id for order in self.orders]
        if moved:
            self.beginResetModel()
        self.orders = list(orders)
        if moved:
            self.endResetModel()
        self._tell()
        return moved

    def show_parts(self, parts: Mapping[int, Decimal], texts: Mapping[int, str]) -> None:
        """Give the orders what `parts` say instead."""
        self.parts, self.texts = dict(parts), dict(texts)
        self._tell()

    def set_editable(self, editable: bool) -> None:
        self.editable = editable
        self._tell()

    # What the clerk does

    def type_texts(self, texts: Mapping[tuple[int, str], str]) -> None:
        """Take texts for orders; what cannot be read is kept as typed."""
        before = dict(self.parts), dict(self.texts)
        for (row, _part), text in texts.items():
            number = self.orders[row].id
            self.texts.pop(number, None)
            self.parts.pop(number, None)
            try:
                if value := allocation.parse_amount(text):
                    self.parts[number] = value
            except BadValue:
                self.texts[number] = text
        if (self.parts, self.texts) != before:
            self._tell()
            self.edited.emit()

    def give(self, row: int, part: Decimal) -> None:
        """Let an order get `part`."""
        self.type_text(row, "part", str(part) if part else "")

    def entries(self) -> list[dict[str, Any]]:
        """What each order gets, with what a row needs to be shown again."""
        return [
            {
                "order_id": order.id,
                "order_number": order.number,
                "order_date": order.order_date,
                "due_date": order.due_date,
                "order_total": order.total,
                "order_outstanding": order.outstanding,
                "amount": self.parts[order.id],
            }
            for order in self.orders
            if self.parts.get(order.id)
        ]

    # What the cells hold

    def length(self) -> int:
        return len(self.orders)

    def value(self, row: int, key: str) -> Any:
        order = self.orders[row]
        if key == "part":
            return self.parts.get(order.id)
        if key == "left":
            return max(order.outstanding - self.parts.get(order.id, ZERO), ZERO)
        return getattr(order, key)

    def unread(self, row: int, key: str) -> str | None:
        return self.texts.get(self.orders[row].id) if key == "part" else None

    def wrong(self, row: int, key: str) -> str:
        if (unread := self.unread(row, key)) is not None:
            try:
                allocation.parse_amount(unread)
            except BadValue as error:
                return str(error)
        if key != "part" or not self.editable:
            return ""
        order = self.orders[row]
        return allocation.too_much(order, self.parts.get(order.id, ZERO))

    def _tell(self) -> None:
        self.tell()
        self.shown.emit()
