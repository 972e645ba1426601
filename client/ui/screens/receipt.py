"""The receipt screen: keep a draft, post it, print it, use what is left of it, take it back.

Nothing typed is ever lost: not by others' changes, by a server that is gone, nor by a crash.
"""

from typing import Any

from client.context import Context
from client.data.money import allocation
from client.data.money.allocation import Doc
from client.data.problem import Problem
from client.i18n import _
from client.ui.forms.open_document import Then
from client.ui.forms.tools import RecordTools
from client.ui.kit import connect_steps
from client.ui.priced.dialogs import saved_text
from client.ui.printing.commands import PaperCommands
from client.ui.receipts.ending import ReceiptEnding
from client.ui.receipts.form import ReceiptForm
from client.ui.receipts.opened import KIND
from client.ui.receipts.saving import ReceiptSaver
from client.ui.screen import Navigator


class ReceiptScreen(ReceiptForm):
    """One receipt in a panel of its own."""

    help_topic = "receipts"

    def __init__(self, context: Context, navigator: Navigator, *args: Any, **start: Any) -> None:
        super().__init__(context, navigator, *args, **start)
        self.tools = RecordTools(self, KIND)
        self.tools.stand_in(self.page.title)
        self.show_history = self.tools.show_history
        self.saver = ReceiptSaver(context, self)
        self.ending = ReceiptEnding(self, self.saver)
        self.papers = PaperCommands(context, self, "receipt", navigator)
        self._posting = False
        self._connect()
        self.load()

    def _connect(self) -> None:
        steps = self.page.steps
        connect_steps(
            self,
            (steps.save, self.save, ""),
            (steps.save_new, self.save_and_new, ""),
            (steps.post, self.post, "Ctrl+Shift+S"),
            (steps.allocate, self.post, ""),
            (steps.print, self.print_current, ""),
            (steps.use, self._use, ""),
            (steps.void, self.ending.ask, ""),
            (steps.back, self.back, ""),
        )
        self._hear()
        self.saver.clashed.connect(self.met)
        self.page.edited.connect(self.saver.hold)
        self.page.title.asked.connect(self._open_other)
        self.page.offer.asked.connect(self._use_offered)
        self.page.grid.opened.connect(self._open_order)

    # Save and post

    def save_and_new(self) -> None:
        """Keep the draft, and put a new receipt in its place."""
        self._store(post=False, then=self._begin_next)

    def post(self) -> None:
        """Save and post, or hand out the advance: the money is received."""
        if self.page.using:
            self._allocate(then=None)
        elif not self.page.steps.post.isHidden():
            self._store(post=True, then=None)

    def _may_save(self) -> bool:
        return self.editable() or self.page.using

    def _save_then(self, then: Then | None) -> None:
        if self.page.using:
            self._allocate(then)
        else:
            self._store(post=False, then=then)

    def _store(self, post: bool, then: Then | None) -> None:
        """Store what is typed unless something in it is wrong; then go on with `then`."""
        if self.is_choosing():
            self.conflict.accept()
            return
        if self.saver.busy or not self.ready or not self.editable():
            return
        doc, problems = self.page.typed()
        told = {problem.field for problem in problems}
        problems += [p for p in allocation.head_problems(doc, post) if p.field not in told]
        hands = self.page.allocation_problems()
        unread = [p for p in hands if p.line in self.page.grid.parts_model.texts]
        problems += hands if post else unread
        self.page.show_problems(problems)
        if problems:
            self._tell_wrong(problems)
            return
        self._then = then
        if not post and not self.dirty and self.record_id is not None:
            self._go_on()
            return
        self._send(doc, post)

    def _send(self, doc: Doc, post: bool) -> None:
        self._posting = post
        self.page.busy.start(_("Saving…"))
        self.page.lock(post)
        self._say("", "text2")
        self.saver.store(self.base, doc, post)

    def _allocate(self, then: Then | None) -> None:
        if self.saver.busy:
            return
        self.page.grid.commit()
        problems = self.page.allocation_problems()
        parts = self.page.grid.parts_model.parts
        if not problems and not any(parts.values()):
            problems = [Problem(None, "allocated", _("Nothing is handed out yet."))]
        self.page.show_problems(problems)
        if problems:
            self._tell_wrong(problems)
            return
        self._posting, self._then = False, then
        self.page.busy.start(_("Saving…"))
        self.page.lock(True)
        self._say("", "text2")
        self.saver.allocate(self.base, dict(parts))

    def _tell_wrong(self, problems: list[Problem]) -> None:
        first, more = problems[0].sentence, _("{n} things to put right").format(n=len(problems))
        self._say(first if len(problems) == 1 else more, "red")

    def _stored(self, fresh: Doc) -> None:
        self.page.busy.stop()
        self.page.lock(False)
        self.leave_conflict()
        typed, _problems = self.page.typed(commit=False)
        self.record_id, self.theirs = fresh["id"], None
        self.base, shown = fresh, fresh
        if self.editable():
            # What was typed while the server worked stays, over what is now stored.
            shown = allocation.merge(self.saver.asked, typed, fresh).doc
        self.show_receipt(shown)
        self.journal.stored(f"{KIND}:{fresh['id']}", fresh["id"], self.dirty)
        self.tell_stale()
        self._say(saved_text(self.saver.asked, fresh), "text2")
        if self._posting and fresh.get("number"):
            self.status_changed.emit(_("Posted as {number}").format(number=fresh["number"]))
        self._posting = False
        self.read_account()
        if not self.editable():
            self.focus_steps()
        self._go_on()

    def _settled(self, doc: Doc) -> None:
        self._send(doc, self._posting)

    def _refused(self, said: str, field: str) -> None:
        self.page.busy.stop()
        self.page.lock(False)
        self._then = None
        self._say(said, "red")
        if field in self.page.head.editors:
            problem = Problem(None, field, said)
            self.page.head.show_problems([problem], not self._is_typed_on(self.saver.asked))
        self.refresh()

    def _waiting(self, said: str) -> None:
        self.page.lock(False)
        super()._waiting(said)

    # Other steps

    def _use(self) -> None:
        self.use_advance()

    def _use_offered(self) -> None:
        """Go to what the customer has paid ahead, to hand it out."""
        account = self.page.account
        if account is not None and account.advances:
            order = {"order_id": self.start[1]} if self.start[1] is not None else {}
            self.navigator.open_record(KIND, account.advances[0].id, use=True, **order)

    def _open_other(self, number: int) -> None:
        self.navigator.open_record(KIND, number)

    def _open_order(self, row: int) -> None:
        orders = self.page.grid.parts_model.orders
        if 0 <= row < len(orders):
            self.navigator.open_record("sales_order", orders[row].id)

    def _begin_next(self) -> None:
        self.navigator.open_record(KIND, None)
        self.navigator.close_widget(self)

    def new_record(self) -> None:
        self.navigator.open_record(KIND, None)

    def print_current(self) -> None:
        """Show the paper before it is printed."""
        if not self.page.steps.print.isHidden():
            self.papers.print_current([self.base["id"]])

    def back(self) -> None:
        """Handing out is left as well; what was handed out goes without a question."""
        if self.page.using and not (self.saver.busy or self.is_choosing()):
            self.journal.drop()
            self.show_receipt(self.base)
            self.focus_steps()
        else:
            super().back()
