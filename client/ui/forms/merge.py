"""Merges a form's record with another version: changes of different fields merge by themselves,
changes of the same field are chosen.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from client.data.forms import FormData, merge
from client.model import Operator
from client.ui.forms.conflict import clashes_of
from client.ui.tables import marks

if TYPE_CHECKING:
    from client.ui.forms.form import RecordForm


class FormMerge(QObject):
    """The conflict of one form. `theirs` is the other version, if there is one."""

    def __init__(self, form: "RecordForm") -> None:
        super().__init__(form)
        self._form = form
        self.theirs: dict[str, Any] | None = None
        self._shown: dict[str, Any] = {}  # the version that is chosen from
        self.early: dict[str, Any] = {}
        form.head.compare_requested.connect(self.compare)
        form.conflict.chosen.connect(self._chosen)
        form.conflict.left.connect(form.show_fields)

    def note_early(self, defaults: dict[str, Any]) -> None:
        """What was typed into a new form before its defaults were read stays, except over those."""
        form = self._form
        if form.data is None and form.record_id is None:
            typed = form.fields.values()[0]
            self.early = {n: value for n, value in typed.items() if value and not defaults[n]}

    def with_early(self, data: FormData) -> FormData:
        """A record as it is to be shown."""
        named = self._form.fields.titles(self.early)
        titles = data.titles | {name: named[name] for name in self.early if name in named}
        return replace(data, values=data.values | self.early, titles=titles)

    def without_early(self, values: dict[str, Any]) -> dict[str, Any]:
        """Of the values that are shown, those that nobody typed."""
        return {name: value for name, value in values.items() if name not in self.early}

    def go_on(self) -> None:
        """The record is shown: go on typing, or begin with the first field of a new one."""
        early, self.early = self.early, {}
        if early:
            self._form.fields.edited.emit()
        elif self._form.record_id is None:
            self._form.setFocus()

    def know(self, theirs: dict[str, Any]) -> None:
        """Somebody else saved while this form is dirty: say so, and nothing more."""
        self.theirs = theirs
        self._form.head.show_stale()

    def is_kept(self, read: dict[str, Any]) -> bool:
        """Whether what the form shows stays, though `read` is what is stored: because something is
        typed, which then says so, or because it was read before what is shown was stored.
        """
        form, version, shown = self._form, read["version"], self._form.base.get("version")
        # What consists of several records has a version of each, and no order of them.
        older = isinstance(version, int) and isinstance(shown, int) and version < shown
        if form.dirty and not older and version != shown:
            self.know(read)
        return bool(form.dirty or older)

    def forget(self) -> None:
        self.theirs = None
        self._form.head.hide_stale()

    def settle(self, theirs: dict[str, Any]) -> None:
        """A save met another version: save both changes if they are of different fields, else
        ask.
        """
        self.theirs = theirs
        form = self._form
        merged, clashes = merge(form.base, form.values(), theirs)
        if clashes:
            self._ask(clashes)
        else:
            form.store(merged, theirs)

    def compare(self) -> None:
        """Show what differs before anything is saved."""
        if self.theirs is None:
            return
        form = self._form
        merged, clashes = merge(form.base, form.values(), self.theirs)
        if clashes:
            self._ask(clashes)
        else:
            form.take(merged, self.theirs)

    def _ask(self, clashes: list[str]) -> None:
        form, theirs = self._form, self.theirs or {}
        self._shown = theirs
        known, shown = form.fields.known, form.fields
        lines = clashes_of(
            clashes,
            lambda name: marks.label(form.entity, known[name]),
            shown.text_of,
            form.base,
            theirs,
            form.values(),
        )
        people = form.data.choices.get(Operator, []) if form.data else []
        who = (choice.title for choice in people if choice.id == theirs.get("changed_by"))
        form.conflict.show_clashes(next(who, ""), lines)
        form.pages.setCurrentWidget(form.conflict)
        form.conflict.focus_first()

    def _chosen(self, mine: list[str]) -> None:
        # A still later version is met by the save, which then asks about that one.
        form, theirs = self._form, self._shown
        merged, clashes = merge(form.base, form.values(), theirs)
        merged |= {name: theirs[name] for name in clashes if name not in mine}
        form.show_fields()
        form.store(merged, theirs)
