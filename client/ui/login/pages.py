"""The two pages of the login: who one is, and the new password one must set first."""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from client.data.login import SHORTEST_PASSWORD
from client.i18n import _, current
from client.settings import EMBEDDED
from client.ui.kit import Button, FormGrid, Label, StateMark
from client.ui.login.logo import Logo
from client.ui.login.password_edit import PasswordEdit

LANGUAGES = {"zh_CN": "中文", "en": "English"}


def shown_name(profile: dict[str, Any]) -> str:
    """A server's name as the login window shows it."""
    return _("This computer") if profile["name"] == EMBEDDED else str(profile["name"])


class _Page(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(24, 24, 24, 16)
        self.column.setSpacing(0)
        self.column.addWidget(Logo())
        self.column.addSpacing(22)

    def _foot(self, *buttons: QWidget | None) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in buttons:
            if button is None:
                row.addStretch(1)
            else:
                row.addWidget(button)
        self.column.addStretch(1)
        self.column.addSpacing(16)
        self.column.addLayout(row)


class LoginPage(_Page):
    """Server, operator, password, language."""

    submitted = Signal()
    left = Signal()
    settings_asked = Signal()
    server_changed = Signal()
    language_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.server, self.language = QComboBox(), QComboBox()
        self.login, self.password = QLineEdit(), PasswordEdit()
        self.state = StateMark("", "ring", "ghost")
        self.keep_login = QCheckBox(_("Remember operator"))
        self.keep_password = QCheckBox(_("Remember password"))
        self.enter = Button(_("Log in"), "Enter", kind="primary")
        self.leave = Button(_("Quit"), "Esc")
        self.settings = Button(_("Server settings"), icon="gear", kind="flat", flush=True)
        self._problem = Label("", "red")
        self._problem.setWordWrap(True)
        self._build()
        self.enter.clicked.connect(self.submit)
        self.leave.clicked.connect(self.left)
        self.settings.clicked.connect(self.settings_asked)
        self.login.returnPressed.connect(self._login_typed)
        self.password.returnPressed.connect(self.submit)
        self.password.caps_changed.connect(self._caps_changed)
        self.server.currentIndexChanged.connect(self._server_picked)
        self.language.activated.connect(self._language_picked)

    def _build(self) -> None:
        self.form = FormGrid(1)
        self.form.add(_("Server"), self.server)
        state = QWidget()
        row = QVBoxLayout(state)
        row.setContentsMargins(0, 0, 0, 2)
        row.setSpacing(1)
        row.addWidget(self.state)
        row.addWidget(self._problem)
        self._problem.hide()
        self.form.add("", state, message_slot=False)
        self.form.add(_("Operator"), self.login)
        self.form.add(_("Password"), self.password)
        self.form.add(_("Language"), self.language)
        keep = QWidget()
        checks = QVBoxLayout(keep)  # beside each other the English words are cut off
        checks.setContentsMargins(0, 2, 0, 0)
        checks.setSpacing(4)
        checks.addWidget(self.keep_login)
        checks.addWidget(self.keep_password)
        self.form.add("", keep, message_slot=False)
        for code, name in LANGUAGES.items():
            self.language.addItem(name, code)
        self.language.setCurrentIndex(self.language.findData(current()))
        self.column.addWidget(self.form)
        self._foot(self.settings, None, self.leave, self.enter)

    def set_servers(self, profiles: list[dict[str, Any]], chosen: str) -> None:
        self.server.blockSignals(True)
        self.server.clear()
        for profile in profiles:
            self.server.addItem(shown_name(profile), profile)
        names = [profile["name"] for profile in profiles]
        self.server.setCurrentIndex(names.index(chosen) if chosen in names else 0)
        self.server.blockSignals(False)

    def profile(self) -> dict[str, Any]:
        return dict(self.server.currentData())

    def set_state(self, text: str, shape: str, token: str, problem: str = "") -> None:
        """Show the line under the server, and below it what is wrong, if anything is."""
        self.state.set(text, shape, token)
        self._problem.setText(problem)
        self._problem.setVisible(bool(problem))

    def set_busy(self, busy: bool) -> None:
        """Nothing can be changed while one logs in. The cursor waits in the password: from a field
        that is disabled it would go on to the next that is not, and the keys with it."""
        if busy:
            self.password.setFocus()
        self.password.setReadOnly(busy)
        keep = (self.keep_login, self.keep_password)
        for widget in (self.server, self.login, self.language, self.settings, *keep, self.enter):
            widget.setEnabled(not busy)
        self.enter.setText(_("Logging in…") if busy else _("Log in"))
        self.enter.updateGeometry()

    def offer_again(self) -> None:
        """The server did not answer: the same button tries again."""
        self.enter.setText(_("Try again"))
        self.enter.updateGeometry()

    def refuse(self, field: QWidget, text: str) -> None:
        """Say under a field why the login was refused, and let it be typed again."""
        self.form.set_message(field, text)
        field.setFocus()
        if isinstance(field, QLineEdit):
            field.selectAll()

    def forgive(self) -> None:
        """Take back what `refuse` said."""
        for field in (self.login, self.password):
            self.form.set_message(field, "")

    def _login_typed(self) -> None:
        """Enter goes to the password, and logs in where that is there already."""
        if self.login.text().strip() and not self.password.text():
            self.password.setFocus()
        else:
            self.submit()

    def submit(self) -> None:
        """Log in, unless that is going on."""
        if not self.password.isReadOnly():
            self.submitted.emit()

    def _caps_changed(self, on: bool) -> None:
        self.form.set_message(self.password, _("Caps Lock is on") if on else "", "amber")

    def _server_picked(self) -> None:
        self.server_changed.emit()

    def _language_picked(self) -> None:
        self.language_chosen.emit(self.language.currentData())


class NewPasswordPage(_Page):
    """For operators who must replace the password their administrator gave them."""

    submitted = Signal(str)
    left = Signal()

    def __init__(self, login: str, old: str) -> None:
        super().__init__()
        self._old, self.new, self.again = PasswordEdit(), PasswordEdit(), PasswordEdit()
        self._old.setText(old)
        self.enter = Button(_("Set password"), "Enter", kind="primary")
        self.leave = Button(_("Back"), "Esc")
        asked = _("{login}, please choose a password of your own first, of {n} characters or more.")
        why = Label(asked.format(login=login, n=SHORTEST_PASSWORD))
        why.setWordWrap(True)
        self.column.addWidget(why)
        self.column.addSpacing(12)
        self.form = FormGrid(1)
        self.form.add(_("Old password"), self._old)
        self.form.add(_("New password"), self.new)
        self.form.add(_("Once more"), self.again)
        self.column.addWidget(self.form)
        self._foot(None, self.leave, self.enter)
        self.enter.clicked.connect(self.submit)
        self.leave.clicked.connect(self.left)
        for field in (self._old, self.new, self.again):
            field.returnPressed.connect(self.submit)
        self.setFocusProxy(self.new)

    def old(self) -> str:
        return self._old.text()

    def submit(self) -> None:
        """Hand the new password on if both fields hold the same."""
        for field in (self._old, self.new, self.again):
            self.form.set_message(field, "")
        if not self.new.text():
            self.refuse(_("Please type a new password."))
        elif self.new.text() != self.again.text():
            self.form.set_message(self.again, _("The two passwords differ."))
            self.again.setFocus()
            self.again.selectAll()
        else:
            self.submitted.emit(self.new.text())

    def refuse(self, text: str) -> None:
        self.form.set_message(self.new, text)
        self.new.setFocus()
        self.new.selectAll()

    def set_busy(self, busy: bool) -> None:
        for widget in (self._old, self.new, self.again, self.enter, self.leave):
            widget.setEnabled(not busy)
