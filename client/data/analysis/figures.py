"""Sales figures: what was sold by region, salesperson, customer type or product.

Plain SQL under the reader's own policies, so a sum holds only rows that the reader may see.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from client.data.analysis.query import (
    ALL,
    COUNTS,
    NOT_SOLD,
    REPEATED,
    SUMS,
    names,
    sold,
    statement,
)
from client.data.analysis.reports import REGION_OF, REPORTS, Answer, Figure, Query, Report, report
from client.i18n import _
from client.model import Operator, Region, SalesOrder
from client.model.rules import CENT

WORK_MEMORY = "64MB"
WORKERS = 4  # of the server, for one statement; it has eight altogether
NARROW_WORKERS = 1  # for who sees few orders: more take longer to start than they save


def figures(session: Session, query: Query, compare: bool = False) -> Answer:
    """The figures asked for; with `compare`, each beside the same period of the year before.

    Amounts of different currencies are never added: one currency is taken, the others are named.
    """
    # Sorting a million orders in the usual few megabytes goes by way of the disk.
    session.execute(text(f"SET LOCAL work_mem = '{WORK_MEMORY}'"))
    workers = NARROW_WORKERS if session.info.get("narrow") else WORKERS
    session.execute(text(f"SET LOCAL max_parallel_workers_per_gather = {workers}"))
    currency, others = _currency(session, query)
    query = replace(query, currency=currency)
    rows, totals = _read(session, query)
    if compare and (past := year_before(query)):
        before, total_before = _read(session, past)
        amounts = {row.id: row.amount for row in before}
        known = {row.id for row in rows}
        rows = [replace(row, previous=amounts.get(row.id, Decimal("0.00"))) for row in rows]
        rows += [_nothing_now(row) for row in before if row.id not in known]
        totals = replace(totals, previous=total_before.amount)
    rows.sort(key=lambda row: (-row.amount, -(row.previous or 0), row.text))
    return Answer(query, currency, _told_apart(rows), totals, others)


def year_before(query: Query) -> Query | None:
    """The same period a year earlier; None where the period has no beginning or no end."""
    if query.date_from is None or query.date_to is None:
        return None
    return replace(
        query, date_from=_a_year_before(query.date_from), date_to=_a_year_before(query.date_to)
    )


def _a_year_before(day: date) -> date:
    # A 29 February ends its month; the year before it ends on the 28th.
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def choices(session: Session) -> dict[str, list[tuple[int, str]]]:
    """What the filters offer: `region` and `salesperson`, each as (id, text)."""
    region, operator = Region.__table__, Operator.__table__
    people = select(operator.c.id, operator.c.name).where(~operator.c.built_in)
    return {
        "region": [
            (row.id, row.name)
            for row in session.execute(select(region.c.id, region.c.name).order_by(region.c.code))
        ],
        "salesperson": [
            (row.id, row.name) for row in session.execute(people.order_by(operator.c.code))
        ],
    }


def first_day(session: Session) -> date | None:
    """The day of the first order that the reader may see."""
    order = SalesOrder.__table__
    return session.scalar(
        select(func.min(order.c.order_date)).where(order.c.status.not_in(NOT_SOLD))
    )


def find(session: Session, kind: Any, typed: str) -> list[int]:
    """The ids of records, like regions, that have `typed` as their code or else as their name."""
    table = kind.__table__
    for column in (table.c.code, table.c.name):
        if found := list(session.scalars(select(table.c.id).where(column == typed))):
            return found
    return []


def _currency(session: Session, query: Query) -> tuple[str, tuple[str, ...]]:
    """The one currency to show, and which others the same orders also have."""
    order = SalesOrder.__table__.c
    each = select(order.currency, func.count()).where(*sold(query)).group_by(order.currency)
    found = Counter({row[0]: row[1] for row in session.execute(each)})
    wanted = query.currency or _office_currency(session)
    if not query.currency and wanted not in found and found:
        wanted = found.most_common(1)[0][0]
    return wanted, tuple(sorted(found.keys() - {wanted}))


def _office_currency(session: Session) -> str:
    return session.scalar(select(func.setting_text("currency", "CNY"))) or "CNY"


def _read(session: Session, query: Query) -> tuple[list[Figure], Figure]:
    found = list(session.execute(statement(query)))
    sums = {row.key: row for row in found if row.part == SUMS}
    orders = _orders(found)
    known = names(query.report, [key for key in orders if key is not None])
    named = {row.id: row for row in session.execute(known)}
    rows = [_figure(key, orders[key], sums.get(key), named.get(key)) for key in orders]
    totals = Figure(
        None,
        "",
        "",
        "",
        # An order has one region but many products.
        next((row.orders for row in found if row.part == ALL), sum(orders.values())),
        sum(row.lines for row in rows),
        sum((row.quantity for row in rows), Decimal(0)),
        sum((row.amount for row in rows), Decimal("0.00")),
    )
    return rows, totals


def _orders(found: Sequence[Any]) -> dict[int | None, int]:
    """How many orders each row has."""
    counted = {row.key: row.orders for row in found if row.part == COUNTS}
    if counted:
        return counted
    repeated = {row.key: row.orders for row in found if row.part == REPEATED}
    return {row.key: row.lines - repeated.get(row.key, 0) for row in found if row.part == SUMS}


def _figure(key: int | None, orders: int, sums: Any, named: Any) -> Figure:
    """One row; `sums` is missing where orders have no lines, `named` for what is deleted."""
    lines, quantity, amount = (sums.lines, sums.quantity, sums.amount) if sums else (0, 0, 0)
    if named:
        code, shown, note = named.code, named.text, named.note or ""
    else:
        code, shown, note = "", _("(not filled in)") if key is None else _("(deleted)"), ""
    exact = Decimal(amount).quantize(CENT)
    return Figure(key, code, shown, note, orders, lines, Decimal(quantity), exact)


def _nothing_now(row: Figure) -> Figure:
    """A row of last year that has no sales in the period itself."""
    none = Decimal("0.00")
    return replace(row, orders=0, lines=0, quantity=Decimal(0), amount=none, previous=row.amount)


def _told_apart(rows: Sequence[Figure]) -> tuple[Figure, ...]:
    """Rows of one name get their code beside it."""
    names = Counter(row.text for row in rows)
    return tuple(
        replace(row, text=f"{row.text} ({row.code})") if names[row.text] > 1 and row.code else row
        for row in rows
    )


__all__ = [
    "REGION_OF",
    "REPORTS",
    "Answer",
    "Figure",
    "Query",
    "Report",
    "choices",
    "figures",
    "find",
    "first_day",
    "report",
    "year_before",
]
