"""Two people save one record: different fields merge, the same ones are put to the clerk."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QRadioButton

from client.data import records
from client.data.forms import merge
from client.model import Customer
from client.ui.forms.form import RecordForm
from tests.ui.records_office import Desk, change, make_customers


@pytest.fixture
def context(at_shared):
    return at_shared("boss")


@pytest.fixture
def form(qtbot, context):
    (number,) = make_customers(context.office, "Disputed", phone="0", address="street")
    made = RecordForm(context, Customer, number, Desk())
    qtbot.addWidget(made)
    made.resize(600, 700)
    made.show()
    qtbot.waitUntil(lambda: made.data is not None)
    return made


def put(form, **texts):
    for name, text in texts.items():
        editor = form.fields.editors[name]
        editor.setText(text)
        editor.textEdited.emit(text)


def stored(form):
    with form.context.office.session() as session:
        return records.load(session, Customer, form.record_id)


@pytest.fixture
def clerk(shared_office):
    return shared_office.login("clerk")


def test_different_fields_merge_by_themselves(qtbot, clerk, form):
    put(form, phone="mine")
    change(clerk, form.record_id, address="theirs")
    with qtbot.waitSignal(form.saved):
        form.save()
    assert (stored(form)["phone"], stored(form)["address"]) == ("mine", "theirs")
    assert form.fields.editors["address"].text() == "theirs"
    assert not form.dirty


def test_the_same_field_is_put_to_the_clerk(qtbot, clerk, form):
    put(form, phone="mine", fax="also mine")
    change(clerk, form.record_id, phone="theirs", address="their street")
    form.save()
    qtbot.waitUntil(form.conflict.isVisible)
    assert form.conflict.texts() == {"phone": ("theirs", "mine")}
    assert stored(form)["phone"] == "theirs"
    with qtbot.waitSignal(form.saved):
        form.conflict.accept()
    values = stored(form)
    assert (values["phone"], values["fax"]) == ("mine", "also mine")
    assert values["address"] == "their street"
    assert not form.conflict.isVisible()


def test_what_came_in_with_a_save_is_not_overwritten_unseen(qtbot, clerk, form):
    put(form, fax="mine")
    theirs = change(clerk, form.record_id, phone="theirs")
    with qtbot.waitSignal(form.saved):
        form.merge.settle(theirs)
        put(form, phone="later")
    assert stored(form)["phone"] == "theirs"
    assert form.dirty
    form.save()
    qtbot.waitUntil(form.conflict.isVisible)
    assert form.conflict.texts() == {"phone": ("theirs", "later")}
    with qtbot.waitSignal(form.saved):
        form.conflict.accept()
    assert (stored(form)["phone"], stored(form)["fax"]) == ("later", "mine")


def test_theirs_can_be_kept_with_the_keyboard(qtbot, clerk, form):
    put(form, phone="mine", fax="also mine")
    change(clerk, form.record_id, phone="theirs")
    form.save()
    qtbot.waitUntil(form.conflict.isVisible)
    mine = next(b for b in form.conflict.findChildren(QRadioButton) if b.isChecked())
    mine.setFocus()
    qtbot.keyClick(mine, Qt.Key.Key_Left)
    with qtbot.waitSignal(form.saved):
        qtbot.keyClick(form.conflict, Qt.Key.Key_F8)
    assert (stored(form)["phone"], stored(form)["fax"]) == ("theirs", "also mine")


def test_going_back_loses_nothing(qtbot, clerk, form):
    put(form, phone="mine")
    change(clerk, form.record_id, phone="theirs")
    form.save()
    qtbot.waitUntil(form.conflict.isVisible)
    qtbot.keyClick(form.conflict, Qt.Key.Key_Escape)
    assert not form.conflict.isVisible()
    assert form.fields.editors["phone"].text() == "mine"
    assert form.dirty


def test_a_second_change_meanwhile_is_met_again(qtbot, clerk, form):
    put(form, phone="mine")
    change(clerk, form.record_id, phone="theirs")
    form.save()
    qtbot.waitUntil(form.conflict.isVisible)
    change(clerk, form.record_id, phone="theirs again")
    form.conflict.accept()
    qtbot.waitUntil(lambda: form.conflict.texts() == {"phone": ("theirs again", "mine")})
    form.conflict.take_mine()
    with qtbot.waitSignal(form.saved):
        form.conflict.accept()
    assert stored(form)["phone"] == "mine"


def test_what_others_change_while_one_chooses_is_asked_about_as_well(qtbot, clerk, form):
    put(form, phone="mine", fax="also mine")
    change(clerk, form.record_id, phone="theirs")
    form.save()
    qtbot.waitUntil(form.conflict.isVisible)
    change(clerk, form.record_id, fax="also theirs")
    form.refresh()
    qtbot.waitUntil(lambda: form.merge.theirs["fax"] == "also theirs")
    form.conflict.accept()
    qtbot.waitUntil(lambda: "fax" in form.conflict.texts())
    with qtbot.waitSignal(form.saved):
        form.conflict.accept()
    assert (stored(form)["phone"], stored(form)["fax"]) == ("mine", "also mine")


def test_compare_before_saving(qtbot, clerk, form):
    put(form, phone="mine")
    change(clerk, form.record_id, address="their street")
    form.context.bus.changed.emit("customer", "update", [form.record_id])
    qtbot.waitUntil(form.head._banner.isVisible)
    form.head._compare.click()
    assert form.fields.editors["address"].text() == "their street"
    assert form.fields.editors["phone"].text() == "mine"
    with qtbot.waitSignal(form.saved):
        form.save()
    assert stored(form)["address"] == "their street"


def test_merging_three_versions():
    loaded = {"id": 1, "version": 1, "a": 1, "b": 1, "c": 1, "d": 1}
    mine = loaded | {"a": 2, "c": 3, "d": 4}
    theirs = loaded | {"version": 2, "b": 5, "c": 6, "d": 4}
    merged, clashes = merge(loaded, mine, theirs)
    assert merged == {"id": 1, "version": 2, "a": 2, "b": 5, "c": 3, "d": 4}
    assert clashes == ["c"]
