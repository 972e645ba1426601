"""The dialog of groups of customers: tick them for some customers, make, rename and remove them."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QDialog, QLineEdit, QVBoxLayout, QWidget

from client.context import Context
from client.data import groups
from client.data.errors import sentence
from client.data.groups import Group
from client.i18n import _
from client.ui.grouping.ticks import GroupList
from client.ui.jobs import Latest
from client.ui.kit import BusyBar, Button, Label, Question, bar

MOVES = (Qt.Key.Key_Down, Qt.Key.Key_Up)
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def read(office: Any, customers: Sequence[int]) -> list[Group]:
    with office.session() as session:
        return groups.listed(session, customers)


class GroupDialog(QDialog):
    """The groups that `customers` are in; `name` is what these customers are called. Without
    customers, groups can only be made, renamed and removed.

    Those changes are made at once; ticks are saved together. `done_with` says what was done.
    """

    done_with = Signal(str)

    def __init__(
        self, context: Context, customers: Sequence[int], name: str, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._context, self._customers, self._name = context, list(customers), name
        self._renaming: Group | None = None
        self._stored_as: tuple[str, Group | None] = ("", None)
        self._reading = Latest(context.jobs, self)
        self.setWindowTitle(_("Customer groups"))
        self.setProperty("kind", "surface")
        self.setMinimumWidth(440)
        self._build()
        self._fit()
        self.refresh()

    # Building

    def _build(self) -> None:
        hint = _("{name}: tick the groups to be in.").format(name=self._name)
        self.hint = Label(hint if self._customers else _("The groups of customers."), "text2")
        self.hint.setWordWrap(True)
        self.typed = QLineEdit()
        self.typed.setPlaceholderText(_("Find a group, or name a new one"))
        self.typed.setAccessibleName(_("Group name"))
        self.typed.setMaxLength(60)
        self.typed.textChanged.connect(self._typed)
        self.list = GroupList(len(self._customers), self._may_tick)
        self.list.currentItemChanged.connect(self._fit)
        for watched in (self.typed, self.list):
            watched.installEventFilter(self)
        self.for_all = QCheckBox(_("For the whole office"))
        self.new_button = Button(_("New group"), "", "plus")
        self.rename_button = Button(_("Rename"), "F2")
        self.remove_button = Button(_("Remove"))
        self.save_button = Button(_("Save"), "F8", "floppy-disk", "primary")
        self.save_button.setVisible(bool(self._customers))
        leave = Button(_("Close"), "Esc")
        for button, act in (
            (self.new_button, self.make),
            (self.rename_button, self.rename),
            (self.remove_button, self.remove),
            (self.save_button, self.save),
            (leave, self.reject),
        ):
            button.clicked.connect(act)
            button.setAutoDefault(False)
        for keys, act in (("F8", self.save), ("Ctrl+S", self.save), ("F2", self.rename)):
            QShortcut(QKeySequence(keys), self).activated.connect(act)
        self._lay_out(leave)

    def _lay_out(self, leave: QWidget) -> None:
        self.message = Label("", "red")
        inner = QVBoxLayout()
        inner.setContentsMargins(16, 12, 16, 4)
        inner.setSpacing(8)
        for part in (self.hint, self.typed, self.list):
            inner.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(inner, 1)
        actions = (self.new_button, self.for_all, None, self.rename_button, self.remove_button)
        beside = bar(4, *actions, 4, kind="panel")
        beside.setFixedHeight(36)
        column.addWidget(beside)
        self.for_all.setVisible(self._context.office.rights.may("settings", "create"))
        column.addWidget(bar(4, self.save_button, leave, None, self.message, kind="footbar"))
        self.busy = BusyBar(self)

    # Loading

    def refresh(self) -> None:
        """Read the groups as they are; what was ticked meanwhile stays so."""
        work = partial(read, self._context.office, self._customers)
        self._reading.run(work, self._show, self._failed)

    def _show(self, found: list[Group]) -> None:
        self.busy.stop()
        self.list.show_groups(found)
        self._typed()

    # What the clerk does

    def make(self) -> None:
        """Make a group of the name typed and tick it, or give the name to the one renamed."""
        name = self.typed.text().strip()
        if not name:
            self.typed.setFocus()
        elif self._renaming is not None:
            self._store(partial(groups.rename, group=self._renaming.id, name=name), self._named)
        else:
            own = self.for_all.isHidden() or not self.for_all.isChecked()
            self._store(partial(groups.make, name=name, own=own), self._made)

    def rename(self) -> None:
        """Put the current group's name into the field above, to be typed anew."""
        group = self.list.current()
        if group is not None and self._may(group, "edit"):
            self._renaming = group
            self.typed.setText(group.name)
            self.typed.selectAll()
            self.typed.setFocus()

    def remove(self) -> None:
        """Ask, then put a group of the office into the recycle bin, or delete one's own."""
        group = self.list.current()
        if group is None or not self._may(group, "delete"):
            return
        text = _("Delete your group {name} for good? The customers in it stay.")
        if not group.own:
            text = _("Put the group {name} into the recycle bin? The customers in it stay.")
        text = text.format(name=group.name)
        box = Question(self, _("Customer groups"), text, _("Delete"), risky=group.own)
        work = partial(groups.remove, group=group)
        box.accepted.connect(partial(self._store, work, self._named))
        box.open()

    def save(self) -> None:
        """Store all ticks in one transaction."""
        wanted = self.list.wanted
        if not wanted:
            self.accept()
            return
        put, take = ([id_ for id_, on in wanted.items() if on is way] for way in (True, False))
        work = partial(groups.change, ids=self._customers, put=put, take=take)
        self._store(work, self._stored)

    def _store(self, work: Callable[[Any], Any], done: Callable[[Any], None]) -> None:
        self.busy.start()
        self._stored_as = self.typed.text(), self._renaming
        self.save_button.setEnabled(False)
        self.message.setText("")
        job = partial(self._context.office.run, work)
        self._context.jobs.run(self, job, done, self._failed)

    def _made(self, group: int) -> None:
        if self._customers:
            self.list.wanted[group] = True
        self._named(None)

    def _named(self, _nothing: object) -> None:
        """What was typed while it was stored stays for the next one."""
        if (self.typed.text(), self._renaming) == self._stored_as:
            self._end_naming()
        self.save_button.setEnabled(True)
        self.refresh()

    def _end_naming(self) -> None:
        self._renaming = None
        self.typed.clear()

    def _stored(self, _nothing: None) -> None:
        self.done_with.emit(_("{name}: groups changed.").format(name=self._name))
        self.accept()

    def _failed(self, error: Exception) -> None:
        self.busy.stop()
        self.save_button.setEnabled(True)
        self.message.setText(sentence(error))

    # Helpers

    def _may(self, group: Group, action: str) -> bool:
        return group.own or self._context.office.rights.may("settings", action)

    def _may_tick(self, group: Group) -> bool:
        return group.own or self._context.office.rights.may("customer", "edit")

    def _typed(self) -> None:
        """Look for what is typed; while a group is renamed, all are shown."""
        self.list.narrow(self.typed.text() if self._renaming is None else "")
        self._fit()

    def _fit(self) -> None:
        """Offer what can be done with what is typed and with the current group."""
        group = self.list.current()
        self.new_button.setText(_("New group") if self._renaming is None else _("Save the name"))
        self.new_button.setEnabled(bool(self.typed.text().strip()))
        self.rename_button.setEnabled(group is not None and self._may(group, "edit"))
        self.remove_button.setEnabled(group is not None and self._may(group, "delete"))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the field ↑ ↓ go to the list; Enter ticks what is found, or makes it, or saves."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        if event.key() in ENTER:
            self._enter(watched is self.typed)
        elif watched is self.typed and event.key() in MOVES:
            self.list.setFocus()
        elif watched is self.list and event.key() == Qt.Key.Key_Delete:
            self.remove()
        elif event.key() == Qt.Key.Key_Escape and self._renaming is not None:
            self._end_naming()
            self._typed()
        else:
            return super().eventFilter(watched, event)
        return True

    def _enter(self, typing: bool) -> None:
        found, named = self.list.current(), self.typed.text().strip()
        if typing and self._renaming is None and not named:
            self.save()
        elif typing and (self._renaming is not None or found is None):
            self.make()
        else:
            self.list.turn()
            self.typed.clear()
