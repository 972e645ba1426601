"""The parts that are measured, by name; each answers with its figures."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2.extensions import connection as Connection

from client.data.connection import Office
from server_schema import demo
from tests.bench import (
    cost,
    crowd,
    files,
    followers,
    handover,
    lists,
    orders,
    papers,
    receivables,
    windows,
)
from tests.bench.login import office_for
from tests.bench.measure import Figure
from tests.bench.office import PREFIX
from tests.bench.rows import Scale
from tests.servers import Cluster


@dataclass(frozen=True)
class Bench:
    """What a part needs: the server, the superuser's way in, the size, a place to write."""

    cluster: Cluster
    dsn: dict[str, Any]
    scale: Scale
    home: Path

    def login(self, name: str) -> dict[str, Any]:
        """The arguments with which one of the office's operators connects."""
        return self.cluster.dsn(PREFIX, f"{PREFIX}.{name}", demo.PASSWORD)

    def office(self, name: str, port: int | None = None) -> Office:
        """The program's own login of an operator; through `port` instead of the server's."""
        return office_for(self.login(name), port)

    def connect(self, name: str) -> Connection:
        """A plain connection of an operator."""
        return psycopg2.connect(**self.login(name))


GROUPS: dict[str, Callable[[Bench], list[Figure]]] = {
    "window": windows.window,
    "customers": lists.customers,
    "search": lists.search,
    "orders": windows.order_grid,
    "save": orders.save,
    "papers": papers.paper,
    "crowd": crowd.crowd,
    "handover": handover.handover,
    "import": files.customers,
    "cost": cost.everything,
    "receivables": receivables.ages,
    "followers": followers.followers,
}
