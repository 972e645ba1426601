"""Making an office in a database: its roles, tables and rules, and the first administrator."""

import secrets
from contextlib import closing
from dataclasses import dataclass

import psycopg2
from psycopg2 import errors, extensions

from server_schema import names, schema
from server_schema.messages import N_, Refused
from server_schema.server import Server, prefix_of

READABLE = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is mistaken for another
EACH_OPERATOR = 4
BESIDES = 20


@dataclass(frozen=True)
class NewAdmin:
    """The first administrator: login, name to show, and the password to log in with."""

    login: str
    name: str
    password: str


def random_password() -> str:
    """A password that can be read from the screen and typed."""
    return "-".join("".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(4))


def login_of(name: str) -> str:
    """The login an administrator of this name gets where none is given."""
    return names.likely_login(name) or "admin"


def create_office(server: Server, prefix: str, admin: NewAdmin, language: str) -> None:
    """Make the office, whole or not at all. The database is made where there is none."""
    server.check()
    made_database = not server.exists()
    if made_database:
        server.create_database()
    try:
        with closing(server.connect()) as connection:
            if prefix_of(connection):
                raise Refused(
                    N_("The database {database} has an office already."), database=server.database
                )
            if not made_database and not is_empty(connection):
                raise Refused(
                    N_("The database {database} is not empty; choose another name."),
                    database=server.database,
                )
            _create(connection, prefix, admin, language)
    except BaseException:
        if made_database:
            server.drop_database()
        raise


def _create(connection: extensions.connection, prefix: str, admin: NewAdmin, language: str) -> None:
    role = names.operator_role(prefix, admin.login)
    verifier = extensions.encrypt_password(admin.password, role, connection, "scram-sha-256")
    try:
        first = schema.Admin(admin.login, admin.name, verifier)
        schema.create(connection, prefix, first, language)
        connection.commit()
    except errors.DuplicateObject:
        connection.rollback()
        raise Refused(
            N_("Another office on this server uses the prefix {prefix}; choose another."),
            prefix=prefix,
        ) from None


def is_empty(connection: extensions.connection) -> bool:
    """Whether a database holds nothing of anybody."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT NOT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
            " WHERE nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"
            " AND nspname NOT LIKE 'pg\\_temp%' AND nspname NOT LIKE 'pg\\_toast%')"
        )
        row = cursor.fetchone()
        return bool(row and row[0])


def fit_connections(connection: extensions.connection) -> bool:
    """Allow enough connections for every operator; True when the server must start again for it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM operator WHERE active AND login IS NOT NULL")
            operators = (cursor.fetchone() or (0,))[0]
            cursor.execute("SHOW max_connections")
            allowed = int((cursor.fetchone() or (0,))[0])
    except psycopg2.errors.UndefinedTable:
        connection.rollback()
        return False
    connection.rollback()
    needed = EACH_OPERATOR * operators + BESIDES
    if needed <= allowed:
        return False
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER SYSTEM SET max_connections = {needed}")
    return True
