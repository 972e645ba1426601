"""How an office differs from what this program makes: beside it a new one is made and looked at.

So nothing is a list of what somebody could loosen by hand; whatever is otherwise is found.
"""

import re
import secrets
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from psycopg2 import extensions

from server_schema import names, schema
from server_schema.server import Server

CATALOG = Path(__file__).parent / "sql" / "catalog"
# What decides on whether rules hold, or on what a name means.
SETTINGS = [
    "allow_system_table_mods",
    "ignore_system_indexes",
    "lo_compat_privileges",
    "local_preload_libraries",
    "role",
    "row_security",
    "search_path",
    "session_preload_libraries",
    "session_replication_role",
    "shared_preload_libraries",
]
# A restored table says the same with other casts and brackets.
_CASTS = re.compile(r"::(character varying|text|numeric|integer)(\[\])?|[()\s]")

Picture = dict[str, tuple[str, str]]  # thing: what it is part of, what is said of it
_made: dict[str, Picture] = {}


def added(connection: extensions.connection, prefix: str) -> list[str]:
    """What somebody gave to the office's roles, or set for them, beside what is in the database."""
    values = {
        **_groups(prefix),
        "held": [names.group_role(prefix, group) for group in (*schema.HELD, "newcomer")],
        "settings": SETTINGS,
        "connections": names.CONNECTIONS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_text("given.sql"), values)
        return [thing for (thing,) in cursor.fetchall()]


def differences(connection: extensions.connection, prefix: str) -> tuple[list[str], ...]:
    """What the database has too much, what it lacks, and what is there in another shape.

    The connection is a superuser's, who for this makes a database for a moment.
    """
    wanted = _wanted(connection, prefix)
    found = _picture(connection, prefix)
    more, less = found.keys() - wanted.keys(), wanted.keys() - found.keys()
    changed = {thing for thing in found.keys() & wanted.keys() if found[thing] != wanted[thing]}
    return (
        sorted(thing for thing in more if found[thing][0] not in more),
        sorted(thing for thing in less if wanted[thing][0] not in less),
        sorted(changed),
    )


def _wanted(connection: extensions.connection, prefix: str) -> Picture:
    """What a new office would be like, were it the one with this prefix."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT system_identifier::text FROM pg_control_system()")
        ((server,),) = cursor.fetchall()
    if server not in _made:
        _made[server] = dict(_as_made(connection))
    told = _made[server].items()
    return {
        thing.replace("{p}", prefix): (of.replace("{p}", prefix), said.replace("{p}", prefix))
        for thing, (of, said) in told
    }


def _as_made(connection: extensions.connection) -> Iterator[tuple[str, tuple[str, str]]]:
    """The picture of a new office, with {p} for its prefix."""
    twin = f"twin_{secrets.token_hex(6)}"
    dsn = {**connection.info.dsn_parameters, "password": connection.info.password or None}
    dsn.pop("application_name", None)  # a server's own to say
    server = Server(dsn, twin)
    server.create_database()
    try:
        with closing(server.connect()) as empty, schema.made_for_a_look(empty, twin):
            for thing, (of, said) in _picture(empty, twin).items():
                yield (
                    thing.replace(twin, "{p}"),
                    (of.replace(twin, "{p}"), said.replace(twin, "{p}")),
                )
    finally:
        server.drop_database()


def _picture(connection: extensions.connection, prefix: str) -> Picture:
    with connection.cursor() as cursor:
        cursor.execute(_text("made.sql"), _groups(prefix))
        return {
            thing: (of or "", said if thing.startswith("function") else _CASTS.sub("", said))
            for thing, of, said in cursor.fetchall()
        }


def _groups(prefix: str) -> dict[str, object]:
    groups = [names.group_role(prefix, group) for group in names.GROUPS]
    owner = names.group_role(prefix, "owner")
    return {"groups": groups, "operators": f"{prefix}.", "owner": owner}


def _text(name: str) -> str:
    return (CATALOG / name).read_text(encoding="utf-8")
