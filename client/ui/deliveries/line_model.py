"""The lines of a delivery as a table: how much is ordered of each, and how much is sent now."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal

from client.data.deliveries import edit
from client.data.deliveries.edit import Line
from client.i18n import N_
from client.ui.tables.columns import ROW, Column, declared
from client.ui.tables.model import CellModel

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
DROPPED = ("specification", "remarks", "left", "unit")  # the last goes first


def columns() -> list[Column]:
    """The columns of the grid, titled in the language in use."""
    return declared(COLUMNS, stretch=("name", "remarks"), typed=edit.TYPED, dropped=DROPPED)


class SendModel(CellModel):
    """The lines of one delivery; `edited` when one changed."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__(columns())
        self.lines: list[Line] = []

    def load(self, lines: Sequence[Line], editable: bool) -> None:
        """Show these lines; where they are the same goods as before, an open cell stays open."""
        alike = [x["order_line_id"] for x in lines] == [x["order_line_id"] for x in self.lines]
        if alike and editable == self.editable:
            self.lines = list(lines)
            self.tell()
        else:
            self.beginResetModel()
            self.lines, self.editable = list(lines), editable
            self.endResetModel()
        self.edited.emit()

    def type_texts(self, texts: Mapping[tuple[int, str], str]) -> None:
        for (row, key), text in texts.items():
            self.lines[row] = edit.with_text(self.lines[row], key, text)
        if texts:
            self.tell({row for row, _key in texts})
            self.edited.emit()

    def take(self, rows: Iterable[int]) -> None:
        """Send of these lines all that is open."""
        self.type_texts({(row, "quantity"): str(edit.most(self.lines[row])) for row in rows})

    # What the cells hold

    def length(self) -> int:
        return len(self.lines)

    def value(self, row: int, key: str) -> Any:
        line = self.lines[row]
        if key == "left":
            return edit.left(line)
        value = line.get(key)
        return (value or None) if key in ("elsewhere", "quantity") else value

    def unread(self, row: int, key: str) -> str | None:
        typed = self.lines[row].get(edit.WRONG) or {}
        return str(typed[key]) if key in typed else None

    def wrong(self, row: int, key: str) -> str:
        return edit.why_wrong(self.lines[row]) if key == "quantity" and self.editable else ""
