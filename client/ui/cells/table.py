"""A table whose cells can be typed in; one cell at a time is open."""

from typing import NamedTuple

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QApplication

from client.ui.cells.delegate import CellDelegate
from client.ui.tables.model import CellModel
from client.ui.tables.table import Table

Index = QModelIndex | QPersistentModelIndex
STAY = QAbstractItemDelegate.EndEditHint.NoHint


class Typed(NamedTuple):
    """What stands in an open cell and was not taken over yet."""

    row: int
    key: str
    text: str


class CellTable(Table):
    """`main` is the column one comes to where no other is meant. `typing` when what stands in the
    open cell changes, or the cell closes."""

    main = ""
    typing = Signal()
    _delegate: CellDelegate

    def __init__(self, cells: CellModel, name: str) -> None:
        super().__init__(cells.columns)
        self.cells = cells
        self.ruled, self.enter_opens = True, False
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.setModel(cells)
        self.setAccessibleName(name)
        self.clicked.connect(self._clicked)
        cells.dataChanged.connect(self._sum_anew)

    # The open cell

    def current_row(self) -> int:
        return self.currentIndex().row()

    def current_key(self) -> str:
        return self.cells.keys[max(self.currentIndex().column(), 0)]

    def typed_cell(self) -> Typed | None:
        """The open cell, if anything was typed in it."""
        editor = self._delegate.editor
        if editor is None or not editor.is_changed() or self.current_row() < 0:
            return None
        return Typed(self.current_row(), editor.key, editor.text())

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

    def cell_taken(self, index: Index) -> None:
        """What stood in the cell was just taken over."""

    # Going to cells

    def go_to(self, row: int, key: str = "") -> None:
        """Open a cell; one that cannot be typed is only marked."""
        self.leave()
        if not self.cells.rowCount():
            return
        row = max(0, min(row, self.cells.rowCount() - 1))
        index = self.cells.cell(row, key if key in self.cells.keys else self.main)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.setCurrentIndex(index)
        self.scrollTo(index)
        if index.flags() & Qt.ItemFlag.ItemIsEditable:
            self.edit(index)

    def key_in(self, row: int, key: str) -> str:
        """The column that is typed in where one comes to a row along the column `key`."""
        return key if key in self.cells.typed_keys() else self.main

    def chosen(self) -> list[int]:
        """The selected rows, else the current one."""
        rows = {index.row() for index in self.selectionModel().selectedRows()}
        return sorted((rows or {self.current_row()}) & set(range(self.cells.length())))

    def _clicked(self, index: QModelIndex) -> None:
        plain = QApplication.keyboardModifiers() == Qt.KeyboardModifier.NoModifier
        blank = index.row() >= self.cells.length()
        if plain and self.cells.editable and (blank or index.flags() & Qt.ItemFlag.ItemIsEditable):
            self.go_to(index.row(), self.key_in(index.row(), self.cells.keys[index.column()]))

    def _sum_anew(self) -> None:
        """What is selected is added up as it is now, not as it was when it was selected."""
        self.summary_changed.emit(self.summary())

    def hasFocus(self) -> bool:
        # The delegate asks whether the grid has the keys: also while a cell is typed in.
        editor = self._delegate.editor
        return super().hasFocus() or (editor is not None and editor.hasFocus())
