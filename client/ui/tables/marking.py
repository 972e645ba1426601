"""Marks cells whose text could not be understood: the text as typed, red and underlined."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from client.ui.tables.delegate import LEFT, PAD, RIGHT, Delegate
from client.ui.theme import theme

Index = QModelIndex | QPersistentModelIndex
WRONG = Qt.ItemDataRole.UserRole + 11  # the sentence about what is wrong in the cell


class MarkingDelegate(Delegate):
    """Paints as every grid does, and marks what is wrong."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        if not index.data(WRONG):
            return
        column = self._view.column(index.column())
        cell = option.rect.adjusted(PAD, 0, -PAD, -1)
        painter.setPen(theme().color("red"))
        if index.data(Qt.ItemDataRole.DisplayRole):
            text = painter.fontMetrics().elidedText(
                index.data(), Qt.TextElideMode.ElideRight, cell.width()
            )
            painter.drawText(cell, RIGHT if column.right else LEFT, text)
        line = QRect(option.rect.x() + 1, option.rect.bottom() - 1, option.rect.width() - 2, 2)
        painter.fillRect(line, theme().color("red"))
