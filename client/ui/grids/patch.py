"""Puts others' changes into an open list: one query reads the changed rows, and they are put in.

Cursor, selection and place stay. The list as a whole is read again at its own pace.
"""

from functools import partial
from random import uniform
from typing import Any

from PySide6.QtCore import QObject, QTimer

from client.context import Context
from client.data import derived
from client.data.rowsource import Row, RowSource, money_names
from client.ui.following import Following, is_of_reach, seen
from client.ui.grids.model import GridModel, find_all
from client.ui.grids.reader import GridReader
from client.ui.tables.table import Table

QUIET_MS, SPREAD_MS = 120, 300  # notices that come together are answered together
LONG = 50_000
SOUGHT_AT_ONCE = 5  # ids looked for in a long list, some milliseconds each
HEAD = 50  # a new record stands among the first, or the list is read again


def read_changed(office: Any, source: RowSource, ids: list[int], unlisted: list[int]) -> Any:
    with office.session() as session:
        found = source.matching(session, ids)
        new = any(number in found for number in unlisted)
        return source, ids, found, source.first_page(session, HEAD) if new else []


class GridPatcher(QObject):
    """Listens to the bus for the list of `reader`."""

    def __init__(
        self, context: Context, reader: GridReader, model: GridModel, table: Table
    ) -> None:
        super().__init__(reader)
        self._context, self._reader, self._model, self._table = context, reader, model, table
        self._working = False
        self._pending: set[int] = set()
        self._quiet = QTimer(self, singleShot=True)
        self._quiet.timeout.connect(self._ask)
        self._figures = Following(context, table, None, self._read_figures)
        self._fade = QTimer(self, singleShot=True, interval=250)
        self._fade.timeout.connect(self._fade_marks)
        context.bus.changed.connect(self._changed)
        reader.rested.connect(self._ask)

    def _changed(self, table: str, operation: str, ids: list[int]) -> None:
        source = self._reader.source
        if table in derived.tables(source.entity, source.names):
            self._figures.ask()
        elif table != source.entity.__tablename__:  # type: ignore[attr-defined]
            if table in self._targets() or self._is_lent(table, ids):
                self._list_again()
        elif ids and seen(self._table):
            self._pending.update(ids)
            self._soon()
        else:
            self._list_again()

    def _soon(self) -> None:
        if not self._quiet.isActive():  # however many save, they do not put it off
            self._quiet.start(round(QUIET_MS + uniform(0, SPREAD_MS)))

    def _list_again(self) -> None:
        self._reader.listed.ask()
        self._reader.summed.ask()

    def _targets(self) -> set[str]:
        names = self._reader.source.names
        shown = (field.target for field in self._model.fields if field.name in names)
        return {t.__tablename__ for t in shown if t}  # type: ignore[attr-defined]

    def _is_lent(self, table: str, ids: list[int]) -> bool:
        owned = hasattr(self._reader.source.entity, "owner_id")
        return owned and is_of_reach(self._context, table, ids)

    def _read_figures(self) -> None:
        """Others' records changed what is shown of these: read it anew, and which are listed only
        where it decides that."""
        if self._reader.follows_figures():
            self._reader.listed.ask()
        else:
            self._reader.read_again(self._figures)
        self._reader.summed.ask()

    def _ask(self) -> None:
        # Rows that are being read now may be older; they must not come after what is read here.
        if self._working or not self._pending or self._reader.is_reading():
            return
        if self._quiet.isActive():
            return
        self._working = True
        ids, self._pending = list(self._pending), set()
        listed, sure = self._listed(ids)
        unlisted = [number for number in ids if number not in listed] if sure else []
        work = partial(read_changed, self._context.office, self._reader.source, ids, unlisted)
        answered = partial(self._answered, self._reader.turn)
        self._context.jobs.run(self, work, answered, self._failed)

    def _failed(self, error: Exception) -> None:
        self._working = False
        self._reader.failed.emit(error)
        self._list_again()

    def _listed(self, ids: list[int]) -> tuple[set[int], bool]:
        """Those of `ids` that stand in the list, and whether all are known: of many in a long one
        only those that were seen are."""
        if len(self._model.ids) > LONG and len(ids) > SOUGHT_AT_ONCE:
            return {number for number in ids if self._model.kept(number) is not None}, False
        places = find_all(self._model.ids, ids)
        return {number for number, place in places.items() if place >= 0}, True

    def _answered(self, turn: int, result: Any) -> None:
        self._working = False
        source, ids, found, head = result
        old = turn != self._reader.turn or source != self._reader.source
        if old:  # than what is shown now
            self._pending.update(ids)
        if self._pending:
            self._soon()
        if old:
            return
        model, (listed, sure) = self._model, self._listed(ids)
        here = [number for number in ids if number in listed and number in found]
        summed = self._adds_up(here, found)
        model.put(here, [found[number] for number in here])
        gone = [number for number in listed if number not in found]
        for number in gone:
            model.remove(number)
        new = [number for number in ids if sure and number in found and number not in listed]
        self._take_in(new, [found.get(row[0], row) for row in head])
        self._mark([*here, *new])
        if not sure and len(listed) < len(ids):
            self._list_again()
        elif gone or new or not summed:
            self._reader.summed.ask()

    def _adds_up(self, ids: list[int], found: dict[int, Row]) -> bool:
        """Whether the sums stay: of each row all amounts are what they were."""
        names = self._reader.source.names
        money = [names.index(name) + 2 for name in money_names(self._reader.source.entity, names)]
        for number in ids if money else ():
            before = self._model.kept(number)
            if before is None or any(before[at] != found[number][at] for at in money):
                return False
        return True

    def _take_in(self, new: list[int], head: list[Row]) -> None:
        """Put new rows in their places: at once near the top, else by reading all ids again."""
        for place, row in enumerate(head):
            if row[0] in new and place <= len(self._model.ids):
                self._model.insert(place, row)
                new = [number for number in new if number != row[0]]
        if new:
            self._reader.listed.ask()

    def _mark(self, ids: list[int]) -> None:
        self._model.mark(ids)
        self._table.marked = self._model.is_marked
        self._table.viewport().update()
        self._fade.start()

    def _fade_marks(self) -> None:
        if self._model.fade():
            self._fade.start()
        else:
            self._table.marked = None
        self._table.viewport().update()
