"""Receivables by age: what each customer owes, and for how long it has been due.

Plain SQL under the reader's own policies, so a sum holds only what the reader may see.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import CTE, Select, case, func, select, text, true
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from client.data.money.owed import (
    Limits,
    ahead_now,
    ahead_on,
    due,
    office_of,
    orders_now,
    orders_on,
)
from client.i18n import N_
from client.model import Customer, Department, Operator, Region, SalesOrder

AT_ONCE = 2_000  # rows taken from the driver; more would hold the interpreter too long
WORK_MEMORY = "64MB"  # of the server, for one statement
ZERO = Decimal("0.00")


class Age(NamedTuple):
    """A range of days by which an order is overdue, from `least` to `most`; None means no limit."""

    key: str
    label: str
    short: str  # where room is short
    least: int | None
    most: int | None

    def holds(self, due_on: Any, as_of: date) -> list[Any]:
        """The conditions on the day an order is to be paid."""
        found = []
        if self.most is not None:
            found.append(due_on >= as_of - timedelta(days=self.most))
        if self.least is not None:
            found.append(due_on <= as_of - timedelta(days=self.least))
        return found


AGES = (
    Age("current", N_("Not yet due"), N_("Not yet due"), None, 0),
    Age("d30", N_("1-30 days overdue"), N_("Overdue 1-30"), 1, 30),
    Age("d60", N_("31-60 days overdue"), N_("Overdue 31-60"), 31, 60),
    Age("d90", N_("61-90 days overdue"), N_("Overdue 61-90"), 61, 90),
    Age("over", N_("Over 90 days overdue"), N_("Overdue over 90"), 91, None),
)


@dataclass(frozen=True)
class Query:
    """What is asked for: the day, and whose receivables. None means no limit, and today for the
    day.
    """

    as_of: date | None = None
    department_id: int | None = None  # of the customer's owner, with those below it
    salesperson_id: int | None = None  # the customer's owner
    region_id: int | None = None  # the customer's, with those below it
    customer_id: int | None = None
    currency: str = ""  # empty for the office's own


class Row(NamedTuple):
    """What one customer owes by age, and has paid in advance."""

    customer_id: int | None
    number: str
    name: str
    owner: str
    current: Decimal
    d30: Decimal
    d60: Decimal
    d90: Decimal
    over: Decimal
    outstanding: Decimal
    advance: Decimal
    currency: str


AMOUNTS = (*(age.key for age in AGES), "outstanding", "advance")


@dataclass(frozen=True)
class Answer:
    """The rows, who owes most first. `query` has the day and currency that were used."""

    query: Query
    currency: str
    rows: tuple[Row, ...]
    totals: Row
    other_currencies: tuple[str, ...] = ()

    @property
    def as_of(self) -> date:
        assert self.query.as_of is not None
        return self.query.as_of


class OpenOrder(NamedTuple):
    """One order behind a figure, as it stood on the day asked for."""

    id: int
    number: str
    customer: str
    order_date: date
    due_on: date
    days: int  # overdue; below 1 while it is not due
    total: Decimal
    received: Decimal
    outstanding: Decimal


class Behind(NamedTuple):
    """The orders behind a figure: the first of them, how many there are in all, and their sum."""

    orders: tuple[OpenOrder, ...]
    many: int
    outstanding: Decimal


def receivables(session: Session, query: Query) -> Answer:
    """The receivables on a day. Currencies are never added: one is taken, the others are named.

    Raises KnownError where the reader may not see orders and receipts.
    """
    query, as_of, past = _settled(session, query)
    found = list(_read(session, _statement(query, as_of, past)))
    others = {row.currency for row in found} - {query.currency}
    rows = [row for row in found if row.currency == query.currency] if others else found
    totals = total_of(rows, query.currency)
    return Answer(query, query.currency, tuple(rows), totals, tuple(sorted(others)))


def behind(session: Session, query: Query, age: str = "", most: int = 5_000) -> Behind:
    """The orders behind a figure, those due longest first, at most `most` of them."""
    query, as_of, past = _settled(session, query)
    source, outstanding, limits = orders_on(as_of) if past else orders_now()
    order, customer = SalesOrder.__table__.c, Customer.__table__
    found = [*limits, *_whose(query)(order), order.currency == query.currency]
    for each in AGES:
        if each.key == age:
            found += each.holds(due(order), as_of)
    counted = select(func.count(), func.coalesce(func.sum(outstanding), 0))
    count, owed = session.execute(counted.select_from(source).where(*found)).one()
    rows = session.execute(
        select(
            order.id,
            func.coalesce(order.number, ""),
            customer.c.name,
            order.order_date,
            due(order),
            as_of - due(order),
            order.total,
            order.total - outstanding,
            outstanding,
        )
        .select_from(source.join(customer, customer.c.id == order.customer_id))
        .where(*found)
        .order_by(due(order), order.id)
        .limit(most)
    )
    return Behind(tuple(OpenOrder._make(row) for row in rows), count, Decimal(owed))


def total_of(rows: Sequence[Row], currency: str) -> Row:
    """The sums of rows of one currency.

    Zeros, which most amounts are, are skipped: adding tens of thousands of them takes long.
    """
    summed = (*(age.key for age in AGES), "advance")
    sums = {key: sum(filter(None, map(attrgetter(key), rows)), ZERO) for key in summed}
    owed = sum((sums[age.key] for age in AGES), ZERO)
    return Row(
        customer_id=None, number="", name="", owner="", outstanding=owed, currency=currency, **sums
    )


def choices(session: Session) -> dict[str, list[tuple[int, str]]]:
    """What the filters offer: `department`, `salesperson` and `region`, each as (id, text)."""
    offered = {}
    for key, kind in (("department", Department), ("salesperson", Operator), ("region", Region)):
        table = kind.__table__
        query = select(table.c.id, table.c.name).where(table.c.deleted_at.is_(None))
        if kind is Operator:
            query = query.where(~table.c.built_in)
        offered[key] = [(row.id, row.name) for row in session.execute(query.order_by(table.c.code))]
    return offered


def _settled(session: Session, query: Query) -> tuple[Query, date, bool]:
    """The query with its day and currency filled in, the day, and whether it lies in the past."""
    office = office_of(session)
    as_of = query.as_of or office.today
    currency = query.currency or office.currency
    return replace(query, as_of=as_of, currency=currency), as_of, as_of < office.today


def _read(session: Session, statement: Select[Any]) -> Iterator[Row]:
    """The rows straight from the driver; there may be tens of thousands. Most have one age only:
    the others are one and the same nothing, not a number each that has to be read.
    """
    session.execute(text(f"SET LOCAL work_mem = '{WORK_MEMORY}'"))
    cursor: Any = session.execute(statement).cursor  # type: ignore[attr-defined]
    while part := cursor.fetchmany(AT_ONCE):
        for row in part:
            yield Row._make([ZERO if value is None else value for value in row])


def _statement(query: Query, as_of: date, past: bool) -> Select[Any]:
    """Rows as `Row` has them and the currency; added up by customer before names are joined."""
    source, outstanding, limits = orders_on(as_of) if past else orders_now()
    order, whose = SalesOrder.__table__.c, _whose(query)
    ages = [
        func.sum(outstanding).filter(*age.holds(due(order), as_of)).label(age.key) for age in AGES
    ]
    owed = (
        select(order.customer_id, order.currency, *ages, func.sum(outstanding).label("outstanding"))
        .select_from(source)
        .where(*limits, *whose(order))
        .group_by(order.customer_id, order.currency)
        .cte("owed")
    )
    parts = (ahead_on(as_of) if past else ahead_now()).subquery("parts")
    paid = func.sum(parts.c.amount)
    ahead = (
        select(parts.c.customer_id, parts.c.currency, paid.label("advance"))
        .where(*whose(parts.c))
        .group_by(parts.c.customer_id, parts.c.currency)
        .having(paid != 0)
        .cte("ahead")
    )
    return _named(owed, ahead)


def _named(owed: CTE, ahead: CTE) -> Select[Any]:
    """Rows with the names of those who owe, looked up one by one: joined to them, all customers
    would be read, for how few of them owe the planner does not know. By CASE, as coalesce() counts
    among what could betray hidden rows, and so would not be looked up in an index.
    """
    operator = Operator.__table__
    same = (owed.c.customer_id == ahead.c.customer_id) & (owed.c.currency == ahead.c.currency)
    whose = case((owed.c.customer_id.is_(None), ahead.c.customer_id), else_=owed.c.customer_id)
    named = Customer.__table__.c
    customer = (
        select(named.id, named.number, named.name, named.owner_id)
        .where(named.id == whose)
        .limit(1)
        .lateral("customer")
    )
    source = (
        owed.join(ahead, same, full=True)
        .join(customer, true())
        .outerjoin(operator, operator.c.id == customer.c.owner_id)
    )
    amounts = [owed.c[key] for key in AMOUNTS[:-1]] + [ahead.c.advance]
    return (
        select(
            customer.c.id,
            customer.c.number,
            customer.c.name,
            func.coalesce(operator.c.name, ""),
            *amounts,
            func.coalesce(owed.c.currency, ahead.c.currency),
        )
        .select_from(source)
        .order_by(func.coalesce(owed.c.outstanding, 0).desc(), customer.c.number)
    )


def _whose(query: Query) -> Callable[[Any], Limits]:
    """What limits rows by their customer and its owner, for the columns of one table or another."""
    operator, customer = Operator.__table__.c, Customer.__table__.c
    people = customers = None
    if query.department_id is not None:
        departments = _below(Department.__table__, query.department_id)
        people = select(operator.id).where(operator.department_id.in_(departments))
    if query.region_id is not None:
        regions = _below(Region.__table__, query.region_id)
        customers = select(customer.id).where(customer.region_id.in_(regions))

    def limits(row: Any) -> Limits:
        found: list[ColumnElement[bool]] = []
        if query.customer_id is not None:
            found.append(row.customer_id == query.customer_id)
        if query.salesperson_id is not None:
            found.append(row.owner_id == query.salesperson_id)
        if people is not None:
            found.append(row.owner_id.in_(people))
        if customers is not None:
            found.append(row.customer_id.in_(customers))
        return found

    return limits


def _below(table: Any, id_: int) -> Select[Any]:
    """A region or department and those below it; `union` ends a circle of parents."""
    tree = select(table.c.id).where(table.c.id == id_).cte(f"{table.name}_below", recursive=True)
    tree = tree.union(select(table.c.id).where(table.c.parent_id == tree.c.id))
    return select(tree.c.id)
