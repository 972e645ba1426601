"""The lines of a delivery as a grid: what an order still has, and how much of it goes now.

Enter walks down the quantities, Tab every cell; F9 takes all that is open, Delete nothing.
"""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal

from client.data.deliveries import edit
from client.data.deliveries.edit import Line
from client.i18n import _
from client.ui.cells.grid import PLAIN, SHIFT, CellGrid
from client.ui.deliveries.line_model import SendModel


class SendGrid(CellGrid):
    """`lines_changed` when sums are to be made anew. `complained` tells of the quantity that is
    being typed, else of the first line in which something is wrong."""

    main = "quantity"
    lines_changed = Signal()

    def __init__(self) -> None:
        self.line_model = model = SendModel()
        super().__init__(model, _("Delivery lines"))
        self.own_keys = {
            (Qt.Key.Key_F9, PLAIN): self._take_and_step,
            (Qt.Key.Key_F9, SHIFT): self._take_all_and_stay,
        }
        self.typing.connect(self._look_at_typed)
        model.edited.connect(self._edited)

    # Load

    def load(self, lines: Sequence[Line], editable: bool) -> None:
        """Show the lines of a delivery; what is typed in the open cell stays with its goods."""
        typed, goods = self.typed_cell(), [line["order_line_id"] for line in lines]
        number = self.line_model.lines[typed.row]["order_line_id"] if typed is not None else None
        if not editable:
            self.leave(keep=False)
        self.line_model.load(lines, editable)
        if typed is not None and editable and not self.is_editing() and number in goods:
            row = goods.index(number)
            self.line_model.type_text(row, typed.key, typed.text)
            self.go_to(row, typed.key)

    def lines(self, commit: bool = True) -> list[Line]:
        """The lines as typed; `commit` takes over what still stands in the open cell."""
        if commit:
            self.commit()
        return list(self.line_model.lines)

    def typed_lines(self) -> list[Line]:
        """The lines with what stands in the open cell, which stays open."""
        lines, typed = list(self.line_model.lines), self.typed_cell()
        if typed is not None:
            lines[typed.row] = edit.with_text(lines[typed.row], typed.key, typed.text)
        return lines

    # What the clerk does

    def take(self) -> None:
        """Send of the selected lines all that is open."""
        self.leave(keep=False)
        self._take(self.chosen())

    def take_nothing(self) -> None:
        """Send nothing of the selected lines."""
        self.empty("quantity")

    def take_all(self) -> None:
        """Send all that is open of every line."""
        self.leave(keep=False)
        self._take(range(self.line_model.length()))

    def _take(self, rows: Sequence[int]) -> None:
        if self.line_model.editable:
            self.line_model.take(rows)

    def _take_and_step(self) -> None:
        self.take()
        if self.current_row() + 1 < self.line_model.length():
            self.walk(1, every=False)

    def _take_all_and_stay(self) -> None:
        self.take_all()
        self.go_to(self.current_row(), self.key_in(self.current_row(), self.current_key()))

    def _look_at_typed(self) -> None:
        """Say at once what is wrong with the quantity that is being typed."""
        editor, row = self._delegate.editor, self.current_row()
        if editor is not None and editor.key == "quantity" and row >= 0:
            lines = self.typed_lines()
            said = edit.why_wrong(lines[row])
            editor.mark(bool(said))
            self.complained.emit(said or _first_wrong(lines))

    def _edited(self) -> None:
        self.complained.emit(_first_wrong(self.line_model.lines) if self.cells.editable else "")
        self.lines_changed.emit()


def _first_wrong(lines: Sequence[Line]) -> str:
    return next((said for line in lines if (said := edit.why_wrong(line))), "")
