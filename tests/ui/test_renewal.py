"""Rights that change while one works: the window follows, and nothing typed is lost."""

import gc
import weakref

import pytest
from PySide6.QtWidgets import QDialog

from client.app import Program
from client.data import drafts, rights
from client.data.connection import Office
from client.settings import Settings
from client.ui.forms.journal import drafts_of
from client.ui.screens.roles import CODE
from tests.servers import PASSWORD
from tests.ui.records_office import make_customers


@pytest.fixture
def enter(qtbot, qapp, office_db, tmp_path, monkeypatch):
    """The program as an operator sees it after login, its listener at work."""
    monkeypatch.setenv("KEHU_HOME", str(tmp_path))
    monkeypatch.setattr(drafts, "_keyring_key", lambda: None)
    made = []

    def login(user):
        program = Program(qapp, Settings(tmp_path / f"{user}.json"))
        office = office_db.login(user)
        made.append((program, office))
        program._entered(office, "")
        program._window.resize(1300, 800)
        settle(qtbot, program)
        return program

    yield login
    for program, office in made:
        drafts_of(office).close()
        program._window.hide()
        program.stop()
        program._window.deleteLater()


def settle(qtbot, program):
    qtbot.waitUntil(lambda: not program._jobs.busy(), timeout=10_000)


def renewed(qtbot, program, before):
    qtbot.waitUntil(lambda: program._window is not before, timeout=20_000)
    settle(qtbot, program)
    return program._window


def form_of(window):
    shown = window.shown_screen()
    return getattr(shown, "form", None) or shown


def type_in(form, name, text):
    form.fields.editors[name].setText(text)
    form.fields.editors[name].textEdited.emit(text)


def allow(office_db, user, module, action, allowed=True):
    admin = office_db.login("admin")
    pair = {f"{module}.{action}": allowed}
    with admin.session() as session:
        rights.set_exceptions(session, office_db.id_of(user), {}, pair)
    rights.end_sessions(admin, [office_db.id_of(user)])
    admin.close()


def test_the_window_follows_and_what_is_typed_moves_over(qtbot, office_db, enter):
    program = enter("ann")
    window = program._window
    assert "analysis" in window.navigation._buttons
    (number,) = make_customers(program._context.office, "East Lake")
    window.desk.open_screen("customers")
    window.desk.open_record("customer", number)
    settle(qtbot, program)
    type_in(form_of(window), "phone", "020-1")
    window.desk.open_record("customer", None)
    settle(qtbot, program)
    type_in(form_of(window), "name", "West Hill")
    window.desk.open_record("sales_order", None, customer_id=number)
    settle(qtbot, program)
    form_of(window).page.head.editors["remarks"].setText("By noon")
    form_of(window).page.head.edited.emit()
    allow(office_db, "ann", "customer", "assign")
    qtbot.waitUntil(lambda: program._window is not window, timeout=20_000)
    assert "rights were changed" in program._window.status.text()  # for some seconds
    window = renewed(qtbot, program, window)
    assert program._context.office.rights.may("customer", "assign")
    shown = {key.partition(":")[0] for key in window.docks.open_keys()}
    assert shown == {"customers", "customer", "sales_order"}
    forms = [window.docks.widget(key) for key in window.docks.open_keys()]
    typed = {form.record_id: form for form in forms if getattr(form, "table", "") == "customer"}
    qtbot.waitUntil(lambda: all(form.dirty for form in typed.values()), timeout=10_000)
    assert typed[number].fields.editors["phone"].text() == "020-1"
    assert typed[None].fields.editors["name"].text() == "West Hill"
    assert not typed[number].fields.editors["owner_id"].isReadOnly()
    (order,) = (form for form in forms if hasattr(form, "look"))
    qtbot.waitUntil(lambda: order.page.head.editors["remarks"].text() == "By noon")
    with qtbot.waitSignal(typed[number].saved, timeout=8000):
        typed[number].save()
    for form in (*typed.values(), order):
        form.dirty = False


def test_what_is_taken_away_goes_from_the_window(qtbot, office_db, enter):
    program = enter("ann")
    window = program._window
    window.desk.open_screen("customers")
    settle(qtbot, program)
    assert "quotes" in window.navigation._buttons
    allow(office_db, "ann", "quote", "view", False)
    window = renewed(qtbot, program, window)
    assert "quotes" not in window.navigation._buttons
    assert window.docks.open_keys() == ["customers"]


def test_a_dialog_is_not_taken_from_under_ones_hands(qtbot, office_db, enter):
    program = enter("ann")
    window = program._window
    dialog = QDialog(window)
    dialog.open()
    allow(office_db, "ann", "customer", "assign")
    qtbot.waitUntil(lambda: program._context.office.rights.may("customer", "assign"), timeout=9000)
    qtbot.wait(1200)
    assert program._window is window
    dialog.accept()
    assert renewed(qtbot, program, window) is not window


def test_ones_own_role_is_changed_and_its_page_stays(qtbot, office_db, enter):
    program = enter("admin")
    window = program._window
    window.desk.open_screen("roles")
    settle(qtbot, program)
    page = window.shown_screen()
    codes = [page.list.item(row).data(CODE) for row in range(page.list.count())]
    page.list.setCurrentRow(codes.index("administrator"))
    page.page.boxes.turn("quote.view")
    page.save()
    window = renewed(qtbot, program, window)
    assert "quotes" not in window.navigation._buttons
    page = window.shown_screen()
    qtbot.waitUntil(lambda: page.list.count() == 6)
    # What is turned and not saved moves over as well.
    page.list.setCurrentRow(codes.index("clerk"))
    page.page.boxes.turn("receipt.restore")
    page.page.name.setText("Desk")
    page.page.name.textEdited.emit("Desk")
    allow(office_db, "admin", "quote", "view")
    window = renewed(qtbot, program, window)
    page = window.shown_screen()
    qtbot.waitUntil(lambda: page.dirty)
    assert "quotes" in window.navigation._buttons
    assert (page.page.base["code"], page.page.name.text()) == ("clerk", "Desk")
    assert page.page.boxes.rules.role ^ set(page.page.base["permissions"]) == {"receipt.restore"}
    page.save()
    qtbot.waitUntil(lambda: not page.dirty)
    assert drafts_of(program._context.office).all() == []


def test_what_a_logout_leaves_in_the_journal_is_offered_at_the_next_login(enter):
    program = enter("admin")
    office = program._context.office
    drafts_of(office).put("customer:new", "customer", None, drafts.to_json({"values": {}}))
    again = drafts.Drafts(office)
    assert again.all() == []
    program._leave_office()
    assert [draft.kind for draft in again.all()] == ["customer"]


def test_nothing_keeps_a_login_after_the_logout(qtbot, qapp, office_db, tmp_path, monkeypatch):
    """It knows the operator's password."""
    monkeypatch.setenv("KEHU_HOME", str(tmp_path))
    monkeypatch.setattr(drafts, "_keyring_key", lambda: None)
    program = Program(qapp, Settings(tmp_path / "settings.json"))
    program._entered(Office.open(office_db.profile, "admin", PASSWORD), "")
    settle(qtbot, program)
    kept = weakref.ref(program._context.office)
    drafts_of(kept()).put("customer:new", "customer", None, drafts.to_json({"values": {}}))
    program._log_out()

    def gone():
        gc.unfreeze()  # what the program's collector looks through only now and then
        gc.collect()
        return kept() is None

    try:
        qtbot.waitUntil(gone, timeout=10_000)
    finally:
        program._login.hide()
        program.stop()
