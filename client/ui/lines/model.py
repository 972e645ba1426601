"""The lines of an order as a table that can be typed into, with every step undoable.

The rules of a line live in `client.data.priced.edit`; here they meet Qt's roles and signals.
"""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from client.data import formats
from client.data.priced import edit as order_edit
from client.data.priced.edit import Line
from client.data.priced.products import Item, ProductIndex
from client.i18n import N_, _
from client.model import OrderLine, fields
from client.ui.tables.columns import Column
from client.ui.tables.delegate import CELL, HINT

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()

WRONG = Qt.ItemDataRole.UserRole + 11  # the sentence about what is wrong in the cell
ROW = "row"
COLUMNS: tuple[tuple[str, str, str, int], ...] = (  # key, title, kind, width
    (ROW, "", "text2", 36),
    ("code", N_("Code"), "code", 96),
    ("name", N_("Product name"), "name", 150),
    ("specification", N_("Specification"), "text2", 132),
    ("unit", N_("Unit"), "text", 52),
    ("quantity", N_("Quantity"), "quantity", 84),
    ("unit_price", N_("Unit price"), "price", 112),
    ("discount", N_("Discount"), "percent", 70),
    ("tax_rate", N_("Tax rate"), "percent", 70),
    ("tax_amount", N_("Tax amount"), "money", 92),
    ("remarks", N_("Remarks"), "text2", 112),
    ("amount", N_("Amount"), "money", 116),
)
KEYS = tuple(key for key, _title, _kind, _width in COLUMNS)
EDITABLE = ("code", "name", "quantity", "unit_price", "discount", "tax_rate", "remarks")
DROPPED = ("unit", "specification", "remarks", "tax_rate", "tax_amount")  # the last goes first
WALK = ("code", "quantity", "unit_price", "discount")  # what Enter visits; Tab visits all
SHOW = {
    "quantity": formats.quantity,
    "unit_price": formats.price,
    "discount": formats.percent,
    "tax_rate": formats.percent,
    "amount": formats.money,
    "tax_amount": formats.money,
}


def columns() -> list[Column]:
    """The columns of the line grid, titled in the language in use."""
    labels = fields(OrderLine)
    found = []
    for key, title, kind, width in COLUMNS:
        label = labels[order_edit.FIELD_OF[key]].label if key in ("name",) else title
        column = Column(key, _(label) if label else "", width, kind)
        column.stretch = key in ("name", "remarks")
        column.right = column.right or key == ROW
        column.editable = key in EDITABLE
        column.drop = DROPPED.index(key) + 1 if key in DROPPED else 0
        found.append(column)
    return found


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

    `edited` tells that figures are to be added up anew; `last_touched` is where the last step,
    taken or taken back, happened, as (row, key).
    """

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Line] = []
        self.products = ProductIndex()
        self.undo_stack = QUndoStack(self)
        self.strict = False
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
            changed = _repeated(line, self.lines[row - 1], key, self.products)
        else:
            changed = order_edit.with_text(line, key, text, self.products)
        if changed != line:
            self._push([*self.lines[:row], changed, *self.lines[row + 1 :]], row, key)

    def take_products(self, row: int, items: Sequence[Item]) -> None:
        """Put the first of `items` into the line, the others into new lines below it."""
        line = self.lines[row] if row < len(self.lines) else order_edit.blank_line()
        taken = [order_edit.with_product(line, item) for item in items[:1]]
        taken += [order_edit.with_product(order_edit.blank_line(), item) for item in items[1:]]
        self._push([*self.lines[:row], *taken, *self.lines[row + 1 :]], row, "code")

    def insert(self, row: int) -> None:
        """A new line above `row`."""
        self._push([*self.lines[:row], order_edit.blank_line(), *self.lines[row:]], row, "code")

    def remove(self, rows: Sequence[int]) -> None:
        gone = {row for row in rows if row < len(self.lines)}
        if gone:
            left = [line for at, line in enumerate(self.lines) if at not in gone]
            self._push(left, min(gone), "code")

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
        for at, cells in enumerate(block, start=row):
            line = lines[at] if at < len(lines) else order_edit.blank_line()
            for name, text in zip(keys, cells, strict=False):
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
            return self._hint(key, role)
        line = self.lines[row]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(line, row, key)
            case Qt.ItemDataRole.EditRole:
                return self._typed(line, key)
            case Qt.ItemDataRole.ToolTipRole:
                return self._wrong(line, key) or self._text(line, row, key) or None
            case _ if role == CELL:
                return self._value(line, key)
            case _ if role == WRONG:
                return self._wrong(line, key)
        return None

    def _hint(self, key: str, role: int) -> Any:
        if role == HINT:
            return True
        if role == Qt.ItemDataRole.DisplayRole:
            texts = {
                ROW: str(len(self.lines) + 1),
                "code": _("code…"),
                "name": _("type a code, a name or pinyin initials, F7 picks"),
            }
            return texts.get(key, "")
        return None

    def _value(self, line: Line, key: str) -> Any:
        if key == "amount":
            return order_edit.amount(line)
        if key == "tax_amount":
            return order_edit.tax_amount(line)
        if key == "discount":
            return line.get(key) or None
        return line.get(key)

    def _text(self, line: Line, row: int, key: str) -> str:
        if key == ROW:
            return str(row + 1)
        if key in (wrong := line.get(order_edit.WRONG) or {}):
            return str(wrong[key])
        value = self._value(line, key)
        if value is None:
            return ""
        return SHOW[key](value) if key in SHOW else str(value)

    def _typed(self, line: Line, key: str) -> str:
        text = self._text(line, -1, key)
        return text if key in (line.get(order_edit.WRONG) or {}) else _ungrouped(text, key)

    def _wrong(self, line: Line, key: str) -> str:
        if key in (wrong := line.get(order_edit.WRONG) or {}):
            return order_edit.why_wrong(key, wrong[key])
        if not self.strict or order_edit.is_blank(line):
            return ""
        found = (p.sentence for p in order_edit.line_problems(0, line) if p.field == key)
        return next(found, "")

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


def _ungrouped(text: str, key: str) -> str:
    return text.replace(",", "") if key in SHOW else text


def _repeated(line: Line, above: Line, key: str, products: ProductIndex) -> Line:
    """The line with the value of the line above; a product comes with all that belongs to it."""
    if key not in ("code", "name"):
        return order_edit.with_text(line, key, "", products) | {key: above.get(key)}
    item = products.by_id(above.get("product_id"))
    return order_edit.with_product(line, item) if item is not None else line
