"""Stores orders and quotes in one job, merges what others saved, and tries again without a
server.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject

from client.context import Context
from client.data.errors import Conflict, closed, field_of, sentence
from client.data.priced import edit as order_edit
from client.data.priced import store as order_store
from client.data.priced.edit import Doc
from client.data.priced.kinds import DocumentKind
from client.data.priced.merge import Merged, merge
from client.i18n import _
from client.ui.forms.saving import DocumentSaver


class PricedSaver(DocumentSaver):
    """Stores priced documents and takes their steps; `stored` tells the document as it is then
    stored.
    """

    def __init__(self, context: Context, kind: DocumentKind, owner: QObject) -> None:
        super().__init__(context, owner)
        self._kind = kind
        self._issue = False
        self._step: Callable[[], Doc] | None = None

    def store(self, base: Doc, doc: Doc, issue: bool) -> None:
        """Store `doc`, which was typed over `base`; with `issue` it gets its number as well."""
        self.asked = doc
        self._send(base, doc, issue)

    def _send(self, base: Doc, doc: Doc, issue: bool) -> None:
        self.base, self.sent, self._issue, self._step = base, doc, issue, None
        office, kind = self._context.office, self._kind
        if issue:
            changed = order_edit.changed(base, doc, kind)
            store = partial(order_store.save_and_issue, office, kind)
            self._run(partial(store, doc, changed, self._in_doubt))
        else:
            self._run(partial(order_store.save, office, kind, doc, self._in_doubt))

    def step(self, doc: Doc, work: Callable[[], Doc]) -> None:
        """Run `work`, which takes a step of the stored document `doc` and returns it as it is
        then.
        """
        self.asked = self.base = self.sent = doc
        self._issue, self._step = False, work
        self._run(work)

    def _met(self, error: Conflict) -> None:
        if self._step is None:
            theirs = order_edit.opened(error.theirs)
            if self._in_doubt is not None and self._in_doubt.committed(theirs):
                self.sent = order_edit.with_ids(
                    self.sent, self._in_doubt.sent, self._in_doubt.answer
                )
                self.base = order_edit.opened(self._in_doubt.answer)
            self._joined(merge(self.base, self.sent, theirs, self._kind))
        else:
            # Nobody approves or accepts what they have not seen.
            said = _("Somebody else has saved this meanwhile. Look at it, then try again.")
            self.refused.emit(said, "")

    def _refuse(self, error: Exception) -> None:
        # A save that is stored perhaps stays to be looked for.
        self.refused.emit(sentence(error), field_of(error))

    def _joined(self, merged: Merged) -> None:
        if merged.theirs.get("status") not in self._kind.open:
            self.refused.emit(closed(merged.theirs["status"]), "")
        elif merged.clashes:
            self.clashed.emit(merged)
        else:
            self._send(merged.theirs, merged.doc, self._issue)

    def _note_in_doubt(self, answer: Doc) -> None:
        if self._step is None:
            super()._note_in_doubt(answer)

    def _again(self) -> None:
        if self._step is not None:
            self._run(self._step)
        else:
            self._send(self.base, self.sent, self._issue)


def fresh(answer: Any) -> Doc:
    """The document in a step's answer, which may be a tuple that begins with it."""
    found: Doc = answer[0] if isinstance(answer, tuple) else answer
    return found
