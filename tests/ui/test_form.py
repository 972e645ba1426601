"""The form of any kind of record on a real office: exact values, saving, keeping, recovering."""

from datetime import date
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from client.data import records
from client.model import Customer, Product, Region
from client.ui.forms.form import RecordForm
from client.ui.forms.journal import drafts_of
from client.ui.forms.leftover import LeftoverDialog
from client.ui.forms.recovery import Recovery, RecoveryDialog
from client.ui.screens.customer import CustomerForm
from tests.ui.answers import answer, answer_next, question
from tests.ui.records_office import change, make_context, make_customers


@pytest.fixture
def context(at_shared):
    return at_shared("boss")


@pytest.fixture
def admin(shared_office, tmp_path):
    return make_context(shared_office.login("admin"), tmp_path)


@pytest.fixture
def open_form(qtbot, context, desk):
    def make(entity=Customer, id=None, kind=RecordForm, at=None, **start):
        form = kind(at or context, entity, id, desk, **start)
        qtbot.addWidget(form)
        form.resize(440, 700)
        form.show()
        qtbot.waitUntil(lambda: form.data is not None)
        return form

    return make


def customer_form(context, _entity, id, desk, **start):
    return CustomerForm(context, desk, id, **start)


def type_into(qtbot, form, name, text):
    editor = form.fields.editors[name]
    editor.setFocus()
    editor.selectAll()
    if text.isascii() and text:
        qtbot.keyClicks(editor, text)
    else:  # as an input method does it
        editor.setText(text)
        editor.setModified(True)
        editor.textEdited.emit(text)


def save(qtbot, form):
    with qtbot.waitSignal(form.saved, timeout=8000):
        form.save()


def stored(context, id, entity=Customer):
    with context.office.session() as session:
        return records.load(session, entity, id)


def test_a_new_record_is_saved_with_exact_values(qtbot, context, open_form):
    form = open_form()
    assert form.record_id is None
    assert not form.dirty
    form.fields.editors["name"].setFocus()
    type_into(qtbot, form, "name", "  Ｋ = <b>1+1  ")
    type_into(qtbot, form, "credit_limit", "12万")
    type_into(qtbot, form, "founded_on", "2001-02-03")
    type_into(qtbot, form, "tags", "展会，VIP")
    type_into(qtbot, form, "phone", "020-1")
    save(qtbot, form)
    values = stored(context, form.record_id)
    assert values["name"] == "Ｋ = <b>1+1"
    assert values["credit_limit"] == Decimal("120000.00")
    assert values["founded_on"] == date(2001, 2, 3)
    assert values["tags"] == ["展会", "VIP"]
    assert values["owner_id"] == context.office.me["id"]
    assert values["status"] == "potential"
    assert not form.dirty
    assert "saved" in form.message.text()


def test_what_is_wrong_is_said_under_the_field(qtbot, open_form):
    form = open_form()
    type_into(qtbot, form, "credit_limit", "a lot")
    form.save()
    assert form.record_id is None
    name, limit = form.fields.editors["name"], form.fields.editors["credit_limit"]
    assert name.property("wrong")
    assert limit.property("wrong")
    assert "a lot" in limit.accessibleDescription()
    type_into(qtbot, form, "credit_limit", "5")
    assert not limit.property("wrong")


def test_enter_goes_to_the_next_field(qtbot, open_form):
    form = open_form()
    form.activateWindow()
    form.fields.editors["name"].setFocus()
    qtbot.keyClick(form.fields.editors["name"], Qt.Key.Key_Return)
    assert form.fields.editors["short_name"].hasFocus()


def test_enter_passes_over_the_titles_of_sections_and_what_is_folded(qtbot, open_form):
    form = open_form()
    form.activateWindow()
    editors = form.fields.editors
    for section in form.fields.sections[2:]:
        section.set_folded(True)
    editors["tags"].setFocus()
    qtbot.keyClick(editors["tags"], Qt.Key.Key_Return)
    assert editors["phone"].hasFocus()
    editors["address"].setFocus()
    qtbot.keyClick(editors["address"], Qt.Key.Key_Return)
    assert not form.fields.isAncestorOf(QApplication.focusWidget())


def test_enter_on_the_button_saves_and_leaves_the_keys_there(qtbot, open_form):
    form = open_form()
    form.activateWindow()
    type_into(qtbot, form, "name", "By keys alone")
    form.save_button.setFocus()
    with qtbot.waitSignal(form.saved):
        qtbot.keyClick(form.save_button, Qt.Key.Key_Return)
    assert form.save_button.hasFocus()
    assert form.record_id is not None


def test_a_draft_of_a_new_record_says_what_it_names(qtbot, open_form):
    form = open_form()
    assert form.payload()["title"] == "New customer"
    type_into(qtbot, form, "name", "Star")
    assert form.payload()["title"] == "New customer · Star"


def test_what_is_typed_before_a_record_is_read(qtbot, context):
    (number,) = make_customers(context.office, "As stored", phone="1")
    new, stored = (RecordForm(context, Customer, id) for id in (None, number))
    for form in (new, stored):
        qtbot.addWidget(form)
        form.show()
        form.fields.editors["name"].setFocus()
        qtbot.keyClicks(form.fields.editors["name"], "Typed early")
        assert form.data is None
    qtbot.waitUntil(lambda: new.data is not None and stored.data is not None)
    assert (new.dirty, new.values()["name"]) == (True, "Typed early")
    assert (stored.dirty, stored.values()["name"]) == (False, "As stored")
    save(qtbot, new)


def test_typing_and_typing_back_is_not_dirty(qtbot, context, open_form):
    (number,) = make_customers(context.office, "Same", phone="1")
    form = open_form(id=number)
    type_into(qtbot, form, "phone", "2")
    assert form.dirty
    assert form.title.endswith("*")
    type_into(qtbot, form, "phone", "1")
    assert not form.dirty


def test_a_clean_form_follows_others(qtbot, context, open_form):
    (number,) = make_customers(context.office, "Followed")
    form = open_form(id=number)
    change(context.office, number, phone="020 8")
    context.bus.changed.emit("customer", "update", [number])
    qtbot.waitUntil(lambda: form.fields.editors["phone"].text() == "020 8")
    assert not form.dirty


def test_a_dirty_form_only_says_that_others_saved(qtbot, context, open_form):
    (number,) = make_customers(context.office, "Banner")
    form = open_form(id=number)
    type_into(qtbot, form, "phone", "mine")
    change(context.office, number, phone="theirs")
    context.bus.changed.emit("customer", "update", [number])
    qtbot.waitUntil(form.head._banner.isVisible)
    assert form.fields.editors["phone"].text() == "mine"


def test_references_are_typed_by_code_name_or_chosen(qtbot, context, admin, open_form):
    with admin.office.session() as session:
        south = records.save(session, Region, {"code": "HN", "name": "华南"})
        records.save(session, Region, {"code": "HD", "name": "华东"})
    form = open_form()
    region = form.fields.editors["region_id"]
    type_into(qtbot, form, "region_id", "hn")
    qtbot.waitUntil(lambda: region._list.isVisible())
    assert [choice.title for choice in region._offered] == ["华南"]
    qtbot.keyClick(region._list, Qt.Key.Key_Return)
    assert region.value() == south["id"]
    type_into(qtbot, form, "region_id", "nowhere")
    form.save()
    assert "nowhere" in region.accessibleDescription()


def test_prices_and_rates_keep_every_digit(qtbot, admin, open_form):
    form = open_form(Product, at=admin)
    type_into(qtbot, form, "code", "P-1")
    type_into(qtbot, form, "name", "Bulb")
    type_into(qtbot, form, "unit_price", "6.4375")
    type_into(qtbot, form, "tax_rate", "13%")
    save(qtbot, form)
    values = stored(admin, form.record_id, Product)
    assert (values["unit_price"], values["tax_rate"]) == (Decimal("6.4375"), Decimal("0.1300"))
    assert values["active"] is True


def test_a_taken_code_is_said_at_the_code(qtbot, admin, open_form):
    with admin.office.session() as session:
        records.save(session, Product, {"code": "TAKEN", "name": "First"})
    form = open_form(Product, at=admin)
    type_into(qtbot, form, "code", "TAKEN")
    type_into(qtbot, form, "name", "Second")
    form.save()
    code = form.fields.editors["code"]
    qtbot.waitUntil(lambda: bool(code.property("wrong")))
    assert form.dirty
    assert form.fields.editors["name"].text() == "Second"
    form.leave.undo()
    assert form.message.text() == ""


def test_without_the_right_nothing_can_be_typed(qtbot, shared_office, tmp_path, open_form):
    ann = make_context(shared_office.login("ann"), tmp_path)
    with shared_office.login("admin").session() as session:
        saved = records.save(session, Product, {"code": "RO", "name": "Read only"})
    form = open_form(Product, saved["id"], at=ann)
    assert form.fields.editors["name"].isReadOnly()
    assert not form.save_button.isEnabled()


def test_only_who_may_assign_changes_the_owner(qtbot, shared_office, tmp_path, open_form):
    ann = make_context(shared_office.login("ann"), tmp_path)
    (number,) = make_customers(ann.office, "Annes")
    own = open_form(id=number, at=ann)
    assert own.fields.editors["owner_id"].isReadOnly()
    form = open_form(id=number, kind=customer_form)
    bob = shared_office.id_of("bob")
    form.fields.editors["owner_id"].set_value(bob)
    form.fields.editors["owner_id"].edited.emit()
    form.keys.reason.setText("Bob knows them")
    save(qtbot, form)
    assert stored(form.context, number)["owner_id"] == bob


def test_esc_asks_once_and_undoes(qtbot, context, desk, open_form):
    (number,) = make_customers(context.office, "Undone")
    form = open_form(id=number)
    type_into(qtbot, form, "name", "Other")
    form.back()
    answer(form, "Undo")
    qtbot.waitUntil(lambda: form.fields.editors["name"].text() == "Undone")
    form.back()
    assert desk.closed == [form]
    assert question(form) is None


def test_closing_a_dirty_form_asks(qtbot, context, desk, open_form):
    (number,) = make_customers(context.office, "Kept open")
    form = open_form(id=number)
    type_into(qtbot, form, "phone", "5")
    asked = answer_next("Keep typing")
    assert not form.may_close()
    assert asked == ["Kept open has changes that are not saved."]
    answer_next("Save")
    with qtbot.waitSignal(form.saved):
        assert not form.may_close()
    qtbot.waitUntil(lambda: desk.closed == [form])
    assert stored(context, number)["phone"] == "5"


def test_what_is_typed_survives_a_crash(qtbot, context, desk, open_form):
    (number,) = make_customers(context.office, "Crashed", phone="1")
    form = open_form(id=number)
    type_into(qtbot, form, "short_name", "Typed before")
    type_into(qtbot, form, "founded_on", "half typ")
    journal = drafts_of(context.office)
    qtbot.waitUntil(lambda: len(journal.all()) == 1, timeout=3000)
    form.journal._timer.stop()
    context.jobs.wait()

    again = open_form(id=number)
    recovery = Recovery(context, desk, lambda: again, again)
    recovery.look()
    qtbot.waitUntil(lambda: again.findChild(RecoveryDialog) is not None)
    dialog = again.findChild(RecoveryDialog)
    assert "Typed before" not in dialog.model.rows()[0][2]
    assert "Crashed" in dialog.model.rows()[0][2]
    dialog.reopen()
    typed = again.fields.editors["short_name"]
    qtbot.waitUntil(lambda: typed.text() == "Typed before")
    assert again.fields.editors["founded_on"].text() == "half typ"
    assert again.dirty
    type_into(qtbot, again, "founded_on", "2001-02-03")
    save(qtbot, again)
    assert journal.all() == []


def test_what_was_typed_into_a_record_that_is_gone_is_read_and_copied(
    qtbot, context, desk, open_form, shared_office, tmp_path
):
    (number,) = make_customers(context.office, "Handed over", phone="1")
    change(context.office, number, owner_id=shared_office.id_of("ann"))
    of_ann = make_context(shared_office.login("ann"), tmp_path)
    form = open_form(at=of_ann, id=number)
    type_into(qtbot, form, "phone", "020-55")
    journal = drafts_of(of_ann.office)
    change(context.office, number, owner_id=shared_office.id_of("bob"))
    form.save()
    told = "Customer: it belongs to somebody else now"
    qtbot.waitUntil(lambda: form.message.text().startswith(told))
    assert form.fields.editors["phone"].text() == "020-55"
    type_into(qtbot, form, "founded_on", "half typ")
    form.journal.write()
    of_ann.jobs.wait()

    recovery = Recovery(of_ann, desk, lambda: None, form)
    (draft,) = journal.all()
    recovery.reopen(draft)
    qtbot.waitUntil(lambda: form.findChild(LeftoverDialog) is not None)
    dialog = form.findChild(LeftoverDialog)
    dialog.copy()
    copied = QGuiApplication.clipboard().text().splitlines()
    assert copied == ["Phone\t1\t020-55", "Born or founded\t\thalf typ"]
    assert len(journal.all()) == 1
    dialog.discard()
    assert journal.all() == []
    of_ann.jobs.wait()


def test_a_saved_form_leaves_no_draft(qtbot, context, open_form):
    form = open_form()
    type_into(qtbot, form, "name", "Journalled")
    journal = drafts_of(context.office)
    qtbot.waitUntil(lambda: len(journal.all()) == 1, timeout=3000)
    save(qtbot, form)
    context.jobs.wait()
    qtbot.wait(50)
    assert journal.all() == []


def test_what_is_typed_while_saving_stays(qtbot, context, open_form):
    (number,) = make_customers(context.office, "Slow")
    form = open_form(id=number)
    type_into(qtbot, form, "phone", "1")
    with qtbot.waitSignal(form.saved):
        form.save()
        type_into(qtbot, form, "fax", "2")
    assert form.fields.editors["fax"].text() == "2"
    assert form.dirty
    save(qtbot, form)
    assert stored(context, number)["fax"] == "2"


def test_a_server_that_is_gone_leaves_the_text(qtbot, context, open_form, monkeypatch):
    (number,) = make_customers(context.office, "Offline")
    form = open_form(id=number)
    type_into(qtbot, form, "phone", "kept")

    def gone(*_arguments):
        raise ConnectionError("no route")

    monkeypatch.setattr(type(form), "writer", lambda self: gone)
    form.save()
    qtbot.waitUntil(lambda: form.message.text() != "")
    assert form.fields.editors["phone"].text() == "kept"
    assert form.dirty
    assert form.save_button.isEnabled()


def test_a_text_that_names_nothing_is_answered_quietly(qtbot, open_form):
    form = open_form()
    owner = form.fields.editors["region_id"]
    owner.setFocus()
    qtbot.waitUntil(owner.hasFocus)
    qtbot.keyClicks(owner, "zzqq")
    qtbot.waitUntil(lambda: owner._list.isVisible())
    said = owner._texts.index(0, 0)
    assert said.data() == "No match: Regions"
    assert not said.flags() & Qt.ItemFlag.ItemIsSelectable
    owner._list.hide()
