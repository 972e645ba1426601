"""Roles with a name: what each allows, module by action, and who has it."""

from collections.abc import Iterable
from functools import partial
from typing import Any
from uuid import uuid4

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from client.context import Context
from client.data import formats, rights
from client.data.errors import Conflict, sentence
from client.data.rights import Values, role_title
from client.i18n import _
from client.ui.following import Following
from client.ui.forms.journal import FormJournal
from client.ui.kit import BusyBar, Button, IconButton, Question, ask_unsaved, bar
from client.ui.rights.role_page import RolePage
from client.ui.screen import Navigator

LIST_WIDTH = 200
KIND = "rights_role"
CODE = Qt.ItemDataRole.UserRole


def read(office: Any) -> list[Values]:
    with office.session() as session:
        return rights.roles(session)


def merged(base: Values, mine: Values, theirs: Values) -> Values:
    """My boxes turned in what somebody else stored meanwhile: no two can contradict each other."""
    before, wanted = set(base["permissions"]), set(mine["permissions"])
    stored = (set(theirs["permissions"]) | (wanted - before)) - (before - wanted)
    name = mine["name"] if mine["name"] != base["name"] else theirs["name"]
    return {**theirs, "name": name, "permissions": sorted(stored)}


def _is_of_roles(table: str, _ids: list[int]) -> bool:
    return table in ("rights_role", "permission", "operator")


class RolesScreen(QWidget):
    """The list of roles and the page of one. Others' changes appear while nothing is turned."""

    status_changed = Signal(str)
    help_topic = "roles"
    record_id = None  # a role goes by its code

    def __init__(self, context: Context, navigator: Navigator) -> None:
        super().__init__()
        self._context = context
        self._saving = False
        self._asked: Values = {}
        self._roles: dict[str, Values] = {}
        self._may = context.office.rights.may("operator", "edit")
        self.page = RolePage(self._may)
        self.journal = FormJournal(context, self, KIND, self.payload, self.page.presence)
        self._kept: Values | None = None
        self._build()
        self.list.currentItemChanged.connect(self._chosen)
        self.page.save_button.clicked.connect(self.save)
        self.page.undo_button.clicked.connect(self.back)
        self.page.delete_button.clicked.connect(self.delete)
        self.page.edited.connect(self._edited)
        self._following = Following(context, self, _is_of_roles, self.refresh)
        self.refresh()

    def _build(self) -> None:
        self.list = QListWidget()
        self.list.setFixedWidth(LIST_WIDTH)
        self.list.setAccessibleName(_("Roles"))
        new = Button(_("New"), "Ctrl+N", "plus")
        copy = IconButton("copy", _("Copy this role (Ctrl+D)"))
        new.clicked.connect(self.new_record)
        copy.clicked.connect(self.duplicate)
        above = bar(new, copy, None)
        if not self._may:
            above.hide()
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(above)
        left.addWidget(self.list, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(1)
        row.addLayout(left)
        row.addWidget(self.page, 1)
        self.busy = BusyBar(self)
        self.setFocusProxy(self.list)

    # Loading

    def refresh(self) -> None:
        """Read the roles as they are stored; what is turned stays."""
        self._following.run(partial(read, self._context.office), self._read, self._failed)

    def _read(self, found: list[Values]) -> None:
        self._roles = {role["code"]: role for role in found}
        shown = self.page.base.get("code") if self.page.base else found[0]["code"]
        with QSignalBlocker(self.list):
            self.list.clear()
            for role in found:
                people = len([p for p in role["operators"] if p["active"]])
                title = role_title(role["code"], role["name"])
                item = QListWidgetItem(f"{title} · {people}" if people else title)
                item.setData(CODE, role["code"])
                self.list.addItem(item)
                if role["code"] == shown:
                    self.list.setCurrentItem(item)
        if self._kept is not None:
            self.recover(self._kept)
        elif not self.page.dirty and self._roles.get(shown or "") != self.page.base:
            said = self.page.said
            self._show(self._roles.get(shown or "", found[0]))
            if self.page.base.get("code") == shown:
                self.page.say(*said)

    def _show(self, role: Values) -> None:
        """Show a role as stored, or a new one; of the one before nothing is kept."""
        self.journal.drop()
        self.journal.name(f"{KIND}:{role['code'] or uuid4().hex}", None)
        self.journal.presence.watch(role.get("id"))
        self.page.show_role(role)

    # What is turned and not saved

    @property
    def dirty(self) -> bool:
        return self.page.dirty

    def payload(self) -> Values:
        """What the journal keeps: the role as read, and as it stands."""
        return {
            "base": self.page.base,
            "values": self.page.values(),
            "title": self.page.title.text(),
        }

    def recover(self, kept: Values) -> None:
        """Turn again what the journal kept, once the roles are read."""
        self._kept = None if self._roles else kept
        if not self._roles:
            return
        self.journal.presence.watch(kept["base"].get("id"))
        self._mark(kept["base"]["code"])
        self.page.type_again(kept["base"], kept["values"])

    def _edited(self) -> None:
        if self.page.dirty:
            self.journal.note()

    def _chosen(self, item: QListWidgetItem | None, _before: QListWidgetItem | None) -> None:
        if item is None:
            return
        code = item.data(CODE)  # the lines may be others once the question is answered
        if not self._saving and self.may_close() and code in self._roles:
            self._show(self._roles[code])
        self._mark(self.page.base.get("code"))

    def _mark(self, code: str | None) -> None:
        """Put the cursor of the list on this role."""
        codes = [self.list.item(row).data(CODE) for row in range(self.list.count())]
        with QSignalBlocker(self.list):
            self.list.setCurrentRow(codes.index(code) if code in codes else -1)

    # What the clerk does

    def new_record(self) -> None:
        """Begin a role that allows nothing yet."""
        self._begin("", ())

    def duplicate(self) -> None:
        """Begin a role that allows what the present one does."""
        name = _("Copy of {name}").format(name=self.page.name.text().strip())
        self._begin(name, sorted(self.page.boxes.rules.role))

    def _begin(self, name: str, pairs: Iterable[str]) -> None:
        if not self._may or self._saving or not self.may_close():
            return
        with QSignalBlocker(self.list):
            self.list.setCurrentRow(-1)
        self._show({"code": None, "name": name, "permissions": list(pairs)})
        self.page.name.setFocus()
        self.page.name.selectAll()

    def save(self) -> None:
        """Save what is turned; the sessions of those who have the role end, so that it holds."""
        if self._may and not self._saving and self.page.dirty and self.page.check():
            self._store(self.page.values())

    def _store(self, values: Values) -> None:
        self._saving, self._asked = True, self.page.values()
        self.page.save_button.setEnabled(False)
        self.busy.start()
        work = partial(rights.save_role, self._context.office, values)
        self._context.jobs.run(self, work, self._stored, self._failed)

    def _stored(self, role: Values) -> None:
        self._quiet()
        now = self.page.values()
        self._show(role)
        if now != self._asked:  # typed while it was stored
            self.page.type_again(role, merged(self._asked, now, role))
        self.page.say(_("saved {time}").format(time=formats.time_text(formats.now())))
        self._roles[role["code"]] = role
        self.refresh()

    def _failed(self, error: Exception) -> None:
        saved = self._saving
        self._quiet()
        if saved and isinstance(error, Conflict):
            self._join(error.theirs)
        else:
            self.page.say(sentence(error), "red")

    def _join(self, theirs: Values) -> None:
        """Store both changes, but not one name over another that nobody has seen."""
        mine = merged(self.page.base, self.page.values(), theirs)
        if theirs["name"] in (self.page.base["name"], mine["name"]):
            self._store(mine)
            return
        self.page.type_again(theirs, mine)
        text = _("Somebody else has named this role {name} meanwhile. Save again to name it anew.")
        self.page.say(text.format(name=role_title(theirs["code"], theirs["name"])), "amber")

    def _quiet(self) -> None:
        self._saving = False
        self.busy.stop()
        self.page.save_button.setEnabled(True)

    def delete(self) -> None:
        """Take away a role that nobody has."""
        role = self.page.base
        question = _("Delete the role {name}?").format(name=role["name"])
        work = partial(rights.delete_role, self._context.office, role["code"], role["version"])
        done, failed = partial(self._deleted, role["code"]), self._failed
        delete = partial(self._context.jobs.run, self, work, done, failed)
        box = Question(self, _("Roles"), question, _("Delete"), risky=True)
        box.accepted.connect(delete)
        box.open()

    def _deleted(self, code: str, _nothing: None) -> None:
        if self.page.base.get("code") == code:
            self.page.forget()
        self.refresh()

    def back(self) -> None:
        """Undo what is turned."""
        if self.page.dirty and not self._saving:
            code = self.page.base.get("code") or next(iter(self._roles))
            self._show(self._roles[code])
            self.refresh()
        self.list.setFocus()

    def may_close(self) -> bool:
        """Asked once where something is turned and not saved."""
        if not self.page.dirty:
            return True
        name = self.page.name.text().strip() or _("Roles")
        drop = ask_unsaved(self, name, may_save=False) == "drop"
        if drop:
            self.journal.drop()
        return drop
