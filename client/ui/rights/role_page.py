"""The page of one role: its name, the boxes of what it allows, and who has it."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QScrollArea, QVBoxLayout, QWidget

from client.data.rights import READY
from client.i18n import _, joined
from client.ui.forms.pickers import show_text
from client.ui.forms.presence import PresenceLine
from client.ui.kit import Button, FormGrid, Label, Section, bar, hline
from client.ui.rights.permission_table import PermissionTable

NAME_WIDTH = 320
TITLE_PT = 13.0


class RolePage(QWidget):
    """Shows a role and gives back what is turned; `edited` when something is."""

    edited = Signal()

    def __init__(self, may_change: bool) -> None:
        super().__init__()
        self.base: dict[str, Any] = {}
        self.said = "", "text2"  # in the bar, and in which tone
        self._named = ""  # what stands in the field without anybody having typed it
        self._may = may_change
        self.title, self.note = Label("", "text", TITLE_PT), Label("", "text2")
        self.save_button = Button(_("Save"), "F8", "floppy-disk", "primary")
        self.undo_button = Button(_("Undo"), "Esc")
        self.delete_button = Button(_("Delete role"), icon="trash")
        self.message, self.presence = Label("", "text2"), PresenceLine()
        buttons = (self.save_button, self.undo_button, self.delete_button)
        for button in buttons:
            button.setVisible(may_change)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head())
        column.addWidget(self.presence)
        column.addWidget(hline())
        column.addWidget(self._body(), 1)
        column.addWidget(bar(*buttons, None, self.message, kind="footbar"))
        self.name.textEdited.connect(self._edited)
        self.boxes.edited.connect(self._edited)

    def _head(self) -> QWidget:
        head, lines = QWidget(), QVBoxLayout()
        head.setProperty("kind", "surface")
        head.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        lines.setContentsMargins(12, 6, 8, 6)
        lines.setSpacing(1)
        lines.addWidget(self.title)
        lines.addWidget(self.note)
        head.setLayout(lines)
        return head

    def _body(self) -> QScrollArea:
        self.name, self.boxes, self.people = QLineEdit(), PermissionTable(), Label("", "text2")
        self.name.setMaxLength(60)
        self.name.setMaximumWidth(NAME_WIDTH)
        self.name.setReadOnly(not self._may)
        self.boxes.set_readonly(not self._may)
        self.people.setWordWrap(True)
        self._grid = FormGrid(1)
        self._grid.add(_("Name"), self.name, required=True)
        content, inner = QWidget(), QVBoxLayout()
        content.setProperty("kind", "panel")
        content.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        inner.setContentsMargins(12, 8, 12, 8)
        inner.setSpacing(8)
        inner.addWidget(self._grid)
        for title, widget in ((_("What it allows"), self.boxes), (_("Who has it"), self.people)):
            section = Section(title, foldable=False)
            section.body.addWidget(widget)
            inner.addWidget(section)
        inner.addStretch(1)
        content.setLayout(inner)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # no stop that one cannot see
        area.setWidget(content)
        return area

    def show_role(self, role: Mapping[str, Any]) -> None:
        """Show a role as stored, or one to begin with, which has no code."""
        self.base = dict(role)
        code = str(role.get("code") or "")
        ready = code in READY
        show_text(self.name, role["name"] or (_(READY[code]) if ready else ""))
        self._named = self.name.text()
        self.boxes.show_role(role["permissions"])
        own = _("A role of the office's own")
        self.note.setText(_("Comes ready; it can be changed, not deleted") if ready else own)
        people = [
            person["name"] if person["active"] else _("{name} (disabled)").format(**person)
            for person in role.get("operators", ())
        ]
        self.people.setText(joined(people) or _("Nobody has this role."))
        self.delete_button.setEnabled(bool(code) and not ready and not people)
        self._edited()

    def type_again(self, base: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        """Restore unsaved values over the role as it was read then."""
        self.show_role(base)
        if values["name"]:
            self.name.setText(values["name"])
        self.boxes.show_role(values["permissions"])
        self._edited()

    def forget(self) -> None:
        """Consider nothing as changed until a role is shown again."""
        self.base = {}

    @property
    def dirty(self) -> bool:
        """Whether something is turned or typed and not stored."""
        if not self.base or not self._may:
            return False
        now = self.values()
        same = set(now["permissions"]) == set(self.base["permissions"])
        return not same or now["name"] != self.base["name"] or not self.base.get("code")

    def values(self) -> dict[str, Any]:
        """The role as it is on the screen; what a ready role is called anyway is no own name."""
        name, code = self.name.text().strip(), self.base.get("code")
        if self.name.text() == self._named:
            name = self.base["name"]  # nobody typed here
        elif code in READY and name == _(READY[code]):
            name = ""
        return {**self.base, "name": name, "permissions": sorted(self.boxes.rules.role)}

    def check(self) -> bool:
        """Whether it can be stored; says what is missing."""
        named = bool(self.name.text().strip())
        self._grid.set_message(self.name, "" if named else _("This must be filled in."))
        if not named:
            self.name.setFocus()
        return named

    def say(self, text: str, tone: str = "text2") -> None:
        """Say something in the bar, until something is turned or typed."""
        self.said = text, tone
        self.message.set_tone(tone)
        self.message.setText(text)
        self.message.setToolTip(text)

    def _edited(self) -> None:
        self._grid.set_message(self.name, "")
        self.say("")
        name = self.name.text().strip() or _("New role")
        self.title.setText(f"{name} *" if self.dirty else name)
        self.edited.emit()
