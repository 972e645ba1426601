"""What the screens of orders and quotes read and write, each as one job with one transaction.

Nothing here knows a window; every function takes the office and plain values.
"""

import json
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from client.data import lookups, records
from client.data.connection import Office
from client.data.errors import Gone
from client.data.in_doubt import InDoubt
from client.data.lookups import Choice
from client.data.priced import documents, edit, products
from client.data.priced.edit import Doc, to_save, with_ids
from client.data.priced.kinds import ORDER, DocumentKind
from client.data.priced.products import Item, ProductIndex
from client.model import ENTITIES, Contact, Customer, Entity, Operator, Region

LISTS = (Operator, Region, ENTITIES["payment_method"], ENTITIES["sales_channel"])
Lists = dict[type[Entity], list[Choice]]
USUAL_DAYS = 30


class Person(NamedTuple):
    """A contact of a customer, with the number one would call."""

    id: int
    name: str
    title: str
    phone: str
    primary: bool

    @property
    def text(self) -> str:
        return f"{self.name} {self.title}".strip()


class Buyer(NamedTuple):
    """What a new order takes from its customer."""

    id: int
    name: str
    phone: str
    address: str
    region_id: int | None
    owner_id: int | None
    contacts: tuple[Person, ...]


class Opened(NamedTuple):
    """What the screen shows when a document opens; `buyer` is None while no customer is chosen."""

    doc: Doc | None
    lists: Lists
    buyer: Buyer | None


def begin(office: Office, kind: DocumentKind) -> Doc:
    """A new document without content, with the office's default values."""
    doc = edit.blank(kind, office.today, office.me["id"])
    doc[kind.until] = last_day(office, kind, office.today)
    if "terms" in kind.head:
        doc["terms"] = office.settings.get("office_quote_terms") or None
    return doc


def last_day(office: Office, kind: DocumentKind, day: date) -> date | None:
    """The usual end date of a document dated `day`; None if the office sets no term."""
    days = office.settings.get(kind.term)
    try:
        return day + timedelta(days=days if isinstance(days, int) else USUAL_DAYS)
    except OverflowError:
        return None


def open_document(
    office: Office, kind: DocumentKind, number: int | None, customer_id: int | None = None
) -> Opened:
    """A document with its lists, or for a new one only the lists and perhaps the customer."""

    def work(session: Session) -> Opened:
        doc = documents.load(session, kind, number) if number is not None else None
        wanted = doc["customer_id"] if doc is not None else customer_id
        lists = lookups.whole(session, LISTS)
        return Opened(doc, lists, _buyer(session, wanted) if wanted is not None else None)

    return office.run(work)


def load(office: Office, kind: DocumentKind, number: int) -> Doc:
    return office.run(partial(documents.load, kind=kind, id_=number))


def buyer(office: Office, customer_id: int) -> Buyer | None:
    """The facts of a customer; None where one may not see them."""
    return office.run(partial(_buyer, customer_id=customer_id))


def all_products(office: Office) -> ProductIndex:
    return office.run(products.load)


def product(office: Office, product_id: int) -> Item | None:
    return office.run(partial(products.load_one, product_id=product_id))


def save(office: Office, kind: DocumentKind, doc: Doc, in_doubt: InDoubt | None = None) -> Doc:
    """Store the document and return it as it is stored now.

    `in_doubt` is an earlier save of the same document that may be stored; it is never stored twice.
    """

    def work(session: Session) -> Doc:
        found = _found(session, kind, doc, in_doubt)
        return documents.save(session, kind, to_save(found), found.get("version"))

    return office.run(work)


def save_and_issue(
    office: Office, kind: DocumentKind, doc: Doc, changed: bool, in_doubt: InDoubt | None = None
) -> Doc:
    """Store what was changed, and submit the order or send the quote; both or neither."""

    def work(session: Session) -> Doc:
        stored = found = _found(session, kind, doc, in_doubt)
        if changed or doc.get("id") is None:
            stored = documents.save(session, kind, to_save(found), found.get("version"))
        if stored["status"] != "draft":
            return stored
        issue = documents.submit_order if kind is ORDER else documents.send_quote
        return issue(session, stored["id"], stored["version"])

    return office.run(work)


def _found(session: Session, kind: DocumentKind, doc: Doc, in_doubt: InDoubt | None) -> Doc:
    """The document with what an earlier save in doubt made of it, if that was stored."""
    if in_doubt is None:
        return doc
    try:
        stored = documents.load(session, kind, in_doubt.answer["id"])
    except Gone:
        return doc
    if not in_doubt.committed(stored):
        return doc
    return with_ids(doc, in_doubt.sent, in_doubt.answer) | {"version": in_doubt.answer["version"]}


def cancel(office: Office, number: int, version: int, reason: str) -> Doc:
    """Cancel a numbered order; it stays listed with the reason."""
    return office.run(partial(documents.cancel_order, id_=number, version=version, reason=reason))


def order_step(office: Office, verb: str, number: int, version: int) -> Doc:
    """`approve`, `complete` or `reopen` an order."""
    steps = {
        "approve": documents.approve_order,
        "complete": documents.complete_order,
        "reopen": documents.reopen_order,
    }
    return office.run(partial(steps[verb], id_=number, version=version))


def decide(office: Office, number: int, version: int, decision: str, reason: str = "") -> Doc:
    """Note that a customer `accepted` or `refused` a quote."""
    work = partial(documents.decide_quote, id_=number, version=version, decision=decision)
    return office.run(partial(work, reason=reason))


def to_order(office: Office, number: int, version: int) -> tuple[Doc, Doc]:
    """The accepted quote, and the draft order that has its goods."""
    return office.run(partial(documents.quote_to_order, id_=number, version=version))


def revisions(office: Office, number: int) -> list[Doc]:
    """Every revision of a quote as it was sent, the latest first."""
    return office.run(partial(documents.quote_revisions, id_=number))


def discard(office: Office, kind: DocumentKind, number: int) -> None:
    """Move a draft to the recycle bin."""
    office.run(partial(records.delete, entity=kind.entity, ids=[number]))


class Balance(NamedTuple):
    """What a customer owes and has paid ahead, in `currency`; no limit is None."""

    currency: str
    credit_limit: Decimal | None
    outstanding: Decimal
    advance: Decimal

    @property
    def left(self) -> Decimal | None:
        """How much more the customer may owe; None without a limit."""
        return None if self.credit_limit is None else self.credit_limit - self.outstanding

    def over(self, more: Decimal) -> Decimal:
        """By how much the limit would be exceeded if the customer owed `more` in addition."""
        return max(more - self.left, Decimal(0)) if self.left is not None else Decimal(0)


def balance(office: Office, customer_id: int) -> Balance:
    """The customer's money as far as one sees it."""

    def work(session: Session) -> Balance:
        query = text("SELECT CAST(customer_balance(:id) AS text)")
        found = json.loads(session.scalar(query, {"id": customer_id}), parse_float=Decimal)
        limit = found["credit_limit"]
        return Balance(
            found["currency"],
            None if limit is None else Decimal(limit),
            Decimal(found["outstanding"]),
            Decimal(found["advance"]),
        )

    return office.run(work)


def _buyer(session: Session, customer_id: int) -> Buyer | None:
    columns = (
        Customer.id,
        Customer.name,
        Customer.phone,
        Customer.mobile,
        Customer.address,
        Customer.region_id,
        Customer.owner_id,
    )
    found: Any = session.execute(select(*columns).where(Customer.id == customer_id)).first()
    if found is None:
        return None
    people = (Contact.id, Contact.name, Contact.title, Contact.mobile, Contact.phone)
    rows = session.execute(
        select(*people, Contact.is_primary)
        .where(Contact.customer_id == customer_id, Contact.deleted_at.is_(None))
        .order_by(Contact.is_primary.desc(), Contact.name, Contact.id)
    )
    contacts = tuple(
        Person(row[0], row[1], row[2] or "", row[3] or row[4] or "", bool(row[5])) for row in rows
    )
    return Buyer(
        id=found.id,
        name=found.name,
        phone=found.phone or found.mobile or "",
        address=found.address or "",
        region_id=found.region_id,
        owner_id=found.owner_id,
        contacts=contacts,
    )
