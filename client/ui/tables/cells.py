"""A table whose cells can be typed in; one cell at a time is open."""

from typing import Any

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView

from client.ui.tables.columns import Column
from client.ui.tables.table import Table

STAY = QAbstractItemDelegate.EndEditHint.NoHint


class CellTable(Table):
    """Its delegate must have the attribute `editor`: the widget of the open cell, or None."""

    _delegate: Any

    def __init__(self, columns: list[Column]) -> None:
        super().__init__(columns)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )

    def commit(self) -> None:
        """Take over what still stands in the open cell, which stays open."""
        if self._delegate.editor is not None:
            self.commitData(self._delegate.editor)

    def leave(self, keep: bool = True) -> None:
        """Close the open cell, with or without taking over what stands in it."""
        editor = self._delegate.editor
        if editor is not None:
            if keep:
                self.commitData(editor)
            self.closeEditor(editor, STAY)

    def _open_cell(self, index: QModelIndex) -> None:
        """Go to a cell and open it; one that cannot be typed is only marked."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.setCurrentIndex(index)
        self.scrollTo(index)
        if index.flags() & Qt.ItemFlag.ItemIsEditable:
            self.edit(index)

    def hasFocus(self) -> bool:
        # The delegate asks whether the grid has the keys: also while a cell is typed in.
        editor = self._delegate.editor
        return super().hasFocus() or (editor is not None and editor.hasFocus())
