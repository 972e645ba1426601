"""The model of a grid whose cells are each known by a row and the key of a column.

A grid says how many rows it has and what a cell's value is; the columns say the rest.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from client.data import formats
from client.ui.tables.columns import FIGURES, ROW, Column
from client.ui.tables.delegate import CELL
from client.ui.tables.marking import WRONG

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
FORMATS: dict[str, Callable[[Any], str]] = {  # by the kind of the column
    "integer": formats.integer,
    "money": formats.money,
    "percent": formats.percent,
    "price": formats.price,
    "quantity": formats.quantity,
}


def text_of(value: Any, kind: str) -> str:
    """A value as a column of this kind shows it."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return str(value[0])
    if isinstance(value, date):
        return formats.date_text(value)
    if kind in FORMATS and isinstance(value, int | Decimal):
        return FORMATS[kind](value)
    return formats.money(value) if isinstance(value, Decimal) else str(value)


class FlatModel(QAbstractTableModel):
    """Rows and columns, with nothing below a cell."""

    def length(self) -> int:
        """How many rows there are."""
        return 0

    def width(self) -> int:
        """How many columns there are."""
        raise AssertionError("each model has columns of its own")

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else self.length()

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else self.width()


class CellModel(FlatModel):
    """Cells to be read, and typed in while the model is `editable` and their column as well."""

    def __init__(self, columns: Sequence[Column]) -> None:
        super().__init__()
        self.columns = list(columns)
        self.keys = tuple(column.key for column in columns)
        self.editable = False
        self._by_key = {column.key: column for column in columns}

    # What a grid says of its cells, besides how many rows hold something

    def value(self, row: int, key: str) -> Any:
        """The bare value of a cell; None where there is none."""
        return None

    def unread(self, row: int, key: str) -> str | None:
        """What was typed into a cell and could not be read."""
        return None

    def wrong(self, row: int, key: str) -> str:
        """The sentence about what is wrong in a cell; empty where nothing is."""
        return ""

    def text(self, row: int, key: str) -> str:
        """A cell as it is read; what could not be read stands as it was typed."""
        if key == ROW:
            return str(row + 1)
        unread = self.unread(row, key)
        return text_of(self.value(row, key), self.kind(key)) if unread is None else unread

    def tip(self, row: int, key: str) -> str:
        return self.wrong(row, key) or self.text(row, key)

    def type_text(self, row: int, key: str, text: str) -> None:
        """Take `text` into a cell."""
        self.type_texts({(row, key): text})

    def type_texts(self, texts: Mapping[tuple[int, str], str]) -> None:
        """Take texts into several cells, each named by its row and key, in one step."""

    # What follows from it

    def kind(self, key: str) -> str:
        return self._by_key[key].kind

    def typed_keys(self) -> list[str]:
        """The columns that are typed in."""
        return [column.key for column in self.columns if column.editable]

    def may_type(self, key: str) -> bool:
        """Whether the cells of a column can be typed in now."""
        return self.editable and self._by_key[key].editable

    def cell(self, row: int, key: str) -> QModelIndex:
        return self.index(row, self.keys.index(key))

    def tell(self, rows: Iterable[int] | None = None) -> None:
        """These rows differ now; all of them unless told which."""
        last = len(self.keys) - 1
        if rows is not None:
            for row in rows:
                self.dataChanged.emit(self.index(row, 0), self.index(row, last))
        elif self.rowCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, last))

    def typed(self, row: int, key: str) -> str:
        """A cell as it is edited: figures without their thousands separators."""
        text = self.text(row, key)
        figure = self.kind(key) in FIGURES and self.unread(row, key) is None
        return text.replace(",", "") if figure else text

    # Qt

    def width(self) -> int:
        return len(self.keys)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if index.isValid() and self.may_type(self.keys[index.column()]):
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, key = index.row(), self.keys[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.text(row, key)
            case Qt.ItemDataRole.EditRole:
                return self.typed(row, key)
            case Qt.ItemDataRole.ToolTipRole:
                return self.tip(row, key) or None
            case Qt.ItemDataRole.AccessibleDescriptionRole:
                return self.wrong(row, key) or None
            case _ if role == CELL:
                return row + 1 if key == ROW else self.value(row, key)
            case _ if role == WRONG:
                return self.wrong(row, key)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role == Qt.ItemDataRole.EditRole:
            self.type_text(index.row(), self.keys[index.column()], str(value))
        return role == Qt.ItemDataRole.EditRole
