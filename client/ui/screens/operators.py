"""Operators: who logs in, whose records they see, what they may do."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from client.context import Context
from client.data import formats, forms, operators
from client.data.forms import FormData
from client.data.rights import role_title
from client.i18n import _
from client.model import Entity, Operator
from client.ui.forms.fields import FormFields
from client.ui.forms.form import RecordForm, Values
from client.ui.handover.dialog import HandoverDialog
from client.ui.kit import Button, FormGrid, IconButton, Label, Section, bar
from client.ui.list_and_form import ListAndForm
from client.ui.rights.access_grants import GrantDialog, deputies_of
from client.ui.rights.explain_operator import PersonDialog
from client.ui.rights.login_dialog import LoginDialog
from client.ui.rights.permission_table import PermissionTable
from client.ui.screen import Navigator

POOL_LACKS = ("rights", "scope", "active", "login")
RIGHTS = ("rights", "scope", "active", "department_id", "chosen_departments", "chosen_regions")
EXCEPTIONS = operators.EXCEPTIONS
FORM_WIDTH = 624


def read(office: Any, entity: type[Entity], id: int | None, start: Mapping[str, Any]) -> FormData:
    with office.session() as session:
        data = forms.read_form(session, entity, id, start)
        more = operators.rights_of(session, id)
    return replace(data, values=data.values | more)


def write(office: Any, entity: type[Entity], values: Values, base: Values) -> Values:
    """Save an operator; the sessions that still have the old rights end after that."""
    saved: Values = operators.save_with_exceptions(office, values, base)
    if values.get("id") and any(values.get(name) != base.get(name) for name in WATCHED):
        operators.end_sessions(office, values["id"])
    return saved


WATCHED = (*RIGHTS, "region_id", EXCEPTIONS)


class OperatorsScreen(ListAndForm):
    """The list of operators and the form of one."""

    def __init__(self, context: Context, navigator: Navigator) -> None:
        super().__init__(context, navigator, Operator, OperatorForm, FORM_WIDTH)
        self.grid.model.leave_blank(context.office.pool_id, POOL_LACKS)
        own = tuple((code, role_title(code, name)) for code, name in context.office.roles.items())
        self.grid.model.fields = [
            replace(field, choices=own) if field.name == "rights" else field
            for field in self.grid.model.fields
        ]


class OperatorFields(FormFields):
    """The fields of an operator, and the boxes of what differs from the role."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, Operator)
        self._known = {**self._known, EXCEPTIONS: operators.EXCEPTIONS_FIELD}
        self.boxes = PermissionTable(personal=True)
        self.boxes.setObjectName(EXCEPTIONS)
        section = Section(_("Exceptions from the role"))
        section.body.addWidget(self.boxes)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(section)
        self.exceptions = section
        self.know(EXCEPTIONS, self.boxes, FormGrid(1))

    def text_of(self, name: str, value: Any) -> str:
        if name == EXCEPTIONS:
            return operators.exceptions_text(value or {})
        if name == "rights":  # the office's own roles are not among the field's choices
            editor = self.editors[name]
            place = editor.findData(value)
            return str(editor.itemText(place)) if place >= 0 else str(value or "")
        return super().text_of(name, value)


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
        self.deputy_button = IconButton("swap", _("Deputy…"))
        self.explain_button = IconButton("user-list", _("What may this person do?"))
        self.deputy_button.clicked.connect(self.name_deputy)
        self.explain_button.clicked.connect(self.explain)
        for button in (self.deputy_button, self.explain_button):
            button.hide()
            self.head.add_button(button)
        self._add_lock()
        self.loaded.connect(self._show_login)
        self.fields.edited.connect(self._show_scope)
        self.context.bus.changed.connect(self._rights_changed)

    def _add_lock(self) -> None:
        """The line under the head while no password of the operator is taken."""
        self.locked = Label("", "amber")
        self.unlock_button = Button(_("Unlock now"), icon="lock-open")
        self.unlock_button.clicked.connect(self.unlock)
        self.lock_bar = bar(self.locked, None, self.unlock_button, kind="bar")
        self.lock_bar.hide()
        below = self.head.layout()
        assert below is not None
        below.addWidget(self.lock_bar)

    def make_fields(self) -> FormFields:
        self._fields = OperatorFields(self.context)
        return self._fields

    def extra_buttons(self) -> list[QWidget]:
        self.login_button = Button(_("Set password…"), icon="key")
        self.active_button = Button(_("Disable"))
        self.login_button.clicked.connect(self.set_login)
        self.active_button.clicked.connect(self.toggle_active)
        for button in (self.login_button, self.active_button):
            button.hide()
        return [self.login_button, self.active_button]

    def reader(self) -> Callable[..., FormData]:
        return read

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
        roles = data.values[operators.ROLES]
        titles = [(code, role_title(code, role["name"])) for code, role in roles.items()]
        self._fields.editors["rights"].offer(titles)
        super().show_record(data)
        for name in POOL_LACKS:
            self.fields.set_shown(name, not pool)
        self._fields.exceptions.setVisible(not pool)

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

    def unlock(self) -> None:
        """Take the operator's password again before the lock ends by itself."""
        work = partial(operators.unlock, self.context.office, self.record_id or 0)
        self.context.jobs.run(self, work, self._toggled, self._failed)

    def name_deputy(self) -> None:
        """Let somebody stand in while the operator is away."""
        lending = deputies_of(self.record_id or 0, self.base["name"])
        GrantDialog(self.context, lending, self.window()).open()

    def explain(self) -> None:
        """Show what results from role, exceptions, scope, shares and deputies."""
        PersonDialog(self.context, self.record_id or 0, self.window()).open()

    def _toggled(self, _saved: Values | None) -> None:
        self.refresh()

    def _rights_changed(self, table: str, operation: str, ids: list[int]) -> None:
        """A role or an exception was changed elsewhere, whose rows have ids of their own."""
        if table in ("rights_role", "permission", "operator_permission"):
            self.refresh()

    def _show_login(self) -> None:
        editable = self.record_id is not None and self.may_save()
        may, me = self.context.office.rights.may, self.context.office.me["id"]
        active = bool(self.base.get("active"))
        person = self.record_id is not None and self.record_id != self.context.office.pool_id
        self.login_button.setVisible(editable and active)
        known = self.base.get("login")
        self.login_button.setText(_("Set password…") if known else _("Enable login…"))
        self.active_button.setVisible(editable and self.record_id != me)
        self.active_button.setText(_("Disable") if active else _("Enable"))
        may_assign = self.context.office.rights.may("customer", "assign")
        self.handing.setVisible(self.record_id is not None and may_assign)
        self.deputy_button.setVisible(
            person and (self.record_id == me or may("customer", "assign"))
        )
        self.explain_button.setVisible(person)
        self.login_button.updateGeometry()
        self._show_lock(editable)
        self._show_scope()

    def _show_lock(self, editable: bool) -> None:
        until: datetime | None = self.base.get("locked_until")
        if self.unlock_button.hasFocus():
            self.setFocus()  # the button goes
        self.lock_bar.setVisible(until is not None and until > datetime.now(UTC))
        self.unlock_button.setVisible(editable)
        if until is not None:
            text = _("Wrong passwords: no login until {time}")
            self.locked.setText(text.format(time=formats.datetime_text(until)))

    def _show_scope(self) -> None:
        """The chosen departments and regions matter for one scope only; boxes show the role."""
        chosen = self.fields.editors["scope"].value() == "chosen"
        for name in ("chosen_departments", "chosen_regions"):
            self.fields.set_shown(name, chosen)
        role = self.base.get(operators.ROLES, {}).get(self.fields.editors["rights"].value())
        self._fields.boxes.show_role(role["permissions"] if role else ())
