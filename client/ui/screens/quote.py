"""The quote screen: sent, revised, accepted with an order or refused with a reason."""

from functools import partial

from client.data.connection import Office
from client.data.priced import store as order_store
from client.data.priced.edit import Doc
from client.i18n import _
from client.ui.kit import connect_steps
from client.ui.priced.looks import QUOTE_LOOK, state_of
from client.ui.priced.revisions import RevisionsDialog
from client.ui.priced.saving import fresh
from client.ui.priced.screen import PricedScreen


class QuoteScreen(PricedScreen):
    """One quote in a panel of its own."""

    look = QUOTE_LOOK
    help_topic = "quote"

    def _connect(self) -> None:
        super()._connect()
        steps = self.page.steps.steps
        connect_steps(
            self,
            (steps["order"], self.to_order, "Ctrl+Shift+O"),
            (steps["accept"], self.accept, ""),
            (steps["refuse"], self.refuse, ""),
            (steps["revisions"], self.show_revisions, "Ctrl+Shift+H"),
        )
        self.page.title.linked.connect(self.open_order)

    def news(self) -> tuple[str, str, str]:
        """That a change makes another revision, and what an expired quote needs."""
        state, number = state_of(self.base), int(self.base.get("revision") or 1)
        if state == "expired":
            text = _("Expired. Give it a later day, save and send it again as revision {n}.")
            return text.format(n=number + 1), "", "amber"
        if state in ("sent", "refused") and self.editable():
            text = _("Saving a change makes revision {n}, to be sent again.")
            return text.format(n=number + 1), "", "text2"
        if state == "draft" and number > 1:
            text = _("Revision {n} is not sent yet; the customer has revision {before}.")
            return text.format(n=number, before=number - 1), "", "text2"
        return super().news()

    # Steps

    def to_order(self) -> None:
        """The customer accepts: a draft order with these goods opens."""
        if self.page.steps.offers("order"):
            if self.dirty:
                self._say(_("Save and send what you changed first."), "red")
            elif not self.saver.busy:
                doc, office = self.base, self.context.office
                self._then = self.open_order
                self.step(partial(_to_order, office, doc["id"], doc["version"]))

    def open_order(self) -> None:
        """Open the order that the quote became."""
        if number := self.base.get("order_id"):
            self.navigator.open_record("sales_order", number)

    def accept(self) -> None:
        """The customer accepts; somebody else makes the order."""
        if self.page.steps.offers("accept") and not self.saver.busy and not self.dirty:
            doc, office = self.base, self.context.office
            self.step(partial(order_store.decide, office, doc["id"], doc["version"], "accepted"))

    def refuse(self) -> None:
        """The customer does not want it; asks why."""
        if self.page.steps.offers("refuse") and not self.saver.busy and not self.dirty:
            self.ending.ask_refused()

    def show_revisions(self) -> None:
        """What was sent when, to look at, compare and print again."""
        if self.record_id is not None and self.page.steps.offers("revisions"):
            dialog = RevisionsDialog(self.context, self.base, self.window())
            dialog.reprint.connect(self.papers.reprint)
            dialog.open()


def _to_order(office: Office, number: int, version: int) -> Doc:
    return fresh(order_store.to_order(office, number, version))
