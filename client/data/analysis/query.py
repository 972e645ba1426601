"""The statements behind the sales figures, made of the model's tables."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    CTE,
    CompoundSelect,
    FromClause,
    Select,
    exists,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.sql.elements import ColumnElement

from client.data.analysis.reports import Query
from client.model import Base, Customer, Operator, OrderLine, Product, Region, SalesOrder

NOT_SOLD = ("draft", "cancelled")
SUMS, COUNTS, REPEATED, ALL = range(4)  # the parts of the answer


def sold(query: Query) -> list[ColumnElement[bool]]:
    """What limits the orders that count."""
    order = SalesOrder.__table__.c
    limits: list[ColumnElement[bool]] = [order.status.not_in(NOT_SOLD), order.deleted_at.is_(None)]
    if query.date_from is not None:
        limits.append(order.order_date >= query.date_from)
    if query.date_to is not None:
        limits.append(order.order_date <= query.date_to)
    if query.salesperson_id is not None:
        limits.append(order.salesperson_id == query.salesperson_id)
    if query.region_id is not None:
        limits.append(_region_column(query).in_(select(_below(query.region_id).c.id)))
    return limits


def _region_column(query: Query) -> ColumnElement[Any]:
    order = SalesOrder.__table__.c
    found: ColumnElement[Any] = order[f"{query.regions_of}_region_id"]
    return found


def _below(region_id: int) -> CTE:
    """The region and those below it; `union` ends a circle of parents."""
    region = Region.__table__
    tree = select(region.c.id).where(region.c.id == region_id).cte("below", recursive=True)
    return tree.union(select(region.c.id).where(region.c.parent_id == tree.c.id))


def _group(query: Query) -> tuple[ColumnElement[Any], bool]:
    """What the lines are added up by, and whether that needs the customer's own row."""
    match query.report:
        case "region":
            return _region_column(query), False
        case "salesperson":
            return SalesOrder.__table__.c.salesperson_id, False
        case "customer_type":
            return Customer.__table__.c.type_id, True
        case "product":
            return OrderLine.__table__.c.product_id, False
    raise ValueError(f"no report {query.report!r}")


def statement(query: Query) -> CompoundSelect[Any]:
    """Rows (key, lines, quantity, amount, orders): sums first, then counts; `part` tells which.

    An order with two lines is one order, so orders are counted by themselves; both in one
    statement, so that they are about the same moment. A product's orders are its lines without
    the repeated ones: count(DISTINCT) is never parallel, and sorted three million lines.
    """
    order, line, customer = SalesOrder.__table__, OrderLine.__table__, Customer.__table__
    key, with_customer = _group(query)
    orders: FromClause = order
    if with_customer:
        # Of a customer that one may not view the type stays open; the order counts as in its list.
        orders = orders.outerjoin(customer, customer.c.id == order.c.customer_id)
    lines = orders.join(line, line.c.order_id == order.c.id)
    limits = [*sold(query), order.c.currency == query.currency]
    living = [*limits, line.c.deleted_at.is_(None)]
    nothing = literal(0)
    sums = (
        select(
            literal(SUMS).label("part"),
            key.label("key"),
            func.count().label("lines"),
            func.sum(line.c.quantity).label("quantity"),
            func.sum(line.c.amount).label("amount"),
            nothing.label("orders"),
        )
        .select_from(lines)
        .where(*living)
        .group_by(key)
    )
    if query.report == "product":
        return union_all(sums, _repeated(limits), _number(ALL, None, order, limits))
    return union_all(sums, _number(COUNTS, key, orders, limits))


def _number(
    part: int, key: ColumnElement[Any] | None, source: FromClause, limits: list[ColumnElement[bool]]
) -> Select[Any]:
    """How many orders there are, by `key` or altogether."""
    none = literal(0)
    shown = literal(None) if key is None else key
    numbers = select(literal(part), shown, none, none, none, func.count()).select_from(source)
    return numbers.where(*limits) if key is None else numbers.where(*limits).group_by(key)


def _repeated(limits: list[ColumnElement[bool]]) -> Select[Any]:
    """By product, the lines whose order has the product in an earlier line already."""
    order, line = SalesOrder.__table__, OrderLine.__table__
    earlier = line.alias("earlier")
    again = exists().where(
        earlier.c.order_id == line.c.order_id,
        earlier.c.product_id == line.c.product_id,
        earlier.c.id < line.c.id,
        earlier.c.deleted_at.is_(None),
    )
    return _number(
        REPEATED,
        line.c.product_id,
        order.join(line, line.c.order_id == order.c.id),
        [*limits, line.c.deleted_at.is_(None), again],
    )


def names(key: str, ids: Iterable[int]) -> Select[Any]:
    """id, code, text and note of what a report has in its rows."""
    region, operator = Region.__table__, Operator.__table__
    product, kind = Product.__table__, Base.metadata.tables["customer_type"]
    above = region.alias("above")
    chosen: dict[str, tuple[Any, Any, FromClause]] = {
        "region": (region, above.c.name, region.outerjoin(above, above.c.id == region.c.parent_id)),
        "salesperson": (
            operator,
            region.c.name,
            operator.outerjoin(region, region.c.id == operator.c.region_id),
        ),
        "customer_type": (kind, literal(""), kind),
        "product": (product, product.c.category, product),
    }
    table, note, source = chosen[key]
    return (
        select(table.c.id, table.c.code, table.c.name.label("text"), note.label("note"))
        .select_from(source)
        .where(table.c.id.in_(list(ids)))
    )
