"""Merges a form's record with another version: changes of different fields merge by themselves,
changes of the same field are chosen.
"""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from client.data.forms import merge
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
        form.head.compare_requested.connect(self.compare)
        form.conflict.chosen.connect(self._chosen)
        form.conflict.left.connect(form.show_fields)

    def typed_early(self) -> dict[str, Any]:
        """What was typed into a new form before its defaults were read."""
        form = self._form
        new = form.data is None and form.record_id is None
        return form.fields.values()[0] if new else {}

    def go_on(self, early: dict[str, Any]) -> None:
        """The form's data has been read: put back what was typed early, except over default
        values.
        """
        form = self._form
        typed = {name: value for name, value in early.items() if value and not form.base[name]}
        if typed:
            form.take(form.base | typed, {})
        if form.record_id is None:
            form.setFocus()

    def know(self, theirs: dict[str, Any]) -> None:
        """Somebody else saved while this form is dirty: say so, and nothing more."""
        self.theirs = theirs
        self._form.head.show_stale()

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
