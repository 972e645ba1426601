"""What the order screen reads and writes, each as one job with one transaction.

Nothing here knows a window; every function takes the office and plain values.
"""

from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from client.data import lookups, records
from client.data.connection import Office
from client.data.errors import Gone
from client.data.lookups import Choice
from client.data.priced import documents, products
from client.data.priced.edit import Doc, to_save, with_ids
from client.data.priced.products import ProductIndex
from client.model import ENTITIES, Contact, Customer, Entity, Operator, Region, SalesOrder

LISTS = (Operator, Region, ENTITIES["payment_method"], ENTITIES["sales_channel"])
Lists = dict[type[Entity], list[Choice]]


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
    """A customer as far as an order of theirs begins with it."""

    id: int
    name: str
    phone: str
    address: str
    region_id: int | None
    owner_id: int | None
    contacts: tuple[Person, ...]


class Opened(NamedTuple):
    """All that is shown when an order opens; without a buyer as long as none is chosen."""

    doc: Doc | None
    lists: Lists
    buyer: Buyer | None


def open_order(office: Office, number: int | None, customer_id: int | None = None) -> Opened:
    """An order with its lists, or for a new one only the lists and perhaps the customer."""

    def work(session: Session) -> Opened:
        doc = documents.load_order(session, number) if number is not None else None
        wanted = doc["customer_id"] if doc is not None else customer_id
        lists = lookups.whole(session, LISTS)
        return Opened(doc, lists, _buyer(session, wanted) if wanted is not None else None)

    return office.run(work)


def load_order(office: Office, number: int) -> Doc:
    return office.run(partial(documents.load_order, id_=number))


def buyer(office: Office, customer_id: int) -> Buyer | None:
    """The facts of a customer; None where one may not see them."""
    return office.run(partial(_buyer, customer_id=customer_id))


def all_products(office: Office) -> ProductIndex:
    return office.run(products.load)


class Lost(NamedTuple):
    """A save whose end nobody saw: the server went away while it committed."""

    sent: Doc
    answer: Doc


def save(office: Office, doc: Doc, lost: Lost | None = None) -> Doc:
    """Store the document and answer with it as it is now stored.

    `lost` is an earlier save of the same that is stored perhaps; it is never stored twice.
    """

    def work(session: Session) -> Doc:
        found = _found(session, doc, lost)
        return documents.save_order(session, to_save(found), found.get("version"))

    return office.run(work)


def save_and_submit(office: Office, doc: Doc, changed: bool, lost: Lost | None = None) -> Doc:
    """Store what was changed and give the document its number, both or neither."""

    def work(session: Session) -> Doc:
        stored = found = _found(session, doc, lost)
        if changed or doc.get("id") is None:
            stored = documents.save_order(session, to_save(found), found.get("version"))
        if stored.get("number"):
            return stored
        return documents.submit_order(session, stored["id"], stored["version"])

    return office.run(work)


def landed(lost: Lost, stored: Doc) -> bool:
    """Whether the stored document shows that the lost save was committed."""
    if lost.sent.get("id") is None or stored["changed_at"] == lost.answer["changed_at"]:
        return True
    new = {line["id"] for line in lost.answer["lines"]} - {
        line["id"] for line in lost.sent["lines"]
    }
    return bool(new & {line["id"] for line in stored["lines"]})


def _found(session: Session, doc: Doc, lost: Lost | None) -> Doc:
    """The document, knowing what an earlier save made of it where that one is stored."""
    if lost is None:
        return doc
    try:
        stored = documents.load_order(session, lost.answer["id"])
    except Gone:
        return doc
    if not landed(lost, stored):
        return doc
    return with_ids(doc, lost.sent, lost.answer) | {"version": lost.answer["version"]}


def cancel(office: Office, number: int, version: int, reason: str) -> Doc:
    """Cancel a numbered order; it stays listed with the reason."""
    return office.run(partial(documents.cancel_order, id_=number, version=version, reason=reason))


def discard(office: Office, number: int) -> None:
    """Move a draft to the recycle bin."""
    office.run(partial(records.delete, entity=SalesOrder, ids=[number]))


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
