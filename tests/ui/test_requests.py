"""Key fields in a customer's form: the reason in place, asking for approval, and deciding."""

import pytest
from PySide6.QtCore import Qt

from client.data import drafts, records
from client.model import Customer
from client.ui.forms.journal import drafts_of
from client.ui.requests.count import RequestCount
from client.ui.screens.customer import CustomerForm
from client.ui.screens.requests import RequestsScreen
from tests.ui.records_office import Desk, make_context, make_customers


@pytest.fixture
def at(office_db, tmp_path, monkeypatch):
    """The context of an operator of a fresh office."""
    monkeypatch.setenv("KEHU_HOME", str(tmp_path))
    monkeypatch.setattr(drafts, "_keyring_key", lambda: None)
    made = []

    def login(user):
        made.append(make_context(office_db.login(user), tmp_path / user))
        return made[-1]

    yield login
    for context in made:
        context.jobs.wait()
        drafts_of(context.office).close()


@pytest.fixture
def open_form(qtbot):
    def make(context, number):
        form = CustomerForm(context, Desk(), number)
        qtbot.addWidget(form)
        form.resize(460, 760)
        form.show()
        qtbot.waitUntil(lambda: form.data is not None and not context.jobs.busy())
        return form

    return make


def type_name(form, text):
    editor = form.fields.editors["name"]
    editor.setFocus()
    editor.setText(text)
    editor.textEdited.emit(text)


def name_of(context, number):
    with context.office.session() as session:
        return records.load(session, Customer, number)["name"]


def test_the_form_asks_why_and_keeps_what_is_typed(qtbot, at, open_form):
    ann = at("ann")
    (number,) = make_customers(ann.office, "Old Ltd")
    form = open_form(ann, number)
    assert not form.keys.line.isVisible()
    type_name(form, "New Ltd")
    assert form.keys.line.isVisible()
    form.save()
    assert form.keys.reason.hasFocus()
    assert name_of(ann, number) == "Old Ltd"
    qtbot.keyClicks(form.keys.reason, "Renamed")
    assert form.payload()["reason"] == "Renamed"
    with qtbot.waitSignal(form.saved, timeout=8000):
        form.save()
    assert name_of(ann, number) == "New Ltd"
    assert (form.keys.line.isVisible(), form.keys.text()) == (False, "")
    with ann.office.session() as session:
        assert records.history(session, Customer, number)[0]["reason"] == "Renamed"


def test_a_change_is_asked_for_seen_and_approved(qtbot, office_db, at, open_form):
    setting = "INSERT INTO setting (key, value) VALUES ('key_fields_need_approval', 'true')"
    office_db.ask("admin", setting)
    ann, boss = at("ann"), at("boss")
    (number,) = make_customers(ann.office, "Old Ltd")
    form = open_form(ann, number)
    type_name(form, "New Ltd")
    form.fields.editors["phone"].setText("020-1")
    assert form.save_button.text() == "Ask for approval"
    form.keys.reason.setText("Renamed")
    with qtbot.waitSignal(form.saved, timeout=8000):
        form.save()
    qtbot.waitUntil(form.keys.waiting.isVisible)
    assert form.fields.editors["name"].text() == "Old Ltd"
    assert form.fields.editors["phone"].text() == "020-1"
    assert form.keys.waiting.withdraw_button.isVisible()
    assert not form.keys.waiting.approve_button.isVisible()

    desk = Desk()
    count = RequestCount(boss, desk, boss.jobs)
    screen = RequestsScreen(boss, desk)
    qtbot.addWidget(screen)
    screen.resize(1000, 600)
    screen.show()
    qtbot.waitUntil(lambda: screen.panel.isVisible() and desk.counts.get("requests") == "1")
    assert screen.panel.request.fields == {"name": ("Old Ltd", "New Ltd")}
    screen.table.setFocus()
    shift = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(screen.table, Qt.Key.Key_A, shift)
    qtbot.waitUntil(lambda: screen.stack.currentWidget() is screen.empty)
    assert name_of(ann, number) == "New Ltd"
    with ann.office.session() as session:
        key = session.get(Customer, number).search_key
    assert key is not None  # found by its new name at once
    count.count()
    qtbot.waitUntil(lambda: desk.counts["requests"] == "")
