"""Changes one's own password, the old one at hand."""

from functools import partial
from typing import Any

from PySide6.QtWidgets import QDialog, QWidget

from client.context import Context
from client.data import passwords
from client.data.errors import sentence
from client.data.login import SHORTEST_PASSWORD
from client.data.login_attempts import LoginAttempts, waiting_text
from client.i18n import _
from client.ui.kit import BusyBar, Button, FormGrid, Label, bar, lay_dialog
from client.ui.login.password_edit import PasswordEdit


def change(office: Any, old: str, new: str, kept: dict[str, Any] | None) -> None:
    office.change_password(old, new)
    if kept is not None:
        passwords.keep(kept, office.login, new)


class OwnPasswordDialog(QDialog):
    """Old, new, and new once more."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._attempts = context, LoginAttempts(context.settings)
        self.setWindowTitle(_("Change password"))
        self.setProperty("kind", "surface")
        self.setMinimumWidth(400)
        self.old, self.new, self.again = PasswordEdit(), PasswordEdit(), PasswordEdit()
        self.form = FormGrid(1)
        self.form.add(_("Old password"), self.old, required=True)
        self.form.add(_("New password"), self.new, required=True)
        self.form.add(_("Once more"), self.again, required=True)
        hint = _("At least {n} characters. It holds from your next login, here and elsewhere.")
        least = Label(hint.format(n=SHORTEST_PASSWORD), "text2")
        least.setWordWrap(True)
        self._caps = Label(_("Caps Lock is on."), "amber")
        self._caps.hide()
        self.save_button = Button(_("Set password"), "Enter", "check", "primary")
        self.save_button.setDefault(True)
        leave = Button(_("Cancel"), "Esc")
        self.save_button.clicked.connect(self.save)
        leave.clicked.connect(self.reject)
        for edit in (self.old, self.new, self.again):
            edit.caps_changed.connect(self._caps.setVisible)
        foot = bar(self.save_button, leave, None, kind="footbar")
        lay_dialog(self, self.form, self._caps, least, foot=foot)
        self.busy = BusyBar(self)
        self.old.setFocus()

    def save(self) -> None:
        """Change it, if all three may stand."""
        office = self._context.office
        wait = self._attempts.seconds_to_wait(office.profile, office.login)
        wrong = {
            self.old: waiting_text(wait) if wait else "",
            self.new: "" if self.new.text() else _("Please type a new password."),
            self.again: ""
            if self.new.text() == self.again.text()
            else _("The two passwords differ."),
        }
        for edit, text in wrong.items():
            self.form.set_message(edit, text)
        if any(wrong.values()):
            return
        self.save_button.setEnabled(False)
        self.busy.start()
        settings = self._context.settings
        keeps = settings.get("keep_password", False) and settings.get("login", "") == office.login
        kept = settings.profile(settings.get("server", "")) if keeps else None
        work = partial(change, office, self.old.text(), self.new.text(), kept)
        self._context.jobs.run(self, work, self._done, self._failed)

    def _done(self, _nothing: None) -> None:
        office = self._context.office
        self._attempts.passed(office.profile, office.login)
        self.accept()

    def _failed(self, error: Exception) -> None:
        self.save_button.setEnabled(True)
        self.busy.stop()
        if getattr(error, "reason", "") == "password":
            office = self._context.office
            self._attempts.failed(office.profile, office.login)
            self.form.set_message(self.old, _("The old password is wrong."))
            self.old.setFocus()
            self.old.selectAll()
        else:
            self.form.set_message(self.new, sentence(error))
