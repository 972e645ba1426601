"""Listens for the database's notices of changes, on a connection of its own.

The connection is outside any transaction, since notices arrive only between transactions.
"""

import logging
import select
import threading
import time
from collections.abc import Callable
from contextlib import closing
from random import uniform

import psycopg2

from client.data.connection import Office
from client.data.errors import KnownError
from client.data.login import LoginRefused
from client.data.presence import KINDS, PREFIX
from client.data.rights import REACH
from client.model import CARDS, ENTITIES, MEMBERS

CHANNEL = "kehu"
WAIT_SECONDS = 1.0
IDLE_SECONDS = 60
GATHER_SECONDS = 0.05  # notices of one save arrive together and are told together
LONGEST_PAUSE = 3.0  # while the server is away
REFUSED_PAUSE = 10.0
LARGEST_ID = 2**31 - 1
_PRESENT = {PREFIX + name for name in KINDS}
# Tables whose rows are shown although they are no kind of record of their own.
_BESIDE = {
    *("change_request", "rights_role", "permission", "operator_permission"),
    *(MEMBERS.name, REACH),
}
TABLES = ENTITIES.keys() | CARDS.keys() | _BESIDE | _PRESENT

Changed = Callable[[str, str, list[int]], object]
Told = Callable[[], object]


class Listener(threading.Thread):
    """Calls back from its own thread: `changed(table, operation, ids)`, `lost()`, `back()`.

    No ids mean that many rows changed, or that it is not known which. Anybody logged in may send
    a notice, so one is only a reason to read again: unknown tables and malformed ids are dropped.
    """

    def __init__(self, office: Office, changed: Changed, lost: Told, back: Told) -> None:
        super().__init__(name="kehu-listener", daemon=True)
        self._office, self._changed, self._lost, self._back = office, changed, lost, back
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Let the thread end, which takes about a second; does not wait for it."""
        self._stopping.set()

    def run(self) -> None:
        pause, away, first = 0.2, False, True
        while not self._stopping.is_set():
            try:
                with closing(self._office.raw()) as connection:
                    connection.autocommit = True
                    with connection.cursor() as cursor:
                        if first:  # the program before this one may have ended without a word
                            cursor.execute("SELECT gone(NULL, NULL)")
                        cursor.execute(f"LISTEN {CHANNEL}")
                    first = False
                    if away:
                        self._back()
                    pause, away = 0.2, False
                    self._listen(connection)
            except (psycopg2.Error, KnownError, OSError) as error:
                if self._stopping.is_set():
                    return
                if not away:
                    logging.info("listener lost the server: %s", type(error).__name__)
                    self._lost()
                away = True
                if isinstance(error, LoginRefused) and error.reason in ("password", "disabled"):
                    pause = REFUSED_PAUSE
                self._stopping.wait(pause * uniform(0.5, 1))  # not all clients at one instant
                pause = min(pause * 2, LONGEST_PAUSE)

    def _listen(self, connection: "psycopg2.extensions.connection") -> None:
        while not self._stopping.is_set():
            ready = select.select([connection], [], [], WAIT_SECONDS)[0]
            if ready:
                self._stopping.wait(GATHER_SECONDS)
                connection.poll()
                self._tell([notice.payload for notice in connection.notifies])
                connection.notifies.clear()
            elif time.monotonic() - self._office.last_used > IDLE_SECONDS:
                self._office.last_used = time.monotonic()
                self._office.close_idle()

    def _tell(self, payloads: list[str]) -> None:
        gathered: dict[tuple[str, str], list[int] | None] = {}
        for payload in payloads:
            table, _colon, rest = payload.partition(":")
            op, _colon, ids = rest.partition(":")
            if table not in TABLES or op not in ("insert", "update", "delete"):
                continue
            known = gathered.setdefault((table, op), [])
            numbers = _numbers(ids)
            if known is None or not numbers or len(known) + len(numbers) > 1000:
                gathered[table, op] = None
            else:
                known.extend(numbers)
        for (table, op), found in gathered.items():
            self._changed(table, op, sorted(set(found or [])))


def _numbers(ids: str) -> list[int]:
    """The ids of a notice, without what cannot be one."""
    parts = (p for p in ids.split(",") if p.isascii() and p.isdigit() and len(p) <= 10)
    return [number for number in map(int, parts) if number <= LARGEST_ID]
