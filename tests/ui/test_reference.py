"""Lists with a form beside them, for every kind of reference record, and operators."""

import pytest

from client.data import records
from client.data.login import LoginRefused
from client.model import CODE_TABLES, Department, Operator, Product, Region
from client.ui.screens.operators import LoginDialog, OperatorsScreen
from client.ui.screens.reference import ReferenceScreen
from tests.servers import PASSWORD
from tests.ui.answers import question
from tests.ui.records_office import Desk


@pytest.fixture
def context(at_shared):
    return at_shared("admin")


@pytest.fixture
def show(qtbot, context):
    def make(screen):
        qtbot.addWidget(screen)
        screen.resize(1000, 600)
        screen.show()
        qtbot.waitUntil(lambda: screen.grid.reader.complete and not context.jobs.busy())
        return screen

    return make


def put(form, **texts):
    for name, text in texts.items():
        editor = form.fields.editors[name]
        editor.setText(text)
        editor.textEdited.emit(text)


def new_form(qtbot, screen):
    screen.new_record()
    qtbot.waitUntil(lambda: screen.form.data is not None)
    return screen.form


@pytest.mark.parametrize("entity", [Region, Product, Department, *CODE_TABLES])
def test_every_kind_can_be_entered_and_found_in_its_list(qtbot, context, show, entity):
    screen = show(ReferenceScreen(context, Desk(), entity))
    form = new_form(qtbot, screen)
    put(form, code="X-1", name="新的")
    with qtbot.waitSignal(form.saved):
        screen.save()
    screen.refresh()
    qtbot.waitUntil(lambda: form.record_id in screen.grid.model.ids)


def test_the_form_follows_the_list(qtbot, context, show):
    with context.office.session() as session:
        for code in ("R1", "R2"):
            records.save(session, Region, {"code": code, "name": f"Region {code}"})
    screen = show(ReferenceScreen(context, Desk(), Region))
    screen.grid.table.selectRow(0)
    qtbot.waitUntil(lambda: screen.form is not None and screen.form.data is not None)
    first = screen.form
    put(first, name="Changed")
    screen.grid.table.selectRow(1)
    assert screen.form is first


def test_a_record_in_use_stays(qtbot, context, show):
    with context.office.session() as session:
        parent = records.save(session, Region, {"code": "UP", "name": "Upper"})
        records.save(session, Region, {"code": "LO", "name": "Low", "parent_id": parent["id"]})
    screen = show(ReferenceScreen(context, Desk(), Region))
    place = list(screen.grid.model.ids).index(parent["id"])
    screen.grid.table.selectRow(place)
    with qtbot.waitSignal(screen.status_changed, check_params_cb=lambda text: "in use" in text):
        screen.delete_current()
    assert question(screen) is None
    with context.office.session() as session:
        assert records.load(session, Region, parent["id"])


def test_an_operator_is_entered_and_can_log_in(qtbot, context, show, shared_office):
    screen = show(OperatorsScreen(context, Desk()))
    form = new_form(qtbot, screen)
    assert not form.login_button.isVisible()
    put(form, code="E100", name="Newman")
    form.fields.editors["scope"].set_value("all")
    form.fields.editors["scope"].edited.emit()
    with qtbot.waitSignal(form.saved):
        screen.save()
    qtbot.waitUntil(form.login_button.isVisible)
    dialog = LoginDialog(context, form.base, screen)
    qtbot.addWidget(dialog)
    assert dialog.login.text() == "newman"
    dialog.password.setText("short")
    dialog.again.setText("short")
    dialog.save()
    told = dialog.password.accessibleDescription
    qtbot.waitUntil(lambda: "at least" in told(), timeout=8000)
    dialog.password.setText(PASSWORD)
    dialog.again.setText("another one")
    dialog.save()
    assert "differ" in dialog.again.accessibleDescription()
    assert "at least" not in told()
    dialog.again.setText(PASSWORD)
    dialog.newcomer.setChecked(False)
    with qtbot.waitSignal(dialog.accepted, timeout=8000):
        dialog.save()
    office = shared_office.login("newman")
    assert office.me["name"] == "Newman"
    form.toggle_active()
    qtbot.waitUntil(lambda: form.base.get("active") is False, timeout=8000)
    with pytest.raises(LoginRefused):
        shared_office.login("newman")


def test_chosen_departments_show_with_their_scope(qtbot, context, show):
    screen = show(OperatorsScreen(context, Desk()))
    form = new_form(qtbot, screen)
    chosen = form.fields.editors["chosen_departments"]
    assert not chosen.isVisible()
    form.fields.editors["scope"].set_value("chosen")
    form.fields.editors["scope"].edited.emit()
    assert chosen.isVisible()
    put(form, code="E101", name="Chooser")
    with context.office.session() as session:
        sales = session.query(Department.id).filter_by(code="SALES").scalar()
    chosen.set_value([sales])
    chosen.edited.emit()
    with qtbot.waitSignal(form.saved):
        screen.save()
    with context.office.session() as session:
        stored = records.load(session, Operator, form.record_id)
    assert (stored["scope"], stored["chosen_departments"]) == ("chosen", [sales])


def test_the_public_pool_is_nobodys_to_edit(qtbot, context, show):
    screen = show(OperatorsScreen(context, Desk()))
    place = list(screen.grid.model.ids).index(context.office.pool_id)
    screen.grid.table.selectRow(place)
    qtbot.waitUntil(lambda: screen.form is not None and screen.form.data is not None)
    assert screen.form.fields.editors["name"].isReadOnly()
    assert not screen.form.save_button.isEnabled()
    shown = screen.grid.model
    columns = [field.name for field in shown.fields]
    for name in ("rights", "scope", "active", "login"):
        assert not shown.index(place, columns.index(name)).data()
        assert not screen.form.fields.editors[name].isVisible()
