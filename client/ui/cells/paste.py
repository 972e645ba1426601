"""Pasting into the cells of a grid: a block of them, or one text into the current one."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from client.data.parsing import BadValue
from client.data.priced import pasting
from client.i18n import N_, _, plural

if TYPE_CHECKING:
    from client.ui.cells.grid import CellGrid


class CellPaste(QObject):
    """What the clipboard does to one grid, which tells what happened."""

    def __init__(self, grid: "CellGrid") -> None:
        super().__init__(grid)
        self._grid, self._cells = grid, grid.cells

    def block(self, text: str) -> bool:
        """Paste cells of a spreadsheet; a single text is left to the cell being typed."""
        if not self._cells.editable or not {"\t", "\n"} & set(text.strip("\r\n")):
            return False
        try:
            block = pasting.rows_of(text)
        except BadValue as error:
            self._grid.complained.emit(str(error))
            return True
        self._take_block(*self._place(), block)
        return True

    def text(self, text: str) -> bool:
        """Put one text into the current cell."""
        row, key = self._place()
        if self._cells.may_type(key) and text.strip():
            self._cells.type_text(row, key, text.strip())
        return True

    def clipboard(self) -> None:
        if not self.block(QApplication.clipboard().text()):
            self._grid.said.emit(_("The clipboard holds no block of cells."))

    def _place(self) -> tuple[int, str]:
        row = max(self._grid.current_row(), 0)
        return row, self._grid.key_in(row, self._grid.current_key())

    def _take_block(self, row: int, key: str, block: list[list[str]]) -> None:
        """Type a block into the cells from (row, key) to the right and down."""
        if not self._cells.may_type(key):
            return
        typed = self._cells.typed_keys()
        keys, rows = typed[typed.index(key) :], block[: self._room(row)]
        self._grid.leave(keep=False)
        self._cells.type_texts(
            {
                (at, name): text
                for at, texts in enumerate(rows, start=row)
                for name, text in zip(keys, texts, strict=False)
            }
        )
        said = plural(len(rows), N_("{n} line pasted."), N_("{n} lines pasted."))
        if left := len(block) - len(rows):
            one = N_("There was no line for {n} more.")
            said += " " + plural(left, one, N_("There were no lines for {n} more."))
        self._grid.said.emit(said)

    def _room(self, row: int) -> int:
        """How many rows there are from `row` on."""
        return self._cells.length() - row
