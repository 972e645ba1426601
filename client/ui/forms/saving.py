"""The common part of what stores documents: one step at a time, tried again when the server is
back.
"""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from client.context import Context
from client.data.errors import NO_SERVER, CommitUnknown, Conflict, field_of, sentence, server_gone
from client.data.in_doubt import InDoubt
from client.i18n import _

AGAIN_MS = 3000
Doc = dict[str, Any]


class DocumentSaver(QObject):
    """Runs one step at a time and tells how it ended by a signal.

    `stored`: the document as it is now stored. `clashed`: the merge, if both changed the same.
    `refused`: a sentence, and the field it is about. `waiting`: the server is gone, and the step
    will be tried again by itself.

    `asked` is what was to be stored; `sent` is the same merged with what others stored meanwhile,
    which is `base`.
    """

    stored = Signal(object)
    clashed = Signal(object)
    refused = Signal(str, str)
    waiting = Signal(str)

    def __init__(self, context: Context, owner: QObject) -> None:
        super().__init__(owner)
        self._context = context
        self.busy = False
        self.asked: Doc = {}
        self.sent: Doc = {}
        self.base: Doc = {}
        self._in_doubt: InDoubt | None = None
        self._timer = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._timer.timeout.connect(self._back)
        context.bus.connection_back.connect(self._back)

    def _again(self) -> None:
        """Try the same once more."""
        raise AssertionError("each kind has its own steps")

    def _met(self, error: Conflict) -> None:
        """Somebody else stored it meanwhile, or an earlier try of ours was stored after all."""
        raise AssertionError("each kind is joined in its own way")

    def _run(self, work: Callable[[], Any]) -> None:
        self.busy = True
        self._timer.stop()
        self._context.jobs.run(self, work, self._stored, self._failed)

    def _stored(self, found: Any) -> None:
        self.busy, self._in_doubt = False, None
        self.stored.emit(found)

    def _failed(self, error: Exception) -> None:
        self.busy = False
        if isinstance(error, Conflict):
            self._met(error)
        elif server_gone(error):
            if isinstance(error, CommitUnknown):
                self._note_in_doubt(error.answer)
            self._timer.start()
            self.waiting.emit(_(NO_SERVER))
        else:
            self._refuse(error)

    def _note_in_doubt(self, answer: Any) -> None:
        """Remember a save that may have been committed; the next try looks for it first."""
        self._in_doubt = InDoubt(self.sent, answer)

    def _refuse(self, error: Exception) -> None:
        self._in_doubt = None
        self.refused.emit(sentence(error), field_of(error))

    def _back(self) -> None:
        waits = self._timer.isActive() or self.sender() is self._timer
        if waits and not self.busy:
            self._again()
