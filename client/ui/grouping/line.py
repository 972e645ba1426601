"""The groups of one customer as a line of its form, which opens their dialog."""

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from client.data import groups
from client.i18n import _, joined
from client.ui.following import Following
from client.ui.grouping.dialog import GroupDialog
from client.ui.theme import icon

if TYPE_CHECKING:
    from client.ui.forms.form import RecordForm

TABLES = ("customer_group", "group_member")


def read(office: Any, customer: int) -> list[str]:
    with office.session() as session:
        return groups.names_of(session, customer)


class GroupsLine(QLineEdit):
    """The groups of a customer as a line of its form. They are no field of the record, so Save
    ignores it.
    """

    def __init__(self, form: "RecordForm") -> None:
        super().__init__()
        self._form = form
        self.setReadOnly(True)
        pick = QAction(icon("users-three"), _("Groups… (F4)"), self)
        pick.triggered.connect(self.open)
        self.addAction(pick, QLineEdit.ActionPosition.TrailingPosition)
        form.loaded.connect(self.refresh)
        self._following = Following(form.context, self, _is_of_groups, self.refresh)

    def refresh(self) -> None:
        """Read the groups anew; a new customer has none yet."""
        form = self._form
        if form.record_id is not None:
            work = partial(read, form.context.office, form.record_id)
            self._following.run(work, self._show, _nothing)

    def open(self) -> None:
        """Choose the groups this customer is in."""
        form = self._form
        if form.record_id is not None:
            name = str(form.base.get("name") or "")
            dialog = GroupDialog(form.context, [form.record_id], name, form.window())
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.done_with.connect(self.refresh)
            dialog.open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F4:
            self.open()
        else:
            super().keyPressEvent(event)

    def _show(self, names: list[str]) -> None:
        self.setText(joined(names))
        self.setCursorPosition(0)


def _is_of_groups(table: str, _ids: list[int]) -> bool:
    return table in TABLES


def _nothing(_error: Exception) -> None:
    """The form says itself what is wrong with the server."""
