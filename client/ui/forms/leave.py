"""Leaving a form with unsaved text: the operator is asked once, and only then."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMessageBox

from client.i18n import _

if TYPE_CHECKING:
    from client.ui.forms.form import RecordForm

Answer = QMessageBox.StandardButton


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
        elif self._ask(_("Undo what you typed?"), Answer.Discard | Answer.Cancel) == Answer.Discard:
            self.undo()

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
        buttons = Answer.Save | Answer.Discard | Answer.Cancel
        answer = self._ask(_("Save what you typed?"), buttons)
        if answer == Answer.Save:
            form.save(self._close)
        elif answer == Answer.Discard:
            form.journal.drop()
            form.dirty = False
        return answer == Answer.Discard

    def another(self) -> None:
        """Begin another record of the kind."""
        if self._form.navigator is not None:
            self._form.navigator.open_record(self._form.table, None)

    def _close(self) -> None:
        if self._form.navigator is not None:
            self._form.navigator.close_widget(self._form)

    def _ask(
        self, question: str, buttons: QMessageBox.StandardButton
    ) -> QMessageBox.StandardButton:
        box = QMessageBox(self._form.window())
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self._form.title)
        box.setText(question)
        box.setStandardButtons(buttons)
        words = {
            Answer.Save: _("Save"),
            Answer.Discard: _("Discard"),
            Answer.Cancel: _("Keep typing"),
        }
        for button, text in words.items():
            if box.button(button) is not None:
                box.button(button).setText(text)
        # A key too many must not throw away what is typed.
        box.setDefaultButton(Answer.Save if Answer.Save in buttons else Answer.Cancel)
        return Answer(box.exec())
