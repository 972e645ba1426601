"""The process beside the embedded server: locks logins after wrong passwords, and tidies the log.

It notes wrong passwords in the history and ends with the server. Whoever starts the server, or
looks for it, makes sure that a keeper runs.
"""

import logging
import os
import subprocess
import sys
import time
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2.extras import Json

from server_schema.embedded import Embedded
from server_schema.home import home
from server_schema.locking import only_one
from server_schema.server import prefix_of
from server_schema.server_log import Failure, ServerLog

POLL_SECONDS = 0.5
GONE_SECONDS = 5  # without the server's process file
SILENT_SECONDS = 600  # without an answer
NOTE_EVERY = timedelta(seconds=60)  # entries about one login
AFTER_ERROR = timedelta(seconds=10)
MOST_FAILURES, MOST_ADDRESSES = 10_000, 5
LOCK = "keeper.lock"
OPERATORS = """
SELECT o.login, o.id, o.active AND (o.locked_until IS NULL OR o.locked_until <= clock_timestamp()),
    max(c.at) FILTER (WHERE h.op IN ('locked', 'unlocked')),
    max((h.after ->> 'last')::timestamptz) FILTER (WHERE h.op = 'wrong')
FROM operator o LEFT JOIN history h ON h.table_name = 'access' AND h.row_id = o.id
    AND h.op IN ('locked', 'unlocked', 'wrong')
LEFT JOIN change c ON c.id = h.change_id AND c.at > now() - %(within)s - interval '1 hour'
WHERE o.login = ANY (%(logins)s) AND o.deleted_at IS NULL GROUP BY o.id
"""
NOTE = """
SELECT note_access(%s, 'wrong',
    jsonb_build_object('n', %s, 'addresses', %s::jsonb, 'last', %s::timestamptz))
"""
LOCKING = """
SELECT lock_login(%s, clock_timestamp() + %s,
    jsonb_build_object('n', %s, 'addresses', %s::jsonb))
"""


@dataclass(frozen=True)
class Limits:
    """After how many wrong passwords within what time a login is locked, and for how long."""

    tries: int = 10
    within: timedelta = timedelta(minutes=15)
    locked: timedelta = timedelta(minutes=15)


@dataclass
class _Login:
    """What is known of one login; all names that are no login share one."""

    id: int = 0
    open: bool = False  # neither disabled nor locked
    tries: "deque[Failure]" = field(default_factory=deque)
    unnoted: int = 0
    addresses: list[str] = field(default_factory=list)
    last: datetime | None = None  # of the unnoted
    noted_at: datetime | None = None
    mark: datetime | None = None  # locked or unlocked
    noted: datetime | None = None


class Keeper:
    """The keeper of one server. `step` does what has to be done now; `run` repeats it until the
    server stops.
    """

    def __init__(self, embedded: Embedded, limits: Limits | None = None) -> None:
        self._embedded, self._limits = embedded, limits or Limits()
        self._process_file = embedded.folder / "data" / "postmaster.pid"
        self._log = ServerLog(embedded.log, datetime.now(UTC) - self._limits.within)
        self._read: deque[Failure] = deque(maxlen=MOST_FAILURES)
        self._logins: dict[str, _Login] = defaultdict(_Login)
        self._due: datetime | None = datetime.now(UTC)  # what was locked before is asked for first
        self._not_before = datetime.min.replace(tzinfo=UTC)

    def run(self) -> None:
        """Until the server has stopped, or has not answered for long."""
        gone, answered, looked = 0.0, time.monotonic(), 0.0
        while gone < GONE_SECONDS and time.monotonic() - answered < SILENT_SECONDS:
            self.step()
            gone = 0.0 if self._process_file.exists() else gone + POLL_SECONDS
            if time.monotonic() - looked > 60:
                looked = time.monotonic()
                self._log.tidy()
                if self._embedded.running():
                    answered = looked
            time.sleep(POLL_SECONDS)

    def step(self) -> None:
        """Read what is new in the log, lock, note, and give back what is due."""
        self._read.extend(self._log.failures())
        now = datetime.now(UTC)
        due = self._due is not None and self._due <= now
        waiting = any(known.unnoted and self._may_note(known, now) for known in self._known())
        if not (self._read or due or waiting) or now < self._not_before:
            return
        try:
            with self._cursor() as cursor:
                locked = self._count(cursor, now)
                if due:
                    cursor.execute("SELECT release_logins()")
                cursor.execute("SELECT min(locked_until) FROM operator")
                self._due = cursor.fetchone()[0]
        except psycopg2.Error as error:  # stopping, starting, or of an earlier version
            logging.info("not now: %s", type(error).__name__)
            self._not_before = now + AFTER_ERROR
            return
        for known in locked:
            known.tries.clear()

    @contextmanager
    def _cursor(self) -> Iterator[Any]:
        dsn = self._embedded.superuser_dsn(self._embedded.database)
        dsn |= {"application_name": "kehu-keeper", "options": "-c kehu.via=server"}
        connection = psycopg2.connect(**dsn)
        with closing(connection), connection, connection.cursor() as cursor:
            yield cursor

    def _known(self) -> list[_Login]:
        return list(self._logins.values())

    def _count(self, cursor: Any, now: datetime) -> list[_Login]:
        """Sort by login what was read, note it, and lock. Answers with what is locked now."""
        failures = list(self._read)
        prefix = f"{prefix_of(cursor.connection)}."
        wanted = {f.role.removeprefix(prefix) for f in failures if f.role.startswith(prefix)}
        self._ask(cursor, sorted(wanted))
        for failure in failures:
            if failure.role.startswith(prefix):
                login = failure.role.removeprefix(prefix)
                known = self._logins.get(login) or self._logins[""]
                self._take(known, failure)
        self._read.clear()
        locked = []
        for known in self._known():
            while known.tries and known.tries[0].at < now - self._limits.within:
                known.tries.popleft()
            full = known.open and len(known.tries) >= self._limits.tries
            if known.unnoted and (full or self._may_note(known, now)):
                self._note(cursor, known, now)
            if full:
                self._lock(cursor, known)
                locked.append(known)
        return locked

    def _ask(self, cursor: Any, logins: list[str]) -> None:
        if not logins:
            return
        cursor.execute(OPERATORS, {"logins": logins, "within": self._limits.within})
        for login, id_, is_open, mark, noted in cursor.fetchall():
            known = self._logins[login]
            known.id, known.open, known.mark, known.noted = id_, is_open, mark, noted

    def _take(self, known: _Login, failure: Failure) -> None:
        at = failure.at
        if known.noted is None or at > known.noted:
            known.unnoted += 1
            known.last = max(at, known.last or at)
            if failure.address not in known.addresses and len(known.addresses) < MOST_ADDRESSES:
                known.addresses.append(failure.address)
        # Some were on their way when it was locked.
        counts = known.open and not failure.locked
        if counts and (known.mark is None or at > known.mark):
            known.tries.append(failure)

    @staticmethod
    def _may_note(known: _Login, now: datetime) -> bool:
        return known.noted_at is None or now - known.noted_at >= NOTE_EVERY

    def _note(self, cursor: Any, known: _Login, now: datetime) -> None:
        addresses = Json(known.addresses)
        cursor.execute(NOTE, [known.id, known.unnoted, addresses, known.last])
        known.noted_at, known.unnoted, known.addresses, known.last = now, 0, [], None

    def _lock(self, cursor: Any, known: _Login) -> None:
        found = list(dict.fromkeys(failure.address for failure in known.tries))[:MOST_ADDRESSES]
        addresses = Json(found)
        cursor.execute(LOCKING, [known.id, self._limits.locked, len(known.tries), addresses])


def start(embedded: Embedded) -> None:
    """Start the server unless it runs, with a keeper beside it."""
    embedded.ensure_running()
    ensure(embedded)


def ensure(embedded: Embedded) -> None:
    """Have a keeper beside the running server, if none is there yet."""
    try:
        with only_one(embedded.home / LOCK, 0):
            pass
    except TimeoutError:
        return
    root = Path(__file__).resolve().parents[1]
    paths = [str(root), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {"KEHU_HOME": str(embedded.home), "PYTHONPATH": os.pathsep.join(paths)}
    command = [sys.executable, "-m", "server_schema.keeper"]
    options: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        flags = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
        options = {"creationflags": flags}
    nothing = subprocess.DEVNULL
    process = subprocess.Popen(
        command,
        env=os.environ | environment,
        cwd=embedded.home,
        stdin=nothing,
        stdout=nothing,
        stderr=nothing,
        **options,
    )
    process.returncode = 0  # it outlives this program, which never waits for it


def main() -> None:
    """Be the keeper of the home's server; the second of two ends at once."""
    place = home()
    handler = RotatingFileHandler(place / "keeper.log", maxBytes=200_000, backupCount=1)
    logging.basicConfig(handlers=[handler], level=logging.INFO, format="%(asctime)s %(message)s")
    try:
        with only_one(place / LOCK, 0):
            Keeper(Embedded(place)).run()
    except TimeoutError:
        pass
    except Exception:
        logging.exception("ended")


if __name__ == "__main__":
    main()
