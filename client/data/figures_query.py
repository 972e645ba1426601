"""The statements behind the sales figures, made of the model's tables."""

from typing import Any

from sqlalchemy import CTE, FromClause, Select, and_, distinct, func, literal, select
from sqlalchemy.sql.elements import ColumnElement

from client.data.figures_asked import Query
from client.model import Base, Customer, Operator, OrderLine, Product, Region, SalesOrder

NOT_SOLD = ("draft", "cancelled")


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


def _per_order(query: Query) -> CTE:
    """Each order's lines added up, for each thing reported on."""
    order, line, customer = SalesOrder.__table__, OrderLine.__table__, Customer.__table__
    key, with_customer = _group(query)
    source = line.join(order, line.c.order_id == order.c.id)
    if with_customer:
        source = source.join(customer, customer.c.id == order.c.customer_id)
    return (
        select(
            key.label("key"),
            order.c.id.label("order_id"),
            func.count().label("lines"),
            func.sum(line.c.quantity).label("quantity"),
            func.sum(line.c.amount).label("amount"),
        )
        .select_from(source)
        .where(*sold(query), order.c.currency == query.currency, line.c.deleted_at.is_(None))
        .group_by(key, order.c.id)
        .cte("per_order")
    )


def statement(query: Query) -> Select[Any]:
    """One row for each thing reported on, and one of all, told apart by `whole`."""
    per = _per_order(query)
    # An order has several products, but one region, salesperson and customer.
    orders = func.count(distinct(per.c.order_id)) if query.report == "product" else func.count()
    summed = (
        select(
            per.c.key,
            func.grouping(per.c.key).label("whole"),
            orders.label("orders"),
            func.coalesce(func.sum(per.c.lines), 0).label("lines"),
            func.coalesce(func.sum(per.c.quantity), 0).label("quantity"),
            func.coalesce(func.sum(per.c.amount), 0).label("amount"),
        )
        .group_by(func.rollup(per.c.key))
        .subquery("summed")
    )
    named = _names(query.report)
    return select(summed, named.c.code, named.c.text, named.c.note).select_from(
        summed.outerjoin(named, and_(named.c.id == summed.c.key, summed.c.whole == 0))
    )


def _names(key: str) -> FromClause:
    """id, code, text and note of what a report has in its rows."""
    region, operator = Region.__table__, Operator.__table__
    product, kind = Product.__table__, Base.metadata.tables["customer_type"]
    above = region.alias("above")
    chosen: dict[str, Select[Any]] = {
        "region": select(
            region.c.id, region.c.code, region.c.name.label("text"), above.c.name.label("note")
        ).select_from(region.outerjoin(above, above.c.id == region.c.parent_id)),
        "salesperson": select(
            operator.c.id,
            operator.c.code,
            operator.c.name.label("text"),
            region.c.name.label("note"),
        ).select_from(operator.outerjoin(region, region.c.id == operator.c.region_id)),
        "customer_type": select(
            kind.c.id, kind.c.code, kind.c.name.label("text"), literal("").label("note")
        ),
        "product": select(
            product.c.id,
            product.c.code,
            product.c.name.label("text"),
            product.c.category.label("note"),
        ),
    }
    return chosen[key].subquery("named")
