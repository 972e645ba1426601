"""What keys do to the lines of a document: insert, delete, move, take products, undo."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from client.data.priced.products import Item, Pick
from client.i18n import N_, plural

if TYPE_CHECKING:
    from client.ui.lines.lines import LineGrid


class LineKeys(QObject):
    """The commands of one grid.

    `picker_asked`: F7, with the text typed so far. `usual_asked`: the goods that the customer keeps
    buying. `product_asked`: a new product, with the text typed. `preview_asked`: pasted rows that
    somebody has to look at.
    """

    picker_asked = Signal(str)
    usual_asked = Signal()
    product_asked = Signal(str)
    preview_asked = Signal(list)

    def __init__(self, grid: "LineGrid") -> None:
        super().__init__(grid)
        self._grid, self._model = grid, grid.line_model

    def add_line(self) -> None:
        """A new line above the current one; at the end simply the row that waits there."""
        if not self._model.editable:
            return
        row = self._grid.current_row()
        self._grid.leave()
        if 0 <= row < len(self._model.lines):
            self._model.insert(row)
        else:
            row = len(self._model.lines)
        self._grid.go_to(row, "code")

    def remove_lines(self) -> None:
        """Take out the selected lines."""
        rows = self._grid.chosen()
        if not self._model.editable or not rows:
            return
        self._grid.leave(keep=False)
        self._model.remove(rows)
        self._grid.go_to(rows[0], "code")
        one = N_("{n} line removed. Ctrl+Z brings it back.")
        many = N_("{n} lines removed. Ctrl+Z brings them back.")
        self._grid.said.emit(plural(len(rows), one, many))

    def duplicate_lines(self) -> None:
        """The selected lines once more, below the last of them."""
        rows = self._grid.chosen()
        if not self._model.editable or not rows:
            return
        key = self._grid.current_key()
        self._grid.leave()
        at = self._model.duplicate(rows)
        self._grid.go_to(at, key)
        self._grid.said.emit(
            plural(len(rows), N_("{n} line duplicated."), N_("{n} lines duplicated."))
        )

    def take_price(self) -> bool:
        """Take what the customer paid last; tells whether that was another price."""
        row = self._grid.current_row()
        if not self._model.editable or not self._model.take_price(row):
            return False
        self._grid.go_to(row, "unit_price")
        return True

    def move_line(self, by: int) -> None:
        """Carry the current line up or down."""
        if not self._model.editable:
            return
        row, key = self._grid.current_row(), self._grid.current_key()
        self._grid.leave()
        if self._model.move(row, by):
            self._grid.go_to(row + by, key)

    def step_back(self) -> None:
        self._grid.leave()
        if self._model.undo_stack.canUndo():
            self._model.undo_stack.undo()
            self._grid.go_to(*self._model.last_touched)

    def step_forward(self) -> None:
        self._grid.leave()
        if self._model.undo_stack.canRedo():
            self._model.undo_stack.redo()
            self._grid.go_to(*self._model.last_touched)

    def ask_picker(self) -> None:
        if self._model.editable:
            self._grid.matches.hide()
            self.picker_asked.emit(self._grid.typed_product())

    def ask_usual(self) -> None:
        if self._model.editable:
            self._grid.matches.hide()
            self.usual_asked.emit()

    def begin_product(self) -> None:
        """A product that is not there yet, named as typed."""
        if self._model.editable and self._grid.may_create:
            self._grid.matches.hide()
            self.product_asked.emit(self._grid.typed_product().strip())

    def take_products(self, picks: list[Pick]) -> None:
        """Put picked products into the current line and new ones below; then ask how many, unless
        that is known."""
        if picks and self._model.editable:
            row = max(self._grid.current_row(), 0)
            self._grid.leave(keep=False)
            self._model.take_products(row, picks)
            lacking = (at for at, pick in enumerate(picks) if pick.quantity is None)
            open_ = next(lacking, None)
            if open_ is None:
                self._grid.go_to(row + len(picks), "code")
            else:
                self._grid.go_to(row + open_, "quantity")

    def add_products(self, picks: list[Pick]) -> None:
        """Put picked products below what is there; a line that still waits for one is filled."""
        lines = self._model.lines
        waiting = bool(lines) and not lines[-1].get("product_id")
        if picks and self._model.editable:
            self._grid.leave()
            self._grid.go_to(len(lines) - 1 if waiting else len(lines), "code")
            self.take_products(picks)
            one = N_("{n} product added. Ctrl+Z takes it back.")
            many = N_("{n} products added. Ctrl+Z takes them back.")
            self._grid.said.emit(plural(len(picks), one, many))

    def take_product(self, item: Item) -> None:
        self.take_products([Pick(item)])
