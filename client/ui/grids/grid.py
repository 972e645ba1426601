"""The list of any kind of record: toolbar, table with filters, sums, and a line that counts the
rows.

It shows the first rows at once and stays responsive with a million rows behind them.
"""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from client.context import Context
from client.data import filters, formats
from client.data.parsing import BadValue
from client.data.rowsource import Condition, RowSource, bin_fields, list_fields
from client.i18n import N_, _, plural, within
from client.model import Entity
from client.ui.grid_titles import GridTitles
from client.ui.grids.bin import GridBin
from client.ui.grids.export import Exporter
from client.ui.grids.model import GridModel, column_of
from client.ui.grids.parts import (
    Action,
    FirstRowFocus,
    GridFoot,
    GridMemory,
    Overlay,
    Trouble,
)
from client.ui.grids.patch import GridPatcher
from client.ui.grids.reader import GridReader
from client.ui.kit import BusyBar, Button, IconButton, bar
from client.ui.kit.yielding import Yielding
from client.ui.tables.table import Table
from client.ui.tables.totals import Totals

TYPING_MS = 220  # a filter is asked for when the clerk pauses


class Grid(QWidget):
    """All records of `entity` that meet the conditions `where` and the filters above the columns.

    `opened` and `current_changed` are emitted with a record's id. `key` is the setting that keeps
    the layout; `bare` leaves out all but the rows. Where there is no record yet, `nothing` is said
    and `empty_actions` are offered.
    """

    opened = Signal(int)
    create_requested = Signal()
    current_changed = Signal(object)
    status_changed = Signal(str)
    rows_changed = Signal(int)

    def __init__(
        self,
        context: Context,
        entity: type[Entity],
        where: Sequence[Condition] = (),
        *,
        names: Sequence[str] = (),
        key: str = "",
        bare: bool = False,
        extra: Sequence[QWidget] = (),
        empty_actions: Sequence[Action] = (),
    ) -> None:
        super().__init__()
        self.context, self.entity, self._bare = context, entity, bare
        self._empty_actions, self.nothing = list(empty_actions), ""
        self.searched: Condition | None = None
        self._total: int | None = None
        self._sums: dict[str, str] = {}
        listed = tuple(names) or entity.GRID
        self.known = list_fields(entity) | bin_fields(entity)
        more = list_fields(entity) if not bare else ()
        every = (*listed, *(name for name in more if name not in listed), *bin_fields(entity))
        self.model = GridModel([self.known[name] for name in every])
        self.bin = GridBin(self)
        self._build(listed, extra)
        table = entity.__tablename__  # type: ignore[attr-defined]
        memory = GridMemory(context.settings, self.table, f"grid/{key or table}", context.office.me)
        memory.restore()
        source = RowSource(entity, self._names(), tuple(where), entity.ORDER)
        self.reader = GridReader(context, self.model, self.table, source)
        self.exporter = Exporter(context, self)
        GridPatcher(context, self.reader, self.model, self.table)
        self.titles = GridTitles(context, self.model.fields, self)
        self._connect()

    # Building

    def _build(self, listed: Sequence[str], extra: Sequence[QWidget]) -> None:
        columns = [
            column_of(self.entity, field, field.name not in listed) for field in self.model.fields
        ]
        for place, column in enumerate(columns):
            column.drop = place if place > 1 and not column.stretch else 0
            if column.key in bin_fields(self.entity):
                column.drop, column.offered = 0, False
            if column.drop and self.entity.KEPT and column.key not in self.entity.KEPT:
                column.drop += len(columns)
        if self._bare and not any(column.stretch for column in columns):
            columns[-1].stretch = True
        self.table = Table(columns, filters=not self._bare)
        self.table.setAccessibleName(_(self.entity.PLURAL))
        self.table.setModel(self.model)
        wished = () if self._bare else self.entity.ORDER
        order = [(name.removeprefix("-"), name[0] != "-") for name in wished]
        self.table.set_sort(
            [entry for entry in order if self.table.column_layout.index_of(entry[0]) >= 0]
        )
        self.totals = Totals(self.table)
        self.foot = GridFoot(self.clear_filters)
        self.busy = BusyBar(self)
        self.overlay = Overlay(self.table, self.entity.ICON)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        for part in (self._toolbar(extra), self.table, self.totals, self.foot):
            whole.addWidget(part, 1 if part is self.table else 0)
            part.setVisible(part is self.table or not self._bare)
        self.setFocusProxy(self.table)

    def _toolbar(self, extra: Sequence[QWidget]) -> QWidget:
        may = self.context.office.rights.may
        self.new_button = Button(_("New"), "Ctrl+N", "plus", "primary")
        self.new_button.setVisible(may(self.entity.MODULE, "create"))
        self.open_button = Button(_("Open"), "", "arrow-square-out")
        self.export_button = IconButton("export", _("To Excel (Ctrl+E)"))
        self.export_button.setVisible(may(self.entity.MODULE, "export"))
        self.columns_button = IconButton("columns", _("Columns"))
        self.new_button.clicked.connect(self.create_requested)
        self.open_button.clicked.connect(self.open_current)
        self.export_button.clicked.connect(self.export)
        self.columns_button.clicked.connect(self._choose_columns)
        icons = (self.bin.button, self.export_button, self.columns_button)
        living = (self.new_button, self.open_button, *extra)
        self.yielding = Yielding(living, self.open_button, lambda: self.bin.on)
        self.bin.stands_for((*living, self.yielding.more))
        row = (*living, self.yielding.more, self.bin.restore_button, None, *icons)
        return self.yielding.watch(bar(*row))

    def _connect(self) -> None:
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self.apply_filters)
        FirstRowFocus(self.table, self._typing, self.apply_filters)
        self.table.sort_requested.connect(self.apply_filters)
        self.table.opened.connect(self._open_row)
        self.table.layout_changed.connect(self._layout_changed)
        self.table.selectionModel().currentRowChanged.connect(self._row_changed)
        self.reader.started.connect(self.busy.start)
        self.reader.finished.connect(self.busy.stop)
        self.reader.finished.connect(self._say)
        if not self._bare:
            self.reader.finished.connect(self.titles.ask)
            self.titles.known.connect(self._named)
        self.busy.cancelled.connect(self.reader.stop)
        self.reader.counted.connect(self._counted)
        Trouble(self)
        made = self.model
        for signal in (made.modelReset, made.layoutChanged, made.rowsInserted, made.rowsRemoved):
            signal.connect(self._say)

    # Loading

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self.reader.asked:
            self.apply_filters()

    def refresh(self) -> None:
        """Read the list again; the current row and the selection are kept."""
        self.reader.refresh()

    def take_out(self, number: int) -> None:
        """Take a record out that has just been deleted; the one below it has the keys then."""
        self.model.remove(number)
        self.table.setCurrentIndex(self.table.currentIndex())
        self.current_changed.emit(self.current_id())
        self.refresh()

    def set_where(self, where: Sequence[Condition]) -> None:
        """List the records that meet these conditions instead."""
        self.reader.base = tuple(where)
        self.apply_filters()

    def search(self, text: str) -> None:
        """Narrow the list to what a search box says."""
        self.searched = filters.search(self.entity, text)
        self.apply_filters()

    def apply_filters(self) -> None:
        """Read the list that the filters above the columns describe."""
        self._typing.stop()
        self.reader.show(self._described())

    def _described(self) -> RowSource:
        """The list that the filters describe; says what is wrong with one."""
        self.overlay.complain("", "")
        found = [self.searched] if self.searched is not None else []
        for key, text in self.table.filters().items():
            try:
                titles = self.titles.of(self.known[key])
                today = self.context.office.today
                condition = filters.condition(self.entity, self.known[key], text, today, titles)
                found += [condition] if condition is not None else []
            except BadValue as error:
                self.overlay.complain(key, str(error))
        order = tuple(("" if rising else "-") + key for key, rising in self.table.head.order)
        where = (*self.reader.base, *found)
        return RowSource(self.entity, self._names(), where, order or self.entity.ORDER, self.bin.on)

    def _names(self) -> tuple[str, ...]:
        return tuple(column.key for column in self.table.columns if not column.hidden)

    def _named(self) -> None:
        """The titles are known: filters on references may mean something else now."""
        if any(self.titles.of(self.known[key]) for key in self.table.filters()):
            self.reader.move_to(self._described())

    def _counted(self, sums: dict[str, Any], total: int | None) -> None:
        self._total = total
        self._sums = {name: formats.money(value) for name, value in sums.items() if value}
        self._say()

    def _say(self) -> None:
        """Say how many rows are shown, of how many, and by which filters."""
        number, complete = len(self.model.ids), self.reader.complete
        shown = f"{number:,}" + ("" if complete else "+")
        self.totals.set(plural(number, N_("Σ {n} row"), N_("Σ {n} rows"), n=shown), self._sums)
        typed = self.table.filters()
        places = {key: self.table.column_layout.index_of(key) for key in typed}
        named = [f"{self.table.column(places[key]).title} {typed[key]}" for key in typed]
        self.foot.say(number, shown, self._total if complete else None, named)
        if not self.bin.on:
            self.rows_changed.emit(number)
        if not complete or number:
            self.overlay.hide_empty()
        elif typed or self.searched is not None:
            clear = (_("Clear"), self.clear_filters)
            self.overlay.show_empty(_("Nothing matches this filter."), [clear])
        elif self.bin.on:
            self.overlay.show_empty(_("Nothing in the recycle bin."), [])
        else:
            none = _("No {plural} yet.").format(plural=within(_(self.entity.PLURAL)))
            self.overlay.show_empty(self.nothing or none, self._empty_actions)

    # What the clerk does

    def focus_filter(self) -> None:
        self.table.focus_filter()

    def clear_filters(self) -> None:
        self.searched = None
        for key in self.table.filters():
            self.table.head.set_filter(key, "")
        self.apply_filters()
        self.table.setFocus()  # the button that was pressed goes

    def export(self) -> None:
        """Take all rows of the filter to a workbook, as the list stands."""
        self.exporter.ask()

    def current_id(self) -> int | None:
        return self.model.id_at(self.table.currentIndex().row())

    def open_current(self) -> None:
        self._open_row(self.table.currentIndex().row())

    def _open_row(self, row: int) -> None:
        number = self.model.id_at(row)
        if number is not None and self.bin.on:
            self.bin.restore()
        elif number is not None:
            self.opened.emit(number)

    def _row_changed(self) -> None:
        if self.table.hasFocus() or not self.model.removing:  # else nobody went there
            self.current_changed.emit(self.current_id())

    def _choose_columns(self) -> None:
        button = self.columns_button
        self.table.column_layout.menu().popup(button.mapToGlobal(button.rect().bottomLeft()))

    def _layout_changed(self) -> None:
        self.reader.set_names(self._names())
