"""What keys do to the lines of a document: walk, insert, delete, move, paste, undo."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from client.data.priced.products import Item, Pick
from client.i18n import N_, plural
from client.ui.lines.cells import EDITABLE, KEYS
from client.ui.lines.model import WALK

if TYPE_CHECKING:
    from client.ui.lines.lines import LineGrid


class LineKeys(QObject):
    """The commands of one grid.

    `picker_asked`: F7, with the text typed so far. `usual_asked`: the goods that the customer keeps
    buying. `product_asked`: a new product, with the text typed. `preview_asked`: pasted rows that
    somebody has to look at. `said`: what a key just did. `complained`: what is wrong in the cell
    just left, or an empty text.
    """

    picker_asked = Signal(str)
    usual_asked = Signal()
    product_asked = Signal(str)
    preview_asked = Signal(list)
    said = Signal(str)
    complained = Signal(str)

    def __init__(self, grid: "LineGrid") -> None:
        super().__init__(grid)
        self._grid, self._model = grid, grid.line_model

    def walk(self, by: int, every: bool) -> None:
        """To the next cell, into the next line after the last; the marked match is taken.

        `every` visits all cells, else those that nearly every line needs.
        """
        grid = self._grid
        grid.take_match()
        row, key = grid.current_row(), grid.current_key()
        grid.leave()
        if row >= len(self._model.lines) and by > 0:
            self._after_last(row, every)
            return
        wanted = [name for name in EDITABLE if every or name in WALK or name == key]
        wanted = [name for name in wanted if not grid.isColumnHidden(KEYS.index(name))]
        place = (wanted.index(key) if key in wanted else -1) + by
        if place >= len(wanted):
            row, place = row + 1, 0
        elif place < 0:
            row, place = row - 1, len(wanted) - 1
        if row < 0 or row >= self._model.rowCount():
            grid.focusNextPrevChild(by > 0)
        else:
            grid.go_to(row, wanted[place] if row < len(self._model.lines) else "code")

    def _after_last(self, row: int, every: bool) -> None:
        """Nothing was typed below the last line: Tab goes on to what stands below the grid."""
        if every:
            self._grid.focusNextPrevChild(True)
        else:
            self._grid.go_to(row, "code")

    def up_down(self, by: int) -> bool:
        """Into the cell above or below, or to another match while some are shown."""
        grid = self._grid
        if grid.matches.step(by):
            return True
        row, key = grid.current_row() + by, grid.current_key()
        if 0 <= row < self._model.rowCount():
            grid.leave()
            grid.go_to(row, key if row < len(self._model.lines) else "code")
        return True

    def sideways(self, by: int) -> bool:
        """Into the cell to the left or right that can be typed; tells whether there is one."""
        shown = [KEYS[at] for at in self._grid.column_layout.shown() if KEYS[at] in EDITABLE]
        key = self._grid.current_key()
        place = shown.index(key) + by if key in shown else -1
        if not 0 <= place < len(shown) or self._grid.matches.is_open():
            return False
        row = self._grid.current_row()
        self._grid.leave()
        self._grid.go_to(row, shown[place])
        return True

    def line_key(self, key: int, modifiers: Qt.KeyboardModifier) -> bool:
        """One of the keys that change whole lines; tells whether it was one."""
        if modifiers == Qt.KeyboardModifier.AltModifier:
            self.move_line(-1 if key == Qt.Key.Key_Up else 1)
        elif key == Qt.Key.Key_D:
            self.duplicate_lines()
        elif key == Qt.Key.Key_F7 and modifiers == Qt.KeyboardModifier.ShiftModifier:
            self.ask_usual()
        elif key == Qt.Key.Key_Insert:
            self.add_line()
        elif key == Qt.Key.Key_Delete:
            self.remove_lines()
        elif key == Qt.Key.Key_F7:
            self.ask_picker()
        elif key == Qt.Key.Key_Z:
            self.step_back()
        elif key == Qt.Key.Key_Y:
            self.step_forward()
        else:
            return False
        return True

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
        rows = self._chosen()
        if not self._model.editable or not rows:
            return
        self._grid.leave(keep=False)
        self._model.remove(rows)
        self._grid.go_to(rows[0], "code")
        one = N_("{n} line removed. Ctrl+Z brings it back.")
        many = N_("{n} lines removed. Ctrl+Z brings them back.")
        self.said.emit(plural(len(rows), one, many))

    def _chosen(self) -> list[int]:
        """The selected lines, else the current one."""
        rows = {index.row() for index in self._grid.selectionModel().selectedRows()}
        return sorted((rows or {self._grid.current_row()}) & set(range(len(self._model.lines))))

    def duplicate_lines(self) -> None:
        """The selected lines once more, below the last of them."""
        rows = self._chosen()
        if not self._model.editable or not rows:
            return
        key = self._grid.current_key()
        self._grid.leave()
        at = self._model.duplicate(rows)
        self._grid.go_to(at, key)
        self.said.emit(plural(len(rows), N_("{n} line duplicated."), N_("{n} lines duplicated.")))

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
            self.said.emit(plural(len(picks), one, many))

    def take_product(self, item: Item) -> None:
        self.take_products([Pick(item)])

    def empty_cell(self) -> None:
        row, key = self._grid.current_row(), self._grid.current_key()
        if self._model.editable and key in EDITABLE and row < len(self._model.lines):
            self._model.type_text(row, key, "")
