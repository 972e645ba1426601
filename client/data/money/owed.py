"""What is owed and what was paid ahead, as selects: as it stands now, or on an earlier day.

Now is what the database keeps on each order and receipt. An earlier day is worked out from the
orders and receipts dated until then, with the amounts they have today. Money for an order dated
later was, on that day, still paid ahead; so for any day and customer, what is owed less what was
paid ahead is what was charged less what was received.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import FromClause, Select, Subquery, func, select, text, union_all
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from client.data.errors import SENTENCES, KnownError
from client.i18n import _
from client.model import Receipt, ReceiptAllocation, SalesOrder

NOT_OWED = ("draft", "cancelled")
Limits = Sequence[ColumnElement[bool]]


@dataclass(frozen=True)
class Office:
    """The office's day and currency, as the server tells them to this reader."""

    today: date
    currency: str


def office_of(session: Session) -> Office:
    """The office's day and currency. Raises KnownError unless the reader may view orders and
    receipts.

    Without the receipts every order would look unpaid, so one of the two rights is not enough.
    """
    query = text(
        "SELECT office_today(), setting_text('currency', 'CNY'),"
        " can('order', 'view') AND can('receipt', 'view')"
    )
    today, currency, allowed = session.execute(query).one()
    if not allowed:
        raise KnownError(_(SENTENCES["42501"]))
    return Office(today, currency)


def due(order: Any) -> ColumnElement[Any]:
    """The day on which an order has to be paid, as an expression over its columns."""
    found: ColumnElement[Any] = func.coalesce(order.due_date, order.order_date)
    return found


def orders_now() -> tuple[FromClause, ColumnElement[Any], Limits]:
    """The open orders: what to select from, the outstanding amount, and the conditions."""
    order = SalesOrder.__table__.c
    limits = [order.owed, order.deleted_at.is_(None)]
    return SalesOrder.__table__, order.outstanding, limits


def orders_on(day: date) -> tuple[FromClause, ColumnElement[Any], Limits]:
    """The same as `orders_now`, as it was at the end of an earlier day."""
    table = SalesOrder.__table__
    paid = _paid_until(day)
    outstanding = table.c.total - func.coalesce(paid.c.amount, 0)
    source = table.outerjoin(paid, paid.c.order_id == table.c.id)
    return source, outstanding, [*charged_until(day), outstanding != 0]


def charged_until(day: date) -> Limits:
    """The orders that count as charges, dated until `day`."""
    order = SalesOrder.__table__.c
    return [
        order.status.not_in(NOT_OWED),
        order.deleted_at.is_(None),
        order.order_date <= day,
    ]


def received_until(day: date) -> Limits:
    """The receipts that count, red entries among them, dated until `day`."""
    receipt = Receipt.__table__.c
    return [
        receipt.status != "draft",
        receipt.deleted_at.is_(None),
        receipt.receipt_date <= day,
    ]


def ahead_now() -> Select[Any]:
    """Advances (what was paid ahead), as rows (customer_id, owner_id, currency, amount)."""
    receipt = Receipt.__table__.c
    return select(
        receipt.customer_id, receipt.owner_id, receipt.currency, receipt.advance.label("amount")
    ).where(receipt.advance != 0, receipt.deleted_at.is_(None))


def ahead_on(day: date) -> Select[Any]:
    """The advances on an earlier day, as rows to be added up: receipts, and negative what they
    paid for.
    """
    receipt, order = Receipt.__table__, SalesOrder.__table__
    paid = _paid_until(day)
    money = select(
        receipt.c.customer_id, receipt.c.owner_id, receipt.c.currency, receipt.c.amount
    ).where(*received_until(day))
    used = (
        select(order.c.customer_id, order.c.owner_id, order.c.currency, -paid.c.amount)
        .select_from(order.join(paid, paid.c.order_id == order.c.id))
        .where(*charged_until(day))
    )
    parts = union_all(money, used).subquery("ahead_parts")
    return select(parts.c.customer_id, parts.c.owner_id, parts.c.currency, parts.c.amount)


def _paid_until(day: date) -> Subquery:
    """By order, what receipts gave to it until `day`; red entries take back."""
    receipt, part = Receipt.__table__, ReceiptAllocation.__table__
    return (
        select(part.c.order_id, func.sum(part.c.amount).label("amount"))
        .select_from(part.join(receipt, receipt.c.id == part.c.receipt_id))
        .where(
            part.c.allocated_on <= day,
            part.c.deleted_at.is_(None),
            receipt.c.status != "draft",
            receipt.c.deleted_at.is_(None),
        )
        .group_by(part.c.order_id)
        .subquery()
    )
