"""One operator's login at one office: who they are, what they may do, and database sessions."""

import json
import platform
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import date, timedelta, timezone, tzinfo
from functools import partial
from hmac import compare_digest
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import psycopg2
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from client.data.errors import CommitUnknown, KnownError, refusal, server_gone, state_of
from client.data.login import LoginRefused, change_password, check_server, connect
from client.data.profiles import Profile
from client.i18n import use_zone

SCHEMAS = frozenset(("0004",))  # revisions of the database that this program works with
TRIES = 3
# A password that was refused is not tried again before: it may have been changed elsewhere, and ten
# refusals within 15 minutes lock the login.
REFUSED_SECONDS = 300
ZONE = "Asia/Shanghai"  # as the database has it where the office names none
# The office as its operator sees it, and how far its clocks are from Greenwich now.
OFFICE = f"""
SELECT told, now() AT TIME ZONE zone - now() AT TIME ZONE 'UTC',
    (date_trunc('day', now() AT TIME ZONE zone) + interval '1 day') AT TIME ZONE zone - now()
FROM my_rights() AS told, coalesce(told #>> '{{settings,time_zone}}', '{ZONE}') AS zone
"""
AGAIN = frozenset(("40P01", "40001"))

Answer = TypeVar("Answer")


class CancelToken(Protocol):
    """What a session needs of `jobs.Token`, so that a running query can be cancelled."""

    def on_cancel(self, stop: Callable[[], object] | None) -> None:
        """Register the function that cancels the running work; None when there is nothing to
        cancel.
        """


class Rights:
    """What the operator may do, as read at login. It hides buttons; the database checks by
    itself.
    """

    def __init__(self, allowed: list[str]) -> None:
        self._allowed = frozenset(allowed)

    def may(self, module: str, action: str) -> bool:
        """Whether `action` is allowed in `module`."""
        return f"{module}.{action}" in self._allowed

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rights) and other._allowed == self._allowed

    def __hash__(self) -> int:
        return hash(self._allowed)


class Office:
    """An open login of one operator, shared by all jobs of a window.

    Sessions are for one job each: nothing read through a session may be used after it has ended.
    """

    def __init__(self, profile: Profile, login: str, password: str, via: str = "form") -> None:
        self.profile, self.login = profile, login
        self._password, self._via = password, via
        self.last_used = time.monotonic()
        self._not_before = 0.0  # this password is tried again
        self._zone = ""
        self.masked = False  # whether phones and accounts of customers are read masked
        self._load(self._connect())
        self._engine = create_engine(
            "postgresql+psycopg2://",
            creator=self._connect,
            pool_size=2,
            max_overflow=1,  # with the listener four, as many as a server keeps for each operator
            pool_pre_ping=True,
        )

    @classmethod
    def open(cls, profile: Profile, login: str, password: str, via: str = "form") -> "Office":
        """Log in. `via` is how the history calls this program. Raises LoginRefused, or
        KnownError without an office.
        """
        return cls(profile, login, password, via)

    def _load(self, connection: Any) -> None:
        try:
            check_server(connection)
            with connection, connection.cursor() as cursor:
                newcomer = f"{self.profile.role_prefix}_newcomer"
                cursor.execute("SELECT pg_has_role(%s, 'MEMBER')", (newcomer,))
                if cursor.fetchone()[0]:
                    raise LoginRefused("new_password")
                cursor.execute(OFFICE)
                found, offset, rest = cursor.fetchone()
        except psycopg2.Error as error:
            raise LoginRefused("no_office") from error
        finally:
            connection.close()
        if found is None:
            raise LoginRefused("disabled")
        if found["schema"] not in SCHEMAS:
            raise LoginRefused("schema", str(found["schema"]))
        self._take(found, offset, rest)

    def _take(self, found: dict[str, Any], offset: timedelta, rest: timedelta) -> None:
        self.me: dict[str, Any] = found["operator"]
        self.rights = Rights(found["permissions"])
        self.masked = not self.rights.may("customer", "whole")
        self.roles: dict[str, str] = found["roles"]  # own names by code, empty where it has none
        self.settings: dict[str, Any] = found["settings"]
        self.pool_id: int = found["pool"]
        self.approves_alone: bool = found.get("approves_alone", True)
        self.place: str = found["office"]
        self.today = date.fromisoformat(found["today"])
        # By the server's clock; and the time that a computer sleeps counts as well.
        self._day_ends = time.time() + rest.total_seconds()
        self._zone = str(self.settings.get("time_zone", ZONE))
        use_zone(_zone_of(self._zone, offset))

    def is_password(self, password: str) -> bool:
        """Whether this is the operator's password; for worker threads.

        The server is asked. While it does not take anybody, the password of the login is compared
        instead. Raises LoginRefused for a disabled operator.
        """
        try:
            connect(self.profile, self.login, password).close()
        except LoginRefused as error:
            if server_gone(error):
                return compare_digest(password.encode(), self._password.encode())
            if error.reason == "password":
                return False
            raise
        self._know(password)  # it may have been changed on another computer
        return True

    def change_password(self, old: str, new: str) -> None:
        """Set the operator's own password and use it for new connections. Raises as
        `change_password`.
        """
        change_password(self.profile, self.login, old, new)
        self._know(new)

    def _know(self, password: str) -> None:
        self._password, self._not_before = password, 0.0

    def is_day_over(self) -> bool:
        """Whether midnight has passed where the office is since its settings were read."""
        return time.time() >= self._day_ends

    def read_again(self) -> bool:
        """Read the office's settings and the operator's rights again, since somebody may have
        changed them.

        Returns whether the operator's rights are different now.
        """
        with self.session() as session:
            found, offset, rest = session.execute(text(OFFICE)).one()
        if found is None:
            return False
        before, connected = self.rights, (self.masked, self._zone)
        self._take(found, offset, rest)
        if connected != (self.masked, self._zone):
            self._engine.dispose()  # what is connected reads the other way
        return self.rights != before

    def _connect(self) -> Any:
        options = f"-c kehu.via={self._via} -c kehu.computer={_computer()}"
        if self._zone:  # days that moments are compared with begin where the office is
            options += " -c TimeZone=" + self._zone.replace("\\", "\\\\").replace(" ", "\\ ")
        if self.masked:  # names of tables mean the views that hide what is not to be read
            options += " -c search_path=masked,public"
        if time.monotonic() < self._not_before:
            raise LoginRefused("password")
        try:
            return connect(self.profile, self.login, self._password, options=options)
        except LoginRefused as error:
            if error.reason == "password":
                self._not_before = time.monotonic() + REFUSED_SECONDS
            raise

    def raw(self) -> Any:
        """A psycopg2 connection outside the pool, for listening or copying; the caller closes
        it.
        """
        return self._connect()

    @contextmanager
    def session(self, token: CancelToken | None = None) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back on an error. For worker threads only.

        With a `token`, the running query can be cancelled. What the database refuses for want of a
        right is reported to the history.
        """
        self.last_used = time.monotonic()
        info = {"masked": self.masked, "narrow": self.me["scope"] == "own"}
        try:
            with Session(self._engine, info=info) as session, session.begin():
                if token:
                    driver: Any = session.connection().connection.dbapi_connection
                    token.on_cancel(partial(self._break_off, driver.info.backend_pid))
                try:
                    yield session
                finally:
                    if token:
                        token.on_cancel(None)
        except (DBAPIError, KnownError) as error:
            self._report_refusal(error)
            raise
        self.last_used = time.monotonic()

    def _break_off(self, backend: int) -> None:
        """Cancel what a session of ours asks for. Asked over another connection: the driver's own
        way holds up every thread of the program until the server has answered. None of the pool,
        where it would wait for just what it is to end."""
        with closing(self._connect()) as other, other, other.cursor() as cursor:
            cursor.execute("SELECT pg_cancel_backend(%s)", (backend,))

    def run(self, work: Callable[[Session], Answer]) -> Answer:
        """Run `work` in one transaction; try again after a deadlock or a serialisation failure.

        So `work` may be called several times. Raises CommitUnknown if the server went away during
        the commit, when nobody knows whether the work is stored.
        """
        for attempt in range(1, TRIES + 1):
            answers: list[Answer] = []
            try:
                with self.session() as session:
                    answers.append(work(session))
                return answers[0]
            except DBAPIError as error:
                if answers and server_gone(error):
                    raise CommitUnknown(answers[0]) from error
                if attempt == TRIES or not _by_chance(error):
                    raise
                time.sleep(0.05 * attempt)
        raise AssertionError("unreachable")

    def close_idle(self) -> None:
        """Close the pool's unused connections; the next session opens a new one."""
        self._engine.dispose()

    def report(self, what: str, /, **details: Any) -> dict[str, Any]:
        """Report a `login`, a `logout`, something `refused` or an `export` to the history.

        For a login, the answer says when the one before was. Raises if the server does not answer.
        """
        told = json.dumps(details, ensure_ascii=False)
        query = text("SELECT log_access(:what, CAST(:told AS jsonb))")
        with self._engine.begin() as connection:
            return dict(connection.scalar(query, {"what": what, "told": told}) or {})

    def _report_refusal(self, error: Exception) -> None:
        """Report what the database refused for want of a right; a failure to report is ignored."""
        about = refusal(error)
        if about is not None:
            with suppress(DBAPIError, psycopg2.Error, KnownError):
                self.report("refused", about=about)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def _by_chance(error: DBAPIError) -> bool:
    """Whether trying again helps: a deadlock, a serialisation failure, or a customer that was
    just handed over.
    """
    constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None) or ""
    return state_of(error) in AGAIN or (
        state_of(error) == "23503" and constraint.endswith("owner_id_fkey")
    )


def _zone_of(name: str, offset: timedelta) -> tzinfo:
    """The zone that the server calls so; without summer time where this computer knows none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return timezone(offset)


def _computer() -> str:
    """This computer's name for the history, without characters that would break the connection's
    options.
    """
    return "".join(c for c in platform.node() if c.isalnum() or c in "-_.")[:60] or "unknown"
