"""Storing a receipt: in one job, joined with what others saved meanwhile, and again when the
server is back.
"""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from client.context import Context
from client.data.errors import NO_SERVER, Conflict, Unsure, closed, field_of, sentence, server_gone
from client.data.money import handing, receipts
from client.data.money.handing import Doc, Merged, Parts
from client.data.money.receipts import Lost
from client.i18n import _

AGAIN_MS = 3000
Step = Callable[[Lost | None], Doc]


class ReceiptSaver(QObject):
    """Does one step at a time and tells how it ended: `stored` with the fresh receipt,
    `clashed` with what both changed, `refused` with a sentence and perhaps a field.
    `waiting` when the server is gone and the step will be tried again by itself.

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
        self.base: Doc = {}
        self._post = False
        self._step: Step | None = None  # of a posted receipt; else a draft is stored
        self._lost: Lost | None = None
        self._timer = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._timer.timeout.connect(self._back)
        context.bus.connection_back.connect(self._back)

    def store(self, base: Doc, doc: Doc, post: bool) -> None:
        """Store the draft `doc`, which began as `base`; with `post` it is posted as well."""
        self.asked = doc
        self._send(base, doc, post)

    def void(self, doc: Doc, reason: str) -> None:
        """Take a posted receipt back for a reason."""
        self._do(doc, partial(receipts.void, self._context.office, doc, reason))

    def hand_out(self, doc: Doc, parts: Parts) -> None:
        """Give what is left of a posted receipt to orders."""
        self._do(doc, partial(receipts.allocate_advance, self._context.office, doc, parts))

    def hold(self) -> None:
        """Something is typed: money that waits for the server is not received as it was before."""
        if self._timer.isActive() and (self._post or self._step is not None):
            self._timer.stop()
            text = _("Nothing was posted: you changed it while the server was away. Post it again.")
            self.refused.emit(text, "")

    def _do(self, doc: Doc, step: Step) -> None:
        self.asked = self.sent = self.base = doc
        self._step = step
        self._run()

    def _send(self, base: Doc, doc: Doc, post: bool) -> None:
        self.base, self.sent, self._post, self._step = base, doc, post, None
        self._run()

    def _run(self) -> None:
        self.busy = True
        self._timer.stop()
        office = self._context.office
        if self._step is not None:
            work = partial(self._step, self._lost)
        elif self._post:
            changed = handing.changed(self.base, self.sent)
            work = partial(receipts.save_and_post, office, self.sent, changed, self._lost)
        else:
            work = partial(receipts.save, office, self.sent, self._lost)
        self._context.jobs.run(self, work, self._stored, self._failed)

    def _stored(self, doc: Doc) -> None:
        self.busy, self._lost = False, None
        self.stored.emit(doc)

    def _failed(self, error: Exception) -> None:
        self.busy = False
        if isinstance(error, Conflict) and self._step is None:
            if self._lost is not None and receipts.landed(self._lost, error.theirs):
                self.base = self._lost.answer
            self._joined(handing.merge(self.base, self.sent, error.theirs))
        elif isinstance(error, Conflict):
            self._lost = None
            text = _("Somebody else has changed this receipt meanwhile. Look at it, then go on.")
            self.refused.emit(text, "")
        elif server_gone(error):
            self._wait(error)
        else:
            self._lost = None
            self.refused.emit(sentence(error), field_of(error))

    def _joined(self, merged: Merged) -> None:
        if merged.theirs.get("status") != "draft":
            self.refused.emit(closed(merged.theirs["status"]), "")
        elif merged.clashes:
            self.clashed.emit(merged)
        else:
            self._send(merged.theirs, merged.doc, self._post)

    def _wait(self, error: Exception) -> None:
        """Try the same again by and by; what is stored perhaps is looked for first."""
        if isinstance(error, Unsure):
            self._lost = Lost(self.sent, error.answer)
        self._timer.start()
        self.waiting.emit(_(NO_SERVER))

    def _back(self) -> None:
        waits = self._timer.isActive() or self.sender() is self._timer
        if waits and not self.busy:
            self._run()
