"""Receivables by age: who owes what and for how long; every figure opens the orders behind it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from client.context import Context
from client.data import formats
from client.data.money.receivables import AGES, AMOUNTS, Answer, Behind, Query, behind, choices
from client.data.money.receivables import receivables as read_receivables
from client.i18n import N_, _, current, joined, plural
from client.model import Customer, fields
from client.ui.grids.parts import GridMemory
from client.ui.jobs import Latest
from client.ui.kit import EmptyState, headline, hline
from client.ui.receivables.ages import AgeStrip
from client.ui.receivables.behind import OrdersBehind
from client.ui.receivables.filters import OwedFilters
from client.ui.receivables.page import ReportPage
from client.ui.screen import Navigator
from client.ui.tables import marks
from client.ui.tables.clickable_totals import ClickableTotals
from client.ui.tables.columns import Column
from client.ui.tables.in_place import show_in_place
from client.ui.tables.rows import RowsModel, rows_table
from client.ui.tables.table import Table

LABELS = {age.key: age.label for age in AGES}
Asked = tuple[Query, str, str]


def columns() -> list[Column]:
    ages = [Column(age.key, _(age.short), 116, "money") for age in AGES]
    return [
        Column("number", marks.label(Customer, fields(Customer)["number"]), 92, "code", drop=2),
        Column("name", _("Customer name"), 170, "name", stretch=True),
        Column("owner", _("Owner"), 86 if current() == "zh_CN" else 116, drop=3),
        *ages,
        Column("outstanding", _("Outstanding"), 118, "money"),
        Column("advance", _("Advance"), 104, "money", drop=1),
    ]


class ReceivablesScreen(ReportPage):
    """Customers by ages, as of any day."""

    help_topic = "receivables"
    code = "receivables"
    tables = ("sales_order", "receipt", "receipt_allocation")

    def __init__(self, context: Context, navigator: Navigator) -> None:
        super().__init__(context, navigator)
        self.busy_text = _("Adding up what is owed…")
        self.answer: Answer | None = None
        self._asked: Asked | None = None  # what the panel below shows
        self._opening = Latest(context.jobs, self)
        self._build()
        self._connect()

    def _build(self) -> None:
        self.filters, self.strip = OwedFilters(self.context), AgeStrip()
        self.table, self.model = rows_table(columns())
        self.table.setAccessibleName(_("Receivables"))
        self.totals, self.behind = ClickableTotals(self.table), OrdersBehind()
        GridMemory(self.context.settings, self.table, "grid/receivables").restore()
        self.model.order = list(self.table.head.order)
        list_ = QWidget()
        column = QVBoxLayout(list_)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.table, 1)
        column.addWidget(self.totals)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        split.addWidget(list_)
        split.addWidget(self.behind)
        split.setStretchFactor(0, 1)
        split.setSizes([500, 240])
        self.behind.hide()
        note = _("by the day payment is due · only customers you may see")
        head = headline(_("Receivables"), note, self.as_of)
        above = (head, self.filters, hline(), self.strip, hline())
        self.arrange(above, split, EmptyState("hourglass-medium", ""))
        allowed = self.context.office.rights.may("receipt", "export")
        self.filters.workbook.setVisible(allowed)
        self.setFocusProxy(self.table)

    def _connect(self) -> None:
        self.filters.changed.connect(self.refresh)
        self.filters.refused.connect(self.status_changed)
        self.filters.refresh.clicked.connect(self.refresh)
        self.filters.workbook.clicked.connect(self.export)
        self.filters.statement.clicked.connect(self.open_statement)
        self.table.opened.connect(self._open_cell)
        self.totals.opened.connect(self._open_total)
        self.strip.opened.connect(self._open_total)
        self.behind.opened.connect(self._open_order)
        self.behind.closed.connect(self.close_behind)

    # Reading

    def work(self) -> Callable[[Any], Any]:
        query, panel = self.filters.query(), self._asked
        if panel is not None:
            person = panel[0].customer_id
            self._asked = panel = (replace(query, customer_id=person), *panel[1:])

        def read(session: Any) -> Any:
            answer = read_receivables(session, query)
            found = behind(session, panel[0], panel[1]) if panel else None
            return answer, panel, found, choices(session)

        return read

    def show_result(self, result: tuple[Answer, Asked | None, Behind | None, Any]) -> None:
        self.answer, asked, found, offered = result
        self.filters.set_choices(offered)
        self.filters.set_answer(self.answer)
        sums = {key: getattr(self.answer.totals, key) for key in AMOUNTS}
        self.strip.show_totals(sums)
        show_in_place(self.table, self.model, self.answer.rows, lambda row: row.customer_id)
        customers = plural(len(self.answer.rows), N_("{n} customer"), N_("{n} customers"))
        texts = {key: formats.money(value) for key, value in sums.items() if value}
        self.totals.set(f"Σ {customers}", texts)
        self._show_empty()
        if found is not None and asked is self._asked:  # else another figure was opened since
            self._show_behind(found)
        if others := joined(self.answer.other_currencies):
            text = _("Only amounts in {currency}; there are others in {others}.")
            told = text.format(currency=self.answer.currency, others=others)
            self.tell(told)

    def _show_empty(self) -> None:
        assert self.answer is not None
        if self.answer.rows:
            self.stack.setCurrentWidget(self.body)
            return
        text = _("Nobody owes anything on this day, as far as you may see.")
        self.empty.set_text(text)
        narrowed = self.filters.narrowed()
        self.empty.set_actions([(_("Show all"), self._show_all)] if narrowed else [])
        self.stack.setCurrentWidget(self.empty)

    # What the clerk does

    def back(self) -> None:
        """Close the panel below, else nothing."""
        if self.behind.isVisible():
            self.close_behind()

    def close_behind(self) -> None:
        self._asked = None
        self.behind.hide()
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)

    def open_statement(self) -> None:
        """The statement of the current customer; without one, that screen asks whose."""
        row = self._chosen()
        if row is None:
            self.navigator.open_screen("statement")
        else:
            self.navigator.open_record("statement", row)

    def focus_filter(self) -> None:
        self.filters.day.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filters.day.selectAll()

    def export_parts(self) -> tuple[str, Table, RowsModel] | None:
        if self.answer is None or not self.context.office.rights.may("receipt", "export"):
            return None
        title = _("Receivables") + " " + formats.date_text(self.answer.as_of)
        return title, self.table, self.model

    def open_orders(self, customer_id: int | None, name: str, age: str) -> None:
        """Show the orders behind a figure; without a customer those of all."""
        if self.answer is None:
            return
        query = replace(self.filters.query(), customer_id=customer_id)
        self._asked = (query, age, name)
        office = self.context.office

        def read() -> Behind:
            with office.session() as session:
                return behind(session, query, age)

        self._opening.run(read, self._opened)

    # Helpers

    def _open_cell(self, row: int) -> None:
        found, key = self.model.rows[row], self.table.column(self.table.currentIndex().column()).key
        self.open_orders(found.customer_id, found.name, key if key in LABELS else "")

    def _open_total(self, key: str) -> None:
        self.open_orders(None, _("All customers"), key if key in LABELS else "")

    def _opened(self, found: Behind) -> None:
        if self._asked is not None:
            self._show_behind(found)
            self.behind.focus()

    def _show_behind(self, found: Behind) -> None:
        assert self._asked is not None
        _query, age, name = self._asked
        what = _(LABELS[age]) if age else _("all open orders")
        self.behind.show_orders(f"{name} · {what}", found)
        self.behind.show()

    def _open_order(self, number: int) -> None:
        self.navigator.open_record("sales_order", number)

    def _show_all(self) -> None:
        for each in self.filters.combos.values():
            each.setCurrentIndex(0)
        self.refresh()

    def _chosen(self) -> int | None:
        row = self.table.currentIndex().row()
        return self.model.rows[row].customer_id if 0 <= row < len(self.model.rows) else None
