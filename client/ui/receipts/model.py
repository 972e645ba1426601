"""The orders of a customer as a table in which money is allocated to them.

The rules are in `money.allocation`; here they meet Qt's roles and signals.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from client.data import formats
from client.data.money import allocation
from client.data.money.allocation import ZERO, OpenOrder, Parts
from client.data.parsing import BadValue
from client.i18n import N_, _
from client.ui.tables.columns import Column
from client.ui.tables.delegate import CELL
from client.ui.tables.marking import WRONG

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()

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
KEYS = tuple(key for key, _title, _kind, _width in COLUMNS)
PART = KEYS.index("part")
DROPPED = ("left", "remarks", "order_date", "total")  # the last goes first


def columns() -> list[Column]:
    """The columns of the grid, titled in the language in use."""
    found = []
    for key, title, kind, width in COLUMNS:
        column = Column(key, _(title), width, kind, stretch=key == "remarks")
        column.editable = key == "part"
        column.drop = DROPPED.index(key) + 1 if key in DROPPED else 0
        found.append(column)
    return found


class PartsModel(QAbstractTableModel):
    """`edited` when the operator changed what an order gets, `shown` when anything differs."""

    edited = Signal()
    shown = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.orders: list[OpenOrder] = []
        self.parts: Parts = {}
        self.texts: dict[int, str] = {}  # what could not be read, by the order's id
        self.editable = False

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

    def type_text(self, row: int, text: str) -> None:
        """Take `text` for an order; what cannot be read is kept as typed."""
        number = self.orders[row].id
        before = self.parts.get(number), self.texts.get(number)
        self.texts.pop(number, None)
        self.parts.pop(number, None)
        try:
            if value := allocation.parse_amount(text):
                self.parts[number] = value
        except BadValue:
            self.texts[number] = text
        if (self.parts.get(number), self.texts.get(number)) != before:
            self._tell()
            self.edited.emit()

    def give(self, row: int, part: Decimal) -> None:
        """Let an order get `part`."""
        self.type_text(row, str(part) if part else "")

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

    def wrong(self, row: int) -> str:
        """The sentence about what an order gets; empty where nothing is wrong."""
        order = self.orders[row]
        if order.id in self.texts:
            try:
                allocation.parse_amount(self.texts[order.id])
            except BadValue as error:
                return str(error)
        part = self.parts.get(order.id, ZERO)
        return allocation.too_much(order, part) if self.editable else ""

    # Qt

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.orders)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(KEYS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _(COLUMNS[section][1])
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if self.editable and index.column() == PART:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        key, row = KEYS[index.column()], index.row()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(row, key)
            case Qt.ItemDataRole.EditRole:
                return self._text(row, key).replace(",", "")
            case Qt.ItemDataRole.ToolTipRole:
                return self.wrong(row) if key == "part" else self._text(row, key) or None
            case _ if role == CELL:
                return self._value(self.orders[row], key)
            case _ if role == WRONG:
                return self.wrong(row) if key == "part" else ""
        return None

    def _value(self, order: OpenOrder, key: str) -> Any:
        if key == "part":
            return self.parts.get(order.id)
        if key == "left":
            return max(order.outstanding - self.parts.get(order.id, ZERO), ZERO)
        return getattr(order, key)

    def _text(self, row: int, key: str) -> str:
        order = self.orders[row]
        if key == "part" and order.id in self.texts:
            return self.texts[order.id]
        value = self._value(order, key)
        if isinstance(value, Decimal):
            return formats.money(value)
        return formats.date_text(value) if key.endswith("_date") else str(value or "")

    def _tell(self) -> None:
        if self.orders:
            last = self.index(len(self.orders) - 1, len(KEYS) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
        self.shown.emit()
