"""The lines of an order as a table that can be typed into, with every step undoable.

The rules of a line live in `client.data.priced.edit`; here they meet Qt's roles and signals.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from client.data.priced import edit as order_edit
from client.data.priced.edit import Line
from client.data.priced.prices import PriceHistory
from client.data.priced.products import Pick, ProductIndex
from client.ui.lines import cells
from client.ui.tables.delegate import HINT, LAST
from client.ui.tables.model import NO_INDEX, CellModel

Index = QModelIndex | QPersistentModelIndex


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


class LineModel(CellModel):
    """Lines plus one row that says how to go on, as long as they may be edited.

    `draft` is false where the stored lines are sold already. `edited` tells that figures are to be
    added up anew; `last_touched` is where the last step, taken or taken back, happened, as
    (row, key).
    """

    edited = Signal()

    def __init__(self) -> None:
        super().__init__(cells.columns())
        self.editable = True
        self.lines: list[Line] = []
        self.products = ProductIndex()
        self.prices: Mapping[int, PriceHistory] = {}
        self.undo_stack = QUndoStack(self)
        self.shares: cells.Shares = {}
        self.strict = False
        self.draft = True
        self.last_touched = 0, ""

    # Load

    def load(self, lines: Sequence[Line], editable: bool) -> None:
        """Show these lines and forget the steps before."""
        self.beginResetModel()
        self.lines, self.editable, self.strict = list(lines), editable, False
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
        if lines != self.lines:
            self.show_lines(lines)
        self.set_strict(self.strict)

    def set_prices(self, prices: Mapping[int, PriceHistory]) -> None:
        """Show these last prices beside those typed."""
        self.prices = prices
        self._tell_columns("unit_price", "unit_price")

    def set_strict(self, strict: bool) -> None:
        """Mark missing values as well, not only unreadable ones: after a save was refused."""
        self.strict = strict
        self.tell()

    def set_shares(self, shares: cells.Shares) -> None:
        """Take from each amount what the line gives of what is taken off the whole."""
        if shares != self.shares:
            self.shares = shares
            self._tell_columns("tax_amount", "amount")

    def _tell_columns(self, first: str, last: str) -> None:
        # Another cell that is open would be selected anew.
        if self.lines:
            self.dataChanged.emit(self.cell(0, first), self.cell(len(self.lines) - 1, last))

    # What the clerk does

    def type_texts(self, texts: Mapping[tuple[int, str], str]) -> None:
        """Take texts into cells, as one step; `..` repeats the cell above, and below the last line
        new ones are made."""
        lines = list(self.lines)
        for (row, key), text in texts.items():
            line = lines[row] if row < len(lines) else order_edit.blank_line()
            if text.strip() == ".." and 0 < row <= len(lines):
                changed = cells.repeated(line, lines[row - 1], key, self.products)
            else:
                changed = order_edit.with_text(line, key, text, self.products)
            if changed != line:
                lines[row:] = [changed, *lines[row + 1 :]]
        if lines != self.lines:
            self._push(lines, *next(iter(texts)))

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

    def _push(self, lines: list[Line], row: int, key: str) -> None:
        self.undo_stack.push(_Change(self, lines, row, key))

    # What the cells hold

    def length(self) -> int:
        return len(self.lines)

    def value(self, row: int, key: str) -> Any:
        return cells.value(self.lines[row], key, self.shares)

    def unread(self, row: int, key: str) -> str | None:
        return cells.unread(self.lines[row], key)

    def wrong(self, row: int, key: str) -> str:
        return cells.wrong(self.lines[row], key, self.products, self.strict, self.draft)

    def tip(self, row: int, key: str) -> str:
        found = self.wrong(row, key)
        if not found and key == "unit_price":
            found = cells.price_notes(self.lines[row], self.prices, self.products)
        return found or self.text(row, key)

    # Qt

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        waiting = self.editable and not parent.isValid()
        return super().rowCount(parent) + waiting

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, key = index.row(), self.keys[index.column()]
        if row >= len(self.lines):
            if role == Qt.ItemDataRole.DisplayRole:
                return cells.hint(key, len(self.lines))
            return True if role == HINT else None
        if role == LAST:
            return cells.last_price(self.lines[row], self.prices) if key == "unit_price" else None
        return super().data(index, role)

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
        at = head + common + (1 if tail == 0 and self.editable else 0)
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
            self.dataChanged.emit(self.index(head, 0), self.index(last, len(self.keys) - 1))
        self.edited.emit()
