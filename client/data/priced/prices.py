"""Earlier prices of products: to one customer, and to others of the same type and grade.

Only documents that count are read: orders that are neither draft nor cancelled, and quotes that
were sent and not refused. Row-level security decides which of them the operator sees.
"""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, Integer, Select, and_, any_, func, literal, or_, select, union_all
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from client.data.connection import Office
from client.data.priced.kinds import ORDER, QUOTE, DocumentKind
from client.model import Customer, OrderLine, Product, Quote, QuoteLine, SalesOrder

SHOWN = 5  # of one product in the history
USUAL = 60
WHOLE = Decimal(1)
PARTS = Decimal("0.01")


class Source(NamedTuple):
    """A kind of document that has prices: how its lines refer to it, and which documents count."""

    kind: DocumentKind
    parent: Any
    counts: Any


SOLD = Source(ORDER, OrderLine.order_id, SalesOrder.status.not_in(("draft", "cancelled")))
QUOTED = Source(QUOTE, QuoteLine.quote_id, Quote.status.in_(("sent", "accepted")))


class Deal(NamedTuple):
    """One line of a document: the day, quantity and price, and which document it is."""

    kind: str
    row_id: int
    number: str
    on: date
    quantity: Decimal
    unit_price: Decimal
    discount: Decimal


class PriceRange(NamedTuple):
    """From the lowest price to the highest, among so many customers."""

    least: Decimal
    most: Decimal
    customers: int


class PriceHistory(NamedTuple):
    """What is known of one product's prices.

    `last` is the customer's last deal, `lowest` their lowest price after discount, `times` how
    often they bought it; `sold` and `quoted` are what customers of the same type and grade got.
    """

    last: Deal | None = None
    lowest: Decimal | None = None
    times: int = 0
    sold: PriceRange | None = None
    quoted: PriceRange | None = None


class UsualProduct(NamedTuple):
    """A product that a customer buys often, with the average quantity and the last price."""

    product_id: int
    quantity: Decimal
    unit_price: Decimal
    times: int
    last_on: date


class PriceQuery(NamedTuple):
    """Whose prices are asked for, and in which currency.

    `typed` is the kind and id of the document being typed, which is left out.
    """

    customer_id: int
    currency: str = ""
    typed: tuple[str, int] | None = None


def price_history(
    session: Session, asked: PriceQuery, product_ids: Collection[int]
) -> dict[int, PriceHistory]:
    """What is known of each of these products; an empty PriceHistory if nothing is."""
    found = {number: PriceHistory() for number in product_ids}
    if not found:
        return {}
    for row in session.execute(_last(asked, found)):
        found[row.product_id] = PriceHistory(_deal(row), row.lowest, row.times)
    for row in session.execute(_like_them(SOLD, asked, found)):
        found[row.product_id] = found[row.product_id]._replace(sold=_span(row))
    for row in session.execute(_like_them(QUOTED, asked, found)):
        found[row.product_id] = found[row.product_id]._replace(quoted=_span(row))
    return found


def usual(session: Session, asked: PriceQuery, limit: int = USUAL) -> list[UsualProduct]:
    """The goods a customer buys most often, with the average quantity and the last price."""
    deals = _deals(SOLD, asked).where(_theirs(SOLD, asked)).subquery()
    newest = (deals.c.on.desc(), deals.c.row_id.desc(), deals.c.position.desc())
    prices = func.array_agg(aggregate_order_by(deals.c.unit_price, *newest))
    times, last_on = func.count(deals.c.row_id.distinct()), func.max(deals.c.on)
    whole = func.bool_and(deals.c.quantity == func.trunc(deals.c.quantity))
    query = (
        select(deals.c.product_id, func.avg(deals.c.quantity), prices, times, last_on, whole)
        .join(Product, Product.id == deals.c.product_id)
        .where(Product.active, Product.deleted_at.is_(None))
        .group_by(deals.c.product_id)
        .order_by(times.desc(), last_on.desc(), deals.c.product_id)
    )
    return [
        UsualProduct(number, _average(average, integral), list_of[0], count, day)
        for number, average, list_of, count, day, integral in session.execute(query.limit(limit))
    ]


# Jobs: one transaction each


def read_price_history(
    office: Office, asked: PriceQuery, product_ids: Collection[int]
) -> dict[int, PriceHistory]:
    with office.session() as session:
        return price_history(session, asked, product_ids)


def read_last_deals(office: Office, asked: PriceQuery, product_id: int) -> list[Deal]:
    """A product's last deals with the customer asked for, sold and quoted, the latest first."""
    with office.session() as session:
        return _history(session, asked, product_id)


def read_usual(office: Office, asked: PriceQuery) -> list[UsualProduct]:
    with office.session() as session:
        return usual(session, asked)


# Queries


def _deals(source: Source, asked: PriceQuery) -> Select[Any]:
    """The lines of documents that count, in the currency asked for.

    Gifts and returns are left out, since their prices tell nothing.
    """
    head: Any = source.kind.entity
    line: Any = source.kind.line
    currency = asked.currency or func.setting_text("currency", "CNY")
    return (
        select(
            literal(source.kind.table).label("kind"),
            head.id.label("row_id"),
            func.coalesce(head.number, "").label("number"),
            getattr(head, source.kind.day).label("on"),
            line.position,
            line.product_id,
            line.quantity,
            line.unit_price,
            line.discount,
        )
        .join(head, source.parent == head.id)
        .where(
            source.counts,
            head.deleted_at.is_(None),
            line.deleted_at.is_(None),
            line.quantity > 0,
            line.unit_price > 0,
            head.currency == currency,
        )
    )


def _theirs(source: Source, asked: PriceQuery) -> Any:
    """The documents of the customer, without the one being typed."""
    head: Any = source.kind.entity
    mine = head.customer_id == asked.customer_id
    if asked.typed is None or asked.typed[0] != source.kind.table:
        return mine
    return and_(mine, head.id != asked.typed[1])


def _among(source: Source, product_ids: Collection[int]) -> Any:
    line: Any = source.kind.line
    return line.product_id == any_(literal(list(product_ids), ARRAY(Integer)))


def _last(asked: PriceQuery, product_ids: Collection[int]) -> Select[Any]:
    """One row a product: the last deal, with the lowest price and how often there was one."""
    where = _theirs(SOLD, asked), _among(SOLD, product_ids)
    deals = _deals(SOLD, asked).where(*where).subquery()
    newest = (deals.c.on.desc(), deals.c.row_id.desc(), deals.c.position.desc())
    paid = func.round(deals.c.unit_price * (1 - deals.c.discount), 4)
    ranked = select(
        deals,
        func.row_number().over(partition_by=deals.c.product_id, order_by=newest).label("place"),
        func.min(paid).over(partition_by=deals.c.product_id).label("lowest"),
        func.count().over(partition_by=deals.c.product_id).label("times"),
    ).subquery()
    return select(ranked).where(ranked.c.place == 1)


def _like_them(source: Source, asked: PriceQuery, product_ids: Collection[int]) -> Select[Any]:
    """The range of prices to other customers of the same type and grade, by product."""
    head: Any = source.kind.entity
    line: Any = source.kind.line
    them = select(Customer.type_id, Customer.grade_id).where(Customer.id == asked.customer_id)
    me = them.subquery()
    paid = func.round(line.unit_price * (1 - line.discount), 4)
    return (
        _deals(source, asked)
        .with_only_columns(
            line.product_id,
            func.min(paid).label("least"),
            func.max(paid).label("most"),
            func.count(head.customer_id.distinct()).label("customers"),
        )
        .join(Customer, Customer.id == head.customer_id)
        .join(me, _alike(me))
        .where(head.customer_id != asked.customer_id, _among(source, product_ids))
        .group_by(line.product_id)
    )


def _alike(me: Any) -> Any:
    """Customers with neither a type nor a grade have nothing in common."""
    return and_(
        Customer.type_id.is_not_distinct_from(me.c.type_id),
        Customer.grade_id.is_not_distinct_from(me.c.grade_id),
        or_(me.c.type_id.is_not(None), me.c.grade_id.is_not(None)),
    )


def _history(session: Session, asked: PriceQuery, product_id: int) -> list[Deal]:
    halves = (
        _deals(source, asked).where(_theirs(source, asked), _among(source, [product_id]))
        for source in (SOLD, QUOTED)
    )
    deals = union_all(*halves).subquery()
    newest = (
        deals.c.on.desc(),
        deals.c.kind.desc(),
        deals.c.row_id.desc(),
        deals.c.position.desc(),
    )
    return [_deal(row) for row in session.execute(select(deals).order_by(*newest).limit(SHOWN))]


def _deal(row: Any) -> Deal:
    return Deal(*(getattr(row, name) for name in Deal._fields))


def _span(row: Any) -> PriceRange:
    return PriceRange(row.least, row.most, row.customers)


def _average(average: Decimal, whole: bool) -> Decimal:
    """An average as one would type it: whole if the quantities were, and never zero."""
    return max(Decimal(average).quantize(WHOLE if whole else PARTS), WHOLE if whole else PARTS)
