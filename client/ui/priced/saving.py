"""Storing an order: in one job, joined with what others saved meanwhile, and again when the
server is back.
"""

from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from client.context import Context
from client.data.errors import NO_SERVER, Conflict, Unsure, field_of, sentence, server_gone
from client.data.priced import edit as order_edit
from client.data.priced import store as order_store
from client.data.priced.edit import Doc
from client.data.priced.kinds import ORDER
from client.data.priced.merge import Merged, merge
from client.data.priced.store import Lost
from client.i18n import _

AGAIN_MS = 3000


class OrderSaver(QObject):
    """Does one step at a time and tells how it ended: `stored` with the fresh document,
    `clashed` with what both changed, `refused` with a sentence and perhaps a field.
    `waiting` when the server is gone and the step will be tried again by itself.

    `asked` is what was to be stored, `sent` the same joined with what others stored meanwhile.
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
        self._base: Doc = {}
        self._submit = self._cancels = False
        self._last: Any = None
        self._lost: Lost | None = None
        self._timer = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._timer.timeout.connect(self._back)
        context.bus.connection_back.connect(self._back)

    def store(self, base: Doc, doc: Doc, submit: bool) -> None:
        """Store `doc`, which began as `base`; with `submit` it gets its number as well."""
        self.asked = doc
        self._send(base, doc, submit)

    def _send(self, base: Doc, doc: Doc, submit: bool) -> None:
        self._base, self.sent, self._submit, self._cancels = base, doc, submit, False
        office = self._context.office
        if submit:
            changed = order_edit.changed(base, doc, ORDER)
            hand_out = partial(order_store.save_and_hand_out, office, ORDER)
            self._run(partial(hand_out, doc, changed, self._lost))
        else:
            self._run(partial(order_store.save, office, ORDER, doc, self._lost))

    def cancel(self, doc: Doc, reason: str) -> None:
        """Cancel a numbered order for a reason."""
        self.asked = doc
        self._base, self.sent, self._submit, self._cancels = doc, doc, False, True
        office = self._context.office
        self._run(partial(order_store.cancel, office, doc["id"], doc["version"], reason))

    def _run(self, work: Any) -> None:
        self.busy = True
        self._timer.stop()
        self._last = work
        self._context.jobs.run(self, work, self._stored, self._failed)

    def _stored(self, doc: Doc) -> None:
        self.busy, self._lost = False, None
        self.stored.emit(doc)

    def _failed(self, error: Exception) -> None:
        self.busy = False
        if isinstance(error, Conflict):
            base, sent, theirs = self._base, self.sent, order_edit.opened(error.theirs)
            if self._lost is not None and order_store.landed(self._lost, theirs):
                sent = order_edit.with_ids(sent, self._lost.sent, self._lost.answer)
                base = order_edit.opened(self._lost.answer)
            self._joined(merge(base, sent, theirs, ORDER))
        elif server_gone(error):
            self._wait(error)
        else:
            self.refused.emit(sentence(error), field_of(error))

    def _joined(self, merged: Merged) -> None:
        if merged.clashes:
            self.clashed.emit(merged)
        else:
            self._send(merged.theirs, merged.doc, self._submit)

    def _wait(self, error: Exception) -> None:
        """Try the same again by and by; what is stored perhaps is looked for first."""
        if isinstance(error, Unsure):
            self._lost = Lost(self.sent, error.answer)
        self._timer.start()
        self.waiting.emit(_(NO_SERVER))

    def _back(self) -> None:
        waits = self._timer.isActive() or self.sender() is self._timer
        if waits and not self.busy and self._cancels:
            self._run(self._last)
        elif waits and not self.busy:
            self._send(self._base, self.sent, self._submit)
