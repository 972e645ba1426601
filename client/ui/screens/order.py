"""The sales order screen: save, submit, print, duplicate, cancel.

Nothing typed is ever lost: not by others' changes, by a server that is gone, nor by a crash.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut

from client.context import Context
from client.data.priced import edit as order_edit
from client.data.priced.edit import Doc, Problem
from client.data.priced.kinds import ORDER
from client.data.priced.merge import merge
from client.i18n import _
from client.ui.priced.dialogs import ask_unsaved
from client.ui.priced.ending import OrderEnding
from client.ui.priced.form import KIND, OrderForm
from client.ui.priced.saving import OrderSaver
from client.ui.printing.commands import PaperCommands
from client.ui.screen import Navigator

Then = Callable[[], object]


class OrderScreen(OrderForm):
    """One order in a panel of its own."""

    help_topic = "order"

    def __init__(self, context: Context, navigator: Navigator, *args: Any, **start: Any) -> None:
        super().__init__(context, navigator, *args, **start)
        self.saver = OrderSaver(context, self)
        self.ending = OrderEnding(self, self.saver)
        self.papers = PaperCommands(context, self, "order", navigator)
        self._submitting = False
        self._then: Then | None = None
        self._connect()
        self.load()

    def _connect(self) -> None:
        steps, saver = self.page.steps, self.saver
        for button, slot in (
            (steps.save, self.save),
            (steps.save_new, self.save_and_new),
            (steps.submit, self.submit),
            (steps.print, steps.open_print_menu),
            (steps.duplicate, self.duplicate),
            (steps.cancel, self.ending.ask),
            (steps.back, self.back),
        ):
            button.clicked.connect(slot)
        steps.preview.triggered.connect(self.print_current)
        steps.at_once.triggered.connect(self.print_at_once)
        steps.as_pdf.triggered.connect(self.save_pdf)
        steps.printers.triggered.connect(self.papers.set_up_printers)
        self.page.reference.opened.connect(self.navigator.open_record)
        self.settled.connect(self._settled)
        self.ending.discarded.connect(self._close)
        saver.stored.connect(self._stored)
        saver.clashed.connect(self.show_clashes)
        saver.refused.connect(self._refused)
        saver.waiting.connect(self._waiting)
        self.papers.said.connect(self._say)
        submit = QShortcut(QKeySequence("Ctrl+Shift+S"), self)
        submit.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        submit.activated.connect(self.submit)

    # Save and submit

    def save(self) -> None:
        """Save what is typed, as a draft or with the state it has."""
        self._store(submit=False, then=None)

    def save_and_new(self) -> None:
        """Save, and put a new order in the place of this one."""
        self._store(submit=False, then=self._begin_next)

    def submit(self) -> None:
        """Save, and give the order its number."""
        if not self.page.steps.submit.isHidden():
            self._store(submit=True, then=None)

    def _store(self, submit: bool, then: Then | None) -> None:
        """Store what is typed unless something in it is wrong; then go on with `then`."""
        if self.is_choosing():
            self.conflict.accept()
            return
        if self.saver.busy or not self.ready or not self.editable():
            return
        doc, problems = self.page.typed()
        problems += [p for p in order_edit.problems(doc, ORDER) if not _told(p, problems)]
        if submit and not order_edit.filled(doc["lines"]):
            problems.append(Problem(0, "code", _("An order needs at least one line.")))
        self.page.show_problems(problems)
        if problems:
            first = problems[0].sentence
            more = _("{n} things to put right").format(n=len(problems))
            self._say(first if len(problems) == 1 else more, "red")
            return
        self._then = then
        if not submit and not self.dirty and self.record_id is not None:
            self._go_on()
            return
        self._send(doc, submit)

    def _send(self, doc: Doc, submit: bool) -> None:
        self._submitting = submit
        self.page.busy.start(_("Saving…"))
        self._say("", "text2")
        self.saver.store(self.base, doc, submit)

    def _stored(self, fresh: Doc) -> None:
        self.page.busy.stop()
        self.leave_conflict()
        typed, _problems = self.page.typed(commit=False)
        self.record_id, self.theirs = fresh["id"], None
        self.journal.drop()
        self.journal.name(f"{KIND}:{self.record_id}", self.record_id)
        self.base = order_edit.opened(fresh)
        # What was typed while the server worked stays, over what is now stored.
        before, now = (
            order_edit.with_ids(doc, self.saver.sent, fresh) for doc in (self.saver.asked, typed)
        )
        self.show_order(merge(before, now, self.base, ORDER).doc)
        self.tell_stale()
        self._say(_("saved {time}").format(time=f"{datetime.now():%H:%M}"), "text2")
        if self._submitting and fresh.get("number"):
            self.status_changed.emit(_("Submitted as {number}").format(number=fresh["number"]))
        self._submitting = False
        self._go_on()

    def _go_on(self) -> None:
        then, self._then = self._then, None
        if then is not None and not self.dirty:
            then()

    def _settled(self, doc: Doc) -> None:
        self._send(doc, self._submitting)

    def _refused(self, said: str, field: str) -> None:
        self.page.busy.stop()
        self._then = None
        self._say(said, "red")
        if field == "product_id":
            self.page.aid.find_unsold()
        place = {"product_id": None, "lines": None}.get(field, field)
        if place:
            self.page.head.show_problems([Problem(None, place, said)])
        self.refresh()

    def _waiting(self, said: str) -> None:
        self.page.busy.stop()
        self.journal.write()
        self._say(said, "amber")

    # Other steps

    def duplicate(self) -> None:
        """A new order with the same goods for the same customer."""
        if self.record_id is not None:
            self.navigator.open_record(KIND, None, copy_of=self.record_id)

    def _begin_next(self) -> None:
        self.navigator.open_record(KIND, None)
        self.navigator.close_widget(self)

    def new_record(self) -> None:
        self.navigator.open_record(KIND, None)

    def print_current(self) -> None:
        """Show the paper before it is printed."""
        self._to_paper(self.papers.print_current)

    def print_at_once(self) -> None:
        self._to_paper(self.papers.print_at_once)

    def save_pdf(self) -> None:
        self._to_paper(self.papers.save_pdf)

    def _to_paper(self, way: Callable[[list[int]], object]) -> None:
        """Papers show what is stored: what was typed is saved first."""
        then = partial(self._stored_to, way)
        if self.dirty and self.editable():
            self._store(submit=False, then=then)
        elif self.record_id is not None:
            then()

    def _stored_to(self, way: Callable[[list[int]], object]) -> None:
        way([self.base["id"]])

    def back(self) -> None:
        """Close the panel; asks once if something is not saved."""
        if self.is_choosing():
            self.leave_conflict()
        elif self.may_close():
            self.navigator.close_widget(self)

    def may_close(self) -> bool:
        """Whether the panel may go; changes are saved, dropped, or keep it open."""
        self.page.typed()
        if not self.dirty:
            return True
        answer = ask_unsaved(self, self.title.removesuffix(" *"), self.editable())
        if answer == "save":
            self._store(submit=False, then=self._close)
        elif answer == "drop":
            self.dirty = False
            self.journal.drop()
        return answer == "drop"

    def _close(self) -> None:
        self.navigator.close_widget(self)

    def _say(self, text: str, token: str) -> None:
        self.page.steps.say(text, token)


def _told(problem: Problem, problems: list[Problem]) -> bool:
    """Whether something else was said about the same field already."""
    return any(p.line == problem.line and p.field == problem.field for p in problems)
