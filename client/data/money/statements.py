"""The statement of a customer: what was owed at first, every charge and payment, what is owed now.

Orders are charges on their day, receipts are credits on theirs, and a red entry is a credit below
zero. The closing balance is what the orders are still owed less what was paid ahead.
"""

from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import Any

from sqlalchemy import Numeric, Select, case, cast, func, literal, null, select, union_all
from sqlalchemy.orm import Session

from client.data.errors import SENTENCES, NotYours
from client.data.money.owed import (
    ahead_on,
    charged_until,
    due,
    office_of,
    orders_on,
    received_until,
)
from client.data.money.receivables import AGES, ZERO
from client.i18n import _
from client.model import ENTITIES, Contact, Customer, Receipt, SalesOrder

Doc = dict[str, Any]


def statement(
    session: Session,
    customer_id: int,
    date_from: date | None = None,
    date_to: date | None = None,
    currency: str = "",
) -> Doc:
    """The statement until `date_to`, today if it is not given, in one currency.

    Without `date_from` it begins with the first entry. `other_currencies` names those that the
    customer also has entries in. Raises NotYours, or KnownError without the rights.
    """
    office = office_of(session)
    last = date_to or office.today
    first = min(date_from, last) if date_from else None
    wanted = currency or office.currency
    all_entries = session.execute(_entries(customer_id, last)).all()
    found = [row for row in all_entries if row.currency == wanted]
    before = [row for row in found if first is not None and row.on < first]
    within = found[len(before) :]
    opening = sum((row.charge - row.credit for row in before), ZERO)
    balances = accumulate((row.charge - row.credit for row in within), initial=opening)
    entries = [_entry(row, balance) for row, balance in zip(within, [*balances][1:], strict=True)]
    charges = sum((row.charge for row in within), ZERO)
    credits = sum((row.credit for row in within), ZERO)
    return {
        "customer": _customer(session, customer_id),
        "currency": wanted,
        "date_from": first,
        "date_to": last,
        "opening": opening,
        "charges": charges,
        "credits": credits,
        "closing": opening + charges - credits,
        "entries": entries,
        "ages": _ages(session, customer_id, last, wanted),
        "advance": _advance(session, customer_id, last, wanted),
        "other_currencies": sorted({row.currency for row in all_entries} - {wanted}),
    }


def _entry(row: Any, balance: Decimal) -> Doc:
    return {
        "on": row.on,
        "kind": row.kind,
        "number": row.number or "",
        "text": row.text,
        "charge": row.charge,
        "credit": row.credit,
        "balance": balance,
        "row_id": row.row_id,
    }


def _customer(session: Session, customer_id: int) -> Doc:
    customer, contact = Customer.__table__.c, Contact.__table__.c
    person = (
        select(contact.name)
        .where(contact.customer_id == customer.id, contact.deleted_at.is_(None))
        .order_by(contact.is_primary.desc(), contact.id)
        .limit(1)
        .scalar_subquery()
    )
    names = ("id", "number", "name", "short_name", "address", "phone")
    query = select(*(customer[name] for name in names), person.label("contact_name"))
    row = session.execute(query.where(customer.id == customer_id)).mappings().first()
    if row is None:
        raise NotYours(_(SENTENCES["KH003"]))
    return dict(row)


def _entries(customer_id: int, last: date) -> Select[Any]:
    """Every charge and credit until a day, in the order they are read in."""
    order, receipt = SalesOrder.__table__.c, Receipt.__table__
    method: Any = ENTITIES["payment_method"].__table__  # type: ignore[attr-defined]
    voided = receipt.alias("voided")
    none = cast(null(), Numeric(14, 2))
    charges = select(
        order.order_date.label("on"),
        literal("order").label("kind"),
        order.number,
        func.split_part(func.coalesce(order.remarks, ""), "\n", 1).label("text"),
        order.total.label("charge"),
        none.label("credit"),
        order.id.label("row_id"),
        order.currency,
    ).where(*charged_until(last), order.customer_id == customer_id)
    # A red entry names what it takes back and why; any other how it was paid.
    said = func.concat_ws(
        " · ",
        case((voided.c.id.is_not(None), voided.c.number), else_=method.c.name),
        case(
            (voided.c.id.is_not(None), func.split_part(receipt.c.remarks, "\n", 1)),
            else_=func.nullif(receipt.c.reference, ""),
        ),
    )
    credits = (
        select(
            receipt.c.receipt_date,
            case((receipt.c.reverses_id.is_not(None), "red"), else_="receipt"),
            receipt.c.number,
            said,
            none,
            receipt.c.amount,
            receipt.c.id,
            receipt.c.currency,
        )
        .select_from(
            receipt.outerjoin(method, method.c.id == receipt.c.payment_method_id).outerjoin(
                voided, voided.c.id == receipt.c.reverses_id
            )
        )
        .where(*received_until(last), receipt.c.customer_id == customer_id)
    )
    both = union_all(charges, credits).subquery("entries")
    place = case((both.c.kind == "order", 1), (both.c.kind == "receipt", 2), else_=3)
    amounts = (func.coalesce(both.c[name], ZERO).label(name) for name in ("charge", "credit"))
    kept = (both.c[name] for name in ("on", "kind", "number", "text", "row_id", "currency"))
    return select(*kept, *amounts).order_by(both.c.on, place, both.c.row_id)


def _ages(session: Session, customer_id: int, last: date, currency: str) -> dict[str, Decimal]:
    """What is owed by age. Also today it goes by the orders' own days, as the entries do."""
    source, outstanding, limits = orders_on(last)
    order = SalesOrder.__table__.c
    ages = [
        func.coalesce(func.sum(outstanding).filter(*age.holds(due(order), last)), ZERO)
        for age in AGES
    ]
    query = select(*ages).select_from(source)
    row = session.execute(
        query.where(*limits, order.customer_id == customer_id, order.currency == currency)
    ).one()
    return {age.key: amount for age, amount in zip(AGES, row, strict=True)}


def _advance(session: Session, customer_id: int, last: date, currency: str) -> Decimal:
    parts = ahead_on(last).subquery("parts")
    query = select(func.coalesce(func.sum(parts.c.amount), ZERO)).where(
        parts.c.customer_id == customer_id, parts.c.currency == currency
    )
    return Decimal(session.scalar(query) or ZERO)
