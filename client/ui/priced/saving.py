"""Storing a priced document: in one job, joined with what others saved meanwhile, and again when
the server is back.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from client.context import Context
from client.data.errors import NO_SERVER, Conflict, Unsure, closed, field_of, sentence, server_gone
from client.data.priced import edit as order_edit
from client.data.priced import store as order_store
from client.data.priced.edit import Doc
from client.data.priced.kinds import DocumentKind
from client.data.priced.merge import Merged, merge
from client.data.priced.store import Lost
from client.i18n import _

AGAIN_MS = 3000


class PricedSaver(QObject):
    """Does one step at a time and tells how it ended: `stored` with the fresh document,
    `clashed` with what both changed, `refused` with a sentence and perhaps a field.
    `waiting` when the server is gone and the step will be tried again by itself.

    `asked` is what was to be stored, `sent` the same joined with what others stored meanwhile, over
    `base`.
    """

    stored = Signal(object)
    clashed = Signal(object)
    refused = Signal(str, str)
    waiting = Signal(str)

    def __init__(self, context: Context, kind: DocumentKind, owner: QObject) -> None:
        super().__init__(owner)
        self._context, self._kind = context, kind
        self.busy = False
        self.asked: Doc = {}
        self.sent: Doc = {}
        self.base: Doc = {}
        self._hand_out = False
        self._step: Callable[[], Doc] | None = None
        self._lost: Lost | None = None
        self._timer = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._timer.timeout.connect(self._back)
        context.bus.connection_back.connect(self._back)

    def store(self, base: Doc, doc: Doc, hand_out: bool) -> None:
        """Store `doc`, which began as `base`; with `hand_out` it gets its number as well."""
        self.asked = doc
        self._send(base, doc, hand_out)

    def _send(self, base: Doc, doc: Doc, hand_out: bool) -> None:
        self.base, self.sent, self._hand_out, self._step = base, doc, hand_out, None
        office, kind = self._context.office, self._kind
        if hand_out:
            changed = order_edit.changed(base, doc, kind)
            store = partial(order_store.save_and_hand_out, office, kind)
            self._run(partial(store, doc, changed, self._lost))
        else:
            self._run(partial(order_store.save, office, kind, doc, self._lost))

    def step(self, doc: Doc, work: Callable[[], Doc]) -> None:
        """Take a stored document a step further; `work` answers with it as it then is."""
        self.asked = self.base = self.sent = doc
        self._hand_out, self._step = False, work
        self._run(work)

    def _run(self, work: Callable[[], Doc]) -> None:
        self.busy = True
        self._timer.stop()
        self._context.jobs.run(self, work, self._stored, self._failed)

    def _stored(self, doc: Doc) -> None:
        self.busy, self._lost = False, None
        self.stored.emit(doc)

    def _failed(self, error: Exception) -> None:
        self.busy = False
        if isinstance(error, Conflict) and self._step is None:
            theirs = order_edit.opened(error.theirs)
            if self._lost is not None and order_store.landed(self._lost, theirs):
                self.sent = order_edit.with_ids(self.sent, self._lost.sent, self._lost.answer)
                self.base = order_edit.opened(self._lost.answer)
            self._joined(merge(self.base, self.sent, theirs, self._kind))
        elif isinstance(error, Conflict):
            # Nobody approves or accepts what they have not seen.
            said = _("Somebody else has saved this meanwhile. Look at it, then try again.")
            self.refused.emit(said, "")
        elif server_gone(error):
            self._wait(error)
        else:
            self.refused.emit(sentence(error), field_of(error))

    def _joined(self, merged: Merged) -> None:
        if merged.theirs.get("status") not in self._kind.open:
            self.refused.emit(closed(merged.theirs["status"]), "")
        elif merged.clashes:
            self.clashed.emit(merged)
        else:
            self._send(merged.theirs, merged.doc, self._hand_out)

    def _wait(self, error: Exception) -> None:
        """Try the same again by and by; what is stored perhaps is looked for first."""
        if isinstance(error, Unsure) and self._step is None:
            self._lost = Lost(self.sent, error.answer)
        self._timer.start()
        self.waiting.emit(_(NO_SERVER))

    def _back(self) -> None:
        waits = self._timer.isActive() or self.sender() is self._timer
        if not waits or self.busy:
            return
        if self._step is not None:
            self._run(self._step)
        else:
            self._send(self.base, self.sent, self._hand_out)


def fresh(answer: Any) -> Doc:
    """The document itself, of a step that answers with more."""
    found: Doc = answer[0] if isinstance(answer, tuple) else answer
    return found
