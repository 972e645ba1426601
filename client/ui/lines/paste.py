"""Pasting into the lines: rows that name a product become lines of their own."""

from typing import TYPE_CHECKING

from client.data.priced import pasting
from client.data.priced.edit import Line
from client.i18n import N_, plural
from client.ui.cells.paste import CellPaste
from client.ui.lines.cells import PRODUCT

if TYPE_CHECKING:
    from client.ui.lines.lines import LineGrid


class LinePaste(CellPaste):
    """A block pasted where a product is typed is matched with the products; elsewhere it is typed
    into the cells, and lines are made for what goes beyond the last."""

    def __init__(self, grid: "LineGrid") -> None:
        super().__init__(grid)
        self._lines, self._model = grid, grid.line_model

    def take(self, lines: list[Line]) -> None:
        """Put pasted lines where one is."""
        if not lines or not self._model.editable:
            return
        row = min(max(self._grid.current_row(), 0), len(self._model.lines))
        self._grid.leave(keep=False)
        self._model.paste_lines(row, lines)
        self._grid.go_to(row + len(lines), "code")
        self._tell_pasted(lines)

    def _take_block(self, row: int, key: str, block: list[list[str]]) -> None:
        if self._model.may_type(key) and key not in PRODUCT:
            super()._take_block(row, key, block)
            return
        rows = pasting.matched(block, self._model.products)
        if rows and (pasting.clean(rows) or not self._lines.previews):
            self.take([found.line for found in rows])
        elif rows:
            self._lines.keys.preview_asked.emit(rows)

    def _room(self, row: int) -> int:
        return pasting.LONGEST_LINES

    def _tell_pasted(self, lines: list[Line]) -> None:
        lost = sum(1 for line in lines if line["product_id"] is None)
        one = N_("{n} line pasted. Ctrl+Z takes it back.")
        many = N_("{n} lines pasted. Ctrl+Z takes them back.")
        sentence = plural(len(lines), one, many)
        if lost:
            one = N_("{n} product was not found; it is marked.")
            many = N_("{n} products were not found; they are marked.")
            sentence += f" {plural(lost, one, many)}"
        self._grid.said.emit(sentence)
