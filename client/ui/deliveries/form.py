"""A delivery that is open, and what others do to it meanwhile: to itself, or to its order.

What one does with it is in `screens/delivery.py`.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from client.context import Context
from client.data.deliveries import edit, store
from client.data.deliveries.edit import WAITING, Doc, Merged
from client.data.deliveries.store import Opened
from client.data.errors import became
from client.data.priced.merge import Clash
from client.i18n import _
from client.ui.deliveries.dialogs import told, worded
from client.ui.deliveries.opened import KIND, OpenDelivery
from client.ui.following import Following, is_of_reach
from client.ui.screen import Navigator


class DeliveryForm(OpenDelivery):
    """An open delivery that keeps up with others' changes."""

    def __init__(self, context: Context, navigator: Navigator, *args: Any, **start: Any) -> None:
        super().__init__(context, navigator, *args, **start)
        self._late: tuple[Clash, ...] = ()
        self._fewer = False
        self._recovered: dict[str, Any] | None = None
        self.following = Following(context, self, self._is_about, self.refresh)
        self.loaded.connect(self._recover_now)
        self.page.banner.asked.connect(self.join)

    # After a crash

    def recover(self, payload: dict[str, Any]) -> None:
        """Type again what the journal kept, once the delivery is read."""
        if self.record_id is None and self._order_id is None:
            self._recovered = payload
            self._order_id = payload["doc"]["order_id"]
            self.load()
            return
        if not self.ready:
            self._recovered = payload
            return
        # What others did meanwhile, also to the order, is joined with what was typed.
        merged = edit.merge(payload["base"], payload["doc"], self.base)
        if merged.clashes:
            self.theirs, self.base = self.base, payload["base"]
        self.show_delivery(payload["doc"] if merged.clashes else merged.doc)
        self.tell_stale(merged.lost)

    def _recover_now(self) -> None:
        """What was to be typed again waited for the delivery to be read."""
        payload, self._recovered = self._recovered, None
        if payload is not None:
            self.recover(payload)

    # What others do

    def refresh(self) -> None:
        """Read the delivery and what its order has open again; what is typed stays."""
        if not self.ready:
            return
        office = self.context.office
        if self.record_id is not None:
            work: Any = partial(store.load, office, self.record_id)
            self.following.run(work, self._read_again, self.tell_failure)
        elif self._order_id is not None:
            work = partial(store.begin, office, self._order_id)
            self.following.run(work, self._order_changed, self.tell_failure)

    def _is_about(self, table: str, ids: list[int]) -> bool:
        mine = table == KIND or (table == "sales_order" and (not ids or self._order_id in ids))
        return self.ready and (mine or is_of_reach(self.context, table, ids))

    def _order_changed(self, now: Doc) -> None:
        """A new delivery, whose order has other lines open now: what was typed stays."""
        if self.record_id is not None:
            return
        if now == self.base:
            self.tell_stale()
            return
        typed, _problems = self.page.typed(commit=False)
        merged = edit.merge(self.base, typed, now)
        self._fewer = self._fewer or len(now["lines"]) < len(self.base["lines"])
        self.base = now
        self.show_delivery(merged.doc)
        self.tell_stale(merged.lost)

    def _read_again(self, found: Opened) -> None:
        now = edit.opened(*found)
        if now["version"] < (self.base.get("version") or 0):
            return  # read before what is shown was stored
        if not self.dirty:
            if now != self.base:
                self.base = now
                self.show_delivery(now)
            self.tell_stale()
        elif now["version"] != self.base.get("version"):
            self.theirs = now
            self.tell_stale()
        else:
            self._same_with_other_goods(now)

    def _same_with_other_goods(self, now: Doc) -> None:
        """Only what else is planned or sent of the order changed."""
        if now["lines"] != self.base["lines"]:
            typed, _problems = self.page.typed(commit=False)
            merged = edit.merge(self.base, typed, now)
            self.base = now
            self.show_delivery(merged.doc)
        self.tell_stale()

    def tell_stale(self, lost: Sequence[Clash] = ()) -> None:
        """Say that somebody else saved the delivery, or what was typed and has no place now, or
        that lines of the order are gone, until it is saved."""
        self._late = (*self._late, *lost)
        if self.theirs is not None:
            text = _("Somebody else has saved this delivery meanwhile. What you typed is kept.")
            self.page.banner.say(text, _("Bring both together"))
        elif self._late or self._fewer:
            text = _("The order has changed: some lines are not open any more.")
            if self.base["status"] not in WAITING:
                text = became(self.base["status"])
            late = _("Too late for what you typed: {what}").format(what=told(self._late))
            self.page.banner.say(f"{text} {late}" if self._late else text)
        else:
            self.page.banner.say("")

    # Two changes of one delivery

    def join(self) -> None:
        """Bring together what is typed and what somebody else stored meanwhile."""
        if self.theirs is None:
            return
        doc, _problems = self.page.typed()
        merged = edit.merge(self.base, doc, self.theirs)
        self.show_clashes(merged)

    def show_clashes(self, merged: Merged) -> None:
        """Let the clerk choose where both changed the same; the rest is joined."""
        self.page.busy.stop()
        if merged.clashes:
            who = merged.theirs.get("changed_by_name") or ""
            self.show_choice(merged, worded(merged.clashes), who)
        else:
            self.take(merged.doc, merged)

    def settle(self, merged: Merged, theirs: list[int]) -> Doc:
        return edit.settle(merged, theirs)

    def take(self, doc: Doc, merged: Merged) -> None:
        self.base, self.theirs = merged.theirs, None
        self.show_delivery(doc)
        self.tell_stale(merged.lost)
