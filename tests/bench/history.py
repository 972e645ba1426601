"""What history costs fifty people: the same orders with it and sealing, and without either."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import psycopg2

from server_schema import chain, demo, sealing
from tests import writers
from tests.bench import office
from tests.bench.crowd import LINES, LOGIN, PEOPLE, ids_of
from tests.bench.login import office_for
from tests.bench.measure import Figure, seconds
from tests.servers import new_office

if TYPE_CHECKING:
    from tests.bench.groups import Bench

PREFIX = "past"
ROUNDS = 4
SECONDS = 10.0
PAUSE = 1.0  # fifty clients that seal once a minute
SLOWER = 1 / 0.8
TRIGGERS = """
SELECT tgrelid::regclass::text, tgname::text FROM pg_trigger
WHERE starts_with(tgname, 'c_record_')
"""


def history(bench: "Bench") -> list[Figure]:
    """Orders a second both ways by turns; then how long it takes to verify what was written."""
    office.drop(bench.cluster, PREFIX)
    dsn = new_office(bench.cluster, PREFIX, "zh_CN")
    demo.load(dsn, PREFIX, "zh_CN")
    where = bench.cluster.dsn(PREFIX, f"{PREFIX}.{LOGIN}", demo.PASSWORD)
    goods = writers.Goods(ids_of(dsn, "customer"), ids_of(dsn, "product"))
    clients = [writers.Program(office_for(where)) for _ in range(PEOPLE)]
    told: list[writers.Outcome] = []
    untold: list[writers.Outcome] = []

    def with_it() -> None:
        with writers.sealed_by([sealer], PAUSE):
            told.append(writers.write(clients, goods, SECONDS, LINES))

    def without_it() -> None:
        with _without(dsn):
            untold.append(writers.write(clients, goods, SECONDS, LINES))

    # A connection plans its statements with its first orders, whichever way they are written.
    first = writers.write(clients, goods, SECONDS, LINES)
    with closing(psycopg2.connect(**where)) as sealer:
        for turn in range(ROUNDS):
            for write in (with_it, without_it)[:: -1 if turn % 2 else 1]:
                write()
    wrong = [error for outcome in (first, *told, *untold) for error in outcome.wrong]
    if wrong:
        raise AssertionError(f"{len(wrong)} errors, the first: {wrong[:1]}")
    ours, theirs = _rate(told), _rate(untold)
    figure = Figure(
        f"order by one of {PEOPLE}, history and sealing against neither",
        1000 / ours,
        "ms",
        1000 / theirs,
        SLOWER,
        f"{ours:.0f} orders/s against {theirs:.0f}: {ours / theirs:.2f}",
    )
    return [figure, _verified(dsn)]


def _rate(outcomes: list[writers.Outcome]) -> float:
    return sum(len(o.orders) for o in outcomes) / sum(o.seconds for o in outcomes)


@contextmanager
def _without(dsn: dict[str, Any]) -> Iterator[None]:
    _switch(dsn, "DISABLE")
    try:
        yield
    finally:
        _switch(dsn, "ENABLE")


def _switch(dsn: dict[str, Any], word: str) -> None:
    with closing(psycopg2.connect(**dsn)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(TRIGGERS)
        for table, name in cursor.fetchall():
            cursor.execute(f"ALTER TABLE {table} {word} TRIGGER {name}")


def _verified(dsn: dict[str, Any]) -> Figure:
    with closing(psycopg2.connect(**dsn)) as connection:
        head = sealing.seal(connection)
        verdicts = []
        took = seconds(lambda: verdicts.append(chain.verify(connection, [("head", head)])))
    (verdict,) = verdicts
    if verdict.code:
        raise AssertionError(f"{verdict.first}")
    note = f"{verdict.entries:,} entries in {took:.1f} s"
    return Figure("100,000 entries verified", took * 100_000 / verdict.entries, "s", note=note)
