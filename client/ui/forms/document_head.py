"""What the heads of documents have in common: Enter walks the fields, and finds the customer."""

from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from client.context import Context
from client.data.lookups import Choice
from client.data.typed import BadValue
from client.model import Customer
from client.ui.forms.pickers import search

CHORD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


class DocumentHead(QWidget):
    """The fields above the lines; `edited` at each change. `editors` are its fields by name, one of
    them `customer_id`; `values` and `show_problems` are each kind's own."""

    edited = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self.editors: dict[str, Any] = {}

    def values(self) -> tuple[dict[str, Any], list[Any]]:
        """The values typed; those that cannot be read are missing and told as problems."""
        raise AssertionError("each kind reads its own")

    def show_problems(self, problems: list[Any]) -> None:
        """Say under the fields what is wrong; go to the first."""
        raise AssertionError("each kind shows its own")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes to the next field, and from the last into what stands below."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & CHORD:
            back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            if back or not self._hurried():
                self.focusNextPrevChild(not back)
        else:
            super().keyPressEvent(event)

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
