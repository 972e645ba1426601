"""The login window. It is painted before anything heavy is imported."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from client.data import passwords
from client.data.login_attempts import LoginAttempts, waiting_text
from client.data.server_status import ServerStatus
from client.i18n import _
from client.settings import Settings
from client.ui.jobs import Jobs, Latest, Token
from client.ui.kit import BusyBar, Label, bar
from client.ui.kit.room import fit_to_screen
from client.ui.login.logo import window_icon
from client.ui.login.pages import LoginPage, NewPasswordPage
from client.ui.login.servers import ServersDialog

CARD_WIDTH, CARD_HEIGHT = 400, 372
Profile = dict[str, Any]
Connect = Callable[[Profile, str, str], Any]
Change = Callable[[Profile, str, str, str], None]


class LoginWindow(QWidget):
    """The login window. `entered(office, notice)` is emitted after a login; the notice, if any, is
    for the main window to show.

    `painted` is emitted once, when the window can be seen. `connect`, `probe` and `change_password`
    are called on worker threads; the `reason` of an error says what kind of refusal it is.
    """

    entered = Signal(object, str)
    painted = Signal()
    language_chosen = Signal(str)

    def __init__(
        self,
        settings: Settings,
        connect: Connect,
        probe: Callable[[Profile], ServerStatus],
        change_password: Change,
        jobs: Jobs,
    ) -> None:
        super().__init__()
        self._settings, self._jobs = settings, jobs
        self._connect, self._probe, self._change = connect, probe, change_password
        self._probing = Latest(jobs, self)
        self._new_password: NewPasswordPage | None = None
        self._shown = False
        self._attempts = LoginAttempts(settings)
        self.refused = 0  # tries with a wrong password before this login
        self.setWindowTitle("Kehu")
        self.setWindowIcon(window_icon())
        self.setProperty("kind", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._build()
        self._load()

    def _build(self) -> None:
        self._card = QWidget()
        self._card.setProperty("kind", "card")
        self._card.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._card.setFixedWidth(CARD_WIDTH)
        self._card.setMinimumHeight(CARD_HEIGHT)
        self.page = LoginPage()
        self._pages = QStackedLayout(self._card)
        self._pages.addWidget(self.page)
        self._busy = BusyBar(self._card)
        self._busy.cancelled.connect(self._cancelled)
        self._entering: Token | None = None
        self._about = Label("Kehu", "text2")
        # An alignment would have the card's height measured at the width of the window.
        middle = bar(None, self._card, None, kind="window")
        column = QVBoxLayout(self)
        column.addStretch(1)
        column.addWidget(middle)
        column.addStretch(1)
        column.addWidget(self._about, 0, Qt.AlignmentFlag.AlignHCenter)
        self.page.submitted.connect(self._submit)
        self.page.left.connect(self.close)
        self.page.settings_asked.connect(self._edit_servers)
        self.page.server_changed.connect(self._look)
        self.page.language_chosen.connect(self.language_chosen)
        fit_to_screen(self, 560, 520)

    def _load(self) -> None:
        self.page.set_servers(self._settings.profiles, self._settings.get("server", ""))
        self.page.keep_login.setChecked(self._settings.get("keep_login", True))
        self.page.keep_password.setChecked(self._settings.get("keep_password", False))
        if self.page.keep_login.isChecked():
            self.page.login.setText(self._settings.get("login", ""))
        self.page.set_state(_("Looking for the server…"), "ring", "ghost")
        (self.page.password if self.page.login.text() else self.page.login).setFocus()
        # Nothing may hold up the first picture; the rest begins behind it.
        self.painted.connect(self._begin, Qt.ConnectionType.QueuedConnection)

    def _begin(self) -> None:
        self._look()
        if self.page.keep_password.isChecked() and self.page.login.text():
            profile, login = self.page.profile(), self.page.login.text()
            remembered = partial(self._remembered, profile, login)
            self._jobs.run(self, lambda: passwords.find(profile, login), remembered)

    # What the clerk does

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._shown:
            self._shown = True
            self.painted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self._new_password is not None:
                self._leave_new_password()
            else:
                self.close()
        else:
            super().keyPressEvent(event)

    def show_version(self, version: str) -> None:
        text = _("Kehu {version} · no internet needed").format(version=version)
        self._about.setText(text)

    def typed(self) -> tuple[str, str]:
        """Operator and password as they stand, to be taken along when the language changes."""
        return self.page.login.text(), self.page.password.text()

    def type(self, login: str, password: str) -> None:
        self.page.login.setText(login)
        self.page.password.setText(password)
        (self.page.password if login else self.page.login).setFocus()

    def _submit(self) -> None:
        self.page.forgive()
        login, password = self.page.login.text().strip(), self.page.password.text()
        if not login:
            self.page.refuse(self.page.login, _("Please type your operator name."))
            return
        if not password:
            self.page.refuse(self.page.password, _("Please type your password."))
            return
        if wait := self._attempts.seconds_to_wait(self.page.profile(), login):
            self.page.refuse(self.page.password, waiting_text(wait))
            return
        self._enter(login, password)

    def _enter(self, login: str, password: str) -> None:
        self.page.set_busy(True)
        self._busy.start(_("Logging in…"))
        connect, profile = self._connect, self.page.profile()
        keep, kept = self.page.keep_password.isChecked(), self._settings.get("keep_password", False)

        def work() -> tuple[Any, bool]:
            office = connect(profile, login, password)
            if keep:
                return office, passwords.keep(profile, login, password)
            if kept:
                passwords.forget(profile, login)
            return office, True

        self._entering = self._jobs.run(self, work, self._entered, self._refused)

    def _entered(self, answer: tuple[Any, bool]) -> None:
        office, kept = answer
        self._busy.stop()
        login = self.page.login.text().strip()
        self.refused = self._attempts.passed(self.page.profile(), login)
        keep = self.page.keep_login.isChecked()
        self._settings.set("server", self.page.profile()["name"])
        self._settings.set("keep_login", keep)
        self._settings.set("login", login if keep else "")
        self._settings.set("keep_password", kept and self.page.keep_password.isChecked())
        notice = _("This computer has no keyring, so the password is not remembered.")
        self.entered.emit(office, "" if kept else notice)

    def _refused(self, error: Exception) -> None:
        self._busy.stop()
        self.page.set_busy(False)
        self._probing.drop()  # what the server said before is no answer to this
        reason, page = getattr(error, "reason", ""), self.page
        if reason == "new_password":
            self._ask_new_password()
        elif reason == "password":
            self._attempts.failed(page.profile(), page.login.text())
            page.refuse(page.password, str(error))
        elif reason == "disabled":
            page.refuse(page.login, str(error))
        else:
            page.set_state(page.server.currentText(), "cross", "red", _words(error))
            if reason in ("unreachable", "too_many"):
                page.offer_again()
            page.enter.setFocus()

    def _cancelled(self) -> None:
        if self._entering is not None:
            self._entering.cancel()
        self.page.set_busy(False)
        self.page.password.setFocus()

    # The server

    def _edit_servers(self) -> None:
        dialog = ServersDialog(self._settings, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(self._servers_edited)
        dialog.open()

    def _servers_edited(self) -> None:
        self.page.set_servers(self._settings.profiles, self.page.profile()["name"])
        self._look()

    def _look(self) -> None:
        probe, profile = self._probe, self.page.profile()
        self.page.set_state(_("Looking for the server…"), "ring", "ghost")
        self._probing.run(lambda: probe(profile), self._looked, self._not_looked)

    def _looked(self, seen: ServerStatus) -> None:
        shape, token = ("disc", "green") if seen.answers else ("cross", "red")
        self.page.set_state(seen.text, shape, token, seen.problem)

    def _not_looked(self, error: Exception) -> None:
        self.page.set_state(self.page.server.currentText(), "cross", "red", _words(error))

    def _remembered(self, profile: Profile, login: str, password: str) -> None:
        asked = self.page.profile() == profile and self.page.login.text() == login
        if password and asked and not self.page.password.text():
            self.page.password.setText(password)

    # The forced new password

    def _ask_new_password(self) -> None:
        login, old = self.typed()
        self._new_password = NewPasswordPage(login, old)
        self._pages.addWidget(self._new_password)
        self._pages.setCurrentWidget(self._new_password)
        self._new_password.submitted.connect(self._set_password)
        self._new_password.left.connect(self._leave_new_password)
        self._new_password.new.setFocus()

    def _set_password(self, new: str) -> None:
        page = self._new_password
        if page is None:
            return
        page.set_busy(True)
        self._busy.start()
        change, profile = self._change, self.page.profile()
        login, old = self.page.login.text().strip(), page.old()
        self.page.password.setText(new)
        self._jobs.run(
            self,
            lambda: change(profile, login, old, new),
            self._password_set,
            self._password_not_set,
        )

    def _password_set(self, _result: object) -> None:
        self._leave_new_password()
        self._enter(*self.typed())

    def _password_not_set(self, error: Exception) -> None:
        self._busy.stop()
        if self._new_password is not None:
            self._new_password.set_busy(False)
            self._new_password.refuse(_words(error))

    def _leave_new_password(self) -> None:
        page, self._new_password = self._new_password, None
        if page is not None:
            self._pages.setCurrentWidget(self.page)
            page.deleteLater()
            self.page.password.setFocus()


def _words(error: Exception) -> str:
    """Known errors say in words what is wrong; of others only their kind helps anybody."""
    if hasattr(error, "reason") or type(error).__name__ in ("KnownError", "Refused"):
        return str(error)
    return _("This did not work: {error}").format(error=type(error).__name__)
