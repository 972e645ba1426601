"""Marks cells whose text could not be understood: the text as typed, red and underlined."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from client.ui.tables.columns import Column
from client.ui.tables.delegate import LEFT, RIGHT, Delegate
from client.ui.theme import theme

Index = QModelIndex | QPersistentModelIndex
WRONG = Qt.ItemDataRole.UserRole + 11  # the sentence about what is wrong in the cell


class MarkingDelegate(Delegate):
    """Paints as every grid does, and marks what is wrong."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        if index.data(WRONG):
            rect = option.rect
            line = QRect(rect.x() + 1, rect.bottom() - 1, rect.width() - 2, 2)
            painter.fillRect(line, theme().color("red"))

    def _paint_value(
        self, painter: QPainter, cell: QRect, index: Index, pen: str, column: Column
    ) -> None:
        if not index.data(WRONG):
            super()._paint_value(painter, cell, index, pen, column)
            return
        painter.setPen(theme().color("red"))
        text = index.data(Qt.ItemDataRole.DisplayRole) or ""
        text = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, cell.width())
        painter.drawText(cell, RIGHT if column.right else LEFT, text)
