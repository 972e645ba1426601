"""The grid in which money is allocated to orders, cell by cell and by keys alone.

Enter walks down; Space or F9 gives an order all it lacks, or takes it back; Shift+F9 proposes anew.
"""

from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QStyleOptionViewItem,
    QWidget,
)

from client.data.money import allocation
from client.data.money.allocation import OpenOrder, Parts
from client.data.parsing import BadValue
from client.data.problem import Problem
from client.i18n import _
from client.ui.lines.editor import LineEditor
from client.ui.receipts.model import KEYS, PART, PartsModel, columns
from client.ui.tables.cells import CellTable
from client.ui.tables.columns import Column
from client.ui.tables.delegate import CELL, RIGHT, Delegate
from client.ui.tables.marking import WRONG
from client.ui.theme import theme

Index = QModelIndex | QPersistentModelIndex
BY_TAB = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
PLAIN, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
WALK = {  # key: the step it takes
    Qt.Key.Key_Return: 1,
    Qt.Key.Key_Enter: 1,
    Qt.Key.Key_Tab: 1,
    Qt.Key.Key_Backtab: -1,
}


class PartDelegate(Delegate):
    """Paints orders, and makes the editor of what they get."""

    def __init__(self, grid: "PartsGrid") -> None:
        super().__init__(grid)
        self.grid = grid
        self.editor: LineEditor | None = None

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        if index.data(WRONG):
            rect, red = option.rect, theme().color("red")
            cell = rect.adjusted(8, 0, -8, -1)
            if index.data(CELL) is None:
                painter.setPen(red)
                painter.drawText(cell, RIGHT, index.data() or "")
            painter.fillRect(QRect(rect.x() + 1, rect.bottom() - 1, rect.width() - 2, 2), red)

    def _paint_figure(
        self, painter: QPainter, cell: QRect, index: Index, pen: str, column: Column
    ) -> None:
        super()._paint_figure(painter, cell, index, "red" if index.data(WRONG) else pen, column)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = LineEditor(parent, KEYS[index.column()])
        editor.setAccessibleName(self.grid.column(index.column()).title)
        editor.setAlignment(RIGHT)
        editor.textEdited.connect(self.grid.typing)
        self.editor = editor
        return editor

    def destroyEditor(self, editor: QWidget, index: Index) -> None:
        if editor is self.editor:
            self.editor = None
            self.grid.typing.emit()
        super().destroyEditor(editor, index)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        # Others' changes must not overwrite what is being typed.
        if isinstance(editor, LineEditor) and not editor.is_changed():
            editor.started_with = index.data(Qt.ItemDataRole.EditRole) or ""
            editor.setText(editor.started_with)
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QObject, index: Index) -> None:
        if isinstance(editor, LineEditor) and isinstance(model, PartsModel) and editor.is_changed():
            text = editor.text()
            editor.started_with = text
            model.type_text(index.row(), text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(watched, LineEditor) or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        if watched.composing:
            return False  # Enter and Esc belong to the input method now
        if event.type() == QEvent.Type.KeyPress and self.grid.allocation_key(event):
            return True
        return super().eventFilter(watched, event)


class PartsGrid(CellTable):
    """`typing` when what stands in the open cell changes or the cell closes; `passed` when Enter
    leaves the last row; `propose_asked` for the key that proposes anew; `said` with a sentence.
    """

    _delegate: PartDelegate
    typing = Signal()
    passed = Signal()
    propose_asked = Signal()
    said = Signal(str)

    def __init__(self) -> None:
        super().__init__(columns())
        self.ruled = True
        self.amount: Decimal | None = None
        self.parts_model = PartsModel()
        self._delegate = PartDelegate(self)
        self.setModel(self.parts_model)
        self.setItemDelegate(self._delegate)
        self.setSelectionMode(CellTable.SelectionMode.SingleSelection)
        self.setAccessibleName(_("Orders that are not paid"))
        self.clicked.connect(self._clicked)

    # Load

    def show_orders(self, orders: Sequence[OpenOrder]) -> None:
        """Show the orders as they are now; what is typed stays, also in the open cell."""
        editor, order = self._delegate.editor, self.current_order()
        text = editor.text() if editor is not None else ""
        open_ = editor is not None and order is not None
        if editor is not None and editor.is_changed():
            self.commitData(editor)
        moved = self.parts_model.show_orders(orders)
        row = next((r for r, o in enumerate(orders) if order and o.id == order.id), -1)
        if moved and open_ and row >= 0:
            self.go_to(row)
            if self._delegate.editor is not None:
                self._delegate.editor.setText(text)
        self._let_focus()

    def set_editable(self, editable: bool) -> None:
        if not editable:
            self.leave(keep=False)
        self.parts_model.set_editable(editable)
        self.enter_opens = not editable
        # In a posted receipt, the outstanding amount is what is left already.
        self.columns[KEYS.index("left")].hidden = not editable
        self.column_layout.apply()
        self._let_focus()

    def _let_focus(self) -> None:
        # Without a row there is nothing to go to: the keys pass on to what stands below.
        some = bool(self.parts_model.orders)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if some else Qt.FocusPolicy.NoFocus)

    def open_text(self) -> tuple[int, str] | None:
        """The order and the text of a cell that is being typed and not taken over yet."""
        editor, order = self._delegate.editor, self.current_order()
        if editor is None or order is None or not editor.is_changed():
            return None
        return order.id, editor.text()

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
            Problem(order.id, "part", model.wrong(row))
            for row, order in enumerate(model.orders)
            if model.wrong(row) and parts.get(order.id) == model.parts.get(order.id)
        ]
        more = allocation.order_problems(model.orders, parts)
        return found + [problem for problem in more if problem not in found]

    # What the clerk does

    def current_order(self) -> OpenOrder | None:
        row = self.currentIndex().row()
        orders = self.parts_model.orders
        return orders[row] if 0 <= row < len(orders) else None

    def go_to(self, row: int) -> None:
        """Open what the order in `row` gets."""
        self.leave()
        index = self.parts_model.index(row, PART)
        self._open_cell(index)

    def walk(self, by: int) -> None:
        """To the order below or above; behind the last one the grid is left."""
        row = self.currentIndex().row() + by
        self.leave()
        if row >= len(self.parts_model.orders):
            self.passed.emit()
        elif row < 0:
            self.focusNextPrevChild(False)
        else:
            self.go_to(row)

    def fill_current(self) -> None:
        """Give the current order all it lacks, as far as the money goes; again takes it back."""
        order, model = self.current_order(), self.parts_model
        if order is None or not model.editable:
            return
        row = self.currentIndex().row()
        typed = self._delegate.editor is not None
        self.leave()
        if model.parts.get(order.id) or order.id in model.texts:
            model.type_text(row, "")
        else:
            part = allocation.fill(self.amount, model.parts, order)
            model.give(row, part)
            if not part:
                self.said.emit(_("Nothing is left to hand out."))
        if typed:
            self.go_to(row)

    def allocation_key(self, event: QKeyEvent) -> bool:
        """Do what a key means while money is allocated; returns whether it means anything."""
        key = Qt.Key(event.key())
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key == Qt.Key.Key_F9 and modifiers == SHIFT:
            self.propose_asked.emit()
        elif key in (Qt.Key.Key_F9, Qt.Key.Key_Space) and modifiers == PLAIN:
            self.fill_current()
        elif key in WALK and modifiers in (PLAIN, SHIFT):
            self.walk(-1 if modifiers == SHIFT else WALK[key])
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and modifiers == PLAIN:
            row = self.currentIndex().row() + (1 if key == Qt.Key.Key_Down else -1)
            self.commit()
            if 0 <= row < len(self.parts_model.orders):
                self.go_to(row)
        else:
            return False
        return True

    # Qt

    def keyPressEvent(self, event: QKeyEvent) -> None:
        hands = self.parts_model.editable and not self.is_editing()
        if not hands or not self.allocation_key(event):
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Tab belongs to the cells while they can be typed."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            tab = event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
            if tab and self.parts_model.editable and self.allocation_key(event):
                return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in BY_TAB and self.parts_model.editable:
            back = event.reason() == Qt.FocusReason.BacktabFocusReason
            self.go_to(len(self.parts_model.orders) - 1 if back else 0)

    def _clicked(self, index: QModelIndex) -> None:
        plain = QApplication.keyboardModifiers() == PLAIN
        if plain and self.parts_model.editable and index.column() == PART:
            self.go_to(index.row())
