"""An open receipt: what is stored, and what is typed over it.

What others change in it meanwhile is handled in `form.py`; what can be done with it, in the screen.
"""

from functools import partial
from typing import Any

from client.context import Context
from client.data.money import allocation, receipts
from client.data.money.allocation import Doc
from client.data.money.receipts import LISTS, Account, Lists, Opened
from client.i18n import _
from client.model import Operator, Receipt, fields
from client.ui.forms.choices import Choices
from client.ui.forms.stored_document import StoredDocument
from client.ui.receipts.page import ReceiptPage
from client.ui.screen import Navigator

KIND = "receipt"


class OpenReceipt(StoredDocument):
    """One receipt. Without `id` a new one from `customer_id`, for the rest of the order `order_id`.

    With `use`, the advance left of a posted receipt is allocated, to `order_id` first. `base` is
    the receipt as stored.
    """

    page: ReceiptPage

    def __init__(
        self,
        context: Context,
        navigator: Navigator,
        id: int | None = None,
        customer_id: int | None = None,
        order_id: int | None = None,
        use: bool = False,
    ) -> None:
        super().__init__(context, navigator, id)
        self.start, self._begin_using = (customer_id, order_id), use
        self.base = allocation.blank(context.office.today, context.office.me["id"])
        self.names: dict[str, dict[int, str]] = {}
        self._method: int | None = None
        self.page = ReceiptPage(context)
        self.page.first = order_id
        self.setFocusProxy(self.page)
        self._keep(KIND)
        self.page.typing.connect(self._typing)
        Choices(context, self, LISTS, self._offer)

    # Load

    def load(self) -> None:
        """Read what the screen shows first."""
        self.page.busy.start()
        work = partial(receipts.open_receipt, self.context.office, self.record_id, *self.start)
        self.context.jobs.run(self, work, self._opened, self.tell_failure)

    def _opened(self, found: Opened) -> None:
        self.page.busy.stop()
        early = self._typed_early()
        self._offer(found.lists)
        self._method, self.ready = found.method_id, True
        if found.doc is not None:
            self.base = found.doc
        elif found.account is not None:
            self.base = self.begun(found.account)
        if found.account is not None:
            self.page.account = found.account
        self.show_receipt(self.base | early)
        if self._begin_using and self.base.get("advance"):
            self.use_advance()
        elif self.editable():
            if not early:
                self.page.head.focus_first()
        else:
            self.focus_steps()
        self.loaded.emit()

    def _offer(self, lists: Lists) -> None:
        """Choose from `lists` from now on; by them what two people changed is worded as well."""
        self.page.head.set_lists(lists)
        method = fields(Receipt)["payment_method_id"].target
        self.names = {"handler_id": {c.id: c.title for c in lists[Operator]}}
        if method is not None:
            self.names["payment_method_id"] = {c.id: c.title for c in lists[method]}

    def begun(self, account: Account) -> Doc:
        """A new receipt of a customer, for the rest of the order one comes from."""
        order = next((o for o in account.orders if o.id == self.start[1]), None)
        parts = {order.id: order.outstanding} if order is not None else {}
        start = {
            "customer_id": account.customer_id,
            "customer": {"id": account.customer_id, "name": account.name},
            "payer": account.name,
            "payment_method_id": self._method,
            "currency": account.currency,
            "amount": order.outstanding if order is not None else None,
            "allocations": [
                {"order_id": o.id, "order_number": o.number, "amount": parts[o.id]}
                for o in account.orders
                if o.id in parts
            ],
        }
        blank = allocation.blank(self.context.office.today, self.context.office.me["id"])
        return blank | start

    def focus_steps(self) -> None:
        """Focus the first button that acts on the whole receipt."""
        steps = self.page.steps
        for button in (steps.allocate, steps.post, steps.save, steps.back):
            if not button.isHidden():
                button.setFocus()
                return

    def _show_unread(self) -> None:
        self.page.show_receipt(self.base, editable=False)

    def show_receipt(self, doc: Doc) -> None:
        """Show a receipt over `base`, which it may differ from."""
        self.showing = True
        self.page.show_receipt(doc, self.editable())
        self._show_steps()
        self.showing = False
        self._edited()
        self.title_changed.emit(self.title)

    def _show_steps(self) -> None:
        rights = self.context.office.rights
        self.page.steps.show_receipt(self.base, self.editable(), self.page.using, rights)

    @property
    def title(self) -> str:
        """What the panel's tab says."""
        text = self.base.get("number")
        if not text:
            name = self.page.head.customer_name() if self.record_id is not None else ""
            text = _("Draft: {customer}").format(customer=name) if name else _("New receipt")
        return f"{text} *" if self.dirty else str(text)

    def editable(self) -> bool:
        """Whether the receipt may be typed: as a draft, by one's rights."""
        action = "edit" if self.record_id is not None else "create"
        return self.base.get("status") == "draft" and self.context.office.rights.may(KIND, action)

    def use_advance(self, entries: list[dict[str, Any]] | None = None) -> None:
        """Hand out what is left of the posted receipt."""
        self.showing = True
        parts = allocation.parts_of({"allocations": entries}) if entries is not None else None
        self.page.use_advance(parts)
        self._show_steps()
        self.showing = False
        if self.page.grid.parts_model.orders:
            # Not the button: Enter pressed once too often would hand out money.
            self.page.grid.go_to(0)
        else:
            self.focus_steps()

    # What is typed

    def _is_changed(self) -> bool:
        if self.page.using:
            return not self.page.follows
        doc, problems = self.page.typed(commit=False)
        return self.editable() and (bool(problems) or allocation.changed(self.base, doc))

    def _is_cell_open(self) -> bool:
        return self.page.grid.open_text() is not None

    def payload(self) -> dict[str, Any]:
        """What the journal keeps: the receipt as opened, and as it stands now."""
        doc, _problems = self.page.typed(commit=False)
        known = doc.get("customer") or {}
        if known.get("id") != doc["customer_id"]:
            doc["customer"] = {"id": doc["customer_id"], "name": self.page.head.customer_name()}
        use = doc["allocations"] if self.page.using else None
        return {"base": self.base, "doc": doc, "use": use, "title": self.title}
