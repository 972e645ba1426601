"""The grid in which money is allocated to orders, cell by cell and by keys alone.

Enter walks down; Space or F9 gives an order all it lacks, or takes it back; Shift+F9 proposes anew.
"""

from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal

from PySide6.QtCore import Qt, Signal

from client.data.money import allocation
from client.data.money.allocation import OpenOrder, Parts
from client.data.parsing import BadValue
from client.data.problem import Problem
from client.i18n import _
from client.ui.cells.grid import PLAIN, SHIFT, CellGrid
from client.ui.receipts.model import PartsModel


class PartsGrid(CellGrid):
    """`propose_asked` for the key that proposes anew."""

    main = "part"
    propose_asked = Signal()

    def __init__(self) -> None:
        self.parts_model = model = PartsModel()
        super().__init__(model, _("Orders that are not paid"))
        self.amount: Decimal | None = None
        self.own_keys = {
            (Qt.Key.Key_F9, PLAIN): self.fill_current,
            (Qt.Key.Key_Space, PLAIN): self.fill_current,
            (Qt.Key.Key_F9, SHIFT): self.propose_asked.emit,
        }
        self.setSelectionMode(CellGrid.SelectionMode.SingleSelection)

    # Load

    def show_orders(self, orders: Sequence[OpenOrder]) -> None:
        """Show the orders as they are now; what is typed stays, also in the open cell."""
        editor, order = self._delegate.editor, self.current_order()
        open_ = editor is not None and order is not None
        typed = (editor.text(), editor.cursorPosition()) if editor and editor.is_changed() else None
        moved = self.parts_model.show_orders(orders)
        row = next((r for r, o in enumerate(orders) if order and o.id == order.id), -1)
        if moved and open_ and row >= 0:
            self.go_to(row)
            if self._delegate.editor is not None and typed is not None:
                self._delegate.editor.setText(typed[0])
                self._delegate.editor.setCursorPosition(typed[1])
        self._let_focus()

    def keep_typed(self, orders: Sequence[OpenOrder]) -> None:
        """Take over what stands in the open cell of an order that is not among these any more: what
        an order gets keeps its row."""
        typed = self.open_text()
        if typed is not None and typed[0] not in {order.id for order in orders}:
            self.commit()

    def set_editable(self, editable: bool) -> None:
        if not editable:
            self.leave(keep=False)
        self.parts_model.set_editable(editable)
        self.enter_opens = not editable
        # In a posted receipt, the outstanding amount is what is left already.
        self.column(self.column_layout.index_of("left")).hidden = not editable
        self.column_layout.apply()
        self._let_focus()

    def _let_focus(self) -> None:
        # Without a row there is nothing to go to: the keys pass on to what stands below.
        some = bool(self.parts_model.orders)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if some else Qt.FocusPolicy.NoFocus)

    def open_text(self) -> tuple[int, str] | None:
        """The order and the text of a cell that is being typed and not taken over yet."""
        typed, order = self.typed_cell(), self.current_order()
        return (order.id, typed.text) if typed is not None and order is not None else None

    def live_parts(self) -> Parts:
        """What each order gets, with what stands in the open cell if it can be read."""
        parts = dict(self.parts_model.parts)
        if (open_ := self.open_text()) is not None:
            parts.pop(open_[0], None)
            with suppress(BadValue):
                parts[open_[0]] = allocation.parse_amount(open_[1]) or allocation.ZERO
        return parts

    def problems(self) -> list[Problem]:
        """The orders that get too much, or what cannot be read; the open cell counts as well."""
        model, parts = self.parts_model, self.live_parts()
        found = [
            Problem(order.id, "part", model.wrong(row, "part"))
            for row, order in enumerate(model.orders)
            if model.wrong(row, "part") and parts.get(order.id) == model.parts.get(order.id)
        ]
        more = allocation.order_problems(model.orders, parts)
        return found + [problem for problem in more if problem not in found]

    # What the clerk does

    def current_order(self) -> OpenOrder | None:
        row, orders = self.current_row(), self.parts_model.orders
        return orders[row] if 0 <= row < len(orders) else None

    def fill_current(self) -> None:
        """Give the current order all it lacks, as far as the money goes; again takes it back."""
        order, model = self.current_order(), self.parts_model
        if order is None or not model.editable:
            return
        row = self.currentIndex().row()
        typed = self._delegate.editor is not None
        self.leave()
        if model.parts.get(order.id) or order.id in model.texts:
            model.type_text(row, "part", "")
        else:
            part = allocation.fill(self.amount, model.parts, order)
            model.give(row, part)
            if not part:
                self.said.emit(_("Nothing is left to hand out."))
        if typed:
            self.go_to(row)
