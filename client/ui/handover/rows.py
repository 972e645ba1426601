"""Plain values as the rows of a table."""

from decimal import Decimal
from typing import Any

from PySide6.QtCore import Qt

from client.data import formats
from client.ui.tables.delegate import CELL
from client.ui.tables.plain import Index, PlainModel


class ValueRows(PlainModel):
    """Rows of texts, numbers and money; a mark is (text, shape, tone)."""

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        value = self._rows[index.row()][index.column()]
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
