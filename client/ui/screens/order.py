"""The sales order screen: what orders have beyond other documents: approval, money, goods."""

from functools import partial

from client.data import formats
from client.data.priced import store as order_store
from client.data.priced.edit import Doc, figures
from client.data.priced.store import Balance
from client.i18n import _
from client.ui.deliveries.of_order import OrderDeliveries
from client.ui.kit import connect_steps
from client.ui.priced.dialogs import CreditDialog
from client.ui.priced.looks import ORDER_LOOK
from client.ui.priced.money import BuyerMoney, strip
from client.ui.priced.screen import PricedScreen


class OrderScreen(PricedScreen):
    """One sales order in a panel of its own."""

    look = ORDER_LOOK
    help_topic = "order"

    def _connect(self) -> None:
        super()._connect()
        self.money = BuyerMoney(self.context, self)
        self.deliveries = OrderDeliveries(self.context, self.navigator, self)
        self.page.reference.add_part(self.deliveries)
        self._new = False  # it was submitted just now
        self._asked: Doc | None = None  # what is issued once the credit is known
        self.money.known.connect(self._show_money)
        self.noted.connect(self._show_money)
        self.page.title.linked.connect(self._open_quote)
        steps = self.page.steps.steps
        connect_steps(
            self,
            (steps["approve"], self.approve, "Ctrl+Shift+A"),
            (steps["complete"], self.complete, ""),
            (steps["reopen"], self.reopen, ""),
            (steps["receive"], self.receive, "Ctrl+R"),
            (steps["deliver"], self.deliver, "Ctrl+L"),
        )

    def _edited(self) -> None:
        super()._edited()
        self._follow()

    def _follow(self) -> None:
        if self.ready:
            values, _problems = self.page.head.values()
            self.money.follow(values["customer_id"])

    # Money

    def _show_money(self) -> None:
        self.page.foot.show_strip(strip(self.base, self.money.balance))
        if self._new:
            self.tell_stale()

    def show_order(self, doc: Doc) -> None:
        super().show_order(doc)
        self.money.again()
        self.page.foot.show_strip(strip(self.base, self.money.balance))
        self.deliveries.set_order(self.record_id)

    def before_issuing(self, doc: Doc) -> None:
        """Ask whether the customer may owe so much."""
        self.page.busy.start()
        self._asked = doc
        work = partial(order_store.balance, self.context.office, doc["customer_id"])
        known, unknown = partial(self._check_credit, doc), partial(self._credit_unknown, doc)
        self.context.jobs.run(self, work, known, unknown)

    def _check_credit(self, doc: Doc, balance: Balance) -> None:
        if self._asked is not doc:
            return  # the key was pressed twice
        self._asked = None
        self.page.busy.stop()
        total = figures(doc["lines"], doc["whole_discount"], doc["wipe_off"]).total
        same = (doc.get("currency") or balance.currency) == balance.currency
        if not same or not balance.over(total):
            self.send(doc, True)
            return
        name = self.page.head.customer_name()
        dialog = CreditDialog(name, balance, total, self)
        dialog.wanted.connect(partial(self.send, doc, True))
        dialog.open()

    def _credit_unknown(self, doc: Doc, _error: Exception) -> None:
        # The limit only warns: saving says by itself what is wrong.
        if self._asked is doc:
            self._asked = None
            self.send(doc, True)

    def issued(self) -> None:
        self._new = True
        self.tell_stale()

    def news(self) -> tuple[str, str, str]:
        """That a change voids the approval, or that the customer has paid ahead."""
        balance = self.money.balance
        if self.base.get("status") == "approved" and self.editable():
            return _("Approved. Saving a change takes the approval back."), "", "text2"
        owed = self.base.get("outstanding") or 0
        if self._new and balance is not None and balance.advance > 0 and owed > 0:
            text = _("{customer} has paid {amount} ahead.")
            name, amount = self.page.head.customer_name(), formats.money(balance.advance)
            text = text.format(customer=name, amount=amount)
            return text, _("Use it for this order") if self._may_receive() else "", "text2"
        return super().news()

    def banner_asked(self) -> None:
        if self.theirs is None:
            self.receive()
        else:
            super().banner_asked()

    def _may_receive(self) -> bool:
        return self.page.steps.offers("receive")

    def receive(self) -> None:
        """Take money for what is still outstanding."""
        if self._may_receive():
            self.then_stored(self._receive)

    def _receive(self) -> None:
        start = {"customer_id": self.base["customer_id"], "order_id": self.base["id"]}
        self.navigator.open_record("receipt", None, **start)

    # Steps

    def approve(self) -> None:
        """Approve the order as it is stored, for its amount."""
        self._step("approve")

    def complete(self) -> None:
        """Nothing more will be sent."""
        self._step("complete")

    def reopen(self) -> None:
        """There is still something to be sent."""
        self._step("reopen")

    def _step(self, verb: str) -> None:
        if self.page.steps.offers(verb):
            self.then_stored(partial(self._take_step, verb))

    def _take_step(self, verb: str) -> None:
        doc = self.base
        take = order_store.order_step
        self.step(partial(take, self.context.office, verb, doc["id"], doc["version"]))

    def deliver(self) -> None:
        """Plan what is sent of the order."""
        if self.page.steps.offers("deliver"):
            self.then_stored(self._deliver)

    def _deliver(self) -> None:
        self.navigator.open_record("delivery", None, order_id=self.base["id"])

    def _open_quote(self) -> None:
        if number := self.base.get("quote_id"):
            self.navigator.open_record("quote", number)
