"""What becomes of an open document: its saver stores it, and its panel is left."""

from collections.abc import Callable
from typing import Any

from client.data.errors import sentence
from client.ui.forms.open_document import Doc, OpenDocument, Then
from client.ui.forms.saving import DocumentSaver
from client.ui.kit import ask_unsaved


class StoredDocument(OpenDocument):
    """A document with a `saver`, and with `papers` that say what came of printing it."""

    saver: DocumentSaver
    papers: Any
    _then: Then | None = None  # what waits until the document is stored

    # What each kind knows

    def editable(self) -> bool:
        """Whether the document may be typed: by its state and by one's rights."""
        raise AssertionError("each kind has states of its own")

    def _save_then(self, then: Then | None) -> None:
        """Store what is typed unless something in it is wrong; then go on with `then`."""
        raise AssertionError("each kind is checked in its own way")

    def _stored(self, fresh: Any) -> None:
        """Show the document as it is stored now, with what was typed meanwhile."""
        raise AssertionError("each kind shows its own")

    def _refused(self, said: str, field: str) -> None:
        """Say why it was not stored, beside the field if it is about one."""
        raise AssertionError("each kind has its own fields")

    def _settled(self, doc: Doc) -> None:
        """Store the document in which nothing is left to choose."""
        raise AssertionError("each kind takes its own steps")

    # What its saver and its papers tell

    def _hear(self) -> None:
        self.settled.connect(self._settled)
        self.saver.stored.connect(self._stored)
        self.saver.refused.connect(self._refused)
        self.saver.waiting.connect(self._waiting)
        self.papers.said.connect(self._say)

    def _waiting(self, said: str) -> None:
        self.page.busy.stop()
        self.journal.write()
        self._say(said, "amber")

    def _go_on(self) -> None:
        """Do what had to wait until the document was stored."""
        then, self._then = self._then, None
        if then is not None and not self.dirty:
            then()

    # What the clerk does

    def save(self) -> None:
        """Save what is typed, in the state the document has."""
        self._save_then(None)

    def back(self) -> None:
        """Close the panel, or leave the choosing in it; asks once if something is not saved."""
        if self.is_choosing():
            self.leave_conflict()
        elif self.may_close():
            self._close()

    def may_close(self) -> bool:
        """Whether the panel may go; changes are saved, dropped, or keep it open."""
        if self.ready:
            self.page.typed()
        if not self.dirty:
            return True
        answer = ask_unsaved(self, self.title, self._may_save())
        if answer == "save":
            self._save_then(self._close)
        elif answer == "drop":
            self.dirty = False
            self.journal.drop()
        return answer == "drop"

    def _may_save(self) -> bool:
        return self.editable()

    def discard(self, work: Callable[[], object]) -> None:
        """Have `work` move the document to the recycle bin, and close."""
        self.context.jobs.run(self, work, self._discarded, self._not_discarded)

    def _not_discarded(self, error: Exception) -> None:
        self._say(sentence(error), "red")

    def _discarded(self, _nothing: object) -> None:
        self.dirty = False
        self.journal.drop()
        self._close()

    def _close(self) -> None:
        self.navigator.close_widget(self)
