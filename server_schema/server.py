"""A superuser's way to an office's database, on the embedded server or any other."""

from contextlib import closing
from typing import Any

import psycopg2
from psycopg2 import extensions, sql

from server_schema.messages import N_, Refused

# The first of each version without CVE-2025-8713: planner statistics gave hidden values away.
SAFE = {16: 160010, 17: 170006, 18: 180000}


class Server:
    """One database of one server, as superuser. Errors of connecting become `Refused`."""

    def __init__(self, dsn: dict[str, Any], database: str) -> None:
        self.dsn = dsn
        self.database = database

    @classmethod
    def of_url(cls, url: str, database: str | None) -> "Server":
        """From a URL such as postgresql://postgres:secret@server:5432/kehu."""
        try:
            dsn: dict[str, Any] = extensions.parse_dsn(url)
        except psycopg2.ProgrammingError:
            raise Refused(N_("This is not the address of a PostgreSQL server.")) from None
        named = dsn.pop("dbname", None)
        dsn.setdefault("connect_timeout", 10)
        chosen = database or (named if named != "postgres" else None) or "kehu"
        return cls(dsn, chosen)

    def connect(self, database: str | None = None) -> extensions.connection:
        """A connection to the office's database, or to another one of its server."""
        arguments = {**self.dsn, "dbname": database or self.database}
        try:
            made: extensions.connection = psycopg2.connect(
                **arguments, application_name="kehu-server"
            )
        except psycopg2.OperationalError as error:
            reason = str(error).strip().splitlines()
            raise Refused(
                N_("No connection to the server: {reason}"), reason=reason[-1] if reason else ""
            ) from None
        return made

    def check(self) -> None:
        """Refuse a server that is too old to be safe, too new to be known, or not ours to rule."""
        with closing(self.connect("postgres")) as connection:
            version = connection.server_version
            if not is_safe(version):
                raise Refused(
                    N_("PostgreSQL {version} is not supported: 16.10, 17.6 or 18 are needed."),
                    version=version_text(version),
                )
            if connection.get_parameter_status("is_superuser") != "on":
                raise Refused(N_("This needs the superuser of the database server."))

    def exists(self) -> bool:
        """Whether the server has the database."""
        with closing(self.connect("postgres")) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [self.database])
            return cursor.fetchone() is not None

    def create_database(self) -> None:
        """Make the empty database. Nothing depends on a locale, so it has the plainest."""
        self._administer(
            "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
        )

    def drop_database(self) -> None:
        """Remove the database with everything in it."""
        self._administer("DROP DATABASE IF EXISTS {} WITH (FORCE)")

    def _administer(self, statement: str) -> None:
        with closing(self.connect("postgres")) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(sql.SQL(statement).format(sql.Identifier(self.database)))


def is_safe(version: int) -> bool:
    """Whether a server of this `server_version` number may hold an office."""
    first = SAFE.get(version // 10000)
    return first is not None and version >= first


def version_text(version: int) -> str:
    """160014 → 16.14."""
    return f"{version // 10000}.{version % 10000}"


def prefix_of(connection: extensions.connection) -> str | None:
    """The prefix of the office in this database, None where there is no office."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('installation')")
        if cursor.fetchone() == (None,):
            return None
        cursor.execute("SELECT prefix FROM installation")
        row = cursor.fetchone()
        return str(row[0]) if row else None
