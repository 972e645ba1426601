"""The head of a document: whose it is, who sells it, and when and where it goes."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout

from client.context import Context
from client.data.lookups import Choice
from client.data.priced import edit as order_edit
from client.data.priced import store as order_store
from client.data.priced.edit import Doc
from client.data.priced.store import Buyer, Lists
from client.i18n import _
from client.model import Field, Operator, Region, fields
from client.ui.following import Following
from client.ui.forms.choices import log_unread
from client.ui.forms.document_head import CustomerHead
from client.ui.forms.editors import ChoiceEditor, LineEditor, make_editor
from client.ui.priced.end_date import EndDateFollower
from client.ui.priced.looks import LABELS, Look


class PricedHead(CustomerHead):
    """The fields above the lines; `edited` at each change."""

    customer_asked = Signal(str, object)  # the name of a new customer, and the field it is for

    def __init__(self, context: Context, look: Look) -> None:
        super().__init__(context)
        self._look = look
        self._buyer: Buyer | None = None
        self._awaited: int | None = None  # whose answer is taken: the customer named last
        self._phones = {""}  # that came from the customer, not from the clerk's own typing
        self._regions: dict[int, str] = {}
        self._build()
        self._following = Following(context, self, _is_of_contacts, self._read_contacts)

    def _build(self) -> None:
        kind = self._look.kind
        known = fields(kind.entity)
        self._region = QLineEdit()
        self._region.setReadOnly(True)
        self._region.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        for name, span in self._look.places:
            if name == "region":
                self.form.add(_("Region"), self._region, span)
                continue
            editor = self._editor(name, known[name])
            self.editors[name] = editor
            label = LABELS.get(name, known[name].label)
            self.form.add(_(label), editor, span, required=name in kind.required)
            editor.edited.connect(self._edited)
        self.editors["customer_id"].chosen.connect(self._customer_chosen)
        self.editors["customer_id"].may_create = self._context.office.rights.may(
            "customer", "create"
        )
        self.editors["customer_id"].new_asked.connect(self._new_customer)
        self.editors["contact_id"].edited.connect(self._contact_chosen)
        first, last = self.editors[kind.day], self.editors[kind.until]
        self._days = EndDateFollower(self._context, kind, first, last)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.addWidget(self.form)

    def _editor(self, name: str, field: Field) -> Any:
        if name == "contact_id":
            return ChoiceEditor(self._context, field)
        if name == "remarks":
            # One line as on paper; line ends in older remarks are kept.
            return LineEditor(self._context, field)
        return make_editor(self._context, field)

    # Load

    def set_lists(self, lists: Lists) -> None:
        """Give the fields what they choose from."""
        known = fields(self._look.kind.entity)
        self.editors["salesperson_id"].set_choices(lists[Operator])
        for name in ("payment_method_id", "channel_id"):
            target = known[name].target if name in self.editors else None
            if target is not None:
                self.editors[name].set_choices(lists[target])
        untouched = self._region.text() == self._region_of(self._buyer)
        self._regions = {choice.id: choice.title for choice in lists[Region]}
        if untouched:
            self._region.setText(self._region_of(self._buyer))

    def load(self, doc: Doc, editable: bool) -> None:
        """Show the head of a document, and what could not be read when it was typed."""
        self._expect_buyer(doc.get("customer_id"))
        self._days.day = doc.get(self._look.kind.day)
        typed, _problems = self.values()
        for name, editor in self.editors.items():
            changed = not order_edit.same(typed[name], doc.get(name))
            if name == "customer_id":
                editor.set_value(doc.get(name), _customer_name(doc, self._buyer))
            elif name == "contact_id" or changed:
                editor.set_value(doc.get(name))
            fixed = name == "customer_id" and bool(doc.get("number"))
            editor.set_readonly(not editable or fixed or self.is_masked(name, doc))
            if changed or not editable:
                self.form.set_message(editor, "")
        for name, text in (doc.get(order_edit.WRONG) or {}).items():
            if name in self.editors:
                self.editors[name].setText(text)
        region = doc.get("customer_region")
        self._region.setText(region or self._region_of(self._buyer))

    def _expect_buyer(self, customer_id: int | None) -> None:
        """Know the customer of the document; one chosen elsewhere is read first."""
        self._awaited = customer_id
        if self._buyer is not None and self._buyer.id == customer_id:
            return
        self.set_buyer(None)
        if customer_id is not None:
            self._ask_buyer(customer_id, self._know_buyer)

    def _ask_buyer(self, customer_id: int, take: Callable[[Buyer | None], object]) -> None:
        """Have `take` called with a customer, unless another is named meanwhile."""

        def read(buyer: Buyer | None) -> None:
            if customer_id == self._awaited:
                take(buyer)

        self._awaited = customer_id
        work = partial(order_store.buyer, self._context.office, customer_id)
        self._context.jobs.run(self, work, read)

    def _know_buyer(self, buyer: Buyer | None) -> None:
        contact = self.editors["contact_id"].value()
        self.set_buyer(buyer)
        self._put("contact_id", contact)
        if buyer is not None and not self.editors["customer_id"].text():
            self.editors["customer_id"].set_value(buyer.id, buyer.name)
        if not self._region.text():
            self._region.setText(self._region_of(buyer))

    def set_buyer(self, buyer: Buyer | None) -> None:
        """Offer the contacts of a customer."""
        before, self._buyer = self._buyer, buyer
        if before is None or buyer is None or before.id != buyer.id:
            self._phones = {""}
        if buyer is not None:
            self._phones |= {buyer.phone, *(person.phone for person in buyer.contacts)}
        people = buyer.contacts if buyer is not None else ()
        self.editors["contact_id"].set_choices([Choice(p.id, "", p.text) for p in people])

    def contact_names(self) -> dict[int, str]:
        """What the contacts of the customer are called."""
        people = self._buyer.contacts if self._buyer is not None else ()
        return {person.id: person.text for person in people}

    def _read_contacts(self) -> None:
        """Somebody may have added or renamed one; who is chosen stays."""
        if self._buyer is not None:
            work = partial(order_store.buyer, self._context.office, self._buyer.id)
            self._following.run(work, self._contacts_read, log_unread)

    def _contacts_read(self, buyer: Buyer | None) -> None:
        if buyer is not None and self._buyer is not None and buyer.id == self._buyer.id:
            self.set_buyer(buyer)

    def begin_with(self, buyer: Buyer) -> None:
        """Begin a new order for a customer."""
        self._buyer, self._awaited = None, buyer.id
        self.editors["customer_id"].set_value(buyer.id, buyer.name)
        self._take_buyer(buyer)

    def _take_buyer(self, buyer: Buyer | None) -> None:
        """Take over from a customer just chosen what the order lacks or had from the other."""
        before, pool = self._buyer, self._context.office.pool_id
        values, phones = self.values()[0], self._phones
        self.set_buyer(buyer)
        if buyer is None:
            return
        contact = next((p for p in buyer.contacts if p.primary), None)
        self._put("contact_id", contact.id if contact is not None else None)
        if (values.get("phone") or "") in phones:
            called = contact.phone if contact is not None else ""
            self._put("phone", called or buyer.phone or None)
        if (values.get("delivery_address") or "") in ("", before.address if before else ""):
            self._put("delivery_address", buyer.address or None)
        proposed = before.owner_id if before else self._context.office.me["id"]
        proposed = values.get("salesperson_id") in (None, proposed)
        if proposed and buyer.owner_id not in (None, pool):
            self._put("salesperson_id", buyer.owner_id)
        self._region.setText(self._region_of(buyer))
        self.edited.emit()

    def begin_on(self, days: Mapping[str, Any]) -> None:
        super().begin_on(days)
        self._days.day = self.editors[self._look.kind.day].value()

    def _put(self, name: str, value: Any) -> None:
        """Show what comes from the customer; a masked phone of a stored document stays."""
        if name != "phone" or not self.editors[name].isReadOnly():
            self.editors[name].set_value(value)

    # What the clerk does

    def _new_customer(self, name: str) -> None:
        self.customer_asked.emit(name, self.editors["customer_id"])

    def focus_first(self) -> None:
        self.editors["customer_id"].setFocus()

    def _customer_chosen(self, choice: Choice | None) -> None:
        if choice is None:
            return
        if self._buyer is None or self._buyer.id != choice.id:
            self._ask_buyer(choice.id, self._take_buyer)
        self._awaited = choice.id

    def _contact_chosen(self) -> None:
        chosen = self.editors["contact_id"].value()
        phone = self.editors["phone"].text().strip()
        people = self._buyer.contacts if self._buyer is not None else ()
        person = next((p for p in people if p.id == chosen), None)
        if person is not None and person.phone and phone in self._phones:
            self._put("phone", person.phone)

    def _region_of(self, buyer: Buyer | None) -> str:
        return self._regions.get(buyer.region_id or 0, "") if buyer is not None else ""


def _customer_name(doc: Doc, buyer: Buyer | None) -> str:
    customer = doc.get("customer")
    if isinstance(customer, Mapping) and customer.get("id") == doc.get("customer_id"):
        return str(customer.get("name") or "")
    return buyer.name if buyer is not None else ""


def _is_of_contacts(table: str, _ids: list[int]) -> bool:
    return table == "contact"
