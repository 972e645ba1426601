"""An open receipt that keeps up with others: the customer pays elsewhere, or somebody saves the
draft.

What is typed is never replaced.
"""

from functools import partial
from typing import Any

from client.data import formats
from client.data.errors import closed
from client.data.money import allocation, receipts
from client.data.money.allocation import Doc, Merged, merge, settle
from client.data.money.receipts import Account
from client.i18n import _
from client.ui.following import Following, is_of_reach
from client.ui.receipts.opened import KIND, OpenReceipt
from client.ui.receipts.saving import ReceiptSaver
from client.ui.receipts.wording import worded


class ReceiptForm(OpenReceipt):
    """An open receipt that keeps up with others' changes."""

    saver: ReceiptSaver

    def __init__(self, *arguments: Any, **start: Any) -> None:
        super().__init__(*arguments, **start)
        self._recovered: dict[str, Any] | None = None
        self._payer: int | None = None  # chosen just now, and not read yet
        self._currency: str | None = None
        self._lay_out()
        self.following = Following(self.context, self, self._is_mine, self._back_online)
        self.account = Following(self.context, self, self._is_owed, self.read_account)
        self.loaded.connect(self._type_again)
        self.page.head.payer_chosen.connect(self._payer_chosen)
        self.page.tools.currency_chosen.connect(self._currency_chosen)
        self.page.banner.asked.connect(self.join)

    # After a crash

    def _type_again(self) -> None:
        if self._recovered is not None:
            self.recover(self._recovered)

    def recover(self, payload: dict[str, Any]) -> None:
        """Type again what the journal kept, once the receipt is read."""
        if not self.ready:
            self._recovered = payload
            return
        self._recovered = None
        if payload.get("use") is not None:
            if self.base.get("advance"):
                self.use_advance(payload["use"])
                self._edited()
            return
        stored = self.base
        if self.record_id is not None:
            self.base = payload["base"]
            if stored.get("version") != self.base.get("version"):
                self.theirs = stored
        self.show_receipt(payload["doc"])
        self.read_account()
        self.tell_stale()

    # What others do

    def refresh(self) -> None:
        """Read the receipt again, and what the customer owes; what is typed stays."""
        if not self.ready:
            return
        if self.record_id is not None:
            work = partial(receipts.load, self.context.office, self.record_id)
            self.following.run(work, self._read_again, self.tell_failure)
        else:
            self._begin_on({"receipt_date": self.context.office.today})
        self.read_account()

    def read_account(self) -> None:
        """Read again what the customer owes."""
        if self.ready:
            self._read_account()

    def _read_account(self) -> None:
        customer, account = self.page.head.customer_id(), self.page.account
        if customer is None:
            return
        currency = self._currency
        if currency is None and customer != self._payer:
            currency = account.currency if account else self.base.get("currency")
        work = partial(receipts.read_account, self.context.office, customer, currency)
        self.account.run(work, self._account_read)

    def _account_read(self, account: Account | None) -> None:
        if account is None or account.customer_id != self.page.head.customer_id():
            return
        if account.customer_id == self._payer:
            # Only of a customer just chosen: a draft without a payer is stored as it stands.
            self._payer = None
            self.page.head.begin_with(account.name)
        if account.currency == self._currency:
            self._currency = None
        self.showing = True
        if self._is_rest(account) and (begun := self.begun(account)) != self.base:
            # Nobody typed anything: the rest of the order is what it is now.
            before, self.base = self.base, begun
            self.page.account = account
            self.page.show_receipt(self.base, self.editable())
            self._tell_rest(before)
        else:
            self.page.show_account(account)
        self.showing = False
        self._edited()

    def _is_rest(self, account: Account) -> bool:
        """Whether a new receipt is for the rest of an order, and nobody typed anything."""
        untouched = self.record_id is None and not self.dirty and not self._is_cell_open()
        mine = account.customer_id == self.base.get("customer_id")
        return untouched and mine and self.start[1] is not None

    def _tell_rest(self, before: Doc) -> None:
        if allocation.same(before.get("amount"), self.base.get("amount")):
            return
        now = self.base.get("amount")
        text = _("The order has been paid meanwhile.")
        if now:
            text = _("Somebody has received money meanwhile: {amount} is left to pay.")
        self.page.banner.say(text.format(amount=formats.money(now)))

    def _payer_chosen(self, customer_id: int) -> None:
        account = self.page.account
        self._payer = self._currency = None
        if account is None or account.customer_id != customer_id:
            self._payer = customer_id
            self._read_account()

    def _currency_chosen(self, currency: str) -> None:
        self._currency = currency
        self._read_account()

    def _is_mine(self, table: str, ids: list[int]) -> bool:
        mine = self.record_id is not None and (not ids or self.record_id in ids)
        about = (table == KIND and mine) or is_of_reach(self.context, table, ids)
        return self.ready and about

    def _is_owed(self, table: str, _ids: list[int]) -> bool:
        return self.ready and table in (KIND, "sales_order")

    def _read_again(self, found: Doc) -> None:
        if found["version"] < (self.base.get("version") or 0):
            return  # read before what is shown was stored
        if found["version"] == self.base.get("version"):
            self.tell_stale()
        elif not self.dirty:
            self.base = found
            self.show_receipt(found)
        else:
            self.theirs = found
            self.tell_stale()

    def tell_stale(self) -> None:
        """Say that somebody else saved the receipt while one was typing."""
        if self.theirs is None:
            self.page.banner.say("")
            return
        if self.theirs.get("status") != "draft":
            self.page.banner.say(closed(self.theirs["status"]))
            return
        text = _("Somebody else has saved this receipt meanwhile. What you typed is kept.")
        self.page.banner.say(text, _("Bring both together"))

    # Two changes of one receipt

    def join(self) -> None:
        """Bring together what is typed and what somebody else stored meanwhile."""
        if self.theirs is None or self.theirs.get("status") != "draft":
            return
        doc, _problems = self.page.typed()
        merged = merge(self.base, doc, self.theirs)
        if merged.clashes:
            self.show_clashes(merged)
        else:
            self.take(merged.doc, merged)

    def met(self, merged: Merged) -> None:
        """A save met another one: merge again, with what was typed since the save began, and
        ask.
        """
        saver, (typed, _problems) = self.saver, self.page.typed(commit=False)
        mine = merge(saver.asked, typed, saver.sent).doc
        self.show_clashes(merge(saver.base, mine, merged.theirs))

    def show_clashes(self, merged: Merged) -> None:
        """Let the clerk choose where both changed the same."""
        self.page.busy.stop()
        self.page.lock(False)
        who = self.names.get("handler_id", {}).get(merged.theirs.get("changed_by") or 0, "")
        self.show_choice(merged, worded(merged, self.names), who)

    def settle(self, merged: Merged, theirs: list[int]) -> Doc:
        return settle(merged, theirs)

    def take(self, doc: Doc, merged: Merged) -> None:
        self.base, self.theirs = merged.theirs, None
        self.show_receipt(doc if self.editable() else merged.theirs)
        self.tell_stale()
