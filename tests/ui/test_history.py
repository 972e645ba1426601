"""The history beside a record and on its page, by keys; putting back; a customer as of a day."""

from datetime import UTC, datetime

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QScrollArea

from client.data import records
from client.model import Contact, Customer, Product
from client.ui.history.day import DayDialog
from client.ui.history.dialog import HistoryDialog
from client.ui.screens.customer import CustomerForm
from client.ui.screens.history import HistoryScreen
from tests.ui.answers import question
from tests.ui.records_office import Desk, change, make_customers

Key = Qt.Key


@pytest.fixture
def context(at_shared):
    return at_shared("boss")


@pytest.fixture
def show(qtbot):
    def make(widget):
        qtbot.addWidget(widget)
        widget.resize(900, 500)
        widget.show()
        return widget

    return make


def sentences(changes):
    return [row[1] for row in changes.model.rows()]


def choose(changes, sentence):
    row = sentences(changes).index(sentence)
    changes.table.setCurrentIndex(changes.model.index(row, 1))


def test_a_field_is_put_back_from_the_form(qtbot, context, show):
    (number,) = make_customers(context.office, "From the form", phone="1")
    change(context.office, number, phone="2")
    form = show(CustomerForm(context, Desk(), number))
    qtbot.waitUntil(lambda: form.data is not None)
    form.tabs.setCurrentWidget(form.history)
    qtbot.waitUntil(lambda: len(form.history.lines) == 2)
    choose(form.history, "Boss changed Phone from 1 to 2")
    form.history.putting.field_button.setFocus()
    qtbot.keyClick(form.history.putting.field_button, Key.Key_Space)
    qtbot.waitUntil(lambda: len(form.history.lines) == 3)
    assert not form.history.putting.field_button.hasFocus()  # once more would undo it
    assert form.history.model.rows()[0][1:] == (
        "Boss changed Phone from 2 to 1",
        form.history.model.rows()[0][2],
        "",
    )
    assert form.history.model.rows()[0][2].startswith("put back")
    whole = "Boss changed Phone from 2 to 1"
    qtbot.waitUntil(lambda: form.history.whole.text() == whole)
    choose(form.history, "Boss entered customer From the form")
    assert not form.history.putting.field_button.isEnabled()


def test_a_whole_record_is_put_back_after_a_question(qtbot, context, show):
    with context.office.session() as session:
        goods = records.save(session, Product, {"code": "WHOLE", "name": "One"})
        records.save(session, Product, goods | {"name": "Two", "unit": "pc"}, goods)
    dialog = show(HistoryDialog(context, ("product", goods["id"]), "One"))
    changes = dialog.changes
    qtbot.waitUntil(lambda: len(changes.lines) == 3)
    choose(changes, "Boss changed Product name from One to Two")
    changes.putting.put_record()
    qtbot.keyClick(question(changes), Key.Key_Return)
    qtbot.waitUntil(lambda: len(changes.lines) == 5)
    with context.office.session() as session:
        now = records.load(session, Product, goods["id"])
    assert (now["name"], now["unit"]) == ("One", None)


def test_tab_leads_to_all_that_narrows_the_changes(qtbot, context, show):
    (number,) = make_customers(context.office, "Gone round")
    dialog = show(HistoryDialog(context, ("customer", number), ""))
    qtbot.waitUntil(lambda: len(dialog.changes.lines) == 1)
    met = set()
    for _key in range(10):
        now = QApplication.focusWidget()
        met.add(now)
        qtbot.keyClick(now, Qt.Key.Key_Tab)
    filters = dialog.changes.filters
    wanted = {filters.people, filters.fields, filters.period, filters.words}
    assert met >= wanted | {dialog.changes.table, dialog.changes.day_button}


def test_a_refusal_is_a_sentence(qtbot, context, show):
    (number,) = make_customers(context.office, "Refused", phone="1")
    change(context.office, number, phone="2")
    dialog = show(HistoryDialog(context, ("customer", number), ""))
    changes = dialog.changes
    qtbot.waitUntil(lambda: len(changes.lines) == 2)
    change(context.office, number, fax="3")
    choose(changes, "Boss changed Phone from 1 to 2")
    changes.putting.put_field()
    qtbot.waitUntil(lambda: "after you looked" in changes.said.text())


def test_the_page_is_narrowed_and_exported(qtbot, context, show, shared_office, tmp_path):
    told = "Clerk changed Phone from 1 to 77-77"
    (number,) = make_customers(context.office, "On the page", phone="1")
    with shared_office.login("clerk").session() as session:
        stored = records.load(session, Customer, number)
        records.save(session, Customer, stored | {"phone": "77-77"}, stored)
    desk = Desk()
    page = show(HistoryScreen(context, desk))
    changes = page.changes
    qtbot.waitUntil(lambda: len(changes.lines) > 3)
    filters = changes.filters
    page.focus_filter()
    qtbot.keyClicks(filters.words, "77-77")
    qtbot.waitUntil(lambda: told in sentences(changes))
    filters.kinds.setCurrentIndex(filters.kinds.findData("customer"))
    filters.fields.setCurrentIndex(filters.fields.findData("phone"))
    filters.people.setCurrentIndex(filters.people.findText("Clerk"))
    qtbot.waitUntil(lambda: sentences(changes) == [told])
    file = tmp_path / "changes.xlsx"
    page.export_to(file)
    qtbot.waitUntil(lambda: "1 row written" in changes.said.text())
    rows = list(openpyxl.load_workbook(file).active.iter_rows(values_only=True))
    assert told in rows[-1]
    changes.table.setFocus()
    qtbot.keyClick(changes.table, Key.Key_Return)
    assert desk.opened == [("customer", number, {})]
    filters.period.setText("2001")
    filters.period.editingFinished.emit()
    qtbot.waitUntil(lambda: sentences(changes) == [])


def test_a_setting_is_named_as_its_page_is(qtbot, context, show, shared_office):
    shared_office.ask("admin", "UPDATE setting SET value = '9' WHERE key = 'payment_days'")
    page = show(HistoryScreen(context, Desk()))
    sentence = "Administrator changed Days to pay from 30 to 9"
    qtbot.waitUntil(lambda: sentence in sentences(page.changes))
    (row,) = (row for row in page.changes.model.rows() if row[1] == sentence)
    assert row[2] == "Office"
    shared_office.ask("admin", "UPDATE setting SET value = '30' WHERE key = 'payment_days'")


def test_scrolling_reads_on(qtbot, context, show):
    (number,) = make_customers(context.office, "Often changed", phone="0")
    for n in range(205):
        with context.office.session() as session:
            stored = records.load(session, Customer, number)
            records.save(session, Customer, stored | {"phone": str(n + 1)}, stored)
    dialog = show(HistoryDialog(context, ("customer", number), ""))
    changes = dialog.changes
    qtbot.waitUntil(lambda: len(changes.lines) == 200)
    assert changes.counted.text().startswith("200+")
    changes.table.scrollToBottom()
    qtbot.waitUntil(lambda: len(changes.lines) == 206)
    assert sentences(changes)[-1] == "Boss entered customer Often changed"


def test_a_customer_as_of_a_day_is_only_to_be_read(qtbot, context, show):
    (number,) = make_customers(context.office, "Then", phone="1")
    with context.office.session() as session:
        records.save(session, Contact, {"customer_id": number, "name": "Chen"})
    then = datetime.now(UTC)
    change(context.office, number, name="Now", phone="2")
    dialog = show(DayDialog(context, number, then))
    qtbot.waitUntil(lambda: dialog.found is not None)
    assert dialog.fields.editors["name"].text() == "Then"
    assert dialog.fields.editors["name"].isReadOnly()
    assert dialog._people.rows()[0][0] == "Chen"
    dialog.day.selectAll()
    qtbot.keyClicks(dialog.day, "2001-01-01")
    qtbot.keyClick(dialog.day, Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.empty.isVisible())
    dialog.day.setText("no day")
    qtbot.keyClick(dialog.day, Key.Key_Return)
    assert dialog.said.text()


def test_the_history_is_as_wide_as_the_form(qtbot, context, show):
    (number,) = make_customers(context.office, "Narrow", phone="1")
    for phone in range(2, 13):
        change(context.office, number, phone=str(phone))
    form = show(CustomerForm(context, Desk(), number))
    form.resize(440, 700)  # as the panel beside a list
    form.tabs.setCurrentWidget(form.history)
    qtbot.waitUntil(lambda: len(form.history.lines) == 12)
    form.history.say("Somebody changed this field after you looked at it. " * 2)
    qtbot.wait(50)
    (area,) = [a for a in form.findChildren(QScrollArea) if a.isAncestorOf(form.history)]
    assert area.widget().width() == area.viewport().width()
