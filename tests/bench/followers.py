"""Fifty open windows that follow one save a second: how much of a processor the server needs, also
when it comes back and all of them read anew.
"""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg2

from client.data import records
from client.model import Customer
from tests import writers
from tests.bench.crowd import ids_of
from tests.bench.measure import Figure
from tests.bench.orders import LOGIN

if TYPE_CHECKING:
    from tests.bench.groups import Bench

SECONDS = 60
BEFORE = 15  # seconds of saving that nobody looks at
AFTER = 60  # seconds after a restart
HALF = 50.0  # percent of one processor
TOGETHER = 10  # windows of one process
CONNECTIONS = 4  # of each client, as many as kehu-server keeps

# What an office has open: the panels of how many windows, the last one in front.
OFFICE = (
    (5, "chen", ["orders", "customers"]),
    (5, "lin", ["orders", "customers"]),
    (5, "xu", ["customers", "orders"]),
    (5, "chen", ["customers", "orders"]),
    (4, "xu", ["customers", "customer"]),
    (6, "wang", ["customers", "orders"]),
    (4, "wang", ["orders", "sales_order"]),
    (2, "wang", ["customers", "receivables"]),
    (2, "wang", ["orders", "deliveries"]),
    (2, "wang", ["receipts"]),
    (2, "wang", ["receivables", "customer"]),
    (3, "li", ["analysis", "orders"]),
    (3, "zhang", ["orders", "customers"]),
    (1, "zhou", ["orders", "analysis"]),
    (1, "zhou", ["history"]),
)


def followers(bench: "Bench") -> list[Figure]:
    """The program's own windows look on while a customer, an order or a receipt is saved."""
    _make_room(bench)
    work = _saver(bench)
    alone, _sessions = _used(bench, work, BEFORE)
    with _windows(bench) as people:
        used, sessions = _used(bench, work, SECONDS)
        note = f"{alone:.1f} % without them; {sessions:.0f} transactions a save"
        figures = [
            Figure(f"{people} windows following a save a second", used, "%", None, HALF, note)
        ]
        figures += _restarted(bench, people)
    return figures


def _make_room(bench: "Bench") -> None:
    """Let the server take as many connections as one that is installed for so many people."""
    people = sum(number for number, _login, _panels in OFFICE)
    with closing(psycopg2.connect(**bench.dsn)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER SYSTEM SET max_connections = {CONNECTIONS * people + 20}")
    bench.cluster.embedded.stop()
    bench.cluster.embedded.start()


def _restarted(bench: "Bench", people: int) -> list[Figure]:
    """All of them come back at once, and read again what they show."""
    embedded = bench.cluster.embedded
    embedded.stop()
    embedded.start()
    spent = [_processor(bench)]
    for _second in range(AFTER):
        time.sleep(1)
        spent.append(_processor(bench))
    each = [later - sooner for sooner, later in pairwise(spent)]
    full = sum(second > HALF / 100 for second in each)
    note = f"{full} s above half a processor, most in one second {max(each):.1f} s"
    return [Figure(f"{people} windows back after a restart", spent[-1] - spent[0], "s", note=note)]


def _saver(bench: "Bench") -> Callable[[int], None]:
    """What somebody does in a second, by its number."""
    office, chance = bench.office(LOGIN), random.Random(5)
    goods = writers.Goods(ids_of(bench.dsn, "customer"), ids_of(bench.dsn, "product"))
    program = writers.Program(office)
    made: list[dict[str, Any]] = []

    def work(second: int) -> None:
        if second % 3 == 0:
            with office.session() as session:
                loaded = records.load(session, Customer, chance.choice(goods.customers))
                records.save(session, Customer, loaded | {"remarks": f"{second}"}, loaded)
        elif second % 3 == 1:
            made.append(program.order(writers.new_order(chance, goods, 4)))
        else:
            order = made.pop()
            program.receive(order, Decimal(str(order["total"])))

    return work


def _used(bench: "Bench", work: Callable[[int], None], seconds: int) -> tuple[float, float]:
    """Percent of a processor while somebody saves once a second; transactions for each save."""
    before, asked, started = _processor(bench), _transactions(bench), time.monotonic()
    for second in range(seconds):
        work(second)
        time.sleep(max(0.0, started + second + 1 - time.monotonic()))
    used = (_processor(bench) - before) / (time.monotonic() - started) * 100
    return used, (_transactions(bench) - asked) / seconds


@contextmanager
def _windows(bench: "Bench") -> Iterator[int]:
    """All windows of the office, once they stand; answers with their number."""
    clerks = list(_clerks(bench))
    random.Random(1).shuffle(clerks)
    parts = [clerks[at : at + TOGETHER] for at in range(0, len(clerks), TOGETHER)]
    children = [_child(bench, part) for part in parts]
    try:
        for child in children:
            assert child.stdout is not None
            if child.stdout.readline().strip() != "ready":
                raise AssertionError("the windows did not open")
        yield len(clerks)
    finally:
        for child in children:
            child.communicate()


def _child(bench: "Bench", part: list[Any]) -> "subprocess.Popen[str]":
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "KEHU_HOME": str(bench.home)}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.bench.follow_child", json.dumps(part)],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _clerks(bench: "Bench") -> Iterator[tuple[dict[str, Any], list[str]]]:
    for number, login, panels in OFFICE:
        with closing(bench.connect(login)) as plain, plain.cursor() as cursor:
            for at in range(number):
                yield bench.login(login), [_key(cursor, panel, at) for panel in panels]


def _key(cursor: Any, panel: str, at: int) -> str:
    """A panel's key; a form's with one of the last records that one sees."""
    if panel not in ("customer", "sales_order"):
        return panel
    cursor.execute(f"SELECT id FROM {panel} ORDER BY id DESC OFFSET %s LIMIT 1", [at])
    return f"{panel}:{cursor.fetchone()[0]}"


def _transactions(bench: "Bench") -> int:
    with closing(psycopg2.connect(**bench.dsn)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT xact_commit + xact_rollback FROM pg_stat_database"
            " WHERE datname = current_database()"
        )
        row = cursor.fetchone()
        assert row
        return int(row[0])


def _processor(bench: "Bench") -> float:
    """Seconds of processor that the server's processes have used, those that ended included."""
    first = (bench.cluster.embedded.folder / "data" / "postmaster.pid").read_text().split()[0]
    ticks = 0
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            ticks += _ticks(folder, first)
    return ticks / os.sysconf("SC_CLK_TCK")


def _ticks(process: Path, server: str) -> int:
    try:
        fields = (process / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    own = int(fields[11]) + int(fields[12])
    if process.name == server:
        return own + int(fields[13]) + int(fields[14])
    return own if fields[1] == server else 0
