"""Who changed which field of a record from what to what, and when."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from client.data import formats
from client.data.forms import Revision
from client.i18n import N_, _
from client.model import Entity, Field, fields
from client.ui.tables.columns import Column
from client.ui.tables.table import CELL, Table

Index = QModelIndex | QPersistentModelIndex
OPERATIONS = {
    "insert": N_("entered"),
    "delete": N_("deleted"),
    "restore": N_("restored"),
    "erase": N_("erased"),
}
NUMBERS = ("money", "price", "quantity", "percent", "integer")


class Change(NamedTuple):
    """One field that somebody changed, as it is shown."""

    at: str
    who: str
    field: str
    before: str
    after: str


def stored_text(field: Field, value: Any, title: Callable[[str, Any], str]) -> str:
    """A value as the history keeps it, which is JSON, as people read it."""
    if value is None:
        return ""
    if field.kind == "reference":
        return title(field.name, value)
    try:
        if field.kind in NUMBERS:
            value = Decimal(str(value))
        elif field.kind == "date":
            value = date.fromisoformat(value)
        elif field.kind == "moment":
            value = datetime.fromisoformat(value)
    except (InvalidOperation, ValueError, TypeError):
        return str(value)
    return formats.text_of(field, value)


def changes(
    entity: type[Entity], revisions: Sequence[Revision], title: Callable[[str, Any], str]
) -> list[Change]:
    """A line for every field changed; entering or deleting a record is one line."""
    known: Mapping[str, Field] = fields(entity)
    lines = []
    for revision in revisions:
        at, who = formats.datetime_text(revision.at.astimezone()), revision.who
        if revision.operation in OPERATIONS:
            lines.append(Change(at, who, _(OPERATIONS[revision.operation]), "", revision.reason))
            continue
        for name, after in revision.after.items():
            if name in known:
                before = stored_text(known[name], revision.before.get(name), title)
                text = stored_text(known[name], after, title)
                lines.append(Change(at, who, _(known[name].label), before, text))
    return lines


class HistoryModel(QAbstractTableModel):
    """The lines as a table shows them."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[Change] = []

    def show_lines(self, lines: list[Change]) -> None:
        self.beginResetModel()
        self._lines = lines
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(Change._fields)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, CELL):
            return self._lines[index.row()][index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._lines[index.row()][index.column()] or None
        return None


def history_table() -> tuple[Table, HistoryModel]:
    """A table for the history of one record."""
    columns = [
        Column("at", _("When"), 116, "code"),
        Column("who", _("Who"), 64),
        Column("field", _("Field"), 84),
        Column("before", _("Before"), 80, "text2"),
        Column("after", _("After"), 80, stretch=True),
    ]
    table, model = Table(columns), HistoryModel()
    table.setAccessibleName(_("History"))
    table.setModel(model)
    return table, model
