"""Storing a delivery and taking its steps: in one job, joined with what others saved meanwhile,
and again when the server is back.
"""

from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from client.context import Context
from client.data.errors import NO_SERVER, Conflict, Unsure, field_of, sentence, server_gone
from client.data.sending import deliveries, edit
from client.data.sending.deliveries import Lost, Opened
from client.data.sending.edit import Doc
from client.i18n import N_, _

AGAIN_MS = 3000
CHANGED = N_("Somebody else has changed this delivery meanwhile. Look at it once more.")


class DeliverySaver(QObject):
    """Does one thing at a time and tells how it ended: `stored` with what is now stored,
    `clashed` with what both changed, `refused` with a sentence and perhaps a field.
    `waiting` when the server is gone and the same will be tried again by itself.

    `asked` is what was to be stored, `sent` the same joined with what others stored meanwhile, over
    `base`.
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
        self.step = ""
        self.base: Doc = {}
        self._day: date | None = None
        self._reason = ""
        self._lost: Lost | None = None
        self._timer = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._timer.timeout.connect(self._back)
        context.bus.connection_back.connect(self._back)

    def store(self, base: Doc, doc: Doc, step: str = "", day: date | None = None) -> None:
        """Store `doc`, which began as `base`, and perhaps take a step."""
        self.asked, self.step, self._day, self._reason = doc, step, day, ""
        self._send(base, doc)

    def cancel(self, doc: Doc, reason: str) -> None:
        """Cancel a numbered delivery for a reason."""
        self.asked, self.step, self._day, self._reason = doc, "", None, reason
        self._send(doc, doc)

    def _send(self, base: Doc, doc: Doc) -> None:
        self.base, self.sent = base, doc
        office = self._context.office
        if self._reason:
            work: Any = partial(deliveries.cancel, office, doc, self._reason, self._lost)
        else:
            changed = edit.changed(base, doc)
            save = partial(deliveries.save, office, doc, changed, self.step, self._day)
            work = partial(save, self._lost)
        self.busy = True
        self._timer.stop()
        self._context.jobs.run(self, work, self._stored, self._failed)

    def _stored(self, found: Opened) -> None:
        self.busy, self._lost = False, None
        self.stored.emit(found)

    def _failed(self, error: Exception) -> None:
        self.busy = False
        if isinstance(error, Conflict):
            # What is stored now comes with the goods of its order as they are now.
            work = partial(deliveries.load, self._context.office, error.theirs["id"])
            self.busy = True
            self._context.jobs.run(self, work, self._met, self._failed)
        elif server_gone(error):
            self._wait(error)
        else:
            self._lost = None
            self.refused.emit(sentence(error), field_of(error))

    def _met(self, found: Opened) -> None:
        """Somebody else stored it meanwhile, or an earlier try of ours was stored after all."""
        self.busy = False
        if self._lost is not None and deliveries.landed(self._lost, found.doc):
            self.sent = deliveries.taken_over(self.sent, self._lost.answer)
            self.base = edit.opened(self._lost.answer, found.goods)
        if self._reason:
            self.refused.emit(_(CHANGED), "")
            return
        merged = edit.merge(self.base, self.sent, edit.opened(*found))
        if merged.clashes or merged.lost or self.step:
            # Goods leave only as somebody has seen them.
            self.clashed.emit(merged)
        else:
            self._send(merged.theirs, merged.doc)

    def _wait(self, error: Exception) -> None:
        """Try the same again by and by; what is stored perhaps is looked for first."""
        if isinstance(error, Unsure):
            self._lost = Lost(self.sent, error.answer.doc)
        self._timer.start()
        self.waiting.emit(_(NO_SERVER))

    def _back(self) -> None:
        waits = self._timer.isActive() or self.sender() is self._timer
        if waits and not self.busy:
            self._send(self.base, self.sent)
