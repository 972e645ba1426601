"""Stores receipts in one job, merges what others saved meanwhile, and tries again when the
server is back.
"""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from client.context import Context
from client.data.errors import Conflict, closed
from client.data.in_doubt import InDoubt
from client.data.money import allocation, receipts
from client.data.money.allocation import Doc, Merged, Parts
from client.i18n import _
from client.ui.forms.saving import DocumentSaver

Step = Callable[[InDoubt | None], Doc]


class ReceiptSaver(DocumentSaver):
    """Stores receipts and takes their steps; `stored` tells the fresh receipt."""

    def __init__(self, context: Context, owner: QObject) -> None:
        super().__init__(context, owner)
        self._post = False
        self._step: Step | None = None  # of a posted receipt; else a draft is stored

    def store(self, base: Doc, doc: Doc, post: bool) -> None:
        """Store the draft `doc`, which began as `base`; with `post` it is posted as well."""
        self.asked = doc
        self._send(base, doc, post)

    def void(self, doc: Doc, reason: str) -> None:
        """Take a posted receipt back for a reason."""
        self._do(doc, partial(receipts.void, self._context.office, doc, reason))

    def allocate(self, doc: Doc, parts: Parts) -> None:
        """Give what is left of a posted receipt to orders."""
        self._do(doc, partial(receipts.allocate_advance, self._context.office, doc, parts))

    def hold(self) -> None:
        """Something is typed: a posting that waits for the server must not go out as it was
        before.
        """
        if self._timer.isActive() and (self._post or self._step is not None):
            self._timer.stop()
            text = _("Nothing was posted: you changed it while the server was away. Post it again.")
            self.refused.emit(text, "")

    def _do(self, doc: Doc, step: Step) -> None:
        self.asked = self.sent = self.base = doc
        self._step = step
        self._again()

    def _send(self, base: Doc, doc: Doc, post: bool) -> None:
        self.base, self.sent, self._post, self._step = base, doc, post, None
        self._again()

    def _again(self) -> None:
        office = self._context.office
        if self._step is not None:
            work: Callable[[], Doc] = partial(self._step, self._in_doubt)
        elif self._post:
            changed = allocation.changed(self.base, self.sent)
            work = partial(receipts.save_and_post, office, self.sent, changed, self._in_doubt)
        else:
            work = partial(receipts.save, office, self.sent, self._in_doubt)
        self._run(work)

    def _met(self, error: Conflict) -> None:
        if self._step is None:
            if self._in_doubt is not None and receipts.committed(self._in_doubt, error.theirs):
                self.base = self._in_doubt.answer
            self._joined(allocation.merge(self.base, self.sent, error.theirs))
        else:
            self._in_doubt = None
            text = _("Somebody else has changed this receipt meanwhile. Look at it, then go on.")
            self.refused.emit(text, "")

    def _joined(self, merged: Merged) -> None:
        if merged.theirs.get("status") != "draft":
            self.refused.emit(closed(merged.theirs["status"]), "")
        elif merged.clashes:
            self.clashed.emit(merged)
        else:
            self._send(merged.theirs, merged.doc, self._post)
