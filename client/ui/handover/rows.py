"""Plain values as the rows of a table."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from client.data import formats
from client.ui.tables.delegate import CELL

Index = QModelIndex | QPersistentModelIndex


class ValueRows(QAbstractTableModel):
    """Rows of texts, numbers and money; a mark is (text, shape, tone)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self._width = width
        self.rows: list[Sequence[Any]] = []

    def show(self, rows: Sequence[Sequence[Any]]) -> None:
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self._width

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        value = self.rows[index.row()][index.column()]
        if role == CELL:
            return value
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return text_of(value)
        return None


def text_of(value: Any) -> str:
    """A value as it is read."""
    if isinstance(value, Decimal):
        return formats.money(value)
    if isinstance(value, tuple):
        return str(value[0])
    return formats.integer(value) if isinstance(value, int) else str(value or "")
