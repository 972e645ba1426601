"""The analysis screen: sales by region, salesperson, customer type or product, in figures and
bars that continue the grid's rows."""

from datetime import date
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from client.context import Context
from client.data import errors, formats
from client.data.analysis.figures import REPORTS, Answer, choices, figures, report
from client.i18n import _, joined
from client.ui.analysis import charts
from client.ui.analysis.export import FiguresExport
from client.ui.analysis.filters import FiguresFilters
from client.ui.analysis.model import change, percent_text
from client.ui.analysis.pane import FiguresPane
from client.ui.following import AsOf, Following
from client.ui.jobs import Token
from client.ui.kit import BusyBar, EmptyState, FigureStrip, Label, bar, hline
from client.ui.screen import Navigator
from client.ui.theme import TOKENS

TABLES = ("sales_order", "order_line")
TOP = 3


class AnalysisScreen(QWidget):
    """The four reports, one at a time."""

    help_topic = "analysis"
    status_changed = Signal(str)

    def __init__(self, context: Context, navigator: Navigator) -> None:
        super().__init__()
        self.context, self.navigator = context, navigator
        self.report = REPORTS[0]
        self._token: Token | None = None
        self.following = Following(context, self, self._is_about, self.refresh)
        self.following.ask()
        self._build()
        self._load()
        self._connect()

    def _build(self) -> None:
        self.setProperty("kind", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.filters, self.pane = FiguresFilters(date.today()), FiguresPane()
        self.strip = FigureStrip([("", "", "text")] * 5, TOKENS["font_pt"]["figure"])
        self.busy = BusyBar(self)
        self.empty = EmptyState("chart-bar-horizontal", "")
        self._stack = QStackedWidget()
        self._stack.addWidget(self.pane)
        self._stack.addWidget(self.empty)
        self._saving = FiguresExport(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        around = bar(self.strip, kind="surface")
        around.setFixedHeight(52)
        for widget in (self._head(), self.filters, around, hline()):
            column.addWidget(widget)
        column.addWidget(self._stack, 1)

    def _head(self) -> QWidget:
        self.title = Label("", pt=TOKENS["font_pt"]["title"])
        note = _("by amount of submitted orders · only customers you may see")
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName(_("Analysis"))
        for each in REPORTS:
            self.tabs.addTab(_(each.label))
        as_of = AsOf(self.following)
        head = bar(self.title, 8, Label(note, "text2"), None, as_of, self.tabs, kind="head")
        head.setFixedHeight(40)
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
        self.pane.summary_changed.connect(self.status_changed)
        self.pane.reshaped.connect(self._give_back_layout)
        self.pane.table.layout_changed.connect(self._keep_layout)
        self.busy.cancelled.connect(self._cancel)

    # Reading

    def refresh(self) -> None:
        """Read the figures again; what is shown stays until they are there."""
        self._cancel()
        query, compare = self.filters.query(self.report.key), self.filters.compared()
        office, token = self.context.office, Token()

        def read() -> tuple[Answer, dict[str, list[tuple[int, str]]]]:
            charts.load()
            with office.session(token) as session:
                return figures(session, query, compare), choices(session)

        self.busy.start(_("Adding up the orders…"))
        self._token = token
        self.following.run(read, self._show, self._failed, token)

    def sizeHint(self) -> QSize:
        return QSize(1100, 700)

    def _show(self, result: tuple[Answer, dict[str, list[tuple[int, str]]]]) -> None:
        answer, offered = result
        self.busy.stop()
        self._token = None
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
            self.status_changed.emit(text.format(currency=answer.currency, others=others))

    def _failed(self, error: Exception) -> None:
        self.busy.stop()
        self._token = None
        self.context.jobs.problem.emit(error)
        if self.pane.answer is None:
            self.empty.set_text(errors.sentence(error))
            self.empty.set_actions([(_("Try again"), self.refresh)])
            self._stack.setCurrentWidget(self.empty)

    def _cancel(self) -> None:
        if self._token is not None:
            self._token.cancel()
        self._token = None
        self.busy.stop()

    def _is_about(self, table: str, _ids: list[int]) -> bool:
        return table in TABLES

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
        self._stack.setCurrentWidget(self.empty if empty else self.pane)

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
