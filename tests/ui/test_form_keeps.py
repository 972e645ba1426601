"""A key too many throws nothing away, and into what one may not see nothing is typed."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from client.data import records
from client.model import Customer
from client.ui.forms.form import RecordForm
from tests.ui.answers import answer_next, question
from tests.ui.records_office import Desk, make_context, make_customers


@pytest.fixture
def context(at_shared):
    return at_shared("boss")


def test_enter_in_the_question_throws_nothing_away(qtbot, context):
    (number,) = make_customers(context.office, "Kept by Enter")
    form = RecordForm(context, Customer, number, Desk())
    qtbot.addWidget(form)
    form.show()
    qtbot.waitUntil(lambda: form.data is not None)
    form.fields.editors["phone"].setText("5")
    form.fields.editors["phone"].textEdited.emit("5")
    qtbot.waitUntil(lambda: form.dirty)
    form.back()
    qtbot.keyClick(question(form), Qt.Key.Key_Return)
    assert form.fields.editors["phone"].text() == "5"
    answer_next()
    with qtbot.waitSignal(form.saved):
        form.may_close()
    with context.office.session() as session:
        assert records.load(session, Customer, number)["phone"] == "5"


def test_a_record_one_may_not_see_takes_no_typing(qtbot, shared_office, context, tmp_path):
    (number,) = make_customers(context.office, "Of the boss")
    ann = make_context(shared_office.login("ann"), tmp_path)
    form = RecordForm(ann, Customer, number, Desk())
    qtbot.addWidget(form)
    form.show()
    qtbot.waitUntil(lambda: bool(form.message.text()), timeout=8000)
    assert form.title == "Customer"
    assert form.fields.editors["name"].isReadOnly()
    assert not form.save_button.isEnabled()
    form.save()
    assert not form.saving


def test_one_goes_on_typing_where_one_was_after_a_look_into_another_window(qtbot, context):
    form, other = RecordForm(context, Customer, None, Desk()), QWidget()
    for window in (form, other):
        qtbot.addWidget(window)
    form.show()
    form.activateWindow()
    qtbot.waitUntil(lambda: form.data is not None and form.isActiveWindow())
    phone = form.fields.editors["phone"]
    phone.setFocus()
    qtbot.keyClicks(phone, "020 8735")
    other.show()
    other.activateWindow()
    qtbot.waitUntil(other.isActiveWindow)
    form.activateWindow()
    qtbot.waitUntil(phone.hasFocus)
    qtbot.keyClicks(phone, " 6612")
    assert phone.text() == "020 8735 6612"
