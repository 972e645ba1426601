"""The common part of the heads of documents: editors, their problems, and moving on with Enter."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from client.context import Context
from client.data.lookups import Choice
from client.data.parsing import BadValue
from client.data.problem import Problem
from client.model import Customer
from client.ui.forms.pickers import search
from client.ui.kit import FormGrid
from client.ui.kit.scroller import bring_into_sight

CHORD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


class DocumentHead(QWidget):
    """The fields above the lines. `editors` are its fields by name, laid out in `form`; `edited`
    at each change.
    """

    edited = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.editors: dict[str, Any] = {}
        self.form = FormGrid(4)

    def values(self) -> tuple[dict[str, Any], list[Problem]]:
        """The values typed; those that cannot be read are missing and told as problems."""
        found: dict[str, Any] = {}
        problems = []
        for name, editor in self.editors.items():
            try:
                found[name] = editor.value()
            except BadValue as error:
                problems.append(Problem(None, name, str(error)))
                found[name] = None
        return found, problems

    def begin_on(self, days: Mapping[str, Any]) -> None:
        """Show the days, by field, that a new document begins with."""
        for name, day in days.items():
            self.editors[name].set_value(day)

    def typed(self, problems: list[Problem]) -> Mapping[str, str]:
        """The texts of the fields that could not be read."""
        editors = {p.field: self.editors[p.field] for p in problems if p.field in self.editors}
        return {name: e.text() for name, e in editors.items() if isinstance(e, QLineEdit)}

    def is_masked(self, name: str, doc: Mapping[str, Any]) -> bool:
        """Whether a field is read masked by this operator; it then keeps its stored value."""
        masked = getattr(self._context.office, "masked", False) and doc.get("id") is not None
        return name == "phone" and masked

    def show_problems(self, problems: list[Problem], go: bool = True) -> None:
        """Say under the fields what is wrong, and `go` to the first."""
        own = [p for p in problems if p.line is None and p.field in self.editors]
        for name, editor in self.editors.items():
            said = next((p.sentence for p in own if p.field == name), "")
            self.form.set_message(editor, said)
        if own and go:
            self.editors[own[0].field].setFocus()
            bring_into_sight(self.editors[own[0].field])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes to the next field, and from the last into what stands below."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & CHORD:
            back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            if back or not self._hurried():
                self.focusNextPrevChild(not back)
        else:
            super().keyPressEvent(event)

    def _hurried(self) -> bool:
        """Whether Enter came before an answer that is needed; it is then acted upon when the
        answer is there.
        """
        return False

    def _edited(self) -> None:
        editor = self.sender()
        if isinstance(editor, QWidget):
            self.form.set_message(editor, "")
        self._tell_edited(editor)

    def _tell_edited(self, _editor: object) -> None:
        self.edited.emit()


class CustomerHead(DocumentHead):
    """A head in which the customer is chosen: one of its fields is `customer_id`."""

    def customer_id(self) -> int | None:
        """The customer as chosen now; None while the text names nobody."""
        try:
            found: int | None = self.editors["customer_id"].value()
        except BadValue:
            return None
        return found

    def customer_name(self) -> str:
        return str(self.editors["customer_id"].text())

    def _hurried(self) -> bool:
        """Whether Enter came before the matches of a customer did: the first is then taken."""
        editor = self.editors["customer_id"]
        if not editor.hasFocus():
            return False
        try:
            editor.value()
        except BadValue:
            work = partial(search, self._context.office, Customer, editor.text().strip())
            self._context.jobs.run(self, work, self._first_found)
            return True
        return False

    def _first_found(self, result: tuple[str, list[Choice]]) -> None:
        editor, (text, choices) = self.editors["customer_id"], result
        if editor.text().strip() != text:
            return
        if choices:
            editor.set_value(choices[0].id, choices[0].title)
            editor.chosen.emit(choices[0])
            self.edited.emit()
            if editor.hasFocus():
                self.focusNextPrevChild(True)
        else:
            _values, problems = self.values()
            self.show_problems([p for p in problems if p.field == "customer_id"])
