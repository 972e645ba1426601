"""Fifty people submitting orders and posting receipts at once, in an office of their own."""

from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, Any

import psycopg2

from server_schema import demo
from tests import writers
from tests.bench import office
from tests.bench.login import office_for
from tests.bench.measure import Figure
from tests.servers import new_office

if TYPE_CHECKING:
    from tests.bench.groups import Bench

PREFIX = "crowd"
PEOPLE = 50
SECONDS = 20.0
LOGIN = "wang"
LINES = 20


def crowd(bench: "Bench") -> list[Figure]:
    """Orders a second and the time of 95 of 100, against plain INSERTs with the same counter."""
    office.drop(bench.cluster, PREFIX)
    dsn = new_office(bench.cluster, PREFIX, "zh_CN")
    demo.load(dsn, PREFIX, "zh_CN")
    where = bench.cluster.dsn(PREFIX, f"{PREFIX}.{LOGIN}", demo.PASSWORD)
    goods = writers.Goods(ids_of(dsn, "customer"), ids_of(dsn, "product"))
    before = _faults(dsn)
    raw = _measured(goods, lambda: writers.Raw(psycopg2.connect(**where)))
    ours = _measured(goods, lambda: writers.Program(office_for(where)))
    wrong = [*raw.wrong, *ours.wrong]
    if wrong or _faults(dsn) != before:
        raise AssertionError(f"{len(wrong)} errors, the first: {wrong[:1]}; {_faults(dsn)}")
    note = f"{len(ours.orders):,} orders, {ours.received:,} receipts, {ours.refused:,} refused"
    return [
        Figure(
            f"order by one of {PEOPLE} writers",
            1000 / ours.per_second,
            "ms",
            1000 / raw.per_second,
            note=f"{ours.per_second:.0f} orders/s; {note}",
        ),
        Figure("95 of 100 of them", ours.p95 * 1000, "ms", raw.p95 * 1000),
    ]


def _faults(dsn: dict[str, Any]) -> dict[str, int]:
    with closing(psycopg2.connect(**dsn)) as connection, connection.cursor() as cursor:

        def ask(query: str) -> Any:
            cursor.execute(query)
            return (cursor.fetchone() or (None,))[0]

        return writers.faults(ask)


def _measured(goods: writers.Goods, client: Callable[[], writers.Client]) -> writers.Outcome:
    return writers.write([client() for _ in range(PEOPLE)], goods, SECONDS, LINES)


def ids_of(dsn: dict[str, Any], table: str) -> list[int]:
    with closing(psycopg2.connect(**dsn)) as connection, connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {table} ORDER BY id LIMIT 100")
        return [row[0] for row in cursor.fetchall()]
