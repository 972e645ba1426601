"""Storing an order: in one job, joined with what others saved meanwhile, and again when the
server is back.
"""

from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from client.context import Context
from client.data import order_edit, order_store
from client.data.connection import LoginRefused
from client.data.errors import Conflict, field_of, sentence, server_gone
from client.data.order_edit import Doc
from client.data.order_merge import Merged, merge


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
        self._submit = False
        self._again: Any = None
        context.bus.connection_back.connect(self._back)

    def store(self, base: Doc, doc: Doc, submit: bool) -> None:
        """Store `doc`, which began as `base`; with `submit` it gets its number as well."""
        self.asked = doc
        self._send(base, doc, submit)

    def _send(self, base: Doc, doc: Doc, submit: bool) -> None:
        self._base, self.sent, self._submit = base, doc, submit
        office = self._context.office
        if submit:
            changed = order_edit.changed(base, doc)
            self._run(partial(order_store.save_and_submit, office, doc, changed))
        else:
            self._run(partial(order_store.save, office, doc))

    def cancel(self, doc: Doc, reason: str) -> None:
        """Cancel a numbered order for a reason."""
        self.asked = doc
        self._base, self.sent, self._submit = doc, doc, False
        office = self._context.office
        self._run(partial(order_store.cancel, office, doc["id"], doc["version"], reason))

    def _run(self, work: Any) -> None:
        self.busy, self._again = True, None
        self._last = work
        self._context.jobs.run(self, work, self._stored, self._failed)

    def _stored(self, doc: Doc) -> None:
        self.busy = False
        self.stored.emit(doc)

    def _failed(self, error: Exception) -> None:
        self.busy = False
        if isinstance(error, Conflict):
            self._joined(merge(self._base, self.sent, order_edit.opened(error.theirs)))
        elif self._can_wait(error):
            self._again = self._last
            self.waiting.emit(sentence(error))
        else:
            self.refused.emit(sentence(error), field_of(error))

    def _joined(self, merged: Merged) -> None:
        if merged.clashes:
            self.clashed.emit(merged)
        else:
            self._send(merged.theirs, merged.doc, self._submit)

    def _can_wait(self, error: Exception) -> bool:
        """Whether the step may be tried again: nothing was sent, or twice is as good as once.

        A new order whose saving broke off half-way may be stored already.
        """
        if isinstance(error, LoginRefused):
            return error.reason == "unreachable"
        return server_gone(error) and self.sent.get("id") is not None

    def _back(self) -> None:
        if self._again is not None and not self.busy:
            self._run(self._again)
