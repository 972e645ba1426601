"""Fifty open lists that follow one save a second: how much of a processor the server needs."""

import os
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from client.data import records
from client.data.connection import Office
from client.data.listener import Listener
from client.data.rowsource import RowSource
from client.model import Customer
from tests.bench.measure import Figure
from tests.bench.orders import LOGIN

if TYPE_CHECKING:
    from tests.bench.groups import Bench

PEOPLE = 50
SECONDS = 20
HALF = 50.0  # percent of one processor


def followers(bench: "Bench") -> list[Figure]:
    """Every notice is answered by one query for the rows it names, as an open list does."""
    source = RowSource(Customer, Customer.GRID, (), Customer.ORDER)
    answered: list[float] = []
    offices = [bench.office(LOGIN) for _ in range(PEOPLE)]
    listeners = [_follow(office, source, answered) for office in offices]
    time.sleep(2)
    saver = bench.office(LOGIN)
    with saver.session() as session:
        ids = RowSource(Customer, ("name",)).ids(session)[:SECONDS]
    before, started = _processor(bench), time.monotonic()
    for place, id_ in enumerate(ids):
        with saver.session() as session:
            loaded = records.load(session, Customer, id_)
            records.save(session, Customer, loaded | {"remarks": f"{place}"}, loaded)
        time.sleep(max(0.0, started + place + 1 - time.monotonic()))
    used = (_processor(bench) - before) / (time.monotonic() - started) * 100
    for listener in listeners:
        listener.stop()
    note = f"{len(answered)} of {PEOPLE * len(ids)} notices answered"
    return [Figure(f"{PEOPLE} lists following a save a second", used, "%", limit=HALF, note=note)]


def _follow(office: Office, source: RowSource, answered: list[float]) -> Listener:
    lock = threading.Lock()

    def changed(table: str, _operation: str, ids: list[int]) -> None:
        if table == "customer" and ids:
            with office.session() as session:
                source.matching(session, ids)
            with lock:
                answered.append(time.monotonic())

    listener = Listener(office, changed, _nothing, _nothing)
    listener.start()
    return listener


def _nothing() -> None:
    """A lost line is none of this measurement's."""


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
