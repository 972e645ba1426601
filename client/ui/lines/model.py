"""The lines of an order as a table that can be typed into, with every step undoable.

The rules of a line live in `client.data.priced.edit`; here they meet Qt's roles and signals.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from client.data.priced import edit as order_edit
from client.data.priced.edit import Line
from client.data.priced.prices import PriceHistory
from client.data.priced.products import Pick, ProductIndex
from client.i18n import _
from client.ui.lines import cells
from client.ui.lines.cells import COLUMNS, EDITABLE, KEYS
from client.ui.tables.delegate import CELL, HINT, LAST
from client.ui.tables.marking import WRONG

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()

WALK = ("code", "quantity", "unit_price", "discount")  # what Enter visits; Tab visits all


class _Change(QUndoCommand):
    """The lines before and after one step; whole lists, whose lines are shared."""

    def __init__(self, model: "LineModel", after: list[Line], row: int, key: str) -> None:
        super().__init__()
        self._model, self._row, self._key = model, row, key
        self._before, self._after = model.lines, after

    def redo(self) -> None:
        self._model.show_lines(self._after)
        self._model.last_touched = self._row, self._key

    def undo(self) -> None:
        self._model.show_lines(self._before)
        self._model.last_touched = self._row, self._key


class LineModel(QAbstractTableModel):
    """Lines plus one row that says how to go on, as long as they may be edited.

    `draft` is false where the stored lines are sold already. `edited` tells that figures are to be
    added up anew; `last_touched` is where the last step, taken or taken back, happened, as
    (row, key).
    """

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Line] = []
        self.products = ProductIndex()
        self.prices: Mapping[int, PriceHistory] = {}
        self.undo_stack = QUndoStack(self)
        self.shares: Mapping[str, Decimal] = {}
        self.strict = False
        self.draft = True
        self.last_touched = 0, ""
        self._editable = True

    # Load

    def load(self, lines: Sequence[Line], editable: bool) -> None:
        """Show these lines and forget the steps before."""
        self.beginResetModel()
        self.lines, self._editable, self.strict = list(lines), editable, False
        self.undo_stack.clear()
        self.endResetModel()
        self.edited.emit()

    def renew(self, lines: Sequence[Line]) -> None:
        """Show other lines and forget the steps before, while a cell may be open."""
        self.undo_stack.clear()
        self.strict = False
        self.show_lines(list(lines))

    def set_products(self, products: ProductIndex) -> None:
        """Look products up here from now on; what was typed too early is read again."""
        self.products = products
        lines = list(self.lines)
        for at, line in enumerate(lines):
            if text := (line.get(order_edit.WRONG) or {}).get("code"):
                lines[at] = order_edit.with_text(line, "code", text, products)
        self.show_lines(lines)
        self.set_strict(self.strict)

    def set_prices(self, prices: Mapping[int, PriceHistory]) -> None:
        """Show these last prices beside those typed."""
        self.prices = prices
        if self.lines:
            column = KEYS.index("unit_price")
            last = self.index(len(self.lines) - 1, column)
            self.dataChanged.emit(self.index(0, column), last)

    def set_strict(self, strict: bool) -> None:
        """Mark missing values as well, not only unreadable ones: after a save was refused."""
        self.strict = strict
        if self.lines:
            last = self.index(len(self.lines) - 1, len(KEYS) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    @property
    def editable(self) -> bool:
        return self._editable

    # What the clerk does

    def type_text(self, row: int, key: str, text: str) -> None:
        """Take `text` into a cell; `..` repeats the cell above; the last row becomes a line."""
        line = self.lines[row] if row < len(self.lines) else order_edit.blank_line()
        if text.strip() == ".." and 0 < row <= len(self.lines):
            changed = cells.repeated(line, self.lines[row - 1], key, self.products)
        else:
            changed = order_edit.with_text(line, key, text, self.products)
        if changed != line:
            self._push([*self.lines[:row], changed, *self.lines[row + 1 :]], row, key)

    def take_products(self, row: int, picks: Sequence[Pick]) -> None:
        """Put the first of `picks` into the line, the others into new lines below it."""
        line = self.lines[row] if row < len(self.lines) else order_edit.blank_line()
        taken = [order_edit.with_pick(line, pick) for pick in picks[:1]]
        taken += [order_edit.with_pick(order_edit.blank_line(), pick) for pick in picks[1:]]
        self._push([*self.lines[:row], *taken, *self.lines[row + 1 :]], row, "code")

    def take_price(self, row: int) -> bool:
        """Take what the customer paid last; tells whether that was another price."""
        line = self.lines[row] if row < len(self.lines) else {}
        past = self.prices.get(line.get("product_id") or 0)
        if past is None or past.last is None or past.last.unit_price == line.get("unit_price"):
            return False
        changed = order_edit.with_price(line, past.last.unit_price, past.last.discount)
        self._push([*self.lines[:row], changed, *self.lines[row + 1 :]], row, "unit_price")
        return True

    def insert(self, row: int) -> None:
        """A new line above `row`."""
        self._push([*self.lines[:row], order_edit.blank_line(), *self.lines[row:]], row, "code")

    def remove(self, rows: Sequence[int]) -> None:
        gone = {row for row in rows if row < len(self.lines)}
        if gone:
            left = [line for at, line in enumerate(self.lines) if at not in gone]
            self._push(left, min(gone), "code")

    def duplicate(self, rows: Sequence[int]) -> int:
        """Copies of lines below the last of them; tells where they begin."""
        copied = [order_edit.copied(self.lines[row]) for row in rows if row < len(self.lines)]
        at = max(rows) + 1
        self._push([*self.lines[:at], *copied, *self.lines[at:]], at, "code")
        return at

    def move(self, row: int, by: int) -> bool:
        """Move a line up or down; tells whether there was room."""
        to = row + by
        if not (0 <= row < len(self.lines) and 0 <= to < len(self.lines)):
            return False
        lines = list(self.lines)
        lines.insert(to, lines.pop(row))
        self._push(lines, to, "")
        return True

    def paste_lines(self, row: int, lines: Sequence[Line]) -> None:
        """Insert whole lines at `row`; a blank line there gives way."""
        rest = self.lines[row:]
        if rest and order_edit.is_blank(rest[0]):
            rest = rest[1:]
        self._push([*self.lines[:row], *lines, *rest], row + len(lines) - 1, "code")

    def paste_cells(self, row: int, key: str, block: Sequence[Sequence[str]]) -> None:
        """Type a block of texts into the cells from (row, key) to the right and down."""
        lines, keys = list(self.lines), EDITABLE[EDITABLE.index(key) :]
        for at, texts in enumerate(block, start=row):
            line = lines[at] if at < len(lines) else order_edit.blank_line()
            for name, text in zip(keys, texts, strict=False):
                line = order_edit.with_text(line, name, text, self.products)
            lines[at:] = [line, *lines[at + 1 :]]
        self._push(lines, row, key)

    def _push(self, lines: list[Line], row: int, key: str) -> None:
        self.undo_stack.push(_Change(self, lines, row, key))

    # Qt

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.lines) + self._editable

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(KEYS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _(COLUMNS[section][1]) if COLUMNS[section][1] else ""
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if self._editable and KEYS[index.column()] in EDITABLE:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        key, row = KEYS[index.column()], index.row()
        if row >= len(self.lines):
            if role == Qt.ItemDataRole.DisplayRole:
                return cells.hint(key, len(self.lines))
            return True if role == HINT else None
        line = self.lines[row]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return cells.text(line, row, key, self.shares)
            case Qt.ItemDataRole.EditRole:
                return cells.typed(line, key)
            case Qt.ItemDataRole.ToolTipRole:
                return self._tip(line, row, key) or None
            case Qt.ItemDataRole.AccessibleDescriptionRole:
                return self._wrong(line, key) or None
            case _ if role == CELL:
                return cells.value(line, key, self.shares)
            case _ if role == LAST and key == "unit_price":
                return cells.last_price(line, self.prices)
            case _ if role == WRONG:
                return self._wrong(line, key)
        return None

    def _tip(self, line: Line, row: int, key: str) -> str:
        found = self._wrong(line, key)
        if not found and key == "unit_price":
            found = cells.price_notes(line, self.prices, self.products)
        return found or cells.text(line, row, key, self.shares)

    def _wrong(self, line: Line, key: str) -> str:
        return cells.wrong(line, key, self.products, self.strict, self.draft)

    def show_lines(self, lines: list[Line]) -> None:
        """Show another state of the lines, telling Qt no more than what differs."""
        before, self_lines = self.lines, lines
        head = 0
        while head < min(len(before), len(lines)) and before[head] is lines[head]:
            head += 1
        tail = 0
        most = min(len(before), len(lines)) - head
        while tail < most and before[-1 - tail] is lines[-1 - tail]:
            tail += 1
        common = min(len(before), len(lines)) - head - tail
        # At the end the row that says how to go on becomes the line, so that the cell in which
        # one types stays the same, and a new such row appears below.
        at = head + common + (1 if tail == 0 and self._editable else 0)
        more = len(lines) - len(before)
        if more > 0:
            self.beginInsertRows(QModelIndex(), at, at + more - 1)
        elif more < 0:
            self.beginRemoveRows(QModelIndex(), at, at - more - 1)
        self.lines = self_lines
        if more > 0:
            self.endInsertRows()
        elif more < 0:
            self.endRemoveRows()
        # Numbers below the change moved too.
        last = self.rowCount() - 1
        if last >= head:
            self.dataChanged.emit(self.index(head, 0), self.index(last, len(KEYS) - 1))
        self.edited.emit()
