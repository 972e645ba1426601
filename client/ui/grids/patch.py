"""Puts others' changes into an open list: one query reads the changed rows, and they are put in.

The current row, the selection and the place are kept. A long list is read as a whole only now and
then.
"""

from functools import partial
from random import uniform
from time import monotonic
from typing import Any

from PySide6.QtCore import QObject, QTimer

from client.context import Context
from client.data import derived
from client.data.rowsource import Row, RowSource
from client.ui.grids.model import GridModel, find
from client.ui.grids.reader import GridReader
from client.ui.tables.table import Table

QUIET_MS = 120  # notices that come together are answered together
SLOW_MS = 1000  # a changed name in a column of references can wait
PACE_S, JITTER_S = 30.0, 8.0  # a long list is read again at most this often
LONG = 50_000
SOUGHT_AT_ONCE = 5  # ids looked for in a long list, some milliseconds each


def read_changed(office: Any, source: RowSource, ids: list[int]) -> Any:
    with office.session() as session:
        found = source.matching(session, ids)
        return source, ids, found, source.first_page(session) if found else []


class GridPatcher(QObject):
    """Listens to the bus for the list of `reader`."""

    def __init__(
        self, context: Context, reader: GridReader, model: GridModel, table: Table
    ) -> None:
        super().__init__(reader)
        self._context, self._reader, self._model, self._table = context, reader, model, table
        self._working = False
        self._pending: set[int] = set()
        self._quiet = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._quiet.timeout.connect(self._ask)
        self._again = QTimer(self, singleShot=True)
        self._again.timeout.connect(reader.refresh)
        self._figures = QTimer(self, singleShot=True)
        self._figures.timeout.connect(self._read_figures)
        self._fade = QTimer(self, singleShot=True, interval=250)
        self._fade.timeout.connect(self._fade_marks)
        context.bus.changed.connect(self._changed)

    def _changed(self, table: str, operation: str, ids: list[int]) -> None:
        source = self._reader.source
        if table in derived.tables(source.entity, source.names):
            self._figures.start(SLOW_MS)
        elif table != source.entity.__tablename__:  # type: ignore[attr-defined]
            if table in self._targets():
                self._again.start(SLOW_MS)
        elif not self._table.isVisible():
            self._reader.stale = True
        elif ids:
            self._pending.update(ids)
            self._quiet.start()
        else:
            self._read_later()

    def _targets(self) -> set[str]:
        names = self._reader.source.names
        shown = (field.target for field in self._model.fields if field.name in names)
        return {t.__tablename__ for t in shown if t}  # type: ignore[attr-defined]

    def _read_figures(self) -> None:
        """Others' records changed the computed columns of these rows: read them again, but not
        which rows there are.
        """
        if not self._table.isVisible():
            self._reader.stale = True
        elif self._reader.follows_figures():
            self._read_later()
        else:
            self._reader.read_again()
            self._count()

    def _read_later(self) -> None:
        if not self._again.isActive():
            rest = self._reader.last_read + PACE_S - monotonic()
            wait = rest + uniform(0, JITTER_S) if rest > 0 else uniform(0, 1)
            self._again.start(round(wait * 1000))

    def _ask(self) -> None:
        if self._working or not self._pending:
            return
        self._working = True
        ids, self._pending = list(self._pending), set()
        work = partial(read_changed, self._context.office, self._reader.source, ids)
        self._context.jobs.run(self, work, self._answered, self._failed)

    def _failed(self, error: Exception) -> None:
        self._working = False
        self._reader.failed.emit(error)

    def _answered(self, result: Any) -> None:
        self._working = False
        source, ids, found, head = result
        if self._pending:
            self._quiet.start()
        if source != self._reader.source:
            return
        model = self._model
        here = [number for number in ids if number in found and model.holds(number)]
        model.put(here, [found[number] for number in here])
        unsure = [number for number in ids if number not in here]
        if len(model.ids) > LONG and len(unsure) > SOUGHT_AT_ONCE:
            self._read_later()
            unsure = []
        new = []
        for number in unsure:
            listed = find(model.ids, number) >= 0
            if number not in found and listed:
                model.remove(number)
            elif number in found and not listed:
                new.append(number)
        self._take_in(new, [found.get(row[0], row) for row in head])
        self._mark([*here, *new])
        self._count()

    def _take_in(self, new: list[int], head: list[Row]) -> None:
        """Put new rows in their places: at once near the top, else by reading all ids again."""
        for place, row in enumerate(head):
            if row[0] in new and place <= len(self._model.ids):
                self._model.insert(place, row)
                new = [number for number in new if number != row[0]]
        if new and len(self._model.ids) > LONG:
            self._read_later()
        elif new:
            self._reader.read_ids()

    def _count(self) -> None:
        if len(self._model.ids) <= LONG:
            self._reader.count()
        else:
            self._read_later()

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
