"""The form of a customer: figures in its head, and under its fields all that hangs on it."""

from datetime import datetime
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from client.context import Context
from client.data import formats, forms, records
from client.data.duplicates import PHONES
from client.data.errors import MergedAway
from client.data.filters import belongs
from client.data.money import receipts
from client.i18n import N_, _, plural
from client.model import Contact, Customer, Quote, Receipt, SalesOrder
from client.ui.following import Following
from client.ui.forms.choices import log_unread
from client.ui.forms.duplicates import DuplicateWatch
from client.ui.forms.record_dialog import RecordDialog
from client.ui.grids.grid import Grid
from client.ui.grouping.line import GroupsLine
from client.ui.history.changes import ChangeList
from client.ui.history.day import DayDialog
from client.ui.kit import Button, FigureStrip, IconButton, Tabs, bar
from client.ui.merging.dialog import MergeDialog, may_merge
from client.ui.requests.form import KeyedForm
from client.ui.rights.access_grants import GrantDialog, of_customers
from client.ui.screen import Navigator
from client.ui.theme import size

KIND = "customer"
ROWS = 6  # shown of each list in the form


def read_more(office: Any, id: int) -> Any:
    with office.session() as session:
        figures = forms.customer_figures(session, id, office.today)
        owed = receipts.account(session, id)
        return figures, forms.customer_counts(session, id), owed


def remove_contact(office: Any, number: int) -> None:
    with office.session() as session:
        records.delete(session, Contact, [number])


class CustomerForm(KeyedForm):
    """One customer. A new one has no lists yet."""

    help_topic = "customers"

    def __init__(
        self, context: Context, navigator: Navigator, id: int | None, **start: Any
    ) -> None:
        self.figures = FigureStrip([])
        super().__init__(context, Customer, id, navigator, **start)
        self._alike: int | None = None
        layout = self.head.layout()
        assert layout is not None
        strip = QWidget()
        row = QHBoxLayout(strip)
        row.setContentsMargins(12, 0, 8, 0)
        row.addWidget(self.figures)
        layout.addWidget(strip)
        self._strip = strip
        strip.setVisible(id is not None)
        quote = IconButton("file-text", _("New quote for this customer"))
        quote.setVisible(context.office.rights.may("quote", "create"))
        quote.clicked.connect(self.new_quote)
        self.head.add_button(quote)
        order = IconButton("clipboard-text", _("New order for this customer"))
        order.setVisible(context.office.rights.may("order", "create"))
        order.clicked.connect(self.new_order)
        self.head.add_button(order)
        self.share_button = IconButton("share-network", _("Share with…"))
        self.share_button.clicked.connect(self.share)
        self.head.add_button(self.share_button)
        groups = GroupsLine(self)
        self.fields.append("tags", _("Groups"), groups)
        self.change_groups = groups.open
        for section in self.fields.sections[2:]:
            section.set_folded(True)
        self.loaded.connect(self._load_more)
        self.duplicates = DuplicateWatch(self)
        self.duplicates.found.connect(self._found_alike)
        self.money = Following(self.context, self, _is_money, self._read_figures)

    # Building

    def extra_buttons(self) -> list[QWidget]:
        self.merge_button = Button(_("Merge…"))
        self.merge_button.setToolTip(_("Merge with the customer that is there already"))
        self.merge_button.clicked.connect(self.merge_alike)
        self.merge_button.hide()
        return [self.merge_button]

    def extend(self, body: QVBoxLayout) -> None:
        self.tabs = Tabs()
        self.contacts = ContactList(self.context)
        self.contacts.count_changed.connect(self._count_contacts)
        self.orders = self._documents(SalesOrder, "customer/orders", "order_date", "status")
        self.orders.opened.connect(self._open_order)
        self.orders.rows_changed.connect(self._count_orders)
        self.quotes = self._documents(Quote, "customer/quotes", "valid_until", "state")
        self.quotes.opened.connect(self._open_quote)
        self.quotes.rows_changed.connect(self._count_quotes)
        self.receipts = Grid(
            self.context,
            Receipt,
            [belongs(Receipt, "customer_id", None)],
            names=("number", "receipt_date", "amount", "advance", "state"),
            key="customer/receipts",
            bare=True,
        )
        self.receipts.opened.connect(self._open_receipt)
        self.receipts.rows_changed.connect(self._count_receipts)
        self.history = ChangeList(self.context, (KIND, 0))
        self.history.asked_day.connect(self._show_day)
        may_see_money = self.context.office.rights.may("receipt", "view")
        for widget, title in (
            (self.contacts, _("Contacts")),
            (self.orders, _("Sales orders")),
            (self.quotes, _("Quotes")),
            (self.receipts, _("Receipts")),
            (self.history, _("History")),
        ):
            self.tabs.addTab(widget, title)
        self.tabs.setTabVisible(self.tabs.indexOf(self.receipts), may_see_money)
        height = size("header") + (ROWS + 1) * size("row") + size("tab") + 36
        self.tabs.setFixedHeight(height)
        self.tabs.currentChanged.connect(self._tab_changed)
        self.tabs.hide()
        body.addSpacing(4)
        body.addWidget(self.tabs)

    def _documents(self, entity: type[Any], key: str, *names: str) -> Grid:
        where, (day, state) = [belongs(entity, "customer_id", None)], names
        shown = ("number", day, "total", state)
        return Grid(self.context, entity, where, names=shown, key=key, bare=True)

    # Loading

    def _failed(self, error: Exception) -> None:
        super()._failed(error)
        if isinstance(error, MergedAway) and self.navigator is not None:
            self.navigator.open_record(KIND, error.kept.id)

    def _load_more(self) -> None:
        note = [formats.money(self.base.get("credit_limit")), self.base.get("bank") or ""]
        self.fields.sections[2].set_note(" · ".join(text for text in note if text))
        known = self.record_id is not None
        self.tabs.setVisible(known)
        self._strip.setVisible(known)
        self.share_button.setVisible(known and self.may_save())
        if self.record_id is None:
            return
        if self.contacts.customer != self.record_id:
            self.contacts.show_customer(self.record_id, self.may_save())
            self.orders.set_where([belongs(SalesOrder, "customer_id", self.record_id)])
            self.receipts.set_where([belongs(Receipt, "customer_id", self.record_id)])
            self.quotes.set_where([belongs(Quote, "customer_id", self.record_id)])
        self._read_figures()
        self._tab_changed()

    def _read_figures(self) -> None:
        if self.record_id is None:
            return
        work = partial(read_more, self.context.office, self.record_id)
        self.money.run(work, self._show_more, log_unread)

    def _show_more(self, result: Any) -> None:
        figures, counts, owed = result
        limit = self.base.get("credit_limit")
        shown = [
            (
                _("Sales {year}").format(year=self.context.office.today.year),
                formats.money(figures.sales),
                "text",
            ),
            (_("Outstanding"), formats.money(owed.outstanding if owed else 0), "text"),
            (_("Last order"), formats.date_text(figures.last_order) or "–", "text"),
        ]
        if owed is not None and owed.advance:
            shown[2] = (_("Advance"), formats.money(owed.advance), "green")
        if figures.interval is not None:
            every = plural(figures.interval, N_("{n} day"), N_("{n} days"))
            shown.append((_("Orders every"), every, "text"))
        elif limit is not None:
            shown.append((_("Credit limit"), formats.money(limit), "text"))
        self.figures.set(shown)
        self._count_contacts(counts["contact"])
        self._count_orders(counts["sales_order"])
        self._count_receipts(counts["receipt"])

    def _tab_changed(self) -> None:
        if self.tabs.currentWidget() is self.history and self.record_id is not None:
            self.history.show_record((KIND, self.record_id))

    def _show_day(self, moment: datetime) -> None:
        if self.record_id is not None:
            DayDialog(self.context, self.record_id, moment, self.window()).open()

    def _count_contacts(self, number: int) -> None:
        self.tabs.setTabText(0, _counted(_("Contacts"), number))

    def _count_orders(self, number: int) -> None:
        self.tabs.setTabText(1, _counted(_("Sales orders"), number))

    def _count_receipts(self, number: int) -> None:
        place = self.tabs.indexOf(self.receipts)
        self.tabs.setTabText(place, _counted(_("Receipts"), number))

    def _count_quotes(self, number: int) -> None:
        place = self.tabs.indexOf(self.quotes)
        self.tabs.setTabText(place, _counted(_("Quotes"), number))

    # What the clerk does

    def _found_alike(self, ids: list[int]) -> None:
        self._alike = ids[0] if ids else None
        known = self.record_id is not None and may_merge(self.context)
        self.merge_button.setVisible(known and self._alike is not None)

    def merge_alike(self) -> None:
        """Save what is typed, then make this customer and the one like it one."""
        if self._alike is not None:
            self.save(partial(self._merge_with, self._alike))

    def _merge_with(self, other: int) -> None:
        if self.record_id is not None:
            MergeDialog(self.context, (self.record_id, other), self.window()).open()

    def new_quote(self) -> None:
        if self.record_id is not None and self.navigator is not None:
            self.navigator.open_record("quote", None, customer_id=self.record_id)

    def new_order(self) -> None:
        if self.record_id is not None and self.navigator is not None:
            self.navigator.open_record("sales_order", None, customer_id=self.record_id)

    def _open_quote(self, number: int) -> None:
        if self.navigator is not None:
            self.navigator.open_record("quote", number)

    def share(self) -> None:
        """Let a colleague see and edit this customer until a day."""
        if self.record_id is not None:
            lending = of_customers([self.record_id], self.base["name"])
            GrantDialog(self.context, lending, self.window()).open()

    def _open_order(self, number: int) -> None:
        if self.navigator is not None:
            self.navigator.open_record("sales_order", number)

    def _open_receipt(self, number: int) -> None:
        if self.navigator is not None:
            self.navigator.open_record("receipt", number)


class ContactList(QWidget):
    """The people at one customer; each is edited in a small form of its own."""

    count_changed = Signal(int)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.customer: int | None = None
        self.grid = Grid(
            context,
            Contact,
            [belongs(Contact, "customer_id", None)],
            key="customer/contacts",
            bare=True,
        )
        self.grid.opened.connect(self.edit)
        self.grid.rows_changed.connect(self.count_changed)
        self._add = Button(_("Add"), icon="plus")
        self._edit = Button(_("Edit"))
        self._remove = Button(_("Remove"))
        self._add.clicked.connect(self.add)
        self._edit.clicked.connect(self.grid.open_current)
        self._remove.clicked.connect(self.remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.grid, 1)
        self.grid.bin.stands_for((self._add, self._edit, self._remove))
        buttons = (self._add, self._edit, self._remove, self.grid.bin.restore_button)
        column.addWidget(bar(*buttons, None, self.grid.bin.button))

    def show_customer(self, customer: int, may_edit: bool) -> None:
        self.customer = customer
        for button in (self._add, self._edit, self._remove):
            button.setEnabled(may_edit)
        self.grid.set_where([belongs(Contact, "customer_id", customer)])

    def add(self) -> None:
        self._open(None)

    def edit(self, number: int) -> None:
        self._open(number)

    def remove(self) -> None:
        """Put the current contact into the bin; it can be brought back from there."""
        number = self.grid.current_id()
        if number is not None:
            work = partial(remove_contact, self._context.office, number)
            self._context.jobs.run(self, work, self._removed)

    def _open(self, number: int | None) -> None:
        start = {"customer_id": self.customer}
        dialog = RecordDialog(self._context, Contact, number, self.window(), **start)
        DuplicateWatch(dialog.form, PHONES)
        dialog.open()

    def _removed(self, _nothing: None) -> None:
        self.grid.refresh()


def _is_money(table: str, _ids: list[int]) -> bool:
    return table in ("sales_order", "receipt")


def _counted(title: str, number: int) -> str:
    return f"{title} {number:,}" if number else title
