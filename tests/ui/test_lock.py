"""The window of somebody who is away, one's own password, and who types wrong ones."""

import time

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QLineEdit, QVBoxLayout

from client.app import records, screens
from client.data import logins
from client.data.login import LoginRefused
from client.data.login_attempts import FREE, LOCKED_SECONDS, LOCKS_AT, LoginAttempts
from client.data.records import load
from client.model import Customer
from client.ui.rights.own_password import OwnPasswordDialog
from client.ui.screen import Extras
from client.ui.shell.commands import record_of
from client.ui.shell.main_window import MainWindow
from tests.servers import PASSWORD
from tests.ui.records_office import change, make_customers

NEW_PASSWORD = "quite another battery"


# The window


@pytest.fixture
def window(qtbot, at):
    context = at("ann")
    made = MainWindow(context, screens(context), Extras(records()))
    qtbot.addWidget(made)
    made.resize(1200, 700)
    made.show()
    return made


def test_the_record_of_a_page_is_explained(qtbot, window):
    customer = make_customers(window.context.office, "Shown")[0]
    window.desk.open_record("customer", customer)
    qtbot.waitUntil(lambda: window.shown_screen().record_id == customer)
    assert record_of(window.shown_screen()) == ("customer", customer)
    window.commands.explain()
    panel = window.docks.widget("explain")
    qtbot.waitUntil(lambda: "Customer" in panel.title.text())
    window.desk.open_screen("customers")
    qtbot.waitUntil(lambda: len(window.shown_screen().grid.model.ids) == 1)
    window.shown_screen().grid.table.selectRow(0)
    assert record_of(window.shown_screen()) == ("customer", customer)
    window.commands.explain()
    window.commands.explain()  # twice is once
    with window.context.office.session() as session:
        number = load(session, Customer, customer)["number"]
    panel.number.setText(number)
    panel.look()
    qtbot.waitUntil(lambda: number in panel.title.text())
    assert window.docks.current() == "explain"  # though its record opens as well


def test_an_idle_window_locks_and_loses_nothing(qtbot, window, office_db):
    customer = make_customers(window.context.office, "Before")[0]
    window.desk.open_record("customer", customer)
    form = window.shown_screen()
    qtbot.waitUntil(lambda: form.data is not None)
    name = form.fields.editors["name"]
    name.setText("Typed and not saved")
    name.textEdited.emit("Typed and not saved")
    window.context.office.settings["idle_lock_minutes"] = 5
    window.idle.look()
    assert not window.idle.locked
    window.idle.touched -= 301
    window.idle.look()
    dialog = window.idle.dialog
    assert window.idle.locked
    assert all(cover.isVisible() for cover in window.idle._covers)
    assert window.windowTitle() == "Kehu"
    # neither Esc nor closing nor another's password opens it
    dialog.reject()
    dialog.close()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    dialog.password.setText("wrong")
    dialog.unlock()
    qtbot.waitUntil(dialog.unlock_button.isEnabled)
    assert window.idle.locked
    # others' changes still arrive, and what was typed is still there
    change(office_db.login("boss"), customer, remarks="meanwhile")
    window.context.bus.changed.emit("customer", "update", [customer])
    qtbot.waitUntil(lambda: form.merge.theirs is not None)
    # a window that opens now is covered as well
    other = QLineEdit("secret")
    qtbot.addWidget(other)
    other.show()
    assert other in [cover.parentWidget() for cover in window.idle._covers]
    dialog.password.setText(PASSWORD)
    with qtbot.waitSignal(window.idle.changed, timeout=8000):
        dialog.unlock()
    assert not window.idle.locked
    assert name.text() == "Typed and not saved"
    assert form.dirty
    assert window.windowTitle() != "Kehu"
    form.dirty = False


def counted(window, act):
    """Whether the lock takes it for somebody's hands."""
    window.idle.touched = 0.0
    act()
    QApplication.processEvents()
    return window.idle.touched > 0.0


def test_hands_in_any_window_count(qtbot, window):
    customer = make_customers(window.context.office, "Floating")[0]
    window.desk.open_record("customer", customer)
    form = window.shown_screen()
    qtbot.waitUntil(lambda: form.data is not None)
    window.docks._docks[f"customer:{customer}"].setFloating()
    qtbot.waitUntil(lambda: form.window() is not window and form.window().isVisible())
    form.window().activateWindow()
    form.fields.editors["name"].setFocus()
    qtbot.waitUntil(form.fields.editors["name"].hasFocus)
    floating = QApplication.focusWindow()
    assert counted(window, lambda: QTest.keyClick(floating, Qt.Key.Key_Right))
    assert counted(window, lambda: QTest.mouseMove(floating, QPoint(200, 200)))
    # nor need the window have the focus to be used
    behind = window.windowHandle()
    spot = QPoint(300, 300)
    assert counted(window, lambda: QTest.mouseMove(behind, spot))
    assert counted(window, lambda: QTest.wheelEvent(behind, QPointF(spot), QPoint(0, -120)))


def test_hands_in_dialogs_and_popups_count(qtbot, window):
    dialog, edit, box = QDialog(window), QLineEdit(), QComboBox()
    box.addItems(["one", "two"])
    column = QVBoxLayout(dialog)
    column.addWidget(edit)
    column.addWidget(box)
    dialog.open()
    qtbot.waitUntil(edit.hasFocus)
    assert counted(window, lambda: QTest.keyClick(dialog.windowHandle(), Qt.Key.Key_A))
    assert edit.text() == "a"
    # what an input method composes comes with no key at all
    written = QInputMethodEvent("", [])
    written.setCommitString("\N{CJK UNIFIED IDEOGRAPH-4F60}")
    assert counted(window, lambda: QApplication.sendEvent(edit, written))
    box.showPopup()
    popup = box.view().window()
    window.idle.look()
    assert counted(window, lambda: QTest.mouseMove(popup.windowHandle(), QPoint(5, 5)))
    box.hidePopup()
    dialog.close()


def test_what_the_program_does_by_itself_counts_for_nothing(qtbot, window):
    window.desk.open_screen("customers")
    qtbot.waitUntil(lambda: not window.context.jobs.busy())
    dialog = QDialog(window)
    edit = QLineEdit("of a job", dialog)
    ticked = []
    timer = QTimer(dialog, interval=20)
    timer.timeout.connect(lambda: ticked.append(edit.setText(str(len(ticked)))))

    def alone():
        dialog.open()
        timer.start()
        qtbot.waitUntil(lambda: edit.hasFocus() and len(ticked) > 3)
        window.shown_screen().grid.table.verticalScrollBar().setValue(1)
        window.context.bus.changed.emit("customer", "update", [])
        window.repaint()
        window.resize(1100, 700)
        dialog.close()

    assert not counted(window, alone)


def test_the_lock_opens_without_the_server_and_not_for_the_disabled(qtbot, window, office_db):
    office = window.context.office
    assert office.is_password(PASSWORD)
    assert not office.is_password("wrong")
    version = "SELECT version FROM operator WHERE login = 'ann'"
    query = (
        "SELECT save_operator(jsonb_build_object('id', id, 'active', false), version)"
        " FROM operator WHERE login = 'ann'"
    )
    assert office_db.ask(None, version)
    office_db.ask("admin", query)
    with pytest.raises(LoginRefused) as refused:
        office.is_password(PASSWORD)
    assert refused.value.reason == "disabled"
    object.__setattr__(office.profile, "port", 1)
    assert office.is_password(PASSWORD)
    assert not office.is_password("wrong")


def test_ones_own_password_needs_the_old_one(qtbot, office_db, at):
    context = at("ann")
    dialog = OwnPasswordDialog(context, None)
    qtbot.addWidget(dialog)
    dialog.old.setText("not the old one")
    for edit in (dialog.new, dialog.again):
        edit.setText("short")
    dialog.save()
    qtbot.waitUntil(dialog.save_button.isEnabled)
    for edit in (dialog.new, dialog.again):
        edit.setText(NEW_PASSWORD)
    dialog.save()
    qtbot.waitUntil(dialog.save_button.isEnabled)
    assert "old password is wrong" in dialog.old.accessibleDescription()
    dialog.old.setText(PASSWORD)
    with qtbot.waitSignal(dialog.accepted, timeout=8000):
        dialog.save()
    assert office_db.login("ann", NEW_PASSWORD).me["name"] == "Ann"
    context.office.close_idle()
    with context.office.session() as session:  # this window goes on
        assert session.query(Customer.id).all() == []


# Wrong passwords


def test_wrong_passwords_slow_down_then_lock(settings):
    now = [1000.0]
    place = {"host": "server", "port": 5432, "database": "kehu"}
    tries = LoginAttempts(settings, lambda: now[0])
    waits = []
    for _time in range(LOCKS_AT):
        waits.append(tries.seconds_to_wait(place, "ann"))
        now[0] += waits[-1]
        tries.failed(place, " Ann ")
    assert waits[:FREE] == [0] * FREE
    assert waits[FREE:] == sorted(waits[FREE:])
    assert all(waits[FREE:])
    # closing the program does not help, nor does another writing of the name
    again = LoginAttempts(settings, lambda: now[0])
    assert again.seconds_to_wait(place, "ANN") == LOCKED_SECONDS
    assert again.seconds_to_wait(place, "bob") == 0
    now[0] -= 10**6  # nor does the clock
    assert 0 < again.seconds_to_wait(place, "ann") <= LOCKED_SECONDS
    now[0] += 10**6 + LOCKED_SECONDS
    assert again.seconds_to_wait(place, "ann") == 0
    assert again.passed(place, "ann") == LOCKS_AT
    assert again.passed(place, "ann") == 0


def test_logins_are_reported_and_told(office_db):
    office = office_db.login("ann")
    assert office.report("login") == {}
    before = office.report("login", refused=2)
    text = logins.previous_login(before, 2)
    assert time.strftime("%Y") in text
    assert "2 tries" in text
    assert logins.previous_login({}, 0) == ""
