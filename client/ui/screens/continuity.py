"""Number continuity: every number of a kind and period in order, and whether one is missing."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from client.context import Context
from client.data.continuity import (
    CALLED_OFF,
    HIDDEN,
    KINDS,
    MISSING,
    PASSED,
    STATES,
    NumberRange,
    Series,
    periods,
    series,
)
from client.i18n import _, current
from client.ui.kit import (
    Button,
    EmptyState,
    IconButton,
    Label,
    StateMark,
    bar,
    headline,
    hline,
    pile,
)
from client.ui.kit.combo import combo, offer
from client.ui.receivables.page import ReportPage
from client.ui.screen import Navigator
from client.ui.tables import marks
from client.ui.tables.columns import Column
from client.ui.tables.in_place import show_in_place
from client.ui.tables.rows import RowsModel, rows_table
from client.ui.tables.table import Table

LOOKS = {
    MISSING: ("warn", "red"),
    PASSED: ("ring", "text2"),
    HIDDEN: ("ring", "text2"),
}
NOTABLE = (MISSING, PASSED, *CALLED_OFF)


def columns() -> list[Column]:
    return [
        Column("counted", _("No."), 84, "integer"),
        Column("number", _("Number"), 150, "code"),
        Column("state", _("Status"), 190, "state"),
        Column("on_date", _("Date"), 100, "code"),
        Column("operator", _("Created by"), 110),
        Column("reason", _("Reason"), 240, "text2", stretch=True),
    ]


class ContinuityScreen(ReportPage):
    """One kind and period at a time."""

    code = "numbers"
    help_topic = "continuity"

    def __init__(self, context: Context, navigator: Navigator) -> None:
        super().__init__(context, navigator)
        self.tables = tuple(str(k.__tablename__) for k in KINDS.values())  # type: ignore[attr-defined]
        self.busy_text = _("Reading the numbers…")
        self.series: Series | None = None
        self._build()
        self._connect()

    def _build(self) -> None:
        zh, may = current() == "zh_CN", self.context.office.rights.may
        self.kind = combo(_("Kind of document"), 120 if zh else 140)
        offer(self.kind, [(k, _(e.PLURAL)) for k, e in KINDS.items() if may(k, "view")])
        self.period, self.only = combo(_("Period"), 110), combo(_("Show"), 150 if zh else 220)
        offer(
            self.only, [(False, _("All numbers")), (True, _("Only what is missing or called off"))]
        )
        self.refresh_button = Button(_("Refresh"), "F5", "arrows-clockwise")
        self.workbook = IconButton("export", _("To Excel (Ctrl+E)"))
        filters = bar(
            *(Label(_("Kind of document"), "text2"), self.kind, 4),
            *(Label(_("Period"), "text2"), self.period, 4),
            *(Label(_("Show"), "text2"), self.only, 4, self.refresh_button),
            *(None, self.workbook),
            gap=6,
        )
        filters.setFixedHeight(40)
        note = _("every number that was given, with what became of it")
        head = headline(_("Number continuity"), note, self.as_of)
        self.verdict = StateMark("")
        line = bar(self.verdict, None, kind="surface")
        line.setFixedHeight(36)
        self.table, self.model = rows_table(columns(), _value)
        self.table.setAccessibleName(_("Number continuity"))
        body = QWidget()
        pile(body, line, hline(), self.table, grows=self.table)
        self.arrange((head, filters, hline()), body, EmptyState("list-numbers", ""))
        self.setFocusProxy(self.table)

    def _connect(self) -> None:
        self.kind.activated.connect(self._kind_chosen)
        self.period.activated.connect(self.refresh)
        self.only.activated.connect(self._show_rows)
        self.refresh_button.clicked.connect(self.refresh)
        self.workbook.clicked.connect(self.export)
        self.table.opened.connect(self._open)

    # Reading

    def work(self) -> Callable[[Any], Any] | None:
        kind = self.kind.currentData()
        self.workbook.setVisible(self.context.office.rights.may(kind or "", "export"))
        return partial(_read, kind, self.period.currentData()) if kind else None

    def show_result(self, result: tuple[list[str], Series]) -> None:
        known, self.series = result
        named = [(each, each or _("All years")) for each in known]
        offer(self.period, named, self.series.period)
        shape, token = ("check", "green") if self.series.complete else ("warn", "red")
        self.verdict.set(self.series.verdict, shape, token)
        self._show_rows()

    def _show_rows(self) -> None:
        if self.series is None:
            return
        wanted = [r for r in self.series.rows if not self.only.currentData() or r.state in NOTABLE]
        show_in_place(self.table, self.model, wanted, lambda row: row.number)
        if self.series.rows:
            self.stack.setCurrentWidget(self.body)
            return
        self.empty.set_text(_("No number has been given yet."))
        self.empty.set_actions([])
        self.stack.setCurrentWidget(self.empty)

    # What the clerk does

    def focus_filter(self) -> None:
        self.kind.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def export_parts(self) -> tuple[str, Table, RowsModel] | None:
        found = self.series
        if found is None or not self.context.office.rights.may(found.kind, "export"):
            return None
        title = f"{_('Number continuity')} {_(KINDS[found.kind].PLURAL)} {found.period}"
        return title.strip(), self.table, self.model

    # Helpers

    def _kind_chosen(self) -> None:
        self.period.clear()
        self.refresh()

    def _open(self, row: int) -> None:
        counted = self.model.rows[row]
        if self.series is not None and counted.row_id is not None:
            table = str(KINDS[self.series.kind].__tablename__)  # type: ignore[attr-defined]
            self.navigator.open_record(table, counted.row_id)


def _read(kind: str, period: str | None, session: Any) -> tuple[list[str], Series]:
    """The period asked for, or else the latest."""
    known = periods(session, kind)
    asked = period if period in known else next(iter(known), "")
    return known, series(session, kind, asked)


def _value(row: NumberRange, key: str) -> Any:
    if key == "state":
        shape, token = LOOKS.get(row.state) or marks.STATES.get(row.state, ("disc", "text2"))
        return _(STATES[row.state]), shape, token
    if key == "number" and row.many > 1:
        return row.place
    return getattr(row, key) or None
