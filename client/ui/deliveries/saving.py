"""Stores deliveries and their steps in one job, merges what others saved, and tries again."""

from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import QObject

from client.context import Context
from client.data.deliveries import edit, store
from client.data.deliveries.edit import Doc
from client.data.deliveries.store import Opened
from client.data.errors import Conflict
from client.i18n import N_, _
from client.ui.forms.saving import DocumentSaver

CHANGED = N_("Somebody else has changed this delivery meanwhile. Look at it once more.")


class DeliverySaver(DocumentSaver):
    """Stores deliveries and takes their steps; `stored` tells what is now stored."""

    def __init__(self, context: Context, owner: QObject) -> None:
        super().__init__(context, owner)
        self.step = ""
        self._day: date | None = None
        self._reason = ""

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
            work: Any = partial(store.cancel, office, doc, self._reason, self._in_doubt)
        else:
            changed = edit.changed(base, doc)
            save = partial(store.save, office, doc, changed, self.step, self._day)
            work = partial(save, self._in_doubt)
        self._run(work)

    def _met(self, error: Conflict) -> None:
        # What is stored now comes with the goods of its order as they are now.
        work = partial(store.load, self._context.office, error.theirs["id"])
        self.busy = True
        self._context.jobs.run(self, work, self._join, self._failed)

    def _join(self, found: Opened) -> None:
        self.busy = False
        if self._in_doubt is not None and store.committed(self._in_doubt, found.doc):
            self.sent = store.taken_over(self.sent, self._in_doubt.answer)
            self.base = edit.opened(self._in_doubt.answer, found.goods)
        if self._reason:
            self.refused.emit(_(CHANGED), "")
            return
        merged = edit.merge(self.base, self.sent, edit.opened(*found))
        if merged.clashes or merged.lost or self.step:
            # Goods leave only as somebody has seen them.
            self.clashed.emit(merged)
        else:
            self._send(merged.theirs, merged.doc)

    def _note_in_doubt(self, answer: Opened) -> None:
        super()._note_in_doubt(answer.doc)

    def _again(self) -> None:
        self._send(self.base, self.sent)
