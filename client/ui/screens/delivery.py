"""The delivery screen: save, note as picked, send off, note the arrival, cancel.

Nothing typed is ever lost: not by others' changes, by a server that is gone, nor by a crash.
"""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from client.context import Context
from client.data import formats
from client.data.deliveries import edit
from client.data.deliveries.edit import Doc, Merged
from client.data.deliveries.store import Opened
from client.data.problem import Problem
from client.i18n import N_, _, plural
from client.ui.deliveries.dialogs import SendOffDialog
from client.ui.deliveries.ending import DeliveryEnding
from client.ui.deliveries.form import DeliveryForm
from client.ui.deliveries.opened import KIND
from client.ui.deliveries.saving import CHANGED, DeliverySaver
from client.ui.forms.open_document import Then
from client.ui.forms.tools import RecordTools
from client.ui.kit import connect_steps
from client.ui.priced.dialogs import saved_text
from client.ui.printing.commands import PaperCommands
from client.ui.screen import Navigator


class DeliveryScreen(DeliveryForm):
    """One delivery in a panel of its own."""

    help_topic = "deliveries"
    saver: DeliverySaver

    def __init__(self, context: Context, navigator: Navigator, *args: Any, **start: Any) -> None:
        super().__init__(context, navigator, *args, **start)
        self.tools = RecordTools(self, KIND)
        self.tools.stand_in(self.page.title)
        self.show_history = self.tools.show_history
        self.saver = DeliverySaver(context, self)
        self.papers = PaperCommands(context, self, KIND, navigator)
        self.ending = DeliveryEnding(self, self.saver)
        self._connect()
        self.load()

    def _connect(self) -> None:
        steps = self.page.steps
        connect_steps(
            self,
            (steps.save, self.save, ""),
            (steps.pick, self.pick, "Ctrl+Shift+P"),
            (steps.ship, self.ship, "Ctrl+Shift+S"),
            (steps.receive, self.receive, "Ctrl+Shift+R"),
            (steps.cancel, self.ending.ask, ""),
            (steps.back, self.back, ""),
        )
        self._hear()
        self.saver.clashed.connect(self._clashed)
        steps.preview.triggered.connect(self.print_current)
        steps.at_once.triggered.connect(self.print_at_once)
        steps.as_pdf.triggered.connect(self.save_pdf)
        steps.printers.triggered.connect(self.papers.set_up_printers)
        self.page.head.order_asked.connect(self.open_order)

    # Save and the steps

    def pick(self) -> None:
        """Save, and note that the goods are ready; the delivery gets its number."""
        if not self.page.steps.pick.isHidden():
            self._store("picked", None)

    def ship(self) -> None:
        """Ask for the day, save, and note that the goods left."""
        if self.page.steps.ship.isHidden() or not self._may_store():
            return
        doc = self._checked()
        if doc is None:
            return
        lines = [line for line in doc["lines"] if edit.is_filled(line)]
        one = N_("{n} line leaves for {customer}. After that it is not changed any more.")
        many = N_("{n} lines leave for {customer}. After that they are not changed any more.")
        customer = (doc.get("customer") or {}).get("name") or ""
        text = plural(len(lines), one, many, customer=customer)
        dialog = SendOffDialog(self.context, text, self.window())
        dialog.given.connect(self.ship_on)
        dialog.open()

    def ship_on(self, day: date) -> None:
        """Save, and note that the goods left on `day`."""
        self._store("shipped", day)

    def receive(self) -> None:
        """Save, and note that the goods arrived."""
        if not self.page.steps.receive.isHidden():
            self._store("received", None)

    def _may_store(self) -> bool:
        if self.is_choosing():
            self.conflict.accept()
            return False
        return self.ready and not self.saver.busy

    def _checked(self) -> Doc | None:
        """What is typed, if nothing in it is wrong."""
        doc, found = self.page.typed()
        told = {(p.line, p.field) for p in found}
        found += [p for p in edit.problems(doc) if (p.line, p.field) not in told]
        self.page.show_problems(found)
        if found:
            more = _("{n} things to put right").format(n=len(found))
            self._say(found[0].sentence if len(found) == 1 else more, "red")
            return None
        return doc

    def _save_then(self, then: Then | None) -> None:
        self._store("", None, then)

    def _store(self, step: str, day: date | None, then: Then | None = None) -> None:
        """Store what is typed unless something in it is wrong, and perhaps take a step."""
        if not self._may_store() or not (step or self.editable()):
            return
        doc = self._checked()
        if doc is None:
            return
        self._then = then
        if not step and not self.dirty and self.record_id is not None:
            self._go_on()
            return
        self.page.busy.start(_("Saving…"))
        self._say("", "text2")
        self.saver.store(self.base, doc, step, day)

    def _stored(self, found: Opened) -> None:
        self.page.busy.stop()
        self.leave_conflict()
        typed, _problems = self.page.typed(commit=False)
        fresh = edit.opened(*found)
        self.record_id, self.theirs = fresh["id"], None
        self.base = fresh
        # What was typed while the server worked stays, over what is now stored.
        merged = edit.merge(self.saver.asked, typed, fresh)
        self.show_delivery(merged.doc)
        self.journal.stored(f"{KIND}:{fresh['id']}", fresh["id"], self.dirty)
        self._late, self._fewer = (), False
        self.tell_stale(merged.lost)
        self._say(saved_text(self.saver.asked, fresh), "text2")
        if self.saver.step:
            self.status_changed.emit(_step_told(self.saver.step, fresh))
        self._go_on()

    def _clashed(self, merged: Merged) -> None:
        """What was typed since the save began is chosen about as well."""
        saver, (typed, _problems) = self.saver, self.page.typed(commit=False)
        mine = edit.merge(saver.asked, typed, saver.sent).doc
        self.show_clashes(edit.merge(saver.base, mine, merged.theirs))
        if not self.is_choosing():
            self._say(_(CHANGED), "amber")

    def _settled(self, doc: Doc) -> None:
        self.page.busy.start(_("Saving…"))
        self.saver.store(self.base, doc)

    def _refused(self, said: str, field: str) -> None:
        self.page.busy.stop()
        self._then = None
        self._say(said, "red")
        if field in self.page.head.editors:
            problem = Problem(None, field, said)
            self.page.head.show_problems([problem], not self._is_typed_on(self.saver.asked))
        elif field == "delivery":
            self.page.tools.say(said)
        self.refresh()

    # Other steps

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
        if self.ready and self.editable() and (self.dirty or self.record_id is None):
            self._store("", None, then)
        elif self.record_id is not None:
            then()

    def _stored_to(self, way: Callable[[list[int]], object]) -> None:
        way([self.base["id"]])

    def new_record(self) -> None:
        self.navigator.open_record(KIND, None)


def _step_told(step: str, fresh: Doc) -> str:
    """What has just become of the delivery."""
    day = formats.date_text(fresh.get("shipped_on"))
    said = {
        "picked": _("{number} is picked."),
        "shipped": _("{number} was sent on {day}."),
        "received": _("{number} has arrived."),
    }
    return said[step].format(number=fresh.get("number"), day=day)
