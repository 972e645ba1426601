"""A list of goods from which several are taken at once: marked, or given a quantity."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit

from client.data import formats
from client.data.priced import edit as order_edit
from client.data.priced.prices import UsualProduct
from client.data.priced.products import Item, Pick
from client.i18n import N_
from client.ui.tables.columns import Column, declared
from client.ui.tables.model import CellModel
from client.ui.tables.table import Table

KINDS = {  # title, kind, width
    "code": (N_("Code"), "code", 92),
    "name": (N_("Product name"), "name", 160),
    "specification": (N_("Specification"), "text2", 116),
    "category": (N_("Category"), "text2", 84),
    "unit": (N_("Unit"), "text", 48),
    "barcode": (N_("Barcode"), "code", 112),
    "unit_price": (N_("Unit price"), "price", 92),
    "average": (N_("Average"), "quantity", 72),
    "last_price": (N_("Last price"), "price", 92),
    "times": (N_("Times"), "integer", 56),
    "last_on": (N_("Last bought"), "code", 92),
    "quantity": (N_("Quantity"), "quantity", 84),
}
FOUND = ("code", "name", "specification", "category", "unit", "barcode", "unit_price", "quantity")
BOUGHT = (
    *("code", "name", "specification", "unit", "times"),
    *("last_on", "last_price", "average", "quantity"),
)
BESIDE = ("name", "average", "last_price")  # in the narrow panel beside the lines
SHORT = {  # title, width
    "name": (N_("Product"), 110),
    "average": (N_("Avg"), 56),
    "last_price": (N_("Last"), 80),
}
DROPPED = ("specification", "category", "unit", "barcode", "code")  # the last goes first


@dataclass(frozen=True)
class Good:
    """A product on offer, and how a customer bought it so far."""

    item: Item
    average: Decimal | None = None
    last_price: Decimal | None = None
    times: int | None = None
    last_on: date | None = None

    def value(self, key: str) -> Any:
        return getattr(self, key) if key in self.__dataclass_fields__ else getattr(self.item, key)


def good_of(item: Item, usual: UsualProduct) -> Good:
    """A product with what the customer's past says of it."""
    return Good(item, usual.quantity, usual.unit_price, usual.times, usual.last_on)


def columns(keys: Sequence[str], short: bool = False) -> list[Column]:
    """These columns, titled in the language in use."""
    wanted = []
    for key in keys:
        title, kind, width = KINDS[key]
        title, width = SHORT.get(key, (title, width)) if short else (title, width)
        wanted.append((key, title, kind, width))
    return declared(wanted, stretch=("name",), typed=("quantity",), dropped=DROPPED)


class GoodsModel(CellModel):
    """Goods as rows. Quantities are kept by product, so that another search forgets none."""

    counted = Signal()
    refused = Signal(str)

    def __init__(self, columns: Sequence[Column]) -> None:
        super().__init__(columns)
        self.editable = True
        self.goods: list[Good] = []
        self.quantities: dict[int, Decimal] = {}
        self._wanted: dict[int, Good] = {}

    def show_goods(self, goods: Iterable[Good]) -> None:
        """Show these; what was counted before stays counted. Where they are the same as before,
        what is marked and an open cell stay."""
        shown = list(goods)
        if shown == self.goods:
            self.tell()
            return
        self.beginResetModel()
        self.goods = shown
        self.endResetModel()

    def count(self, row: int, text: str) -> bool:
        """Take a quantity typed into a row; nothing forgets it. Tells whether it can be read; if
        not, `refused` tells why."""
        good = self.goods[row]
        try:
            quantity = order_edit.parse_cell("quantity", text) if text.strip() else None
        except formats.BadValue as error:
            self.refused.emit(str(error))
            return False
        if quantity:
            self.quantities[good.item.id], self._wanted[good.item.id] = quantity, good
        else:
            self.quantities.pop(good.item.id, None)
            self._wanted.pop(good.item.id, None)
        self.tell([row])
        self.counted.emit()
        return True

    def quantity(self, good: Good) -> Decimal | None:
        """What was typed for a product, else what the customer usually takes."""
        return self.quantities.get(good.item.id, good.average)

    def picks(self, rows: Iterable[int]) -> list[Pick]:
        """What is taken: all that was counted, and the goods of these rows."""
        goods = [*self._wanted.values(), *(self.goods[row] for row in rows)]
        return [self._pick(good) for good in {good.item.id: good for good in goods}.values()]

    def _pick(self, good: Good) -> Pick:
        listed = good.item.unit_price is not None
        return Pick(good.item, self.quantity(good), None if listed else good.last_price)

    # What the cells hold

    def length(self) -> int:
        return len(self.goods)

    def value(self, row: int, key: str) -> Any:
        good = self.goods[row]
        return self.quantity(good) if key == "quantity" else good.value(key)

    def tip(self, row: int, key: str) -> str:
        item = self.goods[row].item
        return " · ".join(filter(None, (item.code, item.name, item.specification, item.barcode)))

    def type_texts(self, texts: Mapping[tuple[int, str], str]) -> None:
        for (row, _key), text in texts.items():
            self.count(row, text)


class GoodsTable(Table):
    """Digits count the current row, Space marks it, Enter takes what is marked or counted."""

    def __init__(self, keys: Sequence[str], short: bool = False) -> None:
        super().__init__(columns(keys, short))
        self.goods_model = GoodsModel(self.columns)
        self.ruled = True
        self.setModel(self.goods_model)
        self._counts = list(keys).index("quantity") if "quantity" in keys else -1

    def marked_rows(self) -> list[int]:
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def picks(self) -> list[Pick]:
        """All that would be taken now. A row that is only current counts if nothing else does."""
        rows = self.marked_rows()
        if self.goods_model.quantities and len(rows) <= 1:
            rows = []
        return self.goods_model.picks(rows)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        current, text = self.currentIndex(), event.text()
        if self.is_editing() or not current.isValid():
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Space:
            command = self.selectionModel().SelectionFlag
            self.selectionModel().select(current, command.Toggle | command.Rows)
        elif self._counts >= 0 and text and text in "0123456789.":
            self._count(current.siblingAtColumn(self._counts), event)
        else:
            super().keyPressEvent(event)

    def _count(self, cell: QModelIndex, event: QKeyEvent) -> None:
        """Begin to type a quantity with this key."""
        command = self.selectionModel().SelectionFlag
        self.selectionModel().setCurrentIndex(cell, command.NoUpdate)
        self.edit(cell)
        editor = self.indexWidget(cell)
        if isinstance(editor, QLineEdit):
            editor.selectAll()
            QApplication.sendEvent(editor, event)
