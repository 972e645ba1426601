"""The rows of a list for Qt: all ids, and the values of the rows seen lately."""

import sys
from array import array
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from time import monotonic
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QFontMetrics

from client.data.formats import text_of
from client.data.rowsource import Row
from client.i18n import _, current
from client.model import Customer, Entity, Field, Operator
from client.ui.tables import marks
from client.ui.tables.model import FlatModel, Index
from client.ui.tables.table import CELL, HINT, Column
from client.ui.theme import font

KEPT_ROWS = 12_000
MARKED_SECONDS = 2.0
PERSON = 13  # characters of a name
MOST_FOLLOWED = 20  # selected rows found again after the order changed

_COLUMN_KINDS = {
    "code": "code",
    "phone": "code",
    "money": "money",
    "price": "price",
    "quantity": "quantity",
    "percent": "percent",
    "integer": "integer",
    "date": "code",
    "moment": "code",
    "yes_no": "check",
    "long": "text2",
    "tags": "text2",
}


def column_of(entity: type[Entity], field: Field, hidden: bool = False) -> Column:
    """How a field stands in a list of `entity`."""
    kind = _COLUMN_KINDS.get(field.kind, "text")
    if marks.is_state(field):
        kind = "state"
    elif marks.is_grade(field):
        kind = "badge"
    name = field.name in ("name", "customer_id", "product_name")
    numbered = field.target is not None and field.target.TITLE == "number"
    metrics = QFontMetrics(font())
    label = marks.label(entity, field)
    title = metrics.horizontalAdvance(label) + 36
    words = [metrics.horizontalAdvance(_(text)) + 37 for _value, text in field.choices]
    least = PERSON if field.target is Operator else field.width
    if numbered:
        kind = "code"
    if field.kind == "reference" and not (name or numbered) and current().startswith("zh"):
        least = round(least * 0.75)  # Chinese titles take fewer places
    width = max(round(least * metrics.horizontalAdvance("0")) + 16, title, *words)
    return Column(
        key=field.name,
        title=label,
        width=width,
        kind="name" if name else kind,
        stretch=name,
        hidden=hidden,
        placeholder=_("name, initials") if field.name == "name" and entity is Customer else "",
    )


class GridModel(FlatModel):
    """`missing` is emitted when rows are looked at that are not here; the reader fetches them and
    calls `put`.

    `shown` names the fields that fetched rows hold, after id and version.
    """

    missing = Signal()

    def __init__(self, columns: Sequence[Field]) -> None:
        super().__init__()
        self.fields = list(columns)
        self.shown: tuple[str, ...] = ()
        self.grades: dict[str, str] = {}
        self.ids: array[int] = array("i")
        self._places: list[int] = []
        self._rows: OrderedDict[int, Row | None] = OrderedDict()
        self._marked: dict[int, float] = {}
        self._blank: dict[int, frozenset[str]] = {}
        self.removing = False  # a row is being taken out, which moves the cursor by itself

    # Qt's questions

    def length(self) -> int:
        return len(self.ids)

    def width(self) -> int:
        return len(self.fields)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _(self.fields[section].label)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in (Qt.ItemDataRole.DisplayRole, CELL, HINT):
            return None
        row, column = index.row(), index.column()
        number = self.ids[row]
        if number not in self._rows:
            self.missing.emit()
            return None
        values, place = self._rows[number], self._places[column]
        if values is None:
            return self._gone(column, place, role)
        value = values[place] if place >= 0 else None
        name = self.fields[column].name
        if value is None and name == "number" and place >= 0:
            return self._unnumbered(number, role)
        if number in self._blank and name in self._blank[number]:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return text_of(self.fields[column], value)
        return None if role == HINT else self._cell(self.fields[column], value)

    def _unnumbered(self, number: int, role: int) -> Any:
        """A draft has no number yet; it is told apart by its id, quietly."""
        if role == CELL:
            return None
        draft = all(name != "planned" for name, _label in self._states())
        text = _("Draft {id}") if draft else _("No. {id}")
        return True if role == HINT else text.format(id=number)

    def _states(self) -> tuple[tuple[str, str], ...]:
        """The states that the records of the list go through, the first one first."""
        return next((f.choices for f in self.fields if f.name in ("status", "state")), ())

    def _gone(self, column: int, place: int, role: int) -> Any:
        """A row that was deleted, or given to somebody else, since its id was read."""
        if role == HINT:
            return True
        first = next((n for n, at in enumerate(self._places) if at >= 0), 0)
        said = role == Qt.ItemDataRole.DisplayRole and place >= 0 and column == first
        return _("no longer here") if said else None

    def _cell(self, field: Field, value: Any) -> Any:
        if marks.is_state(field):
            return marks.state_mark(field, value)
        if marks.is_grade(field):
            return (value, self.grades.get(value, "plain")) if value else None
        return value

    # What the grid puts in

    def set_shown(self, names: Sequence[str]) -> None:
        """Set the fields that rows hold from now on; rows without them are fetched again."""
        self.shown = tuple(names)
        self._places = [
            self.shown.index(field.name) + 2 if field.name in self.shown else -1
            for field in self.fields
        ]
        self._rows.clear()

    def leave_blank(self, number: int, names: Iterable[str]) -> None:
        """Show nothing in these fields of one record, for which they mean nothing."""
        self._blank[number] = frozenset(names)

    def show_first(self, rows: Sequence[Row]) -> None:
        """Show these rows and nothing else."""
        self.beginResetModel()
        self._rows.clear()
        self._marked.clear()
        self.ids = array("i", [row[0] for row in rows])
        self._rows.update((row[0], row) for row in rows)
        self.endResetModel()

    def set_ids(self, ids: "array[int]") -> None:
        """Show all of `ids`. What was current or selected stays so, wherever it is now."""
        old = len(self.ids)
        if ids == self.ids:
            return
        if len(ids) > old and ids[:old] == self.ids:
            self.beginInsertRows(QModelIndex(), old, len(ids) - 1)
            self.ids = ids
            self.endInsertRows()
            return
        self.layoutAboutToBeChanged.emit()
        kept = self.persistentIndexList()
        cells = [(self.ids[index.row()], index.column()) for index in kept]
        followed = list(dict.fromkeys(number for number, _column in cells))[:MOST_FOLLOWED]
        self.ids = ids
        places = find_all(ids, followed)
        moved = []
        for number, column in cells:
            row = places.get(number, -1)
            moved.append(self.index(row, column) if row >= 0 else QModelIndex())
        self.changePersistentIndexList(kept, moved)
        self.layoutChanged.emit()

    def put(self, ids: Sequence[int], rows: Sequence[Row | None]) -> None:
        """Keep fetched rows; those not seen for longest are dropped."""
        for number, row in zip(ids, rows, strict=True):
            self._rows[number] = row
            self._rows.move_to_end(number)
        while len(self._rows) > KEPT_ROWS:
            self._rows.popitem(last=False)

    def forget_rows(self, keep: Iterable[int] = ()) -> None:
        """Drop all rows but `keep`, which are shown until they are read again."""
        kept = {number: self._rows[number] for number in keep if number in self._rows}
        self._rows.clear()
        self._rows.update(kept)

    def absent(self, top: int, bottom: int) -> list[int]:
        """The ids from row `top` to `bottom` whose values are not here."""
        return [number for number in self.ids[max(top, 0) : bottom + 1] if number not in self._rows]

    def kept(self, number: int) -> Row | None:
        """The fetched values of a record; None when they are not here."""
        return self._rows.get(number)

    def id_at(self, row: int) -> int | None:
        return self.ids[row] if 0 <= row < len(self.ids) else None

    def remove(self, number: int) -> None:
        """Take one row out of the list."""
        place = find(self.ids, number)
        if place >= 0:
            self.removing = True
            self.beginRemoveRows(QModelIndex(), place, place)
            del self.ids[place]
            self._rows.pop(number, None)
            self.endRemoveRows()
            self.removing = False

    def insert(self, place: int, row: Row) -> None:
        """Put a new row at its place."""
        self.beginInsertRows(QModelIndex(), place, place)
        self.ids.insert(place, row[0])
        self._rows[row[0]] = row
        self.endInsertRows()

    def touch(self, top: int, bottom: int) -> None:
        """Have the rows from `top` to `bottom` drawn again."""
        if self.ids and top <= bottom:
            last = min(bottom, len(self.ids) - 1)
            corner = self.index(last, self.columnCount() - 1)
            self.dataChanged.emit(self.index(max(top, 0), 0), corner)

    # Rows that somebody just changed

    def mark(self, ids: Iterable[int]) -> None:
        """Remember rows as just changed."""
        self._marked.update(dict.fromkeys(ids, monotonic() + MARKED_SECONDS))

    def is_marked(self, row: int) -> bool:
        return self.ids[row] in self._marked if row < len(self.ids) else False

    def fade(self) -> bool:
        """Drop the marks whose time is over; whether any are left."""
        now = monotonic()
        self._marked = {number: end for number, end in self._marked.items() if end > now}
        return bool(self._marked)


def find(ids: "array[int]", number: int) -> int:
    """The place of `number`, -1 where it is not."""
    return find_all(ids, [number])[number]


def find_all(ids: "array[int]", numbers: Iterable[int]) -> dict[int, int]:
    """The places of several ids, -1 for those that are not in the list.

    The bytes are searched, since comparing a million numbers one by one takes ten times as long.
    """
    data, width = ids.tobytes(), ids.itemsize
    places = {}
    for number in numbers:
        pattern = number.to_bytes(width, sys.byteorder, signed=True)
        at = data.find(pattern)
        while at >= 0 and at % width:
            at = data.find(pattern, at + 1)
        places[number] = at // width if at >= 0 else -1
    return places
