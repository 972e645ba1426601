"""Keeps what is typed in a form in the journal of drafts, a moment after each pause."""

from collections.abc import Callable
from functools import cache, partial
from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from client.context import Context
from client.data.drafts import Drafts, to_json

PAUSE_MS = 500


@cache
def drafts_of(office: Any) -> Drafts:
    """The journal of one login; one a process, since it holds a lock."""
    return Drafts(office)


class FormJournal(QObject):
    """One form's entry: `note` after each change, `drop` when it was saved or given up.

    `payload` gives what is to be kept, as plain values.
    """

    def __init__(
        self, context: Context, form: QWidget, kind: str, payload: Callable[[], Any]
    ) -> None:
        super().__init__(form)
        self._context, self._kind, self._payload = context, kind, payload
        self._key = ""
        self._id: int | None = None
        self._writing = self._dropped = False
        self._timer = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._timer.timeout.connect(self.write)

    def name(self, key: str, id: int | None) -> None:
        """Under which key the form is kept; a new record's key differs from all others."""
        self._key, self._id = key, id

    def note(self) -> None:
        """Something was typed."""
        self._dropped = False
        if not self._timer.isActive():
            self._timer.start()

    def write(self) -> None:
        """Write now."""
        if self._writing:
            self._timer.start()
            return
        self._writing = True
        text = to_json(self._payload())
        work = partial(drafts_of(self._context.office).put, self._key, self._kind, self._id, text)
        self._context.jobs.run(self, work, self._written, self._not_written)

    def drop(self) -> None:
        """Forget what was kept."""
        self._timer.stop()
        self._dropped = True
        if not self._writing:
            drafts_of(self._context.office).drop(self._key)

    def _written(self, _nothing: None) -> None:
        self._writing = False
        if self._dropped:
            drafts_of(self._context.office).drop(self._key)

    def _not_written(self, error: Exception) -> None:
        self._writing = False
        self._context.jobs.problem.emit(error)
