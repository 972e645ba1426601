"""Changes of key fields that were asked for: who waits for approval, with old and new."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from client.context import Context
from client.data import formats, requests
from client.data.requests import Request
from client.i18n import _, joined
from client.model import Customer, fields
from client.ui.kit import Button, EmptyState, Label, bar, headline, hline
from client.ui.kit.combo import combo, offer
from client.ui.receivables.page import ReportPage
from client.ui.requests.panel import RequestPanel
from client.ui.screen import Navigator
from client.ui.tables.columns import Column
from client.ui.tables.in_place import show_in_place
from client.ui.tables.rows import rows_table

LOOKS = {
    "open": ("ring", "amber"),
    "approved": ("check", "green"),
    "refused": ("cross", "red"),
    "withdrawn": ("cross", "text2"),
    "overtaken": ("cross", "amber"),
}


def columns() -> list[Column]:
    return [
        Column("when", _("When"), 116, "code"),
        Column("customer", _("Customer"), 200, "name"),
        Column("fields", _("Fields"), 180, drop=1),
        Column("asked_by_name", _("Asked by"), 100, drop=2),
        Column("reason", _("Reason"), 200, stretch=True),
        Column("state", _("Status"), 110, "state"),
    ]


class RequestsScreen(ReportPage):
    """The list above, the current request below. Enter opens the customer, if one sees it.

    Where somebody else decides the current one, no other takes its place by itself.
    """

    help_topic = "requests"
    tables = (requests.TABLE,)

    def __init__(self, context: Context, navigator: Navigator) -> None:
        super().__init__(context, navigator)
        self._goes_on = False
        self.only = combo(_("Show"), 150)
        offer(self.only, [(True, _("Waiting")), (False, _("All requests"))])
        self.refresh_button = Button(_("Refresh"), "F5", "arrows-clockwise")
        filters = bar(Label(_("Show"), "text2"), self.only, 4, self.refresh_button, None, gap=6)
        filters.setFixedHeight(40)
        note = _("changes of key fields that somebody else has to approve")
        head = headline(_("Change requests"), note, self.as_of)
        self.table, self.model = rows_table(columns(), _value)
        self.table.setAccessibleName(_("Change requests"))
        self.panel = RequestPanel(context, self)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.table, 1)
        column.addWidget(self.panel)
        self.arrange((head, filters, hline()), body, EmptyState("check-circle", ""))
        self.setFocusProxy(self.table)
        self.only.activated.connect(self._go_on)
        self.refresh_button.clicked.connect(self._go_on)
        self.table.opened.connect(self._open)
        self.table.selectionModel().currentRowChanged.connect(self._show_current)
        self.panel.decided.connect(self._go_on)

    def work(self) -> Callable[[Any], Any]:
        return partial(requests.listed, only_open=self.only.currentData())

    def show_result(self, found: list[Request]) -> None:
        kept, goes_on = self.panel.request, self._goes_on
        self._goes_on = False
        show_in_place(self.table, self.model, found, _id)
        if not found:
            self.panel.show_request(None)
            waits = self.only.currentData()
            self.empty.set_text(
                _("Nothing waits for approval.") if waits else _("Nobody has asked for a change.")
            )
            self.empty.set_actions([])
            self.stack.setCurrentWidget(self.empty)
            return
        self.stack.setCurrentWidget(self.body)
        if kept is not None and not goes_on and kept.id not in map(_id, found):
            self.panel.lose()
            return
        if not self.table.currentIndex().isValid():
            self.table.setCurrentIndex(self.model.index(0, 0))
        self._show_current()

    def _go_on(self) -> None:
        """Read again; where the current one is not there any more, the first one is shown."""
        self._goes_on = True
        self.refresh()

    def focus_filter(self) -> None:
        self.only.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _show_current(self) -> None:
        row = self.table.currentIndex().row()
        rows = self.model.rows
        self.panel.show_request(rows[row] if 0 <= row < len(rows) else None)

    def _open(self, row: int) -> None:
        if customer := self.model.rows[row].customer_id:
            self.navigator.open_record("customer", customer)


def _id(request: Request) -> int:
    return request.id


def _value(row: Request, key: str) -> Any:
    if key == "when":
        return formats.datetime_text(row.asked_at)
    if key == "fields":
        known = fields(Customer)
        return joined(_(known[name].label) for name in row.fields)
    if key == "state":
        return (_(requests.STATES[row.state]), *LOOKS[row.state])
    return getattr(row, key)
