"""Key fields in a customer's form: the reason in place, asking for approval, and deciding."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from client.data import merging, records, recycle, requests
from client.model import Customer
from client.ui.bin.restore import RestoreDialog
from client.ui.forms.record_dialog import RecordDialog
from client.ui.handover.dialog import HandoverDialog
from client.ui.history.changes import ChangeList
from client.ui.kit import Label
from client.ui.merging.dialog import MergeDialog
from client.ui.requests.count import RequestCount
from client.ui.screens.customer import CustomerForm
from client.ui.screens.requests import RequestsScreen
from tests.ui.answers import question
from tests.ui.records_office import Desk, change, make_customers


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
        qtbot.keyClick(form.keys.reason, Qt.Key.Key_Return)
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
    screen = RequestsScreen(boss, desk)
    qtbot.addWidget(screen)
    count = RequestCount(boss, desk, screen)
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


# Other ways to a key field than its form


@pytest.fixture
def strict(office_db):
    """An office that wants approval, of another owner too."""
    for key in ("key_fields_need_approval", "owner_needs_approval"):
        office_db.ask("admin", "INSERT INTO setting (key, value) VALUES (%s, 'true')", key)
    return office_db


@pytest.fixture
def boss_alone(strict):
    """Nobody else may approve, so that the boss asks nobody."""
    deny = "SELECT set_permission(%s, 'customer', 'approve', false)"
    strict.ask("admin", deny, strict.id_of("admin"))
    return strict


def history_of(qtbot, context, number, sentence):
    """The list of a customer's changes, at the line that says this."""
    changes = ChangeList(context, ("customer", number))
    qtbot.addWidget(changes)
    changes.show()
    said = lambda: [row[1] for row in changes.model.rows()]  # noqa: E731
    qtbot.waitUntil(lambda: sentence in said() and not context.jobs.busy())
    changes.table.setCurrentIndex(changes.model.index(said().index(sentence), 1))
    return changes


def give_reason(qtbot, putting, button, text):
    qtbot.waitUntil(lambda: putting.why is not None)
    assert putting.why.button.text() == button
    putting.why.go_on()  # not without a reason
    assert putting.why.isVisible()
    qtbot.keyClicks(putting.why.reason, text)
    qtbot.keyClick(putting.why.reason, Qt.Key.Key_Return)


def test_putting_back_a_key_field_asks_why(qtbot, at):
    ann = at("ann")
    (number,) = make_customers(ann.office, "Old Ltd")
    change(ann.office, number, name="New Ltd", phone="1")
    changes = history_of(qtbot, ann, number, "Ann changed Customer name from Old Ltd to New Ltd")
    changes.putting.put_field()
    give_reason(qtbot, changes.putting, "Put back", "Mistyped")
    qtbot.waitUntil(lambda: "Put back" in changes.said.text() or len(changes.lines) == 4)
    assert name_of(ann, number) == "Old Ltd"
    with ann.office.session() as session:
        entry = records.history(session, Customer, number)[0]
    assert (entry["reason"], entry["via"]) == ("Mistyped", "put back")


def test_putting_back_is_asked_for_where_somebody_approves(qtbot, boss_alone, at):
    boss, ann = at("boss"), at("ann")
    (number,) = make_customers(ann.office, "Old Ltd", fax="1")
    change(boss.office, number, name="New Ltd", fax="2")
    changes = history_of(qtbot, ann, number, "Boss changed Customer name from Old Ltd to New Ltd")
    changes.putting.put_record()
    qtbot.keyClick(question(changes), Qt.Key.Key_Return)
    give_reason(qtbot, changes.putting, "Ask for approval", "Mistyped")
    qtbot.waitUntil(lambda: "Asked for approval" in changes.said.text())
    with ann.office.session() as session:
        stored = records.load(session, Customer, number)
        (asked,) = requests.listed(session)
    assert (stored["name"], stored["fax"]) == ("New Ltd", "1")  # the rest is put back
    assert (asked.fields, asked.reason) == ({"name": ("New Ltd", "Old Ltd")}, "Mistyped")


def test_who_asked_is_told_that_somebody_was_quicker(qtbot, boss_alone, at, open_form):
    boss, ann = at("boss"), at("ann")
    (number,) = make_customers(ann.office, "Old Ltd")
    form = open_form(ann, number)
    type_name(form, "New Ltd")
    form.keys.reason.setText("Renamed")
    with qtbot.waitSignal(form.saved, timeout=8000):
        form.save()
    qtbot.waitUntil(form.keys.waiting.withdraw_button.isVisible)
    screen = RequestsScreen(boss, Desk())
    qtbot.addWidget(screen)
    screen.show()
    qtbot.waitUntil(screen.panel.approve_button.isVisible)
    change(boss.office, number, name="Newest Ltd")
    screen.panel.approve()  # too late: said, and nothing overwritten
    qtbot.waitUntil(lambda: "was changed since" in screen.panel.message.text())
    assert name_of(boss, number) == "Newest Ltd"
    ann.bus.changed.emit("change_request", "update", [1])
    waiting = form.keys.waiting
    qtbot.waitUntil(lambda: not waiting.withdraw_button.isVisible())
    assert "Boss changed the customer meanwhile" in waiting._said.text()
    screen.only.setCurrentIndex(screen.only.findData(False))
    screen.refresh()
    qtbot.waitUntil(lambda: screen.panel.request.state == "overtaken")


def test_an_answer_that_is_typed_stays(qtbot, strict, at, open_form):
    boss, ann = at("boss"), at("ann")
    numbers = make_customers(ann.office, "Old Ltd", "Other Ltd")

    def ask(number):
        with ann.office.session() as session:
            stored = records.load(session, Customer, number)
            requests.save(session, stored | {"name": f"New {number}"}, stored, "Renamed")

    ask(numbers[0])
    form, screen = open_form(boss, numbers[0]), RequestsScreen(boss, Desk())
    qtbot.addWidget(screen)
    screen.show()
    panels = (form.keys.waiting, screen.panel)
    qtbot.waitUntil(lambda: all(panel.approve_button.isVisible() for panel in panels))
    for panel in panels:
        panel.answer.setText("Not before")
    ask(numbers[1])
    boss.bus.changed.emit("change_request", "insert", [9])
    boss.bus.changed.emit("customer", "update", [])
    boss.bus.connection_back.emit()
    qtbot.waitUntil(lambda: len(screen.model.rows) == 2)
    qtbot.waitUntil(lambda: not boss.jobs.busy())
    for panel in panels:
        assert (panel.request.customer_id, panel.answer.text()) == (numbers[0], "Not before")


def test_a_second_request_tells_whose_the_first_is_and_what_to_do(qtbot, strict, at, open_form):
    ann, manager = at("ann"), at("manager")
    (mine,) = make_customers(ann.office, "Old Ltd")
    first = open_form(ann, mine)
    type_name(first, "New Ltd")
    first.keys.reason.setText("renamed")
    with qtbot.waitSignal(first.saved):
        first.save()
    for context, told in ((manager, "The request of Ann of 20"), (ann, "Your own request of 20")):
        form = open_form(context, mine)
        type_name(form, "Newer Ltd")
        form.keys.reason.setText("renamed again")
        form.save()
        qtbot.waitUntil(lambda form=form: "request of" in form.message.text())
        assert form.message.text().startswith(told)
        assert form.keys.waiting.isVisible()
        assert form.minimumSizeHint().width() <= 460  # a long sentence widens no form
        form.dirty = False


def test_a_request_on_a_customer_that_one_sees_no_longer_is_withdrawn(qtbot, strict, at):
    ann = at("ann")
    (mine,) = make_customers(ann.office, "Old Ltd")
    strict.ask("ann", "SELECT request_change(%s, '{\"bank\": \"B\"}', 'moved')", mine)
    strict.ask("admin", "UPDATE setting SET value = 'false' WHERE key = 'owner_needs_approval'")
    strict.ask("boss", "SELECT assign_customers(ARRAY[%s], %s, 'x')", mine, strict.id_of("bob"))
    desk = Desk()
    screen = RequestsScreen(ann, desk)
    qtbot.addWidget(screen)
    screen.show()
    qtbot.waitUntil(screen.panel.withdraw_button.isVisible)
    assert screen.model.rows[0].customer == "a customer you no longer see"
    assert screen.panel.request.fields == {"bank": ("–", "B")}
    screen.table.opened.emit(0)
    assert desk.opened == []
    screen.panel.withdraw_button.click()
    qtbot.waitUntil(lambda: screen.stack.currentWidget() is screen.empty)
    assert strict.ask(None, "SELECT state FROM change_request") == [("withdrawn",)]


def test_a_merge_tells_what_it_asked_for(qtbot, strict, at):
    manager = at("manager")
    ids = make_customers(at("ann").office, "Old Ltd", "Other Ltd")
    dialog = MergeDialog(manager, (ids[0], ids[1]), None)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: bool(dialog.choice.sides) and not manager.jobs.busy())
    dialog.choice.choose("name", 1 - dialog.choice.kept())
    dialog.merge()
    qtbot.waitUntil(lambda: "Asked for approval: Customer name" in dialog.message.text())
    kept = dialog.choice.sides[dialog.choice.kept()]
    assert name_of(manager, kept.id) == kept.data.values["name"]
    dialog.undo()
    qtbot.waitUntil(lambda: dialog.doc is None and not manager.jobs.busy())
    with manager.office.session() as session:
        assert requests.listed(session) == []


def test_undoing_a_merge_from_the_bin_says_first_what_has_to_be_approved(qtbot, strict, at):
    manager, boss = at("manager"), at("boss")
    kept, other = make_customers(at("ann").office, "Old Ltd", "Other Ltd")
    with manager.office.session() as session:
        merging.merge(session, kept, other, ["name"], "entered twice")
        deletion = recycle.deletion_of(session, Customer, other)
    with boss.office.session() as session:
        requests.decide(session, requests.listed(session)[0], True, "")
    dialog = RestoreDialog(manager, deletion)
    dialog.open()
    qtbot.waitUntil(lambda: dialog.preview is not None)
    told = " ".join(label.text() for label in dialog.findChildren(Label))
    assert "approve that this goes back at Other Ltd: Customer name" in told
    with manager.office.session() as session:
        assert requests.listed(session) == []
    with qtbot.waitSignal(dialog.restored) as said:
        dialog.restore()
    assert "Asked for approval: Customer name" in said.args[0]


def test_the_hand_over_says_who_may(qtbot, strict, at):
    manager = at("manager")
    ids = make_customers(at("ann").office, "Old Ltd")
    dialog = HandoverDialog(manager, ids=ids)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.offer is not None and not manager.jobs.busy())
    assert dialog.foot.barred.isVisible()
    assert "Boss" in dialog.foot.barred.text()
    strict.ask("admin", "UPDATE setting SET value = 'false' WHERE key = 'owner_needs_approval'")
    manager.office.read_again()
    dialog.refresh()
    qtbot.waitUntil(lambda: not dialog.foot.barred.isVisible() and not manager.jobs.busy())
    dialog.give(ids, strict.id_of("bob"))
    dialog.foot.reason.setText("Bob knows them")
    dialog.hand_over()
    qtbot.waitUntil(lambda: dialog.doc is not None)
    owner = strict.ask(None, "SELECT owner_id FROM customer WHERE id = %s", ids[0])
    assert owner == [(strict.id_of("bob"),)]


def test_the_owner_is_asked_for_with_the_rest_in_the_form(qtbot, strict, at, open_form):
    manager = at("manager")
    (number,) = make_customers(at("ann").office, "Old Ltd")
    form = open_form(manager, number)
    form.fields.editors["owner_id"].set_value(strict.id_of("bob"))
    form._edited()
    assert form.save_button.text() == "Ask for approval"
    form.keys.reason.setText("Bob knows them")
    with qtbot.waitSignal(form.saved, timeout=8000):
        form.save()
    qtbot.waitUntil(form.keys.waiting.isVisible)
    assert form.keys.waiting.request.fields == {"owner_id": ("Ann", "Bob")}


def test_a_window_of_its_own_asks_as_well(qtbot, at):
    ann = at("ann")
    (number,) = make_customers(ann.office, "Old Ltd")
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = RecordDialog(ann, Customer, number, parent)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.form.data is not None and not ann.jobs.busy())
    type_name(dialog.form, "New Ltd")
    dialog.form.save()
    assert dialog.form.keys.reason.isVisible()
    dialog.form.keys.reason.setText("Renamed")
    with qtbot.waitSignal(dialog.accepted, timeout=8000):
        dialog.form.save()
    assert name_of(ann, number) == "New Ltd"


def test_after_the_reason_the_keys_are_in_the_form_again(qtbot, strict, at, open_form):
    ann = at("ann")
    form = open_form(ann, make_customers(ann.office, "Old Ltd")[0])
    form.activateWindow()
    qtbot.waitUntil(form.isActiveWindow)
    type_name(form, "New Ltd")
    form.save()
    qtbot.waitUntil(form.keys.reason.hasFocus)
    form.keys.reason.setText("Renamed")
    with qtbot.waitSignal(form.saved, timeout=8000):
        form.save()
    qtbot.waitUntil(form.fields.editors["name"].hasFocus)


@pytest.mark.parametrize("yes", [True, False])
def test_asked_for_approval_is_said_until_somebody_has_decided(qtbot, strict, at, open_form, yes):
    ann, boss = at("ann"), at("boss")
    numbers = make_customers(ann.office, "Old Ltd", "Other Ltd")
    forms = [open_form(ann, number) for number in numbers]
    for form in forms:
        type_name(form, "New Ltd")
        form.keys.reason.setText("Renamed")
        with qtbot.waitSignal(form.saved, timeout=8000):
            form.save()
        qtbot.waitUntil(form.keys.waiting.isVisible)
        assert form.message.text() == "Asked for approval."
    form, other = forms
    form.fields.editors["fax"].setText("typed")
    form.fields.editors["fax"].textEdited.emit("typed")
    form.say("Asked for approval.")  # as after a save during which one went on typing
    with boss.office.session() as session:
        asked = requests.listed(session, customer=numbers[0])[0]
        requests.decide(session, asked, yes, "")
    for table in ("change_request", "customer"):
        ann.bus.changed.emit(table, "update", [1, numbers[0]])
    qtbot.waitUntil(lambda: form.message.text() == "")
    qtbot.waitUntil(lambda: not ann.jobs.busy())
    assert form.fields.editors["fax"].text() == "typed"
    assert form.keys.waiting.isVisible() is not yes  # why it came to nothing is told there
    assert other.message.text() == "Asked for approval."
    form.dirty = False
