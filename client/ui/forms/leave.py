"""Leaving a form with unsaved text: the operator is asked once, and only then."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from client.i18n import _
from client.ui.kit import Question, ask_unsaved

if TYPE_CHECKING:
    from client.ui.forms.form import RecordForm


class FormLeave(QObject):
    """Undoing, closing, and going on to another new record, for one form."""

    def __init__(self, form: "RecordForm") -> None:
        super().__init__(form)
        self._form = form

    def back(self) -> None:
        """Undo what is typed, asking once; without anything typed, close the panel."""
        form = self._form
        if form.is_choosing():
            form.show_fields()
        elif not form.dirty:
            self._close()
        else:
            text = _("Undo what you typed?")
            box = Question(form, form.title, text, _("Undo"), risky=True)
            box.accepted.connect(self.undo)
            box.open()

    def undo(self) -> None:
        """Show the record as it is stored."""
        form = self._form
        form.journal.drop()
        form.dirty = False
        form.say("")
        if form.record_id is None and form.data is not None:
            form.show_record(form.data)
        else:
            form.refresh()

    def may_close(self) -> bool:
        """Whether the panel may go; saving first keeps it until the record is stored."""
        form = self._form
        if not form.dirty:
            return True
        answer = ask_unsaved(form, form.title)
        if answer == "save":
            form.save(self._close)
        elif answer == "drop":
            form.journal.drop()
            form.dirty = False
        return answer == "drop"

    def another(self) -> None:
        """Begin another record of the kind."""
        if self._form.navigator is not None:
            self._form.navigator.open_record(self._form.table, None)

    def _close(self) -> None:
        if self._form.navigator is not None:
            self._form.navigator.close_widget(self._form)
