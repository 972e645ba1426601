"""The login: every refusal in words at its place, and nothing typed is lost."""

from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from client import i18n
from client.data.profiles import profile_of
from client.data.server_status import ServerStatus
from client.settings import EMBEDDED, Settings
from client.ui.login.servers import ServersDialog
from client.ui.login.window import LoginWindow

OFFICE = {"name": "office", "host": "192.168.1.20", "port": 5432, "database": "kehu"}


class Refused(Exception):
    def __init__(self, reason):
        super().__init__(f"because of {reason}")
        self.reason = reason


class Server:
    """Answers as told, and notes what it was asked."""

    def __init__(self):
        self.refuse, self.seen, self.asked, self.changed = (
            "",
            ServerStatus(True, "office · 3 ms"),
            [],
            [],
        )

    def connect(self, profile, login, password):
        self.asked.append((profile["name"], login, password))
        if self.refuse:
            raise Refused(self.refuse)
        return "the office"

    def probe(self, profile):
        return self.seen

    def change(self, profile, login, old, new):
        if new == "short":
            raise Refused("password")
        self.changed.append((login, old, new))
        self.refuse = ""


@pytest.fixture
def server():
    return Server()


@pytest.fixture
def window(qtbot, settings, jobs, server):
    made = LoginWindow(settings, server.connect, server.probe, server.change, jobs)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    qtbot.waitUntil(lambda: not jobs.busy())
    return made


def submit(qtbot, window, jobs, login="wang", password="secret"):
    window.type(login, password)
    qtbot.keyClick(window.page.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not jobs.busy())


def said(field, window):
    return field.accessibleDescription()


def test_enter_logs_in_and_the_operator_is_remembered(qtbot, window, jobs, server, settings):
    with qtbot.waitSignal(window.entered) as entered:
        submit(qtbot, window, jobs)
    assert entered.args == ["the office", ""]
    assert server.asked == [(EMBEDDED, "wang", "secret")]
    assert settings.get("login", "") == "wang"
    assert "secret" not in settings._path.read_text()


def test_who_does_not_wish_it_is_not_remembered(qtbot, window, jobs, settings):
    window.page.keep_login.setChecked(False)
    submit(qtbot, window, jobs)
    assert settings.get("login", "x") == ""


@pytest.mark.parametrize(("reason", "field"), [("password", "password"), ("disabled", "login")])
def test_a_refusal_stands_under_its_field(qtbot, window, jobs, server, reason, field):
    server.refuse = reason
    submit(qtbot, window, jobs)
    asked = getattr(window.page, field)
    assert said(asked, window) == f"because of {reason}"
    assert asked.hasFocus()
    assert window.page.enter.isEnabled()
    assert window.page.login.text() == "wang"
    server.refuse = ""
    submit(qtbot, window, jobs)
    assert said(asked, window) == ""


def test_what_the_server_says_late_takes_no_refusal_away(qtbot, window, jobs, server):
    answer, seen = Event(), server.seen
    window._probe = lambda profile: answer.wait(10) and seen
    window._look()
    server.refuse = "schema"
    window.type("wang", "secret")
    qtbot.keyClick(window.page.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.page._problem.text() == "because of schema")
    answer.set()
    qtbot.waitUntil(lambda: not jobs.busy())
    assert window.page._problem.text() == "because of schema"


def test_a_remembered_password_is_that_of_its_operator_alone(window):
    profile = window.page.profile()
    window.type("li", "")
    window._remembered(profile, "wang", "secret")
    assert window.page.password.text() == ""
    window._remembered(profile, "li", "secret")
    assert window.page.password.text() == "secret"


@pytest.mark.parametrize("start", ["password", "login", "enter"])
def test_the_cursor_waits_in_the_password(qtbot, window, jobs, server, start):
    answer, asked = Event(), server.connect
    server.refuse = "password"
    window._connect = lambda *given: answer.wait(10) and asked(*given)
    window.type("wang", "secret")
    field = getattr(window.page, start)
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_Space if start == "enter" else Qt.Key.Key_Return)
    assert window.page.password.hasFocus()
    kept = window.page.keep_login.isChecked()
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Return):
        qtbot.keyClick(QApplication.focusWidget(), key)
    answer.set()
    qtbot.waitUntil(lambda: not jobs.busy())
    assert window.page.password.hasFocus()
    assert window.page.password.text() == "secret"
    assert window.page.keep_login.isChecked() == kept
    assert len(server.asked) == 1


def test_a_long_refusal_is_shown_whole(qtbot, window):
    page = window.page
    page.refuse(page.password, "Neither this nor any other password is taken. " * 4)
    label = next(found for found in page.findChildren(QLabel) if "Neither" in found.text())
    qtbot.waitUntil(lambda: label.height() >= label.heightForWidth(label.width()) > 40)
    assert page.enter.geometry().bottom() < page.height()


@pytest.mark.parametrize("reason", ["unreachable", "schema", "no_office", "server_old"])
def test_what_is_wrong_with_the_server_stands_under_the_server(qtbot, window, jobs, server, reason):
    server.refuse = reason
    submit(qtbot, window, jobs)
    assert window.page._problem.text() == f"because of {reason}"
    assert window.page.enter.text() == ("Try again" if reason == "unreachable" else "Log in")


def test_empty_fields_are_asked_for_without_a_server(qtbot, window, jobs, server):
    submit(qtbot, window, jobs, "", "")
    assert said(window.page.login, window)
    submit(qtbot, window, jobs, "wang", "")
    assert said(window.page.password, window)
    assert server.asked == []


def test_enter_goes_from_the_operator_to_the_password(qtbot, window, jobs, server):
    window.type("wang", "")
    qtbot.keyClick(window.page.login, Qt.Key.Key_Return)
    assert window.page.password.hasFocus()
    assert not said(window.page.password, window)
    window.type("wang", "secret")
    qtbot.keyClick(window.page.login, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not jobs.busy())
    assert server.asked == [("embedded", "wang", "secret")]


def test_a_silent_server_is_said_before_anybody_types(qtbot, settings, jobs, server):
    server.seen = ServerStatus(False, "office does not answer", "Check the cable.")
    window = LoginWindow(settings, server.connect, server.probe, server.change, jobs)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: window.page._problem.text() == "Check the cable.")
    assert window.page.state.accessibleName() == "office does not answer"


def test_a_new_password_is_set_and_used(qtbot, window, jobs, server):
    server.refuse = "new_password"
    submit(qtbot, window, jobs, "wang", "first")
    page = window._new_password
    qtbot.keyClicks(page.new, "short")
    qtbot.keyClicks(page.again, "other")
    page.submit()
    assert said(page.again, window) == "The two passwords differ."
    page.again.setText("short")
    page.submit()
    qtbot.waitUntil(lambda: not jobs.busy())
    assert said(page.new, window) == "because of password"
    page.new.setText("long enough")
    page.again.setText("long enough")
    with qtbot.waitSignal(window.entered):
        page.submit()
    assert server.changed == [("wang", "first", "long enough")]
    assert server.asked[-1] == (EMBEDDED, "wang", "long enough")


def test_escape_leaves_the_new_password_before_it_leaves_the_window(qtbot, window, jobs, server):
    server.refuse = "new_password"
    submit(qtbot, window, jobs)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert window.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()


def test_caps_lock_is_noticed_by_the_letters(qtbot, window):
    field = window.page.password
    qtbot.keyClick(field, "A")
    assert said(field, window) == "Caps Lock is on"
    assert not field.property("wrong")
    qtbot.keyClick(field, "a")
    assert said(field, window) == ""
    qtbot.keyClick(field, "A", Qt.KeyboardModifier.ShiftModifier)
    assert said(field, window) == ""


def test_a_chosen_language_is_told(qtbot, window):
    with qtbot.waitSignal(window.language_chosen) as told:
        box = window.page.language
        box.setCurrentIndex(box.findData("zh_CN"))
        box.activated.emit(box.currentIndex())
    assert told.args == ["zh_CN"]


def test_speaks_chinese(qtbot, settings, jobs, server):
    i18n.use("zh_CN")
    window = LoginWindow(settings, server.connect, server.probe, server.change, jobs)
    qtbot.addWidget(window)
    assert window.page.enter.text() == "登录"
    jobs.wait()


def servers_dialog(qtbot, settings):
    dialog = ServersDialog(settings)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def type_server(dialog, values):
    for key, value in values.items():
        dialog._fields[key].setText(str(value))
        dialog._fields[key].textEdited.emit(str(value))


def test_a_server_is_added_and_removed(qtbot, settings):
    dialog = servers_dialog(qtbot, settings)
    dialog._add_clicked()
    type_server(dialog, {**OFFICE, "port": "", "database": ""})
    dialog._save_clicked()
    assert Settings(settings._path).profiles[1] == OFFICE
    dialog = servers_dialog(qtbot, settings)
    dialog._list.setCurrentRow(1)
    dialog._drop_clicked()
    dialog._save_clicked()
    assert [profile["name"] for profile in settings.profiles] == [EMBEDDED]


@pytest.mark.parametrize("missing", ["name", "host"])
def test_a_server_needs_name_and_host(qtbot, settings, missing):
    dialog = servers_dialog(qtbot, settings)
    dialog._add_clicked()
    type_server(dialog, {**OFFICE, missing: ""})
    dialog._save_clicked()
    assert dialog._fields[missing].accessibleDescription()
    assert len(settings.profiles) == 1


def test_a_server_keeps_the_certificate_of_its_office(qtbot, settings, tmp_path, monkeypatch):
    file = tmp_path / "office-ca.crt"
    dialog = servers_dialog(qtbot, settings)
    dialog._add_clicked()
    type_server(dialog, OFFICE)
    choose = "client.ui.login.servers.QFileDialog.getOpenFileName"
    monkeypatch.setattr(choose, lambda *_: (str(file), ""))
    dialog._choose_clicked()
    dialog._save_clicked()
    assert settings.profiles[1:] == []  # there is no such file yet
    file.write_text("certificate")
    dialog._save_clicked()
    assert settings.profiles[1] == {**OFFICE, "sslrootcert": str(file)}
    assert profile_of(settings.profiles[1]).arguments()["sslmode"] == "verify-full"
