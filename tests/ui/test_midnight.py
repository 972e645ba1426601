"""What is open at the office's midnight follows the day, of whose end the database tells nobody."""

import time
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from client.context import Context
from client.ui.receivables.filters import OwedFilters
from client.ui.screens.customers import CustomersScreen
from client.ui.screens.order import OrderScreen
from client.ui.screens.receipt import ReceiptScreen
from client.ui.shell.office_news import OfficeNews
from tests.conftest import OfficeDatabase
from tests.server import samples
from tests.ui.records_office import Desk

At = Callable[..., Context]


@pytest.fixture
def yesterday(at: At) -> Callable[[str], Context]:
    """The context of an operator whose program has read yesterday what the day is."""

    def make(user: str) -> Context:
        context = at(user)
        assert not context.office.is_day_over()
        context.office.today -= timedelta(days=1)
        context.office._day_ends = time.time() - 1
        return context

    return make


def shown(qtbot: QtBot, widget: QWidget) -> None:
    qtbot.addWidget(widget)
    widget.resize(1000, 600)
    widget.show()


def test_what_was_lent_until_yesterday_goes_at_midnight(
    qtbot: QtBot, office_db: OfficeDatabase, yesterday: Callable[[str], Context]
) -> None:
    mine = samples.customer(office_db, "ann", "Lent")
    share = "SELECT share_customer(%s, %s, office_today())"
    office_db.ask("boss", share, mine, office_db.id_of("eve"))
    context, above = yesterday("eve"), QObject()
    news, screen = OfficeNews(context, above), CustomersScreen(context, Desk())
    shown(qtbot, screen)
    rows = screen.grid.model.rowCount
    qtbot.waitUntil(lambda: rows() == 1 and not context.jobs.busy())
    # The clock alone: no notice is sent.
    quiet = "SET session_replication_role = replica; UPDATE share SET until = until - 1"
    office_db.ask(None, quiet)
    news._clock.timeout.emit()
    qtbot.waitUntil(lambda: rows() == 0)
    assert not context.office.is_day_over()


def test_a_new_document_left_open_over_midnight_is_of_today(
    qtbot: QtBot, office_db: OfficeDatabase, yesterday: Callable[[str], Context]
) -> None:
    samples.customer(office_db, "clerk", "Buyer")
    context, above = yesterday("clerk"), QObject()
    before: date = context.office.today
    news, owed = OfficeNews(context, above), OwedFilters(context)
    forms = [
        OrderScreen(context, Desk()),
        OrderScreen(context, Desk()),
        ReceiptScreen(context, Desk()),
    ]
    for form in forms:
        shown(qtbot, form)
    qtbot.waitUntil(lambda: all(form.ready for form in forms) and not context.jobs.busy())
    untouched, typed, receipt = forms
    remarks = typed.page.head.editors["remarks"]
    remarks.setText("by ship")
    remarks.edited.emit()
    assert typed.dirty
    news._clock.timeout.emit()
    today = before + timedelta(days=1)
    day_of = lambda form, name: form.page.head.editors[name].value()  # noqa: E731
    qtbot.waitUntil(lambda: day_of(untouched, "order_date") == today)
    qtbot.waitUntil(lambda: day_of(receipt, "receipt_date") == today)
    term = untouched.base["due_date"] - today
    assert term == typed.base["due_date"] - before
    assert day_of(untouched, "due_date") == today + term
    assert not untouched.dirty
    assert not receipt.dirty
    assert day_of(typed, "order_date") == before
    assert owed.query().as_of == today
    typed.dirty = False
