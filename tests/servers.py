"""Database servers for tests: one embedded server for each test process, offices by the dozen."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2

from server_schema import install
from server_schema.embedded import Embedded
from server_schema.server import Server
from tests.patience import PATIENCE, wait_until

PASSWORD = "correct horse battery"
# A test's data need not outlive a power cut.
CARELESS = ("fsync = off", "full_page_writes = off")
# A server that is killed must not forget what it has said was stored.
UNTIL_KILLED = ("synchronous_commit = off",)


class Cluster:
    """A running embedded server that belongs to the tests alone."""

    def __init__(self, embedded: Embedded) -> None:
        self.embedded = embedded

    def superuser_dsn(self, database: str = "postgres") -> dict:
        """Arguments for `psycopg2.connect` as superuser."""
        return {**self.embedded.superuser_dsn(database), "connect_timeout": PATIENCE}

    def dsn(self, database: str, user: str, password: str = PASSWORD) -> dict:
        """Arguments for `psycopg2.connect` as anybody; `user` is the whole role name."""
        place = {**self.embedded.dsn(database), "connect_timeout": PATIENCE}
        return {**place, "user": user, "password": password}

    def server(self, database: str) -> Server:
        """One database of the server, as superuser."""
        return Server(self.superuser_dsn(), database)

    def fresh_database(self, prefix: str) -> dict:
        """A new empty database named like its prefix; answers with the superuser's arguments."""
        self.server(prefix).create_database()
        return self.superuser_dsn(prefix)


def careless(cluster: Cluster, killed: bool = False) -> None:
    """Let the server skip what only a power cut would show, or a kill where none is to come."""
    with closing(psycopg2.connect(**cluster.superuser_dsn())) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for setting in CARELESS if killed else (*CARELESS, *UNTIL_KILLED):
                cursor.execute(f"ALTER SYSTEM SET {setting}")
            cursor.execute("SELECT pg_reload_conf()")


@contextmanager
def durable(cluster: Cluster) -> Iterator[None]:
    """For a while a careless server loses nothing in a power cut, like that of an office."""
    with closing(psycopg2.connect(**cluster.superuser_dsn())) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for setting in (*CARELESS, *UNTIL_KILLED):
                cursor.execute(f"ALTER SYSTEM RESET {setting.split()[0]}")
            cursor.execute("SELECT pg_reload_conf()")
            wait_until(
                "the server takes its settings",
                lambda: _shown(cursor, "fsync") + _shown(cursor, "synchronous_commit") == "onon",
            )
    try:
        yield
    finally:
        careless(cluster)


def _shown(cursor: psycopg2.extensions.cursor, setting: str) -> str:
    cursor.execute(f"SHOW {setting}")
    return str((cursor.fetchone() or ("",))[0])


@contextmanager
def cluster(killed: bool = False) -> Iterator[Cluster]:
    """A server in a home of its own, removed afterwards; tell if it is going to be `killed`."""
    home = Path(tempfile.mkdtemp(prefix="kehu-server-"))
    embedded = Embedded(home)
    try:
        embedded.init()
        embedded.start()
        made = Cluster(embedded)
        careless(made, killed)
        yield made
    finally:
        embedded.remove()
        shutil.rmtree(home, ignore_errors=True)


def new_office(cluster: Cluster, prefix: str, language: str = "en") -> dict:
    """A new office whose administrator logs in as `<prefix>.admin` with `PASSWORD`.

    Answers with the superuser's arguments for its database, named like the prefix.
    """
    admin = install.NewAdmin("admin", "Administrator", PASSWORD)
    install.create_office(cluster.server(prefix), prefix, admin, language)
    return cluster.superuser_dsn(prefix)


def let_many_in(dsn: dict, prefix: str) -> None:
    """Let each operator stand for many people, who have more connections together than one has.

    `dsn` is the superuser's.
    """
    with closing(psycopg2.connect(**dsn)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname FROM pg_roles WHERE starts_with(rolname, %s)", [f"{prefix}."]
        )
        for (role,) in cursor.fetchall():
            cursor.execute(f'ALTER ROLE "{role}" CONNECTION LIMIT -1')
