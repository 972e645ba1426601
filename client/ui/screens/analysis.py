"""The analysis screen: sales by region, salesperson, customer type or product, in figures and
bars that continue the grid's rows."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabBar, QWidget

from client.context import Context
from client.data import formats
from client.data.analysis.figures import REPORTS, Answer, choices, figures, report
from client.i18n import _, joined
from client.ui.analysis import charts
from client.ui.analysis.export import FiguresExport
from client.ui.analysis.filters import FiguresFilters
from client.ui.analysis.model import change, percent_text
from client.ui.analysis.pane import FiguresPane
from client.ui.kit import EmptyState, FigureStrip, Label, bar, headline, hline
from client.ui.reading import ReadingPage
from client.ui.screen import Navigator
from client.ui.theme import TOKENS

TOP = 3
Read = tuple[Answer, dict[str, list[tuple[int, str]]]]


class AnalysisScreen(ReadingPage):
    """The four reports, one at a time."""

    help_topic = "analysis"
    tables = ("sales_order", "order_line")

    def __init__(self, context: Context, navigator: Navigator) -> None:
        super().__init__(context, navigator)
        self.busy_text = _("Adding up the orders…")
        self.report = REPORTS[0]
        self._build()
        self._load()
        self._connect()

    def _build(self) -> None:
        self.filters, self.pane = FiguresFilters(self.context.office), FiguresPane()
        self.strip = FigureStrip([("", "", "text")] * 5, TOKENS["font_pt"]["figure"])
        self._saving = FiguresExport(self)
        around = bar(self.strip, kind="surface")
        around.setFixedHeight(52)
        above = (self._head(), self.filters, around, hline())
        self.arrange(above, self.pane, EmptyState("chart-bar-horizontal", ""))

    def _head(self) -> QWidget:
        self.title = Label("", pt=TOKENS["font_pt"]["title"])
        note = _("by amount of submitted orders · only customers you may see")
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName(_("Analysis"))
        for each in REPORTS:
            self.tabs.addTab(_(each.label))
        head = headline(self.title, note, self.as_of, self.tabs)
        return head

    def _load(self) -> None:
        kept = self.context.settings.get("analysis", "region")
        self.report = next((each for each in REPORTS if each.key == kept), REPORTS[0])
        self.tabs.setCurrentIndex(REPORTS.index(self.report))
        self._show_report()
        allowed = self.context.office.rights.may("order", "export")
        for button in (self.filters.picture, self.filters.paper, self.filters.workbook):
            button.setVisible(allowed)

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self._report_chosen)
        self.filters.changed.connect(self.refresh)
        self.filters.unit_changed.connect(self._unit_changed)
        self.filters.refused.connect(self.status_changed)
        self.filters.refresh.clicked.connect(self.refresh)
        self.filters.picture.clicked.connect(self._saving.ask_picture)
        self.filters.paper.clicked.connect(self._saving.ask_paper)
        self.filters.workbook.clicked.connect(self._saving.ask_workbook)
        self.pane.reshaped.connect(self._give_back_layout)
        self.pane.table.layout_changed.connect(self._keep_layout)

    # Reading

    def work(self) -> Callable[[Any], Read]:
        query, compare = self.filters.query(self.report.key), self.filters.compared()

        def read(session: Any) -> Read:
            charts.load()
            return figures(session, query, compare), choices(session)

        return read

    def show_result(self, result: Read) -> None:
        answer, offered = result
        if answer.query.report != self.report.key:
            return
        self.filters.set_choices(offered["region"], offered["salesperson"])
        self.filters.set_currency(answer.currency, answer.other_currencies)
        compared = answer.totals.previous is not None
        self.pane.show_answer(answer, self.filters.unit(), compared)
        self._show_strip()
        self._show_empty(not answer.rows)
        if others := joined(answer.other_currencies):
            text = _("Only orders in {currency}; there are others in {others}.")
            self.tell(text.format(currency=answer.currency, others=others))

    def show_failure(self, text: str) -> None:
        if self.pane.answer is None:  # figures that are shown stay
            super().show_failure(text)

    # What the clerk does

    def export(self) -> None:
        self._saving.ask_workbook()

    def print_current(self) -> None:
        self._saving.ask_paper()

    def focus_filter(self) -> None:
        self.filters.period.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filters.period.selectAll()

    def _report_chosen(self, place: int) -> None:
        self.report = REPORTS[place]
        self.context.settings.set("analysis", self.report.key)
        self._show_report()
        self.refresh()

    def _unit_changed(self) -> None:
        self.pane.set_unit(self.filters.unit())
        self._show_strip()

    def _show_all_days(self) -> None:
        self.filters.period.set_period((None, None))

    # Helpers

    def _keep_layout(self) -> None:
        self.context.settings.set(f"grid.analysis.{self.report.key}", self.pane.table.state())

    def _give_back_layout(self) -> None:
        kept = self.context.settings.get(f"grid.analysis.{self.report.key}", {})
        self.pane.table.restore({**kept, "sort": []})

    def _show_report(self) -> None:
        self.title.setText(_(self.report.title))
        salesperson = self.report.key == "salesperson"
        self.filters.set_region_of("salesperson" if salesperson else "customer")

    def _show_empty(self, empty: bool) -> None:
        self.empty.set_text(_("No sales in this period, as far as you may see."))
        self.empty.set_actions([(_("Show all days"), self._show_all_days)])
        self.stack.setCurrentWidget(self.empty if empty else self.pane)

    def _show_strip(self) -> None:
        answer = self.pane.answer
        if answer is None:
            return
        totals, rows = answer.totals, answer.rows
        sold = [row for row in rows if row.amount]
        each = totals.amount / len(sold) if sold else Decimal(0)
        top = sum((row.amount for row in rows[:TOP]), Decimal(0))
        share = top / totals.amount if totals.amount else None
        before: list[tuple[str, str, str]]
        if self.pane.compared:
            before = [(_("A year before"), self._amount(totals.previous), "text"), _change(totals)]
        else:
            per_order = totals.amount / totals.orders if totals.orders else Decimal(0)
            before = [
                (_("Orders"), formats.integer(totals.orders), "text"),
                (_("Per order"), self._amount(per_order), "text"),
            ]
        self.strip.set(
            [
                (_("Sales"), self._amount(totals.amount), "text"),
                *before,
                (_(report(answer.query.report).each), self._amount(each), "text"),
                (_("Share of the first three"), percent_text(share) or "—", "text"),
            ]
        )

    def _amount(self, amount: Decimal | None) -> str:
        return f"{self.pane.unit.text(amount or Decimal(0))} {self.pane.unit.short}"


def _change(totals: Any) -> tuple[str, str, str]:
    """The change against the year before: a shape, a sign and a colour say the same."""
    value = change(totals)
    if value is None:
        return _("Change"), "—", "text"
    shape, token = ("▲", "green") if value >= 0 else ("▼", "red")
    return _("Change"), f"{shape} {percent_text(value)}", token
