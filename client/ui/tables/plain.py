"""A table whose rows are all in memory, each a tuple of the values of its cells."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QModelIndex, Qt

from client.data import formats
from client.ui.tables.columns import Column
from client.ui.tables.model import FlatModel, Index
from client.ui.tables.table import CELL, Table


class PlainModel(FlatModel):
    """Texts, whole numbers and money; a mark is (text, shape, tone). Tooltips are whole texts."""

    def __init__(self, columns: int) -> None:
        super().__init__()
        self._columns = columns
        self._rows: list[tuple[Any, ...]] = []

    def show_rows(self, rows: Sequence[tuple[Any, ...]]) -> None:
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def add_rows(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Put more rows under those that are here."""
        if rows:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
            self._rows += rows
            self.endInsertRows()

    def rows(self) -> Sequence[tuple[Any, ...]]:
        return self._rows

    def length(self) -> int:
        return len(self._rows)

    def width(self) -> int:
        return self._columns

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        value = self._rows[index.row()][index.column()]
        if role == CELL:
            return value
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return _text(value)
        return None


def _text(value: Any) -> str:
    if isinstance(value, Decimal):
        return formats.money(value)
    if isinstance(value, tuple):
        return str(value[0])
    return formats.integer(value) if isinstance(value, int) else str(value or "")


def plain_table(columns: list[Column], name: str) -> tuple[Table, PlainModel]:
    """A table with these columns, which is called `name`."""
    table, model = Table(columns), PlainModel(len(columns))
    table.setAccessibleName(name)
    table.setModel(model)
    return table, model
