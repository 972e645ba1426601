"""One operator's login at one office: who they are, what they may do, and sessions for jobs."""

import json
import platform
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import date
from functools import partial
from hmac import compare_digest
from typing import Any, Protocol, TypeVar

import psycopg2
from psycopg2.extensions import encrypt_password
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from client.data.errors import KnownError, Unsure, refusal, server_gone, state_of
from client.data.profiles import Profile
from client.i18n import _
from server_schema import keeper
from server_schema.embedded import Embedded
from server_schema.home import home
from server_schema.names import BadName, operator_role

SCHEMAS = frozenset(("0004",))  # revisions of the database that this program works with
OLDEST = {16: 160010, 17: 170006}
SHORTEST_PASSWORD = 8
CONNECT_SECONDS = 5
TRIES = 3
# A password that was refused is not tried again before: it may have been changed elsewhere, and ten
# refusals within 15 minutes lock the login.
REFUSED_SECONDS = 300
AGAIN = frozenset(("40P01", "40001"))
# How a server says that it takes nobody now: it starts, ends, recovers, or is gone meanwhile.
_BUSY = (
    "the database system is",
    "terminating connection",
    "canceling authentication",
    "too many",
    "connection slots",
    "数据库系统",
    "postmaster",
    "中断联接",
)

Answer = TypeVar("Answer")


class LoginRefused(KnownError):
    """A login that did not succeed. `reason`: password, unreachable, disabled, new_password,
    no_office, schema, server_old, certificate, no_tls."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(_sentence(reason).format(detail=detail))
        self.reason = reason


def _sentence(reason: str) -> str:
    return {
        "password": _(
            "Operator or password is wrong. After ten wrong passwords the server may take none for"
            " 15 minutes, not even the right one."
        ),
        "unreachable": _("The server does not answer. Check the cable, or choose another server."),
        "disabled": _("This operator is disabled. Your administrator can enable it again."),
        "new_password": _("A new password has to be set first."),
        "no_office": _("There is no office for this operator on that server."),
        "schema": _("The office's database is of another version ({detail}) than this program."),
        "certificate": _(
            "The server's certificate is not one of your office's, or is for another name."
            " Do not log in; ask whoever looks after the server. ({detail})"
        ),
        "no_tls": _("The server does not encrypt, but the server settings ask for it."),
        "server_old": _(
            "PostgreSQL {detail} on the server is too old: 16.10, 17.6 or 18 is needed."
        ),
    }[reason]


class CancelToken(Protocol):
    """What a job hands to its work, to be told how to break off."""

    def on_cancel(self, stop: Callable[[], object] | None) -> None:
        """Keep how the work is broken off; None when it no longer can be."""


class Rights:
    """What the operator may do, as the database says. The database decides again each time."""

    def __init__(self, allowed: list[str]) -> None:
        self._allowed = frozenset(allowed)

    def may(self, module: str, action: str) -> bool:
        """Whether `action` is allowed in `module`."""
        return f"{module}.{action}" in self._allowed

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rights) and other._allowed == self._allowed

    def __hash__(self) -> int:
        return hash(self._allowed)


def connect(profile: Profile, login: str, password: str, **more: Any) -> Any:
    """A psycopg2 connection as an operator. Raises LoginRefused; KnownError without an office."""
    try:
        role = operator_role(profile.role_prefix, login)
    except BadName:
        raise LoginRefused("password") from None
    if not password:  # libpq would look for one in the environment and in files
        raise LoginRefused("password")
    wanted = {
        **profile.arguments(),
        "user": role,
        "password": password,
        "connect_timeout": CONNECT_SECONDS,
        "application_name": "kehu",
        "client_encoding": "utf8",
        "keepalives_idle": 30,
        **more,
    }
    try:
        return psycopg2.connect(**wanted)
    except psycopg2.OperationalError as error:
        if _reason(error) != "unreachable" or not profile.embedded:
            raise LoginRefused(_reason(error), _last_line(error)) from error
    keeper.start(Embedded(home()))
    try:
        return psycopg2.connect(**wanted)
    except psycopg2.OperationalError as error:
        raise LoginRefused(_reason(error)) from error


def _reason(error: psycopg2.OperationalError) -> str:
    """A refused connection carries no SQLSTATE, so the words decide, in English or Chinese."""
    text = str(error)
    if "does not support SSL" in text:
        return "no_tls"
    if "certificate" in text and "FATAL" not in text:
        return "certificate"
    if "FATAL" not in text and "致命" not in text:
        return "unreachable"
    if "not permitted to log in" in text or "不允许" in text:
        return "disabled"
    if any(words in text for words in _BUSY):
        return "unreachable"
    if any(words in text for words in ("permission denied for database", 'database "', "数据库")):
        return "no_office"
    return "password"


def _last_line(error: psycopg2.OperationalError) -> str:
    lines = str(error).strip().splitlines()
    return lines[-1].rpartition("failed: ")[2] if lines else ""


def _check_server(connection: Any) -> None:
    number = connection.server_version
    major = number // 10000
    if major < 16 or number < OLDEST.get(major, 0):
        raise LoginRefused("server_old", f"{major}.{number % 10000}")


def change_password(profile: Profile, login: str, old: str, new: str) -> None:
    """Set one's own password, the old one at hand. Raises LoginRefused or KnownError."""
    if len(new) < SHORTEST_PASSWORD:
        raise KnownError(_("A password needs at least {n} characters.").format(n=SHORTEST_PASSWORD))
    if new == old:
        raise KnownError(_("The new password must differ from the old one."))
    connection = connect(profile, login, old)
    try:
        with connection, connection.cursor() as cursor:
            role = operator_role(profile.role_prefix, login)
            verifier = encrypt_password(new, role, connection, "scram-sha-256")
            cursor.execute("SELECT set_my_password(%s)", (verifier,))
    finally:
        connection.close()


class Office:
    """An open login. Sessions are for one job each and must not outlive it."""

    def __init__(self, profile: Profile, login: str, password: str, via: str = "form") -> None:
        self.profile, self.login = profile, login
        self._password, self._via = password, via
        self.last_used = time.monotonic()
        self._not_before = 0.0  # this password is tried again
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
        """Log in. Raises LoginRefused, or KnownError where there is no office."""
        return cls(profile, login, password, via)

    def _load(self, connection: Any) -> None:
        try:
            _check_server(connection)
            with connection, connection.cursor() as cursor:
                newcomer = f"{self.profile.role_prefix}_newcomer"
                cursor.execute("SELECT pg_has_role(%s, 'MEMBER')", (newcomer,))
                if cursor.fetchone()[0]:
                    raise LoginRefused("new_password")
                cursor.execute("SELECT my_rights()")
                found = cursor.fetchone()[0]
        except psycopg2.Error as error:
            raise LoginRefused("no_office") from error
        finally:
            connection.close()
        if found is None:
            raise LoginRefused("disabled")
        if found["schema"] not in SCHEMAS:
            raise LoginRefused("schema", str(found["schema"]))
        self._take(found)

    def _take(self, found: dict[str, Any]) -> None:
        self.me: dict[str, Any] = found["operator"]
        self.rights = Rights(found["permissions"])
        self.masked = not self.rights.may("customer", "whole")
        self.roles: dict[str, str] = found["roles"]  # own names by code, empty where it has none
        self.settings: dict[str, Any] = found["settings"]
        self.pool_id: int = found["pool"]
        self.approves_alone: bool = found.get("approves_alone", True)
        self.place: str = found["office"]
        self.today = date.fromisoformat(found["today"])

    def is_password(self, password: str) -> bool:
        """Whether this is the operator's password, asked of the server; while it does not answer,
        whether it is the one they logged in with. Raises LoginRefused for a disabled operator."""
        try:
            connect(self.profile, self.login, password).close()
        except LoginRefused as error:
            if error.reason == "unreachable":
                return compare_digest(password.encode(), self._password.encode())
            if error.reason == "password":
                return False
            raise
        self._know(password)  # it may have been changed on another computer
        return True

    def change_password(self, old: str, new: str) -> None:
        """Set one's own password and go on with it. Raises as the function of this name."""
        change_password(self.profile, self.login, old, new)
        self._know(new)

    def _know(self, password: str) -> None:
        self._password, self._not_before = password, 0.0

    def read_again(self) -> bool:
        """Read the office's settings and one's own rights again, after they were changed here or
        elsewhere. Answers whether one may do something else than before."""
        with self.session() as session:
            found = session.scalar(select(func.my_rights()))
        if found is None:
            return False
        before, masked = self.rights, self.masked
        self._take(found)
        if masked != self.masked:
            self._engine.dispose()  # what is connected reads the other way
        return self.rights != before

    def _connect(self) -> Any:
        options = f"-c kehu.via={self._via} -c kehu.computer={_computer()}"
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
        """A psycopg2 connection of its own, for listening or copying; the caller closes it."""
        return self._connect()

    @contextmanager
    def session(self, token: CancelToken | None = None) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back on an error. For worker threads."""
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
        """Do `work` in one transaction, again where it met somebody else's work by chance.

        Raises Unsure where the server went away after `work` was done.
        """
        for attempt in range(1, TRIES + 1):
            answers: list[Answer] = []
            try:
                with self.session() as session:
                    answers.append(work(session))
                return answers[0]
            except DBAPIError as error:
                if answers and server_gone(error):
                    raise Unsure(answers[0]) from error
                if attempt == TRIES or not _by_chance(error):
                    raise
                time.sleep(0.05 * attempt)
        raise AssertionError("unreachable")

    def close_idle(self) -> None:
        """Give unused connections back to the server."""
        self._engine.dispose()

    def report(self, what: str, /, **details: Any) -> dict[str, Any]:
        """Report a `login`, a `logout`, something `refused` or an `export` to the history.

        A login is answered with the one before. Raises where the server cannot be told.
        """
        told = json.dumps(details, ensure_ascii=False)
        query = text("SELECT log_access(:what, CAST(:told AS jsonb))")
        with self._engine.begin() as connection:
            return dict(connection.scalar(query, {"what": what, "told": told}) or {})

    def _report_refusal(self, error: Exception) -> None:
        """Let the history tell what the database refused. Nobody waits for it to succeed."""
        about = refusal(error)
        if about is not None:
            with suppress(DBAPIError, psycopg2.Error, KnownError):
                self.report("refused", about=about)

    def close(self) -> None:
        """Log out."""
        self._engine.dispose()


def _by_chance(error: DBAPIError) -> bool:
    """A deadlock, a serialisation failure, or a customer handed over in the same moment."""
    constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None) or ""
    return state_of(error) in AGAIN or (
        state_of(error) == "23503" and constraint.endswith("owner_id_fkey")
    )


def _computer() -> str:
    """This computer's name as the history keeps it; no character that an option would split."""
    return "".join(c for c in platform.node() if c.isalnum() or c in "-_.")[:60] or "unknown"
