"""The common part of open documents: whether they differ from what is stored, the journal, closing,
and the choice where somebody else stored the same meanwhile.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import uuid4

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedLayout, QWidget

from client.context import Context
from client.data.errors import sentence
from client.ui.forms.conflict import Clash, ConflictPanel
from client.ui.forms.journal import FormJournal
from client.ui.screen import Navigator

Doc = dict[str, Any]
Then = Callable[[], object]
Merged = Any  # each kind has one of its own, with `doc`, `clashes` and `theirs`


class SharedDocument(QWidget):
    """The panel of a document that others store as well: its page, or the choice between two
    versions; `settled` with the document in which nothing is left to choose.

    `base` is the document as stored, `theirs` a later version that somebody else stored while this
    one was typed.
    """

    settled = Signal(object)
    page: Any

    def __init__(self) -> None:
        super().__init__()
        self.base: Doc = {}
        self.theirs: Doc | None = None
        self._merged: Merged | None = None

    # What each kind knows

    def tell_stale(self) -> None:
        """Say that somebody else saved the document while one was typing."""
        raise AssertionError("each kind says it in its own words")

    def take(self, doc: Doc, merged: Merged) -> None:
        """Go on with `doc`, which now stands over what they stored."""
        raise AssertionError("each kind shows its own")

    def settle(self, merged: Merged, theirs: list[int]) -> Doc:
        """The merged document with their value at the clashes whose indexes are in `theirs`."""
        raise AssertionError("each kind has lines of its own")

    # What stands in the panel

    def _lay_out(self, *others: QWidget) -> None:
        """Show the page; `others` stand in its place at times."""
        self.conflict = ConflictPanel()
        self.conflict.chosen.connect(self._chosen)
        self.conflict.left.connect(self.leave_conflict)
        self._stack = QStackedLayout(self)
        for part in (self.page, self.conflict, *others):
            self._stack.addWidget(part)

    def show_part(self, part: QWidget) -> None:
        """Turn to one of the parts; the keys are where they were in it, or where it begins."""
        known = part.focusWidget() is not None
        self._stack.setCurrentWidget(part)
        if not known:
            part.setFocus()

    def is_choosing(self) -> bool:
        return self._stack.currentWidget() is self.conflict

    def show_choice(self, merged: Merged, clashes: Sequence[Clash], who: str = "") -> None:
        """Let the clerk choose where two people changed the same; `clashes` are those of `merged`
        as they are shown, `who` is the other one."""
        self._merged = merged
        self.conflict.show_clashes(who, clashes)
        self.show_part(self.conflict)
        self.conflict.focus_first()

    def leave_conflict(self) -> None:
        """Back to the page without choosing; the others' change waits in the banner."""
        merged, self._merged = self._merged, None
        if self.is_choosing():
            self.show_part(self.page)
        if merged is not None:
            self.theirs = merged.theirs
            self.tell_stale()

    def _chosen(self, mine: list[str]) -> None:
        merged, self._merged = self._merged, None
        if merged is None:
            return
        theirs = [at for at in range(len(merged.clashes)) if str(at) not in mine]
        self.show_part(self.page)
        self.take(self.settle(merged, theirs), merged)
        self.settled.emit(self.page.typed()[0])


class OpenDocument(SharedDocument):
    """One document in a panel of its own; `record_id` is None while it is new.

    A subclass makes its `page`, lays it out by `_lay_out` and has it kept in the journal by
    `_keep`.
    """

    title_changed = Signal(str)
    status_changed = Signal(str)
    loaded = Signal()
    journal: FormJournal
    _blank: Doc

    def __init__(self, context: Context, navigator: Navigator, id: int | None) -> None:
        super().__init__()
        self.context, self.navigator = context, navigator
        self.record_id = id
        self.dirty = self.ready = False
        self.showing = False
        self._refused_as: Doc | None = None  # as it was typed when it was refused

    # What each kind knows

    def load(self) -> None:
        """Read what the screen shows first."""
        raise AssertionError("each kind reads its own")

    def refresh(self) -> None:
        """Read the document again; what is typed stays."""
        raise AssertionError("each kind reads its own")

    def payload(self) -> dict[str, Any]:
        """What the journal keeps: the document as opened, and as it stands now."""
        raise AssertionError("each kind keeps its own")

    @property
    def title(self) -> str:
        """What the panel's tab says."""
        raise AssertionError("each kind has a name of its own")

    def _is_changed(self) -> bool:
        """Whether the document as typed differs from `base`."""
        raise AssertionError("each kind is compared in its own way")

    def _is_kept(self) -> bool:
        """Whether the journal keeps what is changed."""
        return True

    def _is_cell_open(self) -> bool:
        """Whether a cell is being typed in whose text is in no line yet."""
        raise AssertionError("each kind has its own grid")

    def _show_unread(self) -> None:
        """Show the empty page, since nothing could be read."""
        raise AssertionError("each kind has its own page")

    # What is typed

    def _keep(self, table: str) -> None:
        """Keep what is typed into the page from now on."""
        self.journal = FormJournal(self.context, self, table, self.payload, self.page.presence)
        self.journal.name(f"{table}:{self.record_id or uuid4().hex}", self.record_id)
        self.page.edited.connect(self._edited)
        self.page.edited.connect(self._take_back)
        self._blank = self.page.typed(commit=False)[0]

    def _typed_early(self) -> Doc:
        """What was typed into a new document before its first reading was answered."""
        if self.record_id is not None:
            return {}
        doc, _problems = self.page.typed(commit=False)
        early = {name: value for name, value in doc.items() if value != self._blank.get(name)}
        if number := early.get("customer_id"):
            early["customer"] = {"id": number, "name": self.page.head.customer_name()}
        return early

    def _edited(self) -> None:
        if self.showing or not self.ready:
            return
        dirty = self._is_changed()
        if dirty and self._is_kept():
            self.journal.note()
        elif self.dirty:
            self.journal.drop()
        if dirty != self.dirty:
            self.dirty = dirty
            self.title_changed.emit(self.title)

    def _typing(self) -> None:
        """What stands in a cell that is still open is in no line yet, but is kept as well."""
        if self.showing or not self.ready:
            return
        if self.dirty or self._is_cell_open():
            self.journal.note()
        else:
            self.journal.drop()

    # What is said at the bottom

    def _say(self, text: str, token: str = "text2") -> None:
        """Tell what was saved when, or why not; what is wrong, until something is typed."""
        self._refused_as = self.payload()["doc"] if token == "red" else None
        self.page.steps.say(text, token)

    def _take_back(self) -> None:
        # Lists that are read again tell of an edit as well, though nothing was typed.
        if self._refused_as is not None and not self.showing and not self._is_as_refused():
            self._say("")

    def _is_typed_on(self, asked: Doc) -> bool:
        """Whether something was typed since this was to be stored."""
        typed, _problems = self.page.typed(commit=False)
        return self._is_cell_open() or typed != asked

    def _is_as_refused(self) -> bool:
        """Whether something was refused, and nothing was typed since."""
        return self._refused_as is not None and self._refused_as == self.payload()["doc"]

    # The server

    def tell_failure(self, error: Exception) -> None:
        """Say in the banner what went wrong; what is typed stays."""
        self.page.busy.stop()
        if not self.ready:
            self._show_unread()
        self.page.banner.say(sentence(error))

    def _back_online(self) -> None:
        if self.ready:
            self.refresh()
        else:
            self.load()

    def _begin_on(self, days: Mapping[str, Any]) -> None:
        """A new document into which nobody typed is of today when it is left open over midnight."""
        days = {name: day for name, day in days.items() if self.base.get(name) != day}
        if self.ready and self.record_id is None and not self.dirty and days:
            self.showing = True
            self.base = self.base | days
            self.page.head.begin_on(days)
            self.showing = False
            self._edited()
