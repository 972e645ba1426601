"""Programs and the server are killed at random moments while two people type and save orders.

Whatever the moment: what was acknowledged is stored, a save is whole or nothing, nothing is stored
twice, what was typed a second before is offered again, and numbers have no gaps. KEHU_KILLS sets
how many rounds, KEHU_SEED which.
"""

import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests import servers
from tests.crash.clients import Client
from tests.crash.conftest import Place, make_place
from tests.patience import wait_until

ROUNDS = int(os.environ.get("KEHU_KILLS", "5"))
SEED = int(os.environ.get("KEHU_SEED", "0")) or random.SystemRandom().randrange(1, 10**9)
LOGINS = ("clerk", "boss")
LINES = 3
PAUSE = 1.0  # seconds in which what was typed is in the journal, where the machine is not busy
VICTIMS = ("server", "backend", "first", "second", "first and server")


@dataclass
class Work:
    """One person's order: as last acknowledged, and all that was typed, with when that was done.

    One text goes into the remarks of each line, and of the head at last. `ragged` tells that it
    was killed while one was typed, so that lines may be ahead of the head. `slowest` is the longest
    that the program let one wait for the next key: so long anything can take on a busy machine.
    """

    name: str
    acknowledged: str = ""
    texts: list[str] = field(default_factory=list)
    done: list[float] = field(default_factory=list)
    slowest: float = 0.0
    ragged: bool = False

    def place(self, text: str | None) -> int:
        """The how-manieth text it is; -1 where it is none."""
        return self.texts.index(text) if text in self.texts else -1


class Person:
    """A program, its home, and the order that is worked on in it."""

    def __init__(self, place: Place, login: str, home: Path) -> None:
        self.place, self.login, self.home = place, login, home
        self.client = Client(home, place.profile).enter(login)
        self.killed = threading.Event()
        self.work: Work | None = None

    def work_until(self, end: float, chance: random.Random, texts: Iterator[int]) -> None:
        """Type and save one order after another until `end`, or until the program is killed."""
        try:
            while time.monotonic() < end:
                self._step(chance, texts)
        except (AssertionError, OSError, ValueError):
            if not self.killed.is_set():
                raise

    def _step(self, chance: random.Random, texts: Iterator[int]) -> None:
        client = self.client
        if self.work is None:
            self.work = Work(f"{self.login} {next(texts)}")
            client.open("sales_order", None, customer_id=self.place.customer)
            self._type_goods()
        work = self.work
        text = f"{work.name} / {next(texts)}"
        work.texts.append(text)
        cells = [("type_cell", row, "remarks", text) for row in range(LINES)]
        for command in (*cells, ("type", "remarks", text)):
            begun = time.monotonic()
            client.ask(*command)
            work.slowest = max(work.slowest, time.monotonic() - begun)
        work.done.append(time.monotonic())
        if chance.random() < 0.4:
            self.killed.wait(chance.uniform(1, 4))  # thinks about it, with nothing saved
            return
        time.sleep(chance.uniform(0, 0.5))
        if chance.random() < 0.7:
            submit = chance.random() < 0.4
            client.ask("edit", "step", "submit") if submit else client.ask("save")
            if chance.random() < 0.8:
                self._wait(work, text)

    def _type_goods(self) -> None:
        """Into every line, also where a kill left it half typed."""
        for row in range(LINES):
            self.client.ask("type_cell", row, "code", "10032")
            self.client.ask("type_cell", row, "quantity", "1")

    def _wait(self, work: Work, text: str) -> None:
        """Until the program says that it is saved, or waits for the server."""
        form = self.client.until("look", like=lambda shown: not shown["saving"])
        if form["open"] and not form["dirty"] and form["id"]:
            work.acknowledged = text
            if form["status"] != "draft":
                self.client.ask("edit", "close")
                self.work = None

    def kill(self) -> None:
        self.killed.set()
        self.client.kill()

    def come_back(self) -> None:
        self.client = Client(self.home, self.place.profile).enter(self.login)
        self.killed.clear()

    def finish(self, died: float) -> None:
        """Go on with what is offered, if the program was killed, and save; then let it be."""
        work, client = self.work, self.client
        if self.killed.is_set():
            self.come_back()
            client = self.client
            if work is not None:
                work.ragged = True
            self._reopen(work, died)
        if work is not None:
            shown = client.until("look", like=lambda shown: not shown["saving"])
            if shown["open"] and shown["dirty"]:
                if work.ragged:
                    self._type_goods()
                client.ask("save")
                shown = client.until("look", like=settled)
            if shown["open"] and not shown["dirty"] and shown["id"]:
                work.acknowledged = shown["text"] or work.acknowledged
            if shown["open"]:
                client.ask("edit", "close")
        self.work = None

    def _reopen(self, work: Work | None, died: float) -> None:
        """What was typed a second before the end is there: stored, or offered."""
        least = -1
        if work is not None:
            least = sum(at < died - PAUSE - 3 * work.slowest for at in work.done) - 1
            if least >= 0 and work.place(stored_text(self.place, work)) < least:
                self.client.until("offered")
        for _line in self.client.ask("offered"):
            self.client.ask("reopen", 0)
            self.client.until("ready")
            shown = self.client.ask("look")
            assert work is None or work.place(shown["text"]) >= least, (shown, work)


def settled(shown: dict[str, Any]) -> bool:
    return not shown["saving"] and not shown["dirty"]


def stored_text(place: Place, work: Work) -> str | None:
    """What is stored of an order, which is whole: the head and all lines of one save."""
    query = "SELECT id, remarks FROM sales_order WHERE starts_with(remarks, %s)"
    found = place.ask(query, f"{work.name} /")
    assert len(found) <= 1, f"stored twice: {found}"
    if not found:
        return None
    id_, text = found[0]
    lines = place.ask("SELECT remarks FROM order_line WHERE order_id = %s", id_)
    assert len(lines) == LINES, (text, lines)
    if not work.ragged:
        assert lines == [(text,)] * LINES, (text, lines)
    assert min(work.place(line) for (line,) in lines) >= work.place(text), (text, lines, work)
    return str(text)


def check_office(place: Place) -> None:
    """Numbers run from the first without gaps or twins, and sums are those of the lines."""
    numbers = place.ask("SELECT number FROM sales_order WHERE number IS NOT NULL ORDER BY number")
    counted = [int(number.rpartition("-")[2]) for (number,) in numbers]
    assert counted == list(range(1, len(counted) + 1)), numbers
    sums = "SELECT o.id FROM sales_order o JOIN order_line l ON l.order_id = o.id"
    assert place.ask(f"{sums} GROUP BY o.id HAVING o.total <> sum(l.amount)") == []


def strike(place: Place, people: list[Person], victim: str, chance: random.Random) -> None:
    if victim == "backend":
        query = "SELECT pid FROM pg_stat_activity WHERE usename = ANY (%s)"
        logins = [f"{place.office.prefix}.{login}" for login in LOGINS]
        pids = [pid for (pid,) in place.ask(query, logins)]
        with suppress(ProcessLookupError):
            os.kill(chance.choice(pids), signal.SIGKILL)
        return
    if "first" in victim:
        people[0].kill()
    if "second" in victim:
        people[1].kill()
    if "server" in victim:
        place.kill_server()


@pytest.fixture(scope="module")
def place(killed_cluster: servers.Cluster) -> Iterator[Place]:
    killed_cluster.embedded.ensure_running()
    made = make_place(killed_cluster, "kills")
    yield made
    killed_cluster.embedded.ensure_running()
    made.office.close()


def one_round(
    place: Place, people: list[Person], chance: random.Random, texts: Iterator[int]
) -> None:
    begun = time.monotonic()
    end = begun + chance.uniform(0.5, 5.0)
    failures: list[BaseException] = []

    def work(person: Person, own: random.Random) -> None:
        try:
            person.work_until(end + 0.3, own, texts)
        except BaseException as error:
            failures.append(error)

    threads = [
        threading.Thread(target=work, args=(person, random.Random(chance.random())))
        for person in people
    ]
    for thread in threads:
        thread.start()
    time.sleep(max(end - time.monotonic(), 0))
    worked = [person.work for person in people]
    died = time.monotonic()
    strike(place, people, chance.choice(VICTIMS), chance)
    time.sleep(chance.uniform(0, 1))
    place.bring_back()
    for thread in threads:
        thread.join()
    wait_until("the server answers", lambda: answers(place))
    assert not failures, failures
    for person in people:
        person.finish(died)
    for one in worked:
        if one is None or not one.acknowledged:
            continue
        stored = stored_text(place, one)
        assert one.place(stored) >= one.place(one.acknowledged), (stored, one)
    check_office(place)


def answers(place: Place) -> bool:
    with suppress(Exception):
        return bool(place.ask("SELECT true"))
    return False


@pytest.mark.timeout(0)
def test_nothing_is_lost_at_whatever_moment_something_dies(
    place: Place, tmp_path_factory: pytest.TempPathFactory
) -> None:
    chance, texts = random.Random(SEED), count(1)
    people = [Person(place, login, tmp_path_factory.mktemp(login)) for login in LOGINS]
    print(f"KEHU_SEED={SEED} KEHU_KILLS={ROUNDS}")  # pytest shows it where this fails
    try:
        for number in range(1, ROUNDS + 1):
            print(f"round {number}")
            one_round(place, people, chance, texts)
    finally:
        for person in people:
            with suppress(Exception):
                person.client.kill()
