"""Roles, exceptions, grants, explanations and the lock, in windows at a real office."""

import pytest
from PySide6.QtCore import Qt

from client.app import records, screens
from client.data import rights, rights_explained
from client.model import Operator
from client.ui.forms.journal import drafts_of
from client.ui.forms.recovery import Recovery, RecoveryDialog
from client.ui.rights.access_grants import GrantDialog, deputies_of, my_deputy_dialog, of_customers
from client.ui.rights.explain_operator import PersonDialog
from client.ui.rights.explain_record import ExplainPanel
from client.ui.rights.permission_table import PermissionTable
from client.ui.screen import Extras
from client.ui.screens.customer import CustomerForm
from client.ui.screens.operators import EXCEPTIONS, OperatorForm, OperatorsScreen
from client.ui.screens.roles import RolesScreen
from client.ui.shell.main_window import MainWindow
from tests.ui.answers import answer
from tests.ui.records_office import Desk, make_customers

NEW_PASSWORD = "quite another battery"


@pytest.fixture
def roles(qtbot, at):
    page = RolesScreen(at("admin"), Desk())
    qtbot.addWidget(page)
    page.resize(900, 600)
    page.show()
    qtbot.waitUntil(lambda: page.list.count() == 6)
    return page


@pytest.fixture
def open_operator(qtbot, at):
    def make(user, id_):
        context = at(user)
        form = OperatorForm(context, Operator, id_, Desk())
        qtbot.addWidget(form)
        form.resize(600, 700)
        form.show()
        qtbot.waitUntil(lambda: form.data is not None)
        return form

    return make


def choose(page, code):
    for row in range(page.list.count()):
        if page.list.item(row).data(Qt.ItemDataRole.UserRole) == code:
            page.list.setCurrentRow(row)


def stored(qtbot, page):
    page.save()
    qtbot.waitUntil(lambda: not page.page.dirty and page.page.save_button.isEnabled())


# Boxes


def test_keys_turn_boxes(qtbot):
    boxes = PermissionTable()
    qtbot.addWidget(boxes)
    boxes.show()
    boxes.show_role(["customer.view"])
    boxes.setFocus()
    qtbot.keyClick(boxes, Qt.Key.Key_Right)
    with qtbot.waitSignal(boxes.edited):
        qtbot.keyClick(boxes, Qt.Key.Key_Space)
    assert boxes.rules.role == {"customer.view", "customer.create"}
    qtbot.keyClick(boxes, Qt.Key.Key_Down)
    qtbot.keyClick(boxes, Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    quotes = {pair for pair in boxes.rules.role if pair.startswith("quote.")}
    assert {"quote.view", "quote.submit", "quote.export"} <= quotes
    assert not {"quote.assign", "quote.import"} & quotes  # means nothing, so is not offered
    boxes.set_readonly(True)
    before = boxes.rules.role
    qtbot.keyClick(boxes, Qt.Key.Key_Space)
    assert boxes.rules.role == before


def test_a_personal_box_has_three_states(qtbot):
    boxes = PermissionTable(personal=True)
    qtbot.addWidget(boxes)
    boxes.show_role(["customer.view"])
    states = []
    for _time in range(4):
        states.append((boxes.rules.state("customer.view"), boxes.rules.state("customer.delete")))
        boxes.turn("customer.view")
        boxes.turn("customer.delete")
    assert states == [
        ("role_on", "role_off"),
        ("refused", "allowed"),
        ("allowed", "refused"),
        ("role_on", "role_off"),
    ]


# Roles


def test_a_role_is_copied_named_changed_and_deleted(qtbot, roles):
    choose(roles, "salesperson")
    assert "Ann" in roles.page.people.text()
    assert not roles.page.delete_button.isEnabled()
    roles.duplicate()
    assert roles.page.dirty
    roles.page.name.clear()
    roles.save()
    assert roles.page.base["code"] is None  # it needs a name
    roles.page.name.setText("仓管员")
    roles.page.boxes.turn("product.delete")
    stored(qtbot, roles)
    qtbot.waitUntil(lambda: roles.list.count() == 7)
    code = roles.page.base["code"]
    assert "product.delete" in roles.page.base["permissions"]
    assert roles.list.currentItem().text() == "仓管员"
    roles.delete()
    answer(roles, "Delete")
    qtbot.waitUntil(lambda: roles.list.count() == 6)
    assert code not in roles._roles


def test_two_turn_boxes_of_one_role(qtbot, office_db, roles):
    """Both are kept; there is nothing to choose between."""
    choose(roles, "clerk")
    roles.page.boxes.turn("receipt.restore")
    with office_db.login("admin").session() as session:
        doc = next(role for role in rights.roles(session) if role["code"] == "clerk")
    other = [p for p in doc["permissions"] if p != "receipt.export"]
    rights.save_role(office_db.login("admin"), doc | {"permissions": other})
    stored(qtbot, roles)
    found = set(roles.page.base["permissions"])
    assert "receipt.restore" in found
    assert "receipt.export" not in found


def test_what_the_office_refuses_is_said(qtbot, roles):
    choose(roles, "administrator")
    roles.page.boxes.turn("operator.edit")
    roles.save()
    qtbot.waitUntil(lambda: "Administrators must" in roles.page.message.text())
    assert roles.page.dirty
    roles.back()
    assert not roles.page.dirty


def test_others_may_look_at_roles_only(qtbot, at):
    page = RolesScreen(at("boss"), Desk())
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: page.list.count() == 6)
    page.page.boxes.turn("customer.view")
    assert not page.page.dirty
    assert page.page.save_button.isHidden()
    assert page.list.y() == 0  # no empty bar above it


def test_what_is_turned_comes_back_after_a_crash(qtbot, at):
    def open_roles(context):
        window = MainWindow(context, screens(context), Extras(records()))
        qtbot.addWidget(window)
        window.show()
        return window

    window = open_roles(at("admin"))
    window.desk.open_screen("roles")
    page = window.shown_screen()
    qtbot.waitUntil(lambda: page.list.count() == 6)
    choose(page, "clerk")
    page.page.boxes.turn("receipt.restore")
    journal = drafts_of(window.context.office)
    qtbot.waitUntil(lambda: bool(journal.all()) and not window.context.jobs.busy())
    (draft,) = journal.all()
    assert b"receipt.restore" not in draft.path.read_bytes()
    journal.close()  # as if the program had ended
    page.page.forget()
    again = open_roles(at("admin"))
    Recovery(again.context, again.desk, again.shown_screen, again).look()
    qtbot.waitUntil(lambda: bool(again.findChildren(RecoveryDialog)))
    (dialog,) = again.findChildren(RecoveryDialog)
    assert dialog.model.rows()[0][1:] == ("Role", "Clerk")
    dialog.reopen()
    page = again.shown_screen()
    qtbot.waitUntil(lambda: page.dirty)
    assert page.list.currentItem().data(Qt.ItemDataRole.UserRole) == "clerk"
    assert page.page.boxes.rules.state("receipt.restore") == "on"
    stored(qtbot, page)
    assert drafts_of(again.context.office).all() == []


# The operator's form


def test_exceptions_are_part_of_the_form(qtbot, office_db, open_operator):
    ann = office_db.id_of("ann")
    form = open_operator("admin", ann)
    boxes = form.fields.editors[EXCEPTIONS]
    assert boxes.rules.state("customer.view") == "role_on"
    boxes.turn("customer.delete")
    assert form.dirty
    assert form.payload()["typed"] == {EXCEPTIONS: {"customer.delete": True}}
    ended = office_db.psql("ann")
    with qtbot.waitSignal(form.saved, timeout=8000):
        form.save()
    assert not form.dirty
    assert office_db.ask("ann", "SELECT can('customer', 'delete')") == [(True,)]
    with pytest.raises(Exception, match="terminat"), ended.cursor() as cursor:
        cursor.execute("SELECT 1")


def test_another_role_shows_what_it_gives(qtbot, office_db, open_operator):
    form = open_operator("admin", office_db.id_of("ann"))
    boxes, role = form.fields.editors[EXCEPTIONS], form.fields.editors["rights"]
    assert boxes.rules.state("customer.assign") == "role_off"
    role.set_value("manager")
    role.edited.emit()
    assert boxes.rules.state("customer.assign") == "role_on"


def test_a_role_of_ones_own_is_offered_and_shown(qtbot, office_db, open_operator):
    made = rights.save_role(
        office_db.login("admin"), {"code": None, "name": "仓管员", "permissions": []}
    )
    form = open_operator("admin", office_db.id_of("ann"))
    role = form.fields.editors["rights"]
    assert role.findText("仓管员") >= 0
    role.set_value(made["code"])
    role.edited.emit()
    with qtbot.waitSignal(form.saved, timeout=8000):
        form.save()
    assert "仓管员" in form.head._facts.text()
    screen = OperatorsScreen(form.context, Desk())
    qtbot.addWidget(screen)
    shown = next(field for field in screen.grid.model.fields if field.name == "rights")
    assert dict(shown.choices)[made["code"]] == "仓管员"


def test_a_clash_about_exceptions_is_put_to_the_clerk(qtbot, office_db, open_operator):
    ann = office_db.id_of("ann")
    form = open_operator("admin", ann)
    form.fields.editors[EXCEPTIONS].turn("customer.delete")
    office_db.ask("admin", "SELECT set_permission(%s, 'order', 'edit', false)", ann)
    form.save()
    qtbot.waitUntil(form.is_choosing)
    theirs, mine = form.conflict.texts()[EXCEPTIONS]
    assert "Sales orders · Edit: refused" in theirs
    assert "Customers · Delete: allowed" in mine
    form.conflict.choose(EXCEPTIONS, mine=True)
    with qtbot.waitSignal(form.saved, timeout=8000):
        form.conflict.accept()
    with office_db.login("admin").session() as session:
        assert rights.exceptions(session, ann) == {"customer.delete": True}


# Lending


def test_a_customer_is_shared_and_the_share_ended(qtbot, office_db, at):
    context = at("ann")
    customer = make_customers(context.office, "Lent")[0]
    dialog = GrantDialog(context, of_customers([customer], "Lent"), None)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.colleague.count() > 0)
    dialog.give()  # to nobody
    assert office_db.ask("bob", "SELECT count(*) FROM customer") == [(0,)]
    dialog.colleague.setCurrentIndex(dialog.colleague.findData(office_db.id_of("bob")))
    dialog.until.setText("2020-01-01")
    dialog.give()
    assert office_db.ask("bob", "SELECT count(*) FROM customer") == [(0,)]
    dialog.until.setText("+7")
    dialog.give()
    qtbot.waitUntil(lambda: len(dialog.grants.buttons) == 1)
    assert office_db.ask("bob", "SELECT name FROM customer") == [("Lent",)]
    dialog.grants.buttons[0].click()
    qtbot.waitUntil(lambda: not dialog.grants.buttons)
    assert office_db.ask("bob", "SELECT count(*) FROM customer") == [(0,)]


def test_a_deputy_for_oneself_and_for_ones_staff(qtbot, office_db, at):
    bob = office_db.id_of("bob")
    mine = my_deputy_dialog(at("ann"), None)
    staff = GrantDialog(at("manager"), deputies_of(office_db.id_of("ann"), "Ann"), None)
    for dialog in (mine, staff):
        qtbot.addWidget(dialog)
        dialog.show()
        qtbot.waitUntil(lambda dialog=dialog: dialog.colleague.count() > 0)
    mine.colleague.setCurrentIndex(mine.colleague.findData(bob))
    mine.give()
    qtbot.waitUntil(lambda: len(mine.grants.buttons) == 1)
    staff.refresh()
    qtbot.waitUntil(lambda: len(staff.grants.buttons) == 1)
    staff.grants.buttons[0].click()
    qtbot.waitUntil(lambda: not staff.grants.buttons)
    assert office_db.ask(None, "SELECT count(*) FROM deputy") == [(0,)]


# What and why


def test_what_a_person_may_do_in_words(qtbot, office_db, at):
    ann = office_db.id_of("ann")
    office_db.ask("admin", "SELECT set_permission(%s, 'order', 'edit', false)", ann)
    make_customers(office_db.login("ann"), "One", "Two")
    dialog = PersonDialog(at("boss"), ann, None)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: bool(dialog.texts()))
    texts = dict(dialog.texts())
    assert texts["Role"] == "Salesperson"
    assert texts["Sees"] == "Their own customers only"
    assert texts["Customers"].startswith("2 to be seen")
    assert dialog.boxes.rules.state("order.edit") == "refused"
    assert dialog.boxes.rules.state("order.view") == "role_on"


def test_why_a_record_is_seen_or_not(qtbot, office_db, at):
    mine = make_customers(office_db.login("ann"), "Mine")[0]
    theirs = make_customers(office_db.login("eve"), "Theirs")[0]
    panel = ExplainPanel(at("ann"))
    qtbot.addWidget(panel)

    def lines():
        return [line.text for part in panel.parts for line in part.lines]

    panel.explain("customer", mine)
    qtbot.waitUntil(lambda: "It is yours." in lines())
    panel.explain("customer", theirs)
    qtbot.waitUntil(lambda: any("not yours to see" in line for line in lines()))
    numbers = dict(office_db.ask(None, "SELECT name, number FROM customer"))
    found = []
    panel.found.connect(lambda kind, id_: found.append((kind, id_)))
    panel.number.setText(numbers["Theirs"])
    panel.look()
    qtbot.waitUntil(lambda: panel.title.text() == numbers["Theirs"])
    assert found == []
    panel.number.setText(numbers["Mine"])
    panel.look()
    qtbot.waitUntil(lambda: found == [("customer", mine)])
    # what was asked last is answered, however long the one before takes
    panel.number.setText("C-99999")
    panel.explain("customer", mine)
    panel.look()
    qtbot.waitUntil(lambda: panel.title.text() == "C-99999")
    panel._context.jobs.wait()
    qtbot.wait(50)
    assert panel.title.text() == "C-99999"


def test_all_that_can_be_said_is_said_in_words(office_db):
    """Of every kind and state there are; nothing is left as a code."""
    told = {
        "visible": True, "owned": True, "deleted": False, "module": "order", "scope": "department",
        "rights": "clerk", "role": "", "allowed": ["view"], "exceptions": {"edit": False},
        "owner": {"name": "Ann", "mine": False, "pool": False}, "kind": "sales_order",
        "ways": [{"way": "deputy", "until": "2026-12-01"}, {"way": "share", "until": "2026-12-02"}],
    }  # fmt: skip
    for status in ("draft", "submitted", "approved", "completed", "cancelled"):
        parts = rights_explained.of_record(told | {"status": status})
        text = " ".join(line.text for part in parts for line in part.lines)
        assert "Ann until 2026-12-01" in text
        assert "{" not in text


def test_masked_numbers_are_shown_one_by_one(qtbot, office_db, at):
    ann = office_db.id_of("ann")
    customer = make_customers(office_db.login("ann"), "Mine", phone="020-8765 4321")[0]
    office_db.ask("admin", "SELECT set_permission(%s, 'customer', 'whole', false)", ann)
    form = CustomerForm(at("ann"), Desk(), customer)
    qtbot.addWidget(form)
    form.show()
    qtbot.waitUntil(lambda: form.data is not None)
    phone = form.fields.editors["phone"]
    assert phone.text() == "020****21"
    assert phone.isReadOnly()
    phone.actions()[-1].trigger()
    qtbot.waitUntil(lambda: "020-8765 4321" in form.message.text())
    assert not form.dirty
    remarks = form.fields.editors["remarks"]
    remarks.setPlainText("by Ann")
    with qtbot.waitSignal(form.saved, timeout=8000):
        form.save()
    stored = office_db.ask("boss", "SELECT phone, remarks FROM customer")
    assert stored == [("020-8765 4321", "by Ann")]
    new = CustomerForm(form.context, Desk(), None)
    qtbot.addWidget(new)
    qtbot.waitUntil(lambda: new.data is not None)
    assert not new.fields.editors["phone"].isReadOnly()
