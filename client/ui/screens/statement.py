"""The statement of a customer: each charge and payment of a period, and what is owed after it."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from client.context import Context
from client.data import formats, lookups
from client.data.lookups import Choice
from client.data.money.files import ENTRIES
from client.data.money.statements import statement
from client.data.periods import Period, period_text
from client.i18n import N_, _, current, plural
from client.model import Customer
from client.ui.analysis.period_edit import PeriodEdit
from client.ui.forms.pickers import ReferenceEdit
from client.ui.kit import (
    Button,
    EmptyState,
    FigureStrip,
    IconButton,
    Label,
    bar,
    headline,
    hline,
    pile,
)
from client.ui.kit.combo import combo, offer
from client.ui.kit.labels import ElidedLabel
from client.ui.printing.commands import PaperCommands
from client.ui.receivables.ages import AgeStrip
from client.ui.receivables.page import ReportPage
from client.ui.screen import Navigator
from client.ui.tables.columns import Column
from client.ui.tables.in_place import show_in_place
from client.ui.tables.rows import RowsModel, rows_table
from client.ui.tables.table import Table
from client.ui.tables.totals import Totals
from client.ui.theme import TOKENS

Doc = dict[str, Any]
RECORDS = {"order": "sales_order", "receipt": "receipt", "red": "receipt"}


def columns() -> list[Column]:
    return [
        Column("on", _("Date"), 96, "code"),
        Column("kind", _("Entry"), 120),
        Column("number", _("Number"), 130, "code"),
        Column("text", _("Text"), 200, "text2", stretch=True),
        Column("charge", _("Charged"), 120, "money"),
        Column("credit", _("Received"), 120, "money"),
        Column("balance", _("Balance"), 130, "balance"),
    ]


class StatementScreen(ReportPage):
    """One customer's statement; `customer_id` begins with that customer."""

    title_changed = Signal(str)
    help_topic = "statement"
    code = "statement"
    tables = ("sales_order", "receipt", "receipt_allocation")

    def __init__(
        self,
        context: Context,
        navigator: Navigator,
        customer_id: int | None = None,
        period: Period | None = None,
    ) -> None:
        super().__init__(context, navigator)
        self.busy_text = _("Adding up the statement…")
        self.record_id = customer_id
        self.doc: Doc | None = None
        today = context.office.today
        self._build(period or (today.replace(month=1, day=1), today))
        self._connect()

    def _build(self, period: Period) -> None:
        zh = current() == "zh_CN"
        self.customer = ReferenceEdit(self.context, Customer)
        self.customer.setAccessibleName(_("Customer"))
        self.customer.setPlaceholderText(_("Name, number, phone or initials…"))
        self.customer.setFixedWidth(250 if zh else 280)
        self.period = PeriodEdit(period, self.context.office)
        self.period.setFixedWidth(196)
        self._currency = combo(_("Currency"), 72)
        self._currency.hide()
        self.refresh_button = Button(_("Refresh"), "F5", "arrows-clockwise")
        self.print_button = Button(_("Print"), "Ctrl+P", "printer")
        self.workbook = IconButton("export", _("To Excel (Ctrl+E)"))
        may = self.context.office.rights.may
        self.papers = PaperCommands(self.context, self, "statement", self.navigator)
        self.print_button.setVisible(self.papers.allowed())
        self.workbook.setVisible(may("receipt", "export"))
        filters = bar(
            *(Label(_("Customer"), "text2"), self.customer, 4),
            *(Label(_("Period"), "text2"), self.period, 4, self._currency, self.refresh_button),
            *(None, self.print_button, self.workbook),
            gap=6,
        )
        filters.setFixedHeight(40)
        self.heading = Label(_("Statement of account"), pt=TOKENS["font_pt"]["title"])
        self.note = ElidedLabel("", "text2")
        head = headline(self.heading, self.note, self.as_of)
        self.strip = FigureStrip([("", "", "text")] * 4, TOKENS["font_pt"]["figure"])
        self.table, self.model = rows_table(columns(), _value, sorts=False)
        self.table.setAccessibleName(_("Statement of account"))
        self.totals, self.ages = Totals(self.table), AgeStrip(opens=False)
        body, around = QWidget(), bar(self.strip, kind="surface")
        around.setFixedHeight(52)
        pile(body, around, hline(), self.table, self.totals, self.ages, grows=self.table)
        text = _("Choose a customer to see what was charged and paid.")
        self.arrange((head, filters, hline()), body, EmptyState("notebook", text))
        self.stack.setCurrentWidget(self.empty)
        self.setFocusProxy(self.customer if self.record_id is None else self.table)

    def _connect(self) -> None:
        self.customer.chosen.connect(self._chosen)
        self.period.period_changed.connect(self.refresh)
        self.period.refused.connect(self.status_changed)
        self._currency.activated.connect(self.refresh)
        self.refresh_button.clicked.connect(self.refresh)
        self.print_button.clicked.connect(self.print_current)
        self.workbook.clicked.connect(self.export)
        self.papers.said.connect(self._said)
        self.table.opened.connect(self._open)

    # Reading

    def work(self) -> Callable[[Any], Any] | None:
        if self.record_id is None:
            return None
        return partial(_read, self.record_id, self.asked())

    def asked(self) -> Doc:
        """The days and the currency that the statement is asked for."""
        first, last = self.period.period
        return {
            "date_from": first,
            "date_to": last,
            "currency": self._currency.currentData() or "",
        }

    def show_result(self, result: tuple[Doc, list[Choice]]) -> None:
        before, (self.doc, known) = self._about(), result
        customer = self.doc["customer"]
        if known and not self.customer.hasFocus():
            self.customer.set_value(known[0].id, known[0].title)
        self.note.setText(f"{customer['number']} · {customer['name']}")
        self._show_currency()
        self._show_figures()
        opening = {"on": self.doc["date_from"], "kind": "opening", "balance": self.doc["opening"]}
        show_in_place(self.table, self.model, [opening, *self.doc["entries"]], _entry)
        if before != self._about():  # else only others changed something
            self.table.scrollToBottom()
        self.stack.setCurrentWidget(self.body)
        self.title_changed.emit(f"{_('Statement')} · {_short(customer)}")

    def _about(self) -> Any:
        """Whose statement is shown, and of which days."""
        return self.doc and [self.doc["customer"]["id"], self.doc["date_from"], self.doc["date_to"]]

    def _show_currency(self) -> None:
        assert self.doc is not None
        known = sorted({self.doc["currency"], *self.doc["other_currencies"]})
        offer(self._currency, [(each, each) for each in known], self.doc["currency"])
        self._currency.setVisible(len(known) > 1)

    def _show_figures(self) -> None:
        doc = self.doc
        assert doc is not None
        balances = (
            (_("Opening balance"), doc["opening"]),
            (_("Charged"), doc["charges"]),
            (_("Received"), doc["credits"]),
            (f"{_('Closing balance')} {doc['date_to']}", doc["closing"]),
        )
        self.strip.set([(caption, _signed(value), _tone(value)) for caption, value in balances])
        sums = {"charge": doc["charges"], "credit": doc["credits"], "balance": doc["closing"]}
        count = plural(len(doc["entries"]), N_("{n} entry"), N_("{n} entries"))
        self.totals.set(f"Σ {count}", {key: formats.money(value) for key, value in sums.items()})
        owed = sum(doc["ages"].values(), Decimal(0))
        self.ages.show_totals({**doc["ages"], "outstanding": owed, "advance": doc["advance"]})

    # What the clerk does

    def print_current(self) -> None:
        """Show the paper of this statement before it is printed."""
        if self.record_id is not None and self.doc is not None:
            self.papers.print_current([self.record_id], **self.asked())

    def focus_filter(self) -> None:
        self.customer.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.customer.selectAll()

    def export_parts(self) -> tuple[str, Table, RowsModel] | None:
        if self.doc is None or not self.context.office.rights.may("receipt", "export"):
            return None
        days = period_text((self.doc["date_from"], self.doc["date_to"]))
        title = f"{_('Statement of account')} {_short(self.doc['customer'])} {days}"
        return title, self.table, self.model

    # Helpers

    def _chosen(self, choice: Choice | None) -> None:
        if choice is not None and choice.id != self.record_id:
            self.record_id = choice.id
            self.refresh()

    def _said(self, text: str, _tone: str) -> None:
        self.status_changed.emit(text)

    def _open(self, row: int) -> None:
        entry = self.model.rows[row]
        if entry["kind"] in RECORDS:
            self.navigator.open_record(RECORDS[entry["kind"]], entry["row_id"])


def _read(customer_id: int, asked: Doc, session: Any) -> tuple[Doc, list[Choice]]:
    known = lookups.by_ids(session, Customer, [customer_id])
    return statement(session, customer_id, **asked), known


def _entry(entry: Doc) -> tuple[Any, ...]:
    return entry["kind"], entry.get("row_id"), entry["on"]


def _value(entry: Doc, key: str) -> Any:
    value = entry.get(key)
    if key in ("charge", "credit"):
        return value or None
    return _(ENTRIES[value]) if key == "kind" and value is not None else value


def _short(customer: Doc) -> str:
    return str(customer["short_name"] or customer["name"])


def _signed(value: Decimal) -> str:
    return formats.money(value).replace("-", "\N{MINUS SIGN}")


def _tone(value: Decimal) -> str:
    return "red" if value < 0 else "text"
