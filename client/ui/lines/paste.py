"""Pasting into the lines: a block of cells, or one text into the current cell."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from client.data.parsing import BadValue
from client.data.priced import pasting
from client.data.priced.edit import Line
from client.i18n import N_, _, plural
from client.ui.lines.cells import EDITABLE

if TYPE_CHECKING:
    from client.ui.lines.lines import LineGrid


class LinePaste(QObject):
    """What the clipboard does to one grid; the grid's keys tell what happened."""

    def __init__(self, grid: "LineGrid") -> None:
        super().__init__(grid)
        self._grid, self._keys, self._model = grid, grid.keys, grid.line_model

    def block(self, text: str) -> bool:
        """Paste cells of a spreadsheet; a single text is left to the cell being typed."""
        if not self._model.editable or not {"\t", "\n"} & set(text.strip("\r\n")):
            return False
        try:
            block = pasting.rows_of(text)
        except BadValue as error:
            self._keys.complained.emit(str(error))
            return True
        row, key = max(self._grid.current_row(), 0), self._grid.current_key()
        if key in EDITABLE and key not in ("code", "name"):
            self._grid.leave(keep=False)
            self._model.paste_cells(row, key, block)
            said = plural(len(block), N_("{n} line pasted."), N_("{n} lines pasted."))
            self._keys.said.emit(said)
            return True
        rows = pasting.matched(block, self._model.products)
        if rows and (pasting.clean(rows) or not self._grid.previews):
            self.take([found.line for found in rows])
        elif rows:
            self._keys.preview_asked.emit(rows)
        return True

    def take(self, lines: list[Line]) -> None:
        """Put pasted lines where one is."""
        if not lines or not self._model.editable:
            return
        row = min(max(self._grid.current_row(), 0), len(self._model.lines))
        self._grid.leave(keep=False)
        self._model.paste_lines(row, lines)
        self._grid.go_to(row + len(lines), "code")
        self._tell_pasted(lines)

    def clipboard(self) -> None:
        text = QApplication.clipboard().text()
        if not self.block(text):
            self._keys.said.emit(_("The clipboard holds no block of cells."))

    def text(self, text: str) -> None:
        """Put one text into the current cell."""
        key = self._grid.current_key()
        if self._model.editable and key in EDITABLE and text.strip():
            self._model.type_text(max(self._grid.current_row(), 0), key, text.strip())

    def _tell_pasted(self, lines: list[Line]) -> None:
        lost = sum(1 for line in lines if line["product_id"] is None)
        one = N_("{n} line pasted. Ctrl+Z takes it back.")
        many = N_("{n} lines pasted. Ctrl+Z takes them back.")
        sentence = plural(len(lines), one, many)
        if lost:
            one = N_("{n} product was not found; it is marked.")
            many = N_("{n} products were not found; they are marked.")
            sentence += f" {plural(lost, one, many)}"
        self._keys.said.emit(sentence)
