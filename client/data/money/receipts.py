"""What the screens of receipts read and write, each as one job with one transaction.

Nothing here knows a window; every function takes the office and plain values.
"""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from client.data import documents, lookups, records
from client.data.connection import Office
from client.data.errors import Gone
from client.data.in_doubt import InDoubt
from client.data.lookups import Choice
from client.data.money.allocation import HEAD, Doc, OpenOrder, Parts
from client.model import ENTITIES, Customer, Entity, Operator, Receipt, SalesOrder

LISTS = (Operator, ENTITIES["payment_method"])
Lists = dict[type[Entity], list[Choice]]
MONEY = ("amount", "allocated", "advance")
MOMENTS = ("created_at", "changed_at", "deleted_at", "posted_at", "voided_at")
OF_ALLOCATION = ("amount", "order_total", "order_outstanding")


class Advance(NamedTuple):
    """A receipt of which something is not allocated yet."""

    id: int
    number: str
    receipt_date: date
    advance: Decimal


class Account(NamedTuple):
    """What a customer owes and has paid in advance in one currency, as far as the operator sees it.

    `currencies` are those in which money could be received.
    """

    customer_id: int
    name: str
    currency: str
    currencies: tuple[str, ...]
    orders: list[OpenOrder]
    advances: list[Advance]

    @property
    def outstanding(self) -> Decimal:
        return sum((order.outstanding for order in self.orders), Decimal("0.00"))

    @property
    def advance(self) -> Decimal:
        return sum((entry.advance for entry in self.advances), Decimal("0.00"))


class Opened(NamedTuple):
    """What the receipt screen shows when it opens; `account` is None while there is no customer."""

    doc: Doc | None
    lists: Lists
    account: Account | None
    method_id: int | None = None  # how the order it begins with is to be paid


# Documents


def read(raw: str) -> Doc:
    """A receipt from the database's JSON, with exact decimals, dates and datetimes."""
    doc: Doc = json.loads(raw, parse_float=Decimal)
    for name in MONEY:
        doc[name] = Decimal(doc.get(name) or 0)
    documents.take_days(doc, ("receipt_date",))
    documents.take_moments(doc, MOMENTS)
    for entry in doc["allocations"]:
        entry |= {name: Decimal(entry[name]) for name in OF_ALLOCATION}
        documents.take_days(entry, ("order_date", "due_date", "allocated_on"))
    return doc


def write(doc: Mapping[str, Any]) -> str:
    """The JSON that `save_receipt` takes: decimals as exact text, dates as ISO."""
    head = {name: doc.get(name) for name in ("id", *HEAD)}
    entries = doc.get("allocations") or ()
    head["allocations"] = [{"order_id": e["order_id"], "amount": e["amount"]} for e in entries]
    return json.dumps(head, default=str, ensure_ascii=False)


def fetch(session: Session, number: int) -> Doc:
    """One receipt with the orders it is for. Raises Gone or NotYours."""
    return documents.load(session, "receipt", Receipt, read, number)


def step(session: Session, query: str, mine: Mapping[str, Any], **values: Any) -> Doc:
    """Ask a function that answers with the receipt. Raises Conflict, Gone, NotYours, or a
    database error for which `errors.sentence` has words."""
    return documents.step(session, Receipt, read, query, mine, **values)


def save_receipt(session: Session, doc: Mapping[str, Any], version: int | None) -> Doc:
    query = "SELECT CAST(save_receipt(CAST(:doc AS jsonb), :version) AS text)"
    return step(session, query, doc, doc=write(doc), version=version)


def post_receipt(session: Session, number: int, version: int, mine: Mapping[str, Any]) -> Doc:
    """Post a draft: it gets its number, and the orders get their money."""
    query = "SELECT CAST(post_receipt(:id, :version) AS text)"
    return step(session, query, mine, id=number, version=version)


# Jobs


def open_receipt(
    office: Office,
    number: int | None,
    customer_id: int | None = None,
    order_id: int | None = None,
) -> Opened:
    """A receipt with its lists to choose from. Without `number` a new one, for a customer or an
    order.
    """

    def work(session: Session) -> Opened:
        doc = fetch(session, number) if number is not None else None
        lists = lookups.whole(session, LISTS)
        payer, currency, method = customer_id, None, None
        if doc is not None:
            payer, currency = doc["customer_id"], doc["currency"]
        elif order_id is not None:
            payer, currency, method = _buyer_of(session, order_id, customer_id)
        found = account(session, payer, currency) if payer is not None else None
        return Opened(doc, lists, found, method)

    return office.run(work)


def load(office: Office, number: int) -> Doc:
    return office.run(partial(fetch, number=number))


def read_account(office: Office, customer_id: int, currency: str | None = None) -> Account | None:
    """What a customer owes now; None where one may not see them."""
    return office.run(partial(account, customer_id=customer_id, currency=currency))


def save(office: Office, doc: Doc, in_doubt: InDoubt | None = None) -> Doc:
    """Store a draft and return it as it is stored now.

    `in_doubt` is an earlier save of the same draft that may be stored; it is never stored twice.
    """

    def work(session: Session) -> Doc:
        found = _known(session, doc, in_doubt)
        return save_receipt(session, found, found.get("version"))

    return office.run(work)


def save_and_post(office: Office, doc: Doc, changed: bool, in_doubt: InDoubt | None = None) -> Doc:
    """Store what was changed and post it, both or neither."""

    def work(session: Session) -> Doc:
        done = _done(session, in_doubt)
        if done is not None and done["status"] != "draft":
            return done
        found = _known(session, doc, in_doubt)
        if changed or doc.get("id") is None:
            found = save_receipt(session, found, found.get("version"))
        return post_receipt(session, found["id"], found["version"], doc)

    return office.run(work)


def void(office: Office, doc: Doc, reason: str, in_doubt: InDoubt | None = None) -> Doc:
    """Void a posted receipt by a red entry; returns the voided receipt."""

    def work(session: Session) -> Doc:
        query = "SELECT CAST(void_receipt(:id, :version, :reason) AS text)"
        values = {"id": doc["id"], "version": doc["version"], "reason": reason}
        return _done(session, in_doubt) or step(session, query, doc, **values)

    return office.run(work)


def allocate_advance(
    office: Office, doc: Doc, parts: Parts, in_doubt: InDoubt | None = None
) -> Doc:
    """Allocate what is left of a posted receipt to orders."""
    entries = [{"order_id": number, "amount": str(part)} for number, part in parts.items() if part]

    def work(session: Session) -> Doc:
        query = "SELECT CAST(allocate_advance(:id, :version, CAST(:parts AS jsonb)) AS text)"
        values = {"id": doc["id"], "version": doc["version"], "parts": json.dumps(entries)}
        return _done(session, in_doubt) or step(session, query, doc, **values)

    return office.run(work)


def discard(office: Office, number: int) -> None:
    """Move a draft to the recycle bin."""
    office.run(partial(records.delete, entity=Receipt, ids=[number]))


def committed(in_doubt: InDoubt, stored: Doc) -> bool:
    """Whether the stored receipt shows that the in_doubt step was committed."""
    return in_doubt.committed(stored, "allocations")


def _done(session: Session, in_doubt: InDoubt | None) -> Doc | None:
    """The stored document if an earlier try of the same step was committed, else None."""
    if in_doubt is None:
        return None
    try:
        stored = fetch(session, in_doubt.answer["id"])
    except Gone:
        return None
    return stored if committed(in_doubt, stored) else None


def _known(session: Session, doc: Doc, in_doubt: InDoubt | None) -> Doc:
    """The receipt with the id and version that an earlier save in doubt gave it."""
    if in_doubt is None or _done(session, in_doubt) is None:
        return doc
    return doc | {"id": in_doubt.answer["id"], "version": in_doubt.answer["version"]}


# What customers owe


def open_orders(session: Session, customer_id: int, currency: str) -> list[OpenOrder]:
    """The orders for which money is still to come, what is due longest first."""
    query = (
        select(
            SalesOrder.id,
            func.coalesce(SalesOrder.number, ""),
            SalesOrder.order_date,
            SalesOrder.due_date,
            SalesOrder.total,
            SalesOrder.outstanding,
            func.coalesce(SalesOrder.remarks, ""),
        )
        .where(
            SalesOrder.customer_id == customer_id,
            SalesOrder.currency == currency,
            SalesOrder.owed,
            SalesOrder.outstanding > 0,
            SalesOrder.deleted_at.is_(None),
        )
        .order_by(SalesOrder.due_date, SalesOrder.order_date, SalesOrder.id)
    )
    found: Any = session.execute(query)
    return [OpenOrder(*row) for row in found]


def advances(session: Session, customer_id: int, currency: str) -> list[Advance]:
    """The receipts of which something is left, the oldest first."""
    query = (
        select(
            Receipt.id,
            func.coalesce(Receipt.number, ""),
            Receipt.receipt_date,
            Receipt.advance,
        )
        .where(
            Receipt.customer_id == customer_id,
            Receipt.currency == currency,
            Receipt.advance > 0,
            Receipt.deleted_at.is_(None),
        )
        .order_by(Receipt.receipt_date, Receipt.id)
    )
    found: Any = session.execute(query)
    return [Advance(*row) for row in found]


def account(session: Session, customer_id: int, currency: str | None = None) -> Account | None:
    """What a customer owes in a currency, by default the office's; None if the operator may not
    see them.
    """
    name = session.scalar(select(Customer.name).where(Customer.id == customer_id))
    if name is None:
        return None
    usual = str(session.scalar(select(func.setting_text("currency", "CNY"))))
    wanted = currency or usual
    owed = select(SalesOrder.currency).distinct()
    owed = owed.where(SalesOrder.customer_id == customer_id, SalesOrder.owed)
    owed = owed.where(SalesOrder.outstanding > 0, SalesOrder.deleted_at.is_(None))
    currencies = {usual, wanted, *session.scalars(owed)}
    return Account(
        customer_id,
        name,
        wanted,
        tuple(sorted(currencies)),
        open_orders(session, customer_id, wanted),
        advances(session, customer_id, wanted),
    )


def _buyer_of(
    session: Session, order_id: int, customer_id: int | None
) -> tuple[int | None, str | None, int | None]:
    """An order's customer, currency and payment method."""
    query = select(SalesOrder.customer_id, SalesOrder.currency, SalesOrder.payment_method_id)
    found: Any = session.execute(query.where(SalesOrder.id == order_id)).first()
    return tuple(found) if found is not None else (customer_id, None, None)
