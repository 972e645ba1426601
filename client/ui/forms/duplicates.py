"""Says under the fields of a customer or contact, while they are typed, what is there already."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from client.data import duplicates
from client.data.duplicates import TYPED, PossibleDuplicate

if TYPE_CHECKING:
    from client.ui.forms.form import RecordForm

PAUSE_MS = 500  # after the last key


def find(office: Any, typed: dict[str, Any]) -> list[PossibleDuplicate]:
    with office.session() as session:
        return duplicates.find(session, typed)


class DuplicateWatch(QObject):
    """Follows one form; asks when the clerk pauses, and only for what of `names` was changed.

    `found` tells the ids of those that the clerk may see, the likeliest first.
    """

    found = Signal(list)

    def __init__(self, form: "RecordForm", names: Sequence[str] = TYPED) -> None:
        super().__init__(form)
        self._form, self._names = form, names
        self._asked: dict[str, Any] = {}
        self._said: set[str] = set()
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self.ask)
        form.fields.edited.connect(self._edited)
        form.loaded.connect(self._forget)

    def _edited(self) -> None:
        self._say_tax_number()
        self._pause.start()

    def _forget(self) -> None:
        self._pause.stop()
        self._asked, self._said = {}, set()
        self.found.emit([])
        self._say_tax_number()

    def ask(self) -> None:
        """Ask the database about what was typed."""
        form = self._form
        typed = {
            name: value
            for name, value in form.values().items()
            if name in self._names and value and value != form.base.get(name)
        }
        if typed == self._asked or form.data is None or not form.may_save():
            return
        self._asked = typed
        if not typed:
            self.found.emit([])
            self._show({})
            return
        own = form.base.get("customer_id") or form.record_id  # a contact is its customer's
        work = partial(find, form.context.office, typed | {"id": own})
        form.context.jobs.run(self, work, partial(self._found, typed), _nothing)

    def _found(self, typed: dict[str, Any], found: list[PossibleDuplicate]) -> None:
        if typed == self._asked:
            self.found.emit([alike.id for alike in found if alike.id is not None])
            self._show(duplicates.sentences(found))

    def _show(self, said: dict[str, str]) -> None:
        for name in self._said - set(said):
            self._form.fields.hint(name, "")
        for name, text in said.items():
            self._form.fields.hint(name, text)
        self._said = set(said)
        self._say_tax_number()

    def _say_tax_number(self) -> None:
        """A tax number that cannot be right is pointed out, but may be kept."""
        typed = self._form.values().get("tax_number")
        if "tax_number" not in self._said:
            problem = duplicates.tax_number_problem(typed)
            self._form.fields.hint("tax_number", problem)


def _nothing(_error: Exception) -> None:
    """A hint that cannot be had is none: saving says what is wrong with the server."""
