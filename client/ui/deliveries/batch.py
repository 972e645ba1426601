"""Takes the same step for several deliveries, one after the other."""

from collections.abc import Sequence
from datetime import date
from functools import partial

from PySide6.QtCore import QObject, Signal

from client.context import Context
from client.data.deliveries import store
from client.data.deliveries.edit import Doc
from client.data.errors import sentence, server_gone

Row = tuple[int, str]  # id, and what to call it


class Batch(QObject):
    """Each delivery is stepped in its own transaction, so that one that is refused does not stop
    the rest.

    `ended` tells how many were done, and (name, sentence) of each that was refused. After `stop`,
    those not begun stay as they are.
    """

    progress = Signal(int, int)
    ended = Signal(int, list)

    def __init__(self, context: Context, owner: QObject) -> None:
        super().__init__(owner)
        self._context = context
        self._rows: list[Row] = []
        self._failed: list[tuple[str, str]] = []
        self._total = self._done = 0
        self._step = ""
        self._day: date | None = None

    @property
    def busy(self) -> bool:
        return bool(self._rows)

    def start(self, rows: Sequence[Row], step: str, day: date | None = None) -> None:
        """Begin, unless something else is still being done."""
        if self._rows or not rows:
            return
        self._rows, self._failed = list(rows), []
        self._total, self._done = len(rows), 0
        self._step, self._day = step, day
        self._next()

    def stop(self) -> None:
        """Let the one that is being done end, and no other begin."""
        del self._rows[1:]

    def _next(self) -> None:
        self.progress.emit(self._total - len(self._rows), self._total)
        if not self._rows:
            self.ended.emit(self._done, self._failed)
            return
        work = partial(store.step, self._context.office, self._rows[0][0], self._step, self._day)
        self._context.jobs.run(self, work, self._stepped, self._refused)

    def _stepped(self, _doc: Doc) -> None:
        self._done += 1
        self._rows.pop(0)
        self._next()

    def _refused(self, error: Exception) -> None:
        said = sentence(error)
        if server_gone(error):
            # The others would only wait as long as this one did.
            self._failed += [(name, said) for _id, name in self._rows]
            self._rows = []
        else:
            self._failed.append((self._rows.pop(0)[1], said))
        self._next()
