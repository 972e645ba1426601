"""What one does with any priced document: save, hand out, print, duplicate, end it.

Nothing typed is ever lost: not by others' changes, by a server that is gone, nor by a crash.
"""

from collections.abc import Callable
from typing import Any

from client.context import Context
from client.data.priced import edit as order_edit
from client.data.priced.checking import all_problems
from client.data.priced.edit import Doc
from client.data.priced.merge import merge
from client.data.problem import Problem
from client.i18n import _
from client.ui.forms.open_document import Then
from client.ui.forms.tools import RecordTools
from client.ui.kit import bind, connect_steps
from client.ui.priced.dialogs import saved_text
from client.ui.priced.ending import Ending
from client.ui.priced.form import PricedForm
from client.ui.priced.merging import DocumentMerge
from client.ui.priced.papers import DocumentPapers
from client.ui.priced.saving import PricedSaver
from client.ui.priced.sums import WIPE_KEY
from client.ui.screen import Navigator

NO_FIELD = ("product_id", "lines", "total", "received", "delivered")


class PricedScreen(PricedForm):
    """One document in a panel of its own."""

    saver: PricedSaver

    def __init__(self, context: Context, navigator: Navigator, *args: Any, **start: Any) -> None:
        super().__init__(context, navigator, *args, **start)
        self.tools = RecordTools(self, self.look.kind.table)
        self.tools.stand_in(self.page.title)
        self.show_history = self.tools.show_history
        self.saver = PricedSaver(context, self.look.kind, self)
        self.joining = DocumentMerge(self, self.saver)
        self.ending = Ending(self, self.saver)
        self.papers = DocumentPapers(context, self, navigator)
        self._issuing = False
        self._connect()
        self.load()

    def _connect(self) -> None:
        steps = self.page.steps
        connect_steps(
            self,
            (steps.save, self.save, ""),
            (steps.save_new, self.save_and_new, ""),
            (steps.issue, self.issue, "Ctrl+Shift+S"),
            (steps.duplicate, self.duplicate, ""),
            (steps.end, self.ending.ask, ""),
            (steps.back, self.back, ""),
        )
        bind(self, WIPE_KEY, self.page.foot.sums.wipe_off)
        self.page.banner.asked.connect(self.banner_asked)
        self.page.reference.opened.connect(self.navigator.open_record)
        self.papers.wanted.connect(self.then_stored)
        self._hear()

    # Save and hand out

    def save_and_new(self) -> None:
        """Save, and put a new document in the place of this one."""
        self._save_then(self._begin_next)

    def issue(self) -> None:
        """Save, and give the document its number: submit the order, send the quote."""
        if self.page.steps.offers("issue"):
            self._store(issue=True, then=None)

    def then_stored(self, then: Then) -> None:
        """Do something with the document as it is stored: what was typed is saved first."""
        if self.dirty and self.editable():
            self._save_then(then)
        elif self.record_id is not None and not self.saver.busy:
            then()

    def _save_then(self, then: Then | None) -> None:
        self._store(issue=False, then=then)

    def _store(self, issue: bool, then: Then | None) -> None:
        """Store what is typed unless something in it is wrong; then go on with `then`."""
        if self.is_choosing():
            self.conflict.accept()
            return
        if self.saver.busy or not self.ready or not self.editable():
            return
        doc, problems = self.page.typed()
        more = all_problems(doc, self.look.kind, issue, self.context.office.today)
        problems += [problem for problem in more if not _told(problem, problems)]
        self.page.show_problems(problems)
        if problems:
            first = problems[0].sentence
            count = _("{n} things to put right").format(n=len(problems))
            self._say(first if len(problems) == 1 else count, "red")
            return
        self._then = then
        if issue:
            self.before_issuing(doc)
        elif not self.dirty and self.record_id is not None:
            self._go_on()
        else:
            self.send(doc, False)

    def before_issuing(self, doc: Doc) -> None:
        """A last question may be asked before the document goes out."""
        self.send(doc, True)

    def send(self, doc: Doc, issue: bool) -> None:
        """Have the document stored, and handed out as well."""
        self._issuing = issue
        self.page.busy.start(_("Saving…"))
        self._say("", "text2")
        self.saver.store(self.base, doc, issue)

    def step(self, work: Callable[[], Doc]) -> None:
        """Take the stored document a step further."""
        self.page.busy.start(_("Saving…"))
        self.saver.step(self.base, work)

    def _stored(self, fresh: Doc) -> None:
        self.page.busy.stop()
        self.leave_conflict()
        typed, _problems = self.page.typed(commit=False)
        self.record_id, self.theirs = fresh["id"], None
        self.base = order_edit.opened(fresh)
        # What was typed while the server worked stays, over what is now stored.
        before, now = (
            order_edit.with_ids(doc, self.saver.sent, fresh) for doc in (self.saver.asked, typed)
        )
        merged = merge(before, now, self.base, self.look.kind)
        if merged.clashes:
            # Others' change of the same came in with it, unseen: the next save asks.
            self.base, self.theirs = before, self.base
        self.show_order(now if merged.clashes else merged.doc)
        self.journal.stored(f"{self.look.kind.table}:{fresh['id']}", fresh["id"], self.dirty)
        self.tell_stale()
        self._say(saved_text(self.saver.asked, fresh), "text2")
        if self._issuing and fresh.get("number"):
            text = _(self.look.issued).format(number=fresh["number"])
            self.status_changed.emit(text)
            self._issuing = False
            self.issued()
        self._go_on()

    def issued(self) -> None:
        """The document has just gone out."""

    def _settled(self, doc: Doc) -> None:
        self.send(doc, self._issuing)

    def _refused(self, said: str, field: str) -> None:
        self.page.busy.stop()
        self._then, self._issuing = None, False
        self._say(said, "red")
        if field == "product_id":
            self.page.aid.find_unsold(self._is_as_refused)
        if field and field not in NO_FIELD:
            self.page.show_problems(
                [Problem(None, field, said)], not self._is_typed_on(self.saver.asked)
            )
        self.refresh()

    # Other steps

    def banner_asked(self) -> None:
        """What the banner offers to do."""
        self.joining.join()

    def duplicate(self) -> None:
        """A new document with the same goods for the same customer."""
        if self.record_id is not None and self.page.steps.offers("duplicate"):
            self.navigator.open_record(self.look.kind.table, None, copy_of=self.record_id)

    def _begin_next(self) -> None:
        self.new_record()
        self.navigator.close_widget(self)

    def new_record(self) -> None:
        self.navigator.open_record(self.look.kind.table, None)

    def print_current(self) -> None:
        """Show the paper before it is printed."""
        if self.page.steps.offers("print"):
            self.papers.preview()


def _told(problem: Problem, problems: list[Problem]) -> bool:
    """Whether something else was said about the same field already."""
    return any(p.line == problem.line and p.field == problem.field for p in problems)
