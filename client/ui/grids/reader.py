"""Reads a list for its grid: the first rows at once, then all ids, then the rows that are looked
at.

All queries run as jobs; what is shown stays until the answer is here.
"""

from array import array
from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from client.context import Context
from client.data import lookups
from client.data.rowsource import FIRST, Condition, RowSource, money_names
from client.model import Entity
from client.ui.following import Following, seen
from client.ui.grids.model import GridModel, find
from client.ui.grids.readings import Readings
from client.ui.jobs import Token
from client.ui.tables import marks
from client.ui.tables.table import Table

AROUND = 100  # rows fetched beyond the visible ones
ROWS = "first", "ids", "rows", "near"  # the readings that show rows, of which each is the newest


def read_first(office: Any, source: RowSource, grade: type[Entity] | None, token: Token) -> Any:
    with office.session(token) as session:
        grades = lookups.whole(session, [grade])[grade] if grade else []
        return source.first_page(session), grades


def read_ids(office: Any, source: RowSource, token: Token) -> "array[int]":
    with office.session(token) as session:
        return source.ids(session)


def read_sums(office: Any, source: RowSource, base: tuple[Condition, ...], token: Token) -> Any:
    """The sums of a list, and how many records it had without the clerk's filter."""
    money = money_names(source.entity, source.names)
    with office.session(token) as session:
        sums = source.totals(session, money).sums if money else {}
        filtered = len(source.where) > len(base)
        return sums, source.with_where(base).totals(session).rows if filtered else None


def read_rows(office: Any, source: RowSource, ids: list[int], token: Token) -> Any:
    with office.session(token) as session:
        return source.names, ids, source.rows(session, ids)


class GridReader(QObject):
    """Keeps `model` in step with `source`; `show` takes a source sorted or filtered otherwise.

    What others change in a way that concerns more than single rows waits for its time: which
    records are `listed`, and how they are `summed`.

    `turn` counts how often all rows are read anew: rows that were asked for before may be older.
    `rested` tells that no rows are being read any more.
    """

    started = Signal()
    finished = Signal()
    counted = Signal(dict, object)  # sums by field; records without the filter, or None
    failed = Signal(object)
    rested = Signal()

    def __init__(self, context: Context, model: GridModel, table: Table, source: RowSource) -> None:
        super().__init__(table)
        self._context, self._model, self._table = context, model, table
        self.source, self.base = source, source.where
        self.complete = self.asked = False
        self.turn = 0
        self._readings = Readings(context, self)
        self._readings.started.connect(self.started)
        self._readings.finished.connect(self.finished)
        self._readings.failed.connect(self.failed)
        self._readings.ended.connect(self._rest)
        self._fetch_timer = QTimer(self, singleShot=True, interval=0)
        self._fetch_timer.timeout.connect(self._fetch)
        model.missing.connect(self._ask)
        model.set_shown(source.names)
        self.listed = Following(context, table, None, self._list_again)
        self.summed = Following(context, table, None, self._sum_again)
        for following in (self.listed, self.summed):
            context.bus.connection_back.connect(following.ask)

    # Reading the whole list

    def show(self, source: RowSource) -> None:
        """Read the list of `source` from its beginning."""
        # What is stopped tells so: the rows that are shown are not those of `source` any more.
        self.source, self.asked, self.complete = source, True, False
        self.turn += 1
        self.stop()
        grades = [f.target for f in self._model.fields if marks.is_grade(f)]
        work = partial(read_first, self._context.office, source, grades[0] if grades else None)
        self._readings.run("first", work, self._show_first)

    def move_to(self, source: RowSource) -> None:
        """Read the list of `source` instead, where it stands."""
        self.source = source
        self.refresh()

    def refresh(self) -> None:
        """Read the list again where it stands: cursor, selection and place stay."""
        if not seen(self._table):
            self.listed.ask()
            self.summed.ask()
            return
        self.stop()
        self._read_rest()
        self.read_again()

    def _list_again(self) -> None:
        if self._readings.is_on("first"):
            self.listed.ask()  # it may have been read before
        elif self.asked:
            self.read_ids(quiet=True)
            self.read_again()

    def _sum_again(self) -> None:
        if self.asked:
            self.count(quiet=True)

    def read_again(self, following: Following | None = None) -> None:
        """Read the rows anew as they are looked at; those one sees are shown until then.

        The pace of `following` is what reading those takes.
        """
        self.turn += 1
        self._readings.stop("near")
        top, bottom = self.visible()
        ids = list(self._model.ids[top : bottom + 1])
        self._model.forget_rows(ids)
        if ids:
            work: Any = partial(read_rows, self._context.office, self.source, ids)
            work = following.begin(work) if following else work
            self._readings.run("rows", work, self._put, True)
        self._ask()

    def follows_figures(self) -> bool:
        """Whether computed columns decide which records are listed, or in which order."""
        figures = self.source.entity.FIGURES
        sorted_by = {wish.removeprefix("-") for wish in self.source.order}
        return bool(sorted_by & set(figures)) or bool(set(self._table.filters()) & set(figures))

    def set_names(self, names: Sequence[str]) -> None:
        """Fetch these fields from now on."""
        if tuple(names) != self.source.names:
            self.source = self.source.with_names(names)
            self._model.set_shown(names)
            self._ask()

    def read_ids(self, quiet: bool = False) -> None:
        """Find out anew which records the list has, and in which order."""
        work = partial(read_ids, self._context.office, self.source)
        self._readings.run("ids", self.listed.begin(work), self._show_ids, quiet)

    def visible(self) -> tuple[int, int]:
        """The first and last row one sees."""
        top = max(self._table.rowAt(0), 0)
        bottom = self._table.rowAt(self._table.viewport().height() - 1)
        return top, bottom if bottom >= 0 else len(self._model.ids) - 1

    def _show_first(self, result: Any) -> None:
        rows, grades = result
        self._model.grades = marks.grade_kinds(grades)
        self._model.set_shown(self.source.names)
        self._model.show_first(rows)
        self._table.scrollToTop()
        if self.source.has_figures and rows:
            ids = [row[0] for row in rows]
            work = partial(read_rows, self._context.office, self.source, ids)
            self._readings.run("rows", work, self._put, True)
        if len(rows) < FIRST:
            self.complete = True
            self.count()
        else:
            self._read_rest()

    def _read_rest(self) -> None:
        self.read_ids()
        self.count()

    def _show_ids(self, ids: "array[int]") -> None:
        bar = self._table.verticalScrollBar()
        value = bar.value()
        top = self._model.id_at(value)
        self._model.set_ids(ids)
        self.complete = True
        moved = find(ids, top) if top is not None and value else -1
        if moved >= 0 and moved != value:
            bar.setValue(moved)

    def count(self, quiet: bool = False) -> None:
        work = partial(read_sums, self._context.office, self.source, self.base)
        self._readings.run("sums", self.summed.begin(work), self._tell_sums, quiet)

    def _tell_sums(self, result: Any) -> None:
        self.counted.emit(*result)

    # Reading the rows one looks at

    def _ask(self) -> None:
        if not self._readings.is_on("near") and not self._fetch_timer.isActive():
            self._fetch_timer.start()

    def _fetch(self) -> None:
        top, bottom = self.visible()
        ids = self._model.absent(top, bottom)
        if self._readings.is_on("near") or not ids:
            return
        near = self._model.absent(top - AROUND, bottom + AROUND)
        work = partial(read_rows, self._context.office, self.source, near)
        self._readings.run("near", work, self._fetched, True)

    def _fetched(self, result: Any) -> None:
        self._put(result)
        self._fetch_timer.start()

    def _put(self, result: Any) -> None:
        names, ids, rows = result
        if names == self._model.shown:
            self._model.put(ids, rows)
            self._model.touch(*self.visible())

    # What is being read

    def is_reading(self) -> bool:
        """Whether rows are being read, which may be older than what is read now."""
        return self._readings.is_on(*ROWS)

    def stop(self) -> None:
        """Break off what is being read."""
        self._readings.stop()

    def _rest(self) -> None:
        if not self.is_reading():
            self.rested.emit()
