"""The lines of a delivery as a table: how much is ordered of each, and how much is sent now."""

from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from client.data import formats
from client.data.deliveries import edit
from client.data.deliveries.edit import Line
from client.i18n import N_, _
from client.ui.tables.columns import Column
from client.ui.tables.delegate import CELL
from client.ui.tables.marking import WRONG

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
ROW = "row"
COLUMNS: tuple[tuple[str, str, str, int], ...] = (  # key, title, kind, width
    (ROW, "", "text2", 36),
    ("code", N_("Code"), "code", 96),
    ("name", N_("Product name"), "name", 150),
    ("specification", N_("Specification"), "text2", 132),
    ("unit", N_("Unit"), "text", 52),
    ("ordered", N_("Ordered"), "quantity", 92),
    ("elsewhere", N_("In other deliveries"), "quantity", 126),
    ("quantity", N_("This delivery"), "quantity", 112),
    ("left", N_("Left open"), "quantity", 92),
    ("remarks", N_("Remarks"), "text2", 140),
)
KEYS = tuple(key for key, _title, _kind, _width in COLUMNS)
EDITABLE = ("quantity", "remarks")
DROPPED = ("specification", "remarks", "left", "unit")  # the last goes first
FIGURES = ("ordered", "elsewhere", "quantity", "left")


def columns() -> list[Column]:
    """The columns of the grid, titled in the language in use."""
    found = []
    for key, title, kind, width in COLUMNS:
        column = Column(key, _(title) if title else "", width, kind)
        column.stretch = key in ("name", "remarks")
        column.right = column.right or key == ROW
        column.editable = key in EDITABLE
        column.drop = DROPPED.index(key) + 1 if key in DROPPED else 0
        found.append(column)
    return found


class SendModel(QAbstractTableModel):
    """The lines of one delivery; `edited` when one changed."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Line] = []
        self.editable = False

    def load(self, lines: Sequence[Line], editable: bool) -> None:
        """Show these lines; where they are the same goods as before, an open cell stays open."""
        alike = [x["order_line_id"] for x in lines] == [x["order_line_id"] for x in self.lines]
        if alike and editable == self.editable:
            self.lines = list(lines)
            self._tell(range(len(lines)))
        else:
            self.beginResetModel()
            self.lines, self.editable = list(lines), editable
            self.endResetModel()
        self.edited.emit()

    def type_text(self, row: int, key: str, text: str) -> None:
        """Take `text` into a cell."""
        self._put({row: edit.with_text(self.lines[row], key, text)})

    def take(self, rows: Iterable[int], everything: bool) -> None:
        """Send of these lines all that is open, or nothing."""
        if self.editable:
            lines = {row: self.lines[row] for row in rows if row < len(self.lines)}
            texts = {row: str(edit.most(x)) if everything else "" for row, x in lines.items()}
            self._put({r: edit.with_text(x, "quantity", texts[r]) for r, x in lines.items()})

    def _put(self, changed: dict[int, Line]) -> None:
        for row, line in changed.items():
            self.lines[row] = line
        self._tell(changed)
        self.edited.emit()

    def _tell(self, rows: Iterable[int]) -> None:
        for row in rows:
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(KEYS) - 1))

    # Qt

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self.lines)

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
        if self.editable and KEYS[index.column()] in EDITABLE:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        key, row = KEYS[index.column()], index.row()
        line = self.lines[row]
        if role == WRONG or role == Qt.ItemDataRole.ToolTipRole:
            said = edit.why_wrong(line) if key == "quantity" and self.editable else ""
            return said or (None if role == WRONG else self._text(line, row, key) or None)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(line, row, key)
        if role == Qt.ItemDataRole.EditRole:
            text = self._text(line, row, key)
            return text.replace(",", "") if key == "quantity" else text
        if role == CELL:
            return self._value(line, key)
        return None

    def _value(self, line: Line, key: str) -> Any:
        if key == "left":
            return edit.left(line)
        value = line.get(key)
        return (value or None) if key in ("elsewhere", "quantity") else value

    def _text(self, line: Line, row: int, key: str) -> str:
        if key == ROW:
            return str(row + 1)
        if key in (wrong := line.get(edit.WRONG) or {}):
            return str(wrong[key])
        value = self._value(line, key)
        if value is None:
            return ""
        return formats.quantity(value) if key in FIGURES else str(value)
