"""Offices on a server that may be killed, and programs that are ended with their test."""

import os
import signal
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from client.data.profiles import Profile
from server_schema.embedded import DATABASE
from server_schema.messages import Refused
from tests import servers
from tests.conftest import OfficeDatabase, hire
from tests.crash.clients import Client
from tests.patience import wait_until
from tests.ui.order_office import furnish

Start = Callable[..., Client]


class Place:
    """An office that clients log in at, with goods and a customer of Ann's."""

    def __init__(self, office: OfficeDatabase) -> None:
        self.office = office
        self.embedded = office.cluster.embedded
        self.customer = furnish(office)

    @property
    def profile(self) -> dict:
        """How the settings of another computer name this server."""
        found: Profile = self.office.profile
        names = ("name", "host", "port", "database", "prefix")
        return {name: getattr(found, name) for name in names}

    def ask(self, query: str, *values: object) -> list[tuple]:
        return self.office.ask(None, query, *values)

    def kill_server(self) -> None:
        pid = int((self.embedded.folder / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)

    def bring_back(self) -> None:
        """Start the server unless it runs; where that fails, its own words are in the failure."""
        try:
            self.embedded.ensure_running()
        except Refused as refused:
            control = self.embedded.home / "server-control.log"
            logs = [control, *sorted(self.embedded.log.glob("*.log"))[-1:]]
            ends = [log.read_text(errors="replace")[-3000:] for log in logs]
            raise AssertionError("\n".join([str(refused), *ends])) from refused

    def connections(self, login: str) -> int:
        """How many connections an operator has now."""
        query = "SELECT count(*) FROM pg_stat_activity WHERE usename = %s"
        return int(self.ask(query, f"{self.office.prefix}.{login}")[0][0])

    def wait_for_saves(self, number: int) -> None:
        """Until so many saves wait for a lock that somebody holds."""
        query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        wait_until("saves that wait", lambda: self.ask(query)[0][0] >= number)


@pytest.fixture(scope="session")
def killed_cluster() -> Iterator[servers.Cluster]:
    """A server of this process that tests may kill; it comes back."""
    with servers.cluster(killed=True) as made:
        yield made


_numbers = count(1)


def make_place(cluster: servers.Cluster, prefix: str) -> Place:
    """A fresh office with operators, goods and a customer."""
    dsn = servers.new_office(cluster, prefix)
    office = OfficeDatabase(cluster, prefix, dsn)
    hire(office)
    return Place(office)


@pytest.fixture
def place(killed_cluster: servers.Cluster) -> Iterator[Place]:
    """A fresh office that clients reach through a profile."""
    killed_cluster.embedded.ensure_running()
    made = make_place(killed_cluster, f"c{next(_numbers)}")
    yield made
    killed_cluster.embedded.ensure_running()
    made.office.close()


@pytest.fixture
def own_place() -> Iterator[Place]:
    """The office of an embedded server, as `embedded` finds it in its home."""
    with servers.cluster(killed=True) as cluster:
        made = make_place(cluster, DATABASE)
        yield made
        made.office.close()


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts clients, which end with the test."""
    started: list[Client] = []

    def make(home: Path, profile: dict | None = None) -> Client:
        started.append(Client(home, profile))
        return started[-1]

    yield make
    for client in started:
        client.kill()
