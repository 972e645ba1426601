"""The quote on the screen and the list of quotes, against a real office."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from client.context import Context
from client.data.priced import edit as order_edit
from client.data.priced import store as order_store
from client.data.priced.kinds import QUOTE
from client.ui.forms.journal import drafts_of
from client.ui.priced.revisions import RevisionsDialog
from client.ui.screens.customers import CustomersScreen
from client.ui.screens.quote import QuoteScreen
from client.ui.screens.quotes import QuotesScreen
from tests.conftest import OfficeDatabase
from tests.ui.answers import question
from tests.ui.order_office import document, furnish
from tests.ui.records_office import Desk

D = Decimal
Key, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier
CHORD = CTRL | Qt.KeyboardModifier.ShiftModifier
Open = Callable[..., QuoteScreen]


@pytest.fixture
def customer(office_db: OfficeDatabase) -> int:
    terms = "INSERT INTO setting (key, value) VALUES ('office_quote_terms', '\"cash\"')"
    office_db.ask(None, terms + " ON CONFLICT (key) DO UPDATE SET value = excluded.value")
    return furnish(office_db)


@pytest.fixture
def open_quote(qtbot: QtBot, context: Context, desk: Desk) -> Open:
    """Opens a quote as the shell does, and waits until it can be typed."""

    def make(id: int | None = None, **start: Any) -> QuoteScreen:
        screen = QuoteScreen(context, desk, id, **start)
        qtbot.addWidget(screen)
        screen.resize(1100, 760)
        screen.show()
        screen.activateWindow()
        qtbot.waitUntil(screen.isActiveWindow)
        qtbot.waitUntil(lambda: screen.ready and len(screen.page.grid.line_model.products) > 0)
        return screen

    return make


@pytest.fixture
def sent(context: Context, customer: int) -> dict[str, Any]:
    """A quote the customer has got."""
    doc = document(context, QUOTE, customer, wipe_off=D("0.75"), terms="cash")
    return order_store.save_and_issue(context.office, QUOTE, doc, True)


def keys(key: Key, modifiers: Qt.KeyboardModifier = CHORD) -> None:
    """Press a key where the keys are."""
    target = QApplication.focusWidget()
    assert target is not None
    QTest.keyClick(target, key, modifiers)


def test_a_new_quote_begins_with_the_offices_terms_and_days(
    qtbot: QtBot, open_quote: Open, context: Context, customer: int, office_db: OfficeDatabase
) -> None:
    screen = open_quote(customer_id=customer)
    doc, _problems = screen.page.typed()
    assert doc["terms"] == "cash"
    assert (doc["valid_until"] - doc["quote_date"]).days == 30
    editor = screen.page.head.editors["quote_date"]
    day = QDate.currentDate().addDays(3)
    editor.setText(day.toString("yyyy-MM-dd"))
    editor.edited.emit()
    doc, _problems = screen.page.typed()
    assert (doc["valid_until"] - doc["quote_date"]).days == 30
    assert QDate(doc["quote_date"]) == day
    screen.page.grid.line_model.type_text(0, "code", "P-10032")
    screen.page.grid.line_model.type_text(0, "quantity", "2")
    keys(Key.Key_S)
    qtbot.waitUntil(lambda: bool(screen.base.get("number")))
    assert (screen.base["state"], screen.base["revision"]) == ("sent", 1)
    rows = office_db.ask(None, "SELECT terms, status, total FROM quote")
    assert rows == [("cash", "sent", D("172.00"))]


def test_one_key_makes_an_order_of_a_quote(
    qtbot: QtBot, open_quote: Open, desk: Desk, sent: dict[str, Any], office_db: OfficeDatabase
) -> None:
    screen = open_quote(sent["id"])
    screen.page.grid.setFocus()
    keys(Key.Key_O)
    qtbot.waitUntil(lambda: bool(desk.opened))
    rows = office_db.ask(None, "SELECT id, status, total FROM sales_order")
    assert rows == [(screen.base["order_id"], "draft", D("859.00"))]
    assert desk.opened == [("sales_order", rows[0][0], {})]
    assert (screen.base["state"], screen.editable()) == ("accepted", False)
    assert not screen.page.steps.offers("order")


def test_a_change_of_a_sent_quote_makes_a_revision(
    qtbot: QtBot, open_quote: Open, context: Context, sent: dict[str, Any], desk: Desk
) -> None:
    screen = open_quote(sent["id"])
    assert "revision 2" in screen.page.banner.text()
    screen.page.grid.line_model.type_text(0, "quantity", "3")
    screen.page.grid.line_model.remove([2])
    screen.to_order()
    assert "send what you changed" in screen.page.steps.said()
    screen.save()
    qtbot.waitUntil(lambda: screen.base["revision"] == 2)
    assert (screen.base["state"], screen.base["number"]) == ("draft", sent["number"])
    assert "the customer has revision 1" in screen.page.banner.text()
    assert not screen.page.steps.offers("end")
    screen.issue()
    qtbot.waitUntil(lambda: screen.base["state"] == "sent")
    dialog = RevisionsDialog(context, screen.base, screen)
    qtbot.waitUntil(lambda: len(dialog.revisions) == 2)
    marks = {row[1]: row[0][0] for row in dialog.model.rows() if row[0]}
    assert marks["P-10032 不锈钢保温壶"] == "changed"
    assert marks["P-11207 折叠购物车"] == "removed"
    assert "P-10041 双层玻璃杯" not in marks
    QTest.keyClick(dialog.list, Qt.Key.Key_Down)
    assert dialog.chosen()["revision"] == 1
    assert not any(row[0] for row in dialog.model.rows())
    dialog.reprint.connect(screen.papers.reprint)
    dialog.again.click()
    assert desk.opened == [("paper:quote", sent["id"], {"revision": 1})]


def test_a_quote_is_refused_with_a_reason(
    qtbot: QtBot, open_quote: Open, sent: dict[str, Any]
) -> None:
    screen = open_quote(sent["id"])
    screen.ending.refuse("too dear")
    qtbot.waitUntil(lambda: screen.base["status"] == "refused")
    assert screen.base["decide_reason"] == "too dear"
    assert screen.editable()
    assert "revision 2" in screen.page.banner.text()


def test_an_expired_quote_says_so_and_can_be_sent_again(
    qtbot: QtBot, open_quote: Open, sent: dict[str, Any], office_db: OfficeDatabase
) -> None:
    office_db.ask(
        None,
        "UPDATE quote SET quote_date = quote_date - 60, valid_until = office_today() - 1,"
        " status = 'sent'",
    )
    office_db.ask(None, "UPDATE quote SET status = 'sent', revision = 1, sent_at = now()")
    screen = open_quote(sent["id"])
    assert screen.base["state"] == "expired"
    assert "Expired" in screen.page.banner.text()
    assert not screen.page.steps.offers("order")
    screen.page.head.editors["remarks"].setText("later")
    screen.page.head.edited.emit()
    screen.save()
    qtbot.waitUntil(lambda: screen.base["state"] == "draft")
    screen.issue()
    assert screen.page.head.editors["valid_until"].property("wrong")
    assert "has passed" in screen.page.steps.said()


def test_somebody_else_was_quicker(
    qtbot: QtBot, open_quote: Open, context: Context, sent: dict[str, Any]
) -> None:
    screen = open_quote(sent["id"])
    order_store.save(context.office, QUOTE, order_edit.opened(sent) | {"remarks": "one more"})
    screen.to_order()
    qtbot.waitUntil(lambda: "Look at it" in screen.page.steps.said())
    qtbot.waitUntil(lambda: screen.base["remarks"] == "one more")
    assert screen.base["state"] == "draft"


def test_an_unsaved_quote_keeps_what_was_taken_off(
    qtbot: QtBot, open_quote: Open, context: Context, customer: int
) -> None:
    screen = open_quote(customer_id=customer)
    screen.page.grid.line_model.type_text(0, "code", "P-10032")
    screen.page.grid.line_model.type_text(0, "quantity", "2")
    off = screen.page.foot.sums.editors
    off["whole_discount"].setText("many")
    off["wipe_off"].setText("2")
    off["wipe_off"].edited.emit()
    screen.page.foot._editors["terms"].setPlainText("in advance")
    screen.journal.write()
    journal = drafts_of(context.office)
    qtbot.waitUntil(lambda: len(journal.all()) == 1)
    again = open_quote()
    again.recover(journal.all()[0].payload)
    off = again.page.foot.sums.editors
    assert (off["whole_discount"].text(), off["wipe_off"].text()) == ("many", "2.00")
    doc, problems = again.page.typed()
    assert (doc["terms"], doc["wipe_off"]) == ("in advance", 2)
    assert [problem.field for problem in problems] == ["whole_discount"]
    again.save()
    assert off["whole_discount"].property("wrong")


def test_quotes_are_narrowed_to_a_state(
    qtbot: QtBot, context: Context, desk: Desk, customer: int, sent: dict[str, Any]
) -> None:
    draft = order_store.save(context.office, QUOTE, document(context, QUOTE, customer))
    screen = QuotesScreen(context, desk)
    qtbot.addWidget(screen)
    screen.resize(1200, 600)
    screen.show()
    qtbot.waitUntil(lambda: desk.counts == {"quotes": "2"})
    for state, ids in (("draft", [draft["id"]]), ("sent", [sent["id"]]), ("expired", [])):
        screen._states.setCurrentIndex(screen._states.findData(state))
        qtbot.waitUntil(lambda ids=ids: list(screen.grid.model.ids) == ids)
    screen._states.setCurrentIndex(0)
    qtbot.waitUntil(lambda: len(screen.grid.model.ids) == 2)
    screen.grid.table.setCurrentIndex(screen.grid.model.index(0, 0))
    number = screen.grid.current_id()
    screen.duplicate()
    assert desk.opened == [("quote", None, {"copy_of": number})]


def test_a_customer_whose_quote_has_a_number_is_not_even_asked_about(
    qtbot: QtBot, context: Context, desk: Desk, customer: int, sent: dict[str, Any]
) -> None:
    screen = CustomersScreen(context, desk)
    qtbot.addWidget(screen)
    screen.show()
    grid = screen.grid
    qtbot.waitUntil(lambda: customer in grid.model.ids)
    grid.table.selectRow(list(grid.model.ids).index(customer))
    with qtbot.waitSignal(screen.status_changed, check_params_cb=lambda said: "merge it" in said):
        screen.delete_current()
    assert question(screen) is None
