"""Gives an operator a login, or a new password."""

from functools import partial

from PySide6.QtWidgets import QCheckBox, QDialog, QLineEdit, QWidget

from client.context import Context
from client.data import operators
from client.data.errors import sentence
from client.i18n import _
from client.ui.forms.form import Values
from client.ui.kit import BusyBar, Button, FormGrid, Label, bar, lay_dialog
from client.ui.login.password_edit import PasswordEdit
from server_schema.names import likely_login


class LoginDialog(QDialog):
    """Login and password of an operator; the password is theirs to change at the first login."""

    def __init__(self, context: Context, operator: Values, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._operator = context, operator
        self.setWindowTitle(_("Login: {name}").format(name=operator.get("name") or ""))
        self.setProperty("kind", "surface")
        self.setMinimumWidth(380)
        name = str(operator.get("name") or "")
        self.login = QLineEdit(operator.get("login") or likely_login(name))
        self.login.setReadOnly(bool(operator.get("login")))
        self.password, self.again = PasswordEdit(), PasswordEdit()
        self.newcomer = QCheckBox(_("Must set a password of their own at the next login"))
        self.newcomer.setChecked(True)
        self._grid = grid = FormGrid(1)
        grid.add(_("Login"), self.login, required=True)
        grid.add(_("Password"), self.password, required=True)
        grid.add(_("Once more"), self.again, required=True)
        grid.add("", self.newcomer)
        caps = Label(_("Caps Lock is on."), "amber")
        caps.hide()
        self.password.caps_changed.connect(caps.setVisible)
        self._save = Button(_("Save"), "Enter", "check", "primary")
        self._save.setDefault(True)
        leave = Button(_("Cancel"), "Esc")
        self._save.clicked.connect(self.save)
        leave.clicked.connect(self.reject)
        lay_dialog(self, grid, caps, foot=bar(self._save, leave, None, kind="footbar"))
        self.busy = BusyBar(self)
        (self.password if operator.get("login") else self.login).setFocus()
        self.login.selectAll()

    def save(self) -> None:
        """Set them, if both passwords are the same."""
        same = self.password.text() == self.again.text()
        self._grid.set_message(self.again, "" if same else _("The two passwords differ."))
        self._grid.set_message(self.password, "")
        if not same:
            self._correct(self.again)
            return
        self._save.setEnabled(False)
        self.busy.start()
        work = partial(
            operators.set_login,
            self._context.office,
            self._operator["id"],
            self.login.text(),
            self.password.text(),
            self.newcomer.isChecked(),
        )
        self._context.jobs.run(self, work, self._done, self._failed)

    def _done(self, _nothing: None) -> None:
        self.accept()

    def _failed(self, error: Exception) -> None:
        self._save.setEnabled(True)
        self.busy.stop()
        self._grid.set_message(self.password, sentence(error))
        self._correct(self.password)

    def _correct(self, field: QLineEdit) -> None:
        """Have the next key type into the field that is wrong."""
        field.setFocus()
        field.selectAll()
