"""Operators: who logs in, whose records they see, what they may do."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QLineEdit, QVBoxLayout, QWidget

from client.context import Context
from client.data import operators
from client.data.errors import sentence
from client.data.forms import FormData
from client.i18n import _
from client.model import Entity, Operator
from client.ui.entry.password_edit import PasswordEdit
from client.ui.forms.form import RecordForm, Values
from client.ui.handover.wizard import HandoverDialog
from client.ui.kit import BusyBar, Button, FormGrid, IconButton, Label, bar
from client.ui.list_and_form import ListAndForm
from client.ui.screen import Navigator

POOL_LACKS = ("rights", "scope", "active", "login")
RIGHTS = ("rights", "scope", "active", "department_id", "chosen_departments", "chosen_regions")


def write(office: Any, entity: type[Entity], values: Values, base: Values) -> Values:
    """Save an operator; the sessions that still have the old rights end after that."""
    with office.session() as session:
        given = {**values, "version": base.get("version")}
        saved = operators.save_operator(session, given)
    if values.get("id") and any(values.get(name) != base.get(name) for name in RIGHTS):
        operators.end_sessions(office, values["id"])
    return saved


class OperatorsScreen(ListAndForm):
    """The list of operators and the form of one."""

    def __init__(self, context: Context, navigator: Navigator) -> None:
        super().__init__(context, navigator, Operator, OperatorForm)
        self.grid.model.leave_blank(context.office.pool_id, POOL_LACKS)


class OperatorForm(RecordForm):
    """One operator, with their login beside the ordinary fields."""

    def __init__(
        self,
        context: Context,
        entity: type[Entity],
        id: int | None = None,
        navigator: Navigator | None = None,
        **start: Any,
    ) -> None:
        super().__init__(context, entity, id, navigator, **start)
        self.handing = IconButton("arrows-left-right", _("Hand over their customers…"))
        self.handing.clicked.connect(self.hand_over)
        self.handing.hide()
        self.head.add_button(self.handing)
        self.loaded.connect(self._show_login)
        self.fields.edited.connect(self._show_scope)

    def extra_buttons(self) -> list[QWidget]:
        self.login_button = Button(_("Set password…"), icon="key")
        self.active_button = Button(_("Disable"))
        self.login_button.clicked.connect(self.set_login)
        self.active_button.clicked.connect(self.toggle_active)
        for button in (self.login_button, self.active_button):
            button.hide()
        return [self.login_button, self.active_button]

    def writer(self) -> Callable[..., Values]:
        return write

    def may_save(self) -> bool:
        pool = self.context.office.pool_id
        return super().may_save() and self.record_id != pool

    def show_record(self, data: FormData) -> None:
        """The public pool is nobody: it neither logs in nor has rights."""
        pool = data.values.get("id") == self.context.office.pool_id
        if pool:
            data = replace(data, values=data.values | dict.fromkeys(POOL_LACKS))
        super().show_record(data)
        for name in POOL_LACKS:
            self.fields.set_shown(name, not pool)

    # What the clerk does

    def set_login(self) -> None:
        """Give the operator a login, or a new password."""
        dialog = LoginDialog(self.context, self.base, self.window())
        dialog.accepted.connect(self.refresh)
        dialog.open()

    def hand_over(self) -> None:
        """Give this person's customers to colleagues, as when they leave."""
        dialog = HandoverDialog(self.context, self.window(), owner=self.record_id)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.done_with.connect(self.refresh)
        dialog.open()

    def toggle_active(self) -> None:
        """Disable the operator, who can no longer log in; or enable them again."""
        active = not self.base.get("active")
        work = partial(operators.set_active, self.context.office, self.record_id or 0, active)
        self.context.jobs.run(self, work, self._toggled, self._failed)

    def _toggled(self, _saved: Values) -> None:
        self.refresh()

    def _show_login(self) -> None:
        editable = self.record_id is not None and self.may_save()
        myself = self.record_id == self.context.office.me["id"]
        active = bool(self.base.get("active"))
        self.login_button.setVisible(editable and active)
        known = self.base.get("login")
        self.login_button.setText(_("Set password…") if known else _("Enable login…"))
        self.login_button.updateGeometry()
        self.active_button.setVisible(editable and not myself)
        self.active_button.setText(_("Disable") if active else _("Enable"))
        may_assign = self.context.office.rights.may("customer", "assign")
        self.handing.setVisible(self.record_id is not None and may_assign)
        self._show_scope()

    def _show_scope(self) -> None:
        """The chosen departments and regions matter for one scope only."""
        chosen = self.fields.editors["scope"].value() == "chosen"
        for name in ("chosen_departments", "chosen_regions"):
            self.fields.set_shown(name, chosen)


class LoginDialog(QDialog):
    """Login and password of an operator; the password is theirs to change at the first login."""

    def __init__(self, context: Context, operator: Values, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._operator = context, operator
        self.setWindowTitle(str(operator.get("name") or _("Operator")))
        self.setMinimumWidth(380)
        self.login = QLineEdit(operator.get("login") or "")
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
        inner = QVBoxLayout()
        inner.setContentsMargins(12, 12, 12, 12)
        inner.addWidget(grid)
        inner.addWidget(caps)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(inner)
        column.addWidget(bar(self._save, leave, None, kind="footbar"))
        self.busy = BusyBar(self)
        (self.password if operator.get("login") else self.login).setFocus()

    def save(self) -> None:
        """Set them, if both passwords are the same."""
        same = self.password.text() == self.again.text()
        self._grid.set_message(self.again, "" if same else _("The two passwords differ."))
        if not same:
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
