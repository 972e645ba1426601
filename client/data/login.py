"""Opens connections as an operator, and finds out why a login is refused."""

import os
from typing import Any

import psycopg2
from psycopg2.extensions import encrypt_password

from client.data.errors import KnownError
from client.data.profiles import Profile
from client.i18n import _, current
from server_schema import keeper
from server_schema.embedded import Embedded
from server_schema.home import home
from server_schema.messages import Refused
from server_schema.names import BadName, operator_role

OLDEST = {16: 160010, 17: 170006}
SHORTEST_PASSWORD = 8
CONNECT_SECONDS = 5
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
_TOO_MANY = ("too many connections for role", "发起的连接太多")


class LoginRefused(KnownError):
    """The login failed; `reason` says why, for programs.

    It is one of password, unreachable, too_many, disabled, new_password, no_office, schema,
    server_old, certificate and no_tls.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(_sentence(reason).format(detail=detail))
        self.reason = reason


class ServerDown(LoginRefused):
    """The server on this computer does not run, and was not to be started."""

    def __init__(self, refused: Refused) -> None:
        KnownError.__init__(self, refused.sentence(current()))
        self.reason = "unreachable"


def _sentence(reason: str) -> str:
    return {
        "password": _(
            "Operator or password is wrong. After ten wrong passwords the server may take none for"
            " 15 minutes, not even the right one."
        ),
        "unreachable": _("The server does not answer. Check the cable, or choose another server."),
        "too_many": _(
            "This operator has as many connections as one may have. Close other windows of Kehu,"
            " here or on other computers; after a lost network the server takes some minutes."
        ),
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


def connect(profile: Profile, login: str, password: str, **more: Any) -> Any:
    """Open a psycopg2 connection as an operator; starts the embedded server if it does not run.

    Raises LoginRefused, or KnownError if there is no office on this computer.
    """
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
    os.environ.pop("PGTZ", None)  # it would be stronger than the office's time zone
    try:
        return psycopg2.connect(**wanted)
    except psycopg2.OperationalError as error:
        if _reason(error) != "unreachable" or not profile.embedded:
            raise LoginRefused(_reason(error), _last_line(error)) from error
    try:
        keeper.start(Embedded(home()))
    except Refused as refused:
        raise ServerDown(refused) from refused
    try:
        return psycopg2.connect(**wanted)
    except psycopg2.OperationalError as error:
        raise LoginRefused(_reason(error)) from error


def _reason(error: psycopg2.OperationalError) -> str:
    """The reason of a refused connection, which carries no SQLSTATE: its words decide, in
    English or Chinese.
    """
    text = str(error)
    if "does not support SSL" in text:
        return "no_tls"
    if "certificate" in text and "FATAL" not in text:
        return "certificate"
    if "FATAL" not in text and "致命" not in text:
        return "unreachable"
    if "not permitted to log in" in text or "不允许" in text:
        return "disabled"
    if any(words in text for words in _TOO_MANY):
        return "too_many"
    if any(words in text for words in _BUSY):
        return "unreachable"
    if any(words in text for words in ("permission denied for database", 'database "', "数据库")):
        return "no_office"
    return "password"


def _last_line(error: psycopg2.OperationalError) -> str:
    lines = str(error).strip().splitlines()
    return lines[-1].rpartition("failed: ")[2] if lines else ""


def check_server(connection: Any) -> None:
    """Raise LoginRefused if the server's PostgreSQL is too old to hold an office."""
    number = connection.server_version
    major = number // 10000
    if major < 16 or number < OLDEST.get(major, 0):
        raise LoginRefused("server_old", f"{major}.{number % 10000}")


def change_password(profile: Profile, login: str, old: str, new: str) -> None:
    """Set the operator's own password, for which the old one is needed. Raises LoginRefused or
    KnownError.
    """
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
