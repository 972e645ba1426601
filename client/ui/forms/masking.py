"""Masked phones and accounts in a form: they cannot be typed over, and are revealed one at a
time.
"""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit

from client.data import rights
from client.data.errors import sentence
from client.i18n import _
from client.ui.theme import icon

if TYPE_CHECKING:
    from client.ui.forms.form import RecordForm


class FormMasking(QObject):
    """The masked fields of one form."""

    def __init__(self, form: "RecordForm") -> None:
        super().__init__(form)
        self._form = form
        self._eyes: dict[str, QAction] = {}
        form.loaded.connect(self._show)

    def names(self) -> tuple[str, ...]:
        """The fields of a stored record that are masked. Those of a new one are typed."""
        form = self._form
        masked = getattr(form.context.office, "masked", False) and form.record_id is not None
        return rights.MASKED.get(form.table, ()) if masked else ()

    def reveal(self, name: str) -> None:
        """Show one whole number in the bar; the database writes down that it was looked at."""
        form = self._form
        if form.record_id is not None:
            work = partial(rights.reveal, form.context.office, form.table, form.record_id, name)
            form.context.jobs.run(form, work, partial(self._say, name), self._not_revealed)

    def _say(self, name: str, whole: str) -> None:
        self._form.say(f"{_(self._form.fields.known[name].label)}: {whole}", "text")

    def _not_revealed(self, error: Exception) -> None:
        self._form.complain("", sentence(error))

    def _show(self) -> None:
        may = self._form.context.office.rights.may("customer", "reveal")
        names = self.names() if may else ()
        for name, editor in self._form.fields.editors.items():
            if name in names and name not in self._eyes and isinstance(editor, QLineEdit):
                said = _("Show the whole number (it is written down who looked)")
                eye = QAction(icon("eye"), said, editor)
                eye.triggered.connect(partial(self.reveal, name))
                editor.addAction(eye, QLineEdit.ActionPosition.TrailingPosition)
                self._eyes[name] = eye
        for name, eye in self._eyes.items():
            eye.setVisible(bool(self._form.base.get(name)))
