"""Asks before a record goes to the recycle bin: what goes along."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from client.context import Context
from client.data import records, recycle
from client.data.errors import sentence
from client.i18n import _
from client.model import Entity
from client.ui.jobs import Latest
from client.ui.kit import Question


def read(office: Any, entity: type[Entity], number: int) -> tuple[str, dict[str, int]]:
    """What the record is called, and counts of what would be deleted with it. Raises what deleting
    it would raise.
    """
    with office.session() as session:
        stored = records.load(session, entity, number)
        names = dict.fromkeys(stored.get(name) for name in (entity.CODE, entity.TITLE))
        called = " ".join(str(name) for name in names if name)
        return called, recycle.before_deletion(session, entity, [number])


def remove(office: Any, entity: type[Entity], number: int) -> int:
    return int(office.run(partial(records.delete, entity=entity, ids=[number])))


class Deleting(QObject):
    """Deletes records of one kind, each after asking. `deleted` is emitted when one is gone, `told`
    with what came of it.
    """

    deleted = Signal(int)
    told = Signal(str)

    def __init__(self, context: Context, entity: type[Entity], parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._entity, self._parent = context, entity, parent
        self._asking = Latest(context.jobs, self)

    def hear(self, table: QWidget, asked: Callable[[], None]) -> None:
        """Let the key Del in a table call `asked`."""
        key = QShortcut(QKeySequence(Qt.Key.Key_Delete), table)
        key.setContext(Qt.ShortcutContext.WidgetShortcut)
        key.activated.connect(asked)

    def ask(self, number: int) -> None:
        """Ask about one record, once it is known what would be deleted with it; say so if it
        cannot be deleted.
        """
        work = partial(read, self._context.office, self._entity, number)
        self._asking.run(work, partial(self._ask, number), self._failed)

    def _ask(self, number: int, found: tuple[str, dict[str, int]]) -> None:
        called, extent = found
        name = called or _("Draft {id}").format(id=number)
        question = _("Put {name} into the recycle bin?").format(name=name)
        more = recycle.counted(extent)
        if more:
            question += "\n" + _("Goes with it: {records}").format(records=more)
        box = Question(self._parent, _(self._entity.LABEL), question, _("Delete"))
        box.accepted.connect(partial(self._delete, number, name))
        box.open()

    def _delete(self, number: int, name: str) -> None:
        work = partial(remove, self._context.office, self._entity, number)
        self._context.jobs.run(self, work, partial(self._done, number, name), self._failed)

    def _done(self, number: int, name: str, _deletion: int) -> None:
        self.deleted.emit(number)
        self.told.emit(_("{name} is in the recycle bin.").format(name=name))

    def _failed(self, error: Exception) -> None:
        self.told.emit(sentence(error))
