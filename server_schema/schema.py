"""Make an office's schema, bring an old one up to date, and know what state it is in.

Tables change through Alembic's revisions; functions, triggers, policies and grants are the whole of
`sql/functions` and `policies`, thrown away and made again at each upgrade.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, StaticPool, create_engine

from server_schema import alike, masking, policies, recording, seeds
from server_schema.documents import TEMPLATES
from server_schema.functions import ASKED_BY_ROLES, CALLABLE, DEFINERS, OF_NEWCOMERS, OF_ROLES
from server_schema.names import (
    CONNECTIONS,
    GROUP_OF_RIGHT,
    READERS,
    group_role,
    normal_login,
    normal_prefix,
)
from server_schema.rights import DECIDING
from server_schema.tables import BINNED, CODE_TABLES, OPEN_TABLES

SQL = Path(__file__).parent / "sql"
MIGRATIONS = Path(__file__).parent / "migrations"
# What offices did not have from the beginning.
LATER_GROUPS = ("wide", *GROUP_OF_RIGHT.values())
_UPGRADE_LOCK = 0x6B656875  # one upgrade of a database at a time

__all__ = [
    "DEFINERS",
    "HEAD",
    "HELD",
    "OPEN_TABLES",
    "Admin",
    "apply_replaceable",
    "create",
    "made_for_a_look",
    "upgrade",
    "version",
]


# The groups that an operator's rights and scope are made of.
HELD = (*READERS, "shared", *GROUP_OF_RIGHT.values())
_LISTS = {
    "code_tables": ", ".join(f"'{name}'" for name in CODE_TABLES),
    "deciding_now": ", ".join(f"NEW.{name}" for name in DECIDING),
    "deciding_before": ", ".join(f"OLD.{name}" for name in DECIDING),
    "binned": ", ".join(f"'{name}'" for name in BINNED),
    "found_in_bin": ", ".join(
        f"CASE WHEN EXISTS (SELECT FROM {name} WHERE deletion_id = bin) THEN '{name}' END"
        for name in BINNED
    ),
}


@dataclass(frozen=True)
class Admin:
    """The first administrator; `verifier` is a SCRAM-SHA-256 verifier of their password."""

    login: str
    name: str
    verifier: str


def sql_text(path: str, prefix: str, **words: str) -> str:
    """A file of `sql/` with the office's prefix and the columns every table has put in."""
    text = (SQL / path).read_text(encoding="utf-8")
    columns = (SQL / "record.sql").read_text(encoding="utf-8").rstrip()
    held = ", ".join(f"'{group_role(prefix, group)}'" for group in HELD)
    asked = ", ".join(
        f"('{module}', '{action}', '{group_role(prefix, group)}')"
        for (module, action), group in GROUP_OF_RIGHT.items()
    )
    words = {"groups": held, "groups_of_rights": asked, "connections": str(CONNECTIONS), **words}
    words = {"p": prefix, "record": columns, **_LISTS, **alike.WORDS, **words}
    for word, value in words.items():
        text = text.replace(f"{{{word}}}", value)
    return text


def table_texts(prefix: str, revision: str) -> Iterator[str]:
    """The SQL of the tables that a revision makes or changes, in order."""
    place = f"tables/{revision}"
    for path in sorted((SQL / place).glob("[0-9]*.sql")):
        if path.name == "20_reference.sql":
            for name in CODE_TABLES:
                yield sql_text(f"{place}/code_table.sql", prefix, name=name)
        yield sql_text(f"{place}/{path.name}", prefix)


def function_texts(prefix: str, pattern: str, columns: dict[str, list[str]]) -> Iterator[str]:
    """The SQL of the functions, in order; what kinds have in common is written once."""
    templates: dict[str, tuple[dict[str, str], ...]] = {
        **TEMPLATES,
        "11_below.sql": ({"place": "department"}, {"place": "region"}),
        "31_record_update.sql": tuple(recording.words(columns)),
        "59_keep_masked.sql": tuple(masking.words()),
    }
    for path in sorted((SQL / "functions").glob(pattern)):
        for words in templates.get(path.name, ({},)):
            yield sql_text(f"functions/{path.name}", prefix, **words)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


HEAD: str = ScriptDirectory.from_config(_config()).get_current_head() or ""


def version(connection: Any) -> str | None:
    """The schema's revision in this database, None where there is no office."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.alembic_version')")
        if cursor.fetchone()[0] is None:
            return None
        cursor.execute("SELECT version_num FROM alembic_version")
        row = cursor.fetchone()
    return row[0] if row else None


def prefix_of(connection: Any) -> str:
    """The prefix of the office in this database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT prefix FROM installation")
        return str(cursor.fetchone()[0])


def create(connection: Any, prefix: str, admin: Admin | None, language: str) -> None:
    """Make an office in an empty database and commit.

    `connection` is a psycopg2 connection of a superuser. Roles of this prefix must not exist yet
    in the cluster, or psycopg2's DuplicateObject is raised and nothing is changed.
    """
    prefix = normal_prefix(prefix)
    with _one_transaction(connection) as (cursor, alchemy):
        _make(cursor, alchemy, prefix)
        cursor.execute("SHOW TimeZone")
        seeds.sow(cursor, language, cursor.fetchone()[0])
        if admin:
            _first_administrator(cursor, admin)


@contextmanager
def made_for_a_look(connection: Any, prefix: str) -> Iterator[None]:
    """An office without people in an empty database, its roles included, until it was looked at."""
    with _one_transaction(connection) as (cursor, alchemy):
        _make(cursor, alchemy, prefix)
        yield
        alchemy.rollback()


def upgrade(connection: Any, prefix: str) -> None:
    """Bring tables up to HEAD and re-apply everything replaceable, in one transaction."""
    with _one_transaction(connection) as (cursor, alchemy):
        cursor.execute("SET LOCAL lock_timeout = '10s'")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_UPGRADE_LOCK,))
        _migrate(alchemy, prefix)
        _replace(cursor, prefix)


def apply_replaceable(connection: Any, prefix: str) -> None:
    """Throw away functions, triggers, policies and grants, make them again, and commit."""
    with _one_transaction(connection) as (cursor, _alchemy):
        _replace(cursor, prefix)


def _make(cursor: Any, alchemy: Connection, prefix: str) -> None:
    cursor.execute(sql_text("roles.sql", prefix))
    _later_groups(cursor, prefix)
    _database_settings(cursor, prefix)
    _migrate(alchemy, prefix)
    cursor.execute("INSERT INTO installation (prefix) VALUES (%s)", (prefix,))
    _replace(cursor, prefix)


@contextmanager
def _one_transaction(connection: Any) -> Iterator[tuple[Any, Connection]]:
    """A cursor and the same connection as Alembic wants it, committed together at the end."""
    was_autocommit = connection.autocommit
    connection.rollback()
    connection.autocommit = False
    # The connection stays the caller's, so the pool neither makes one of its own nor closes it.
    engine = create_engine(
        "postgresql+psycopg2://", creator=lambda: connection, poolclass=StaticPool
    )
    try:
        with engine.begin() as alchemy, connection.cursor() as cursor:
            yield cursor, alchemy
    finally:
        connection.rollback()
        connection.autocommit = was_autocommit


def _database_settings(cursor: Any, prefix: str) -> None:
    """What belongs to the database itself and so is in no dump of its contents."""
    cursor.execute("SELECT quote_ident(current_database())")
    database = cursor.fetchone()[0]
    groups = ", ".join(group_role(prefix, group) for group in (*READERS, "newcomer"))
    cursor.execute(
        f"REVOKE ALL ON DATABASE {database} FROM PUBLIC;"
        f"GRANT CONNECT ON DATABASE {database} TO {groups};"
        f"GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {group_role(prefix, 'owner')};"
        f"REVOKE CREATE ON SCHEMA public FROM PUBLIC;"
        f"GRANT CREATE, USAGE ON SCHEMA public TO {group_role(prefix, 'owner')};"
        f"GRANT USAGE ON SCHEMA public TO {group_role(prefix, 'roles')}, {groups};"
    )


def _later_groups(cursor: Any, prefix: str) -> None:
    """Make the groups that are missing in an older office, and let sessions' ages be seen."""
    roles = group_role(prefix, "roles")
    cursor.execute("SELECT rolname::text FROM pg_roles")
    there = {name for (name,) in cursor.fetchall()}
    missing = {group_role(prefix, group) for group in LATER_GROUPS} - there
    for name in sorted(missing):
        cursor.execute(
            f"CREATE ROLE {name} NOLOGIN;"
            f"GRANT {name} TO {roles} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE"
        )
    cursor.execute("SELECT pg_has_role(%s, 'pg_read_all_stats', 'USAGE')", (roles,))
    if not cursor.fetchone()[0]:
        cursor.execute(f"GRANT pg_read_all_stats TO {roles}")


def _migrate(alchemy: Connection, prefix: str) -> None:
    """Run Alembic's revisions as the tables' owner inside the running transaction."""
    # A revision changes all rows, whatever policies are there. `_replace` forces them again.
    forced = alchemy.exec_driver_sql(
        "SELECT format('ALTER TABLE %%s NO FORCE ROW LEVEL SECURITY', oid::regclass)"
        " FROM pg_class WHERE relforcerowsecurity AND relnamespace = 'public'::regnamespace"
    )
    for (statement,) in forced.all():
        alchemy.exec_driver_sql(statement)
    config = _config()
    config.attributes.update(connection=alchemy, prefix=prefix)
    command.upgrade(config, "head")
    alchemy.exec_driver_sql("RESET ROLE")


def _replace(cursor: Any, prefix: str) -> None:
    owner = group_role(prefix, "owner")
    groups = ", ".join(group_role(prefix, g) for g in ("roles", *READERS, "whole", "newcomer"))
    _later_groups(cursor, prefix)
    _database_settings(cursor, prefix)
    _drop_replaceable(cursor)
    cursor.execute(
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {groups};"
        f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, {groups};"
    )
    cursor.execute(
        "SELECT table_name, array_agg(column_name::text ORDER BY ordinal_position)"
        " FROM information_schema.columns WHERE table_schema = 'public' GROUP BY table_name"
    )
    columns = dict(cursor.fetchall())
    for text in function_texts(prefix, "1*.sql", columns):  # what the views ask
        cursor.execute(text)
    for statement in policies.views(columns):
        cursor.execute(statement.replace("{p}", prefix))
    for text in function_texts(prefix, "[2-9]*.sql", columns):
        cursor.execute(text)
    _own_functions(cursor, prefix, owner)
    for statement in (*policies.policies(), *policies.grants(columns), *policies.triggers()):
        cursor.execute(statement.replace("{p}", prefix))
    cursor.execute("SELECT work_out_reach()")
    cursor.execute("SELECT apply_rights(id) FROM operator WHERE login IS NOT NULL")
    _limit_connections(cursor, prefix)


def _limit_connections(cursor: Any, prefix: str) -> None:
    """Let nobody take all of the server's connections. An office may allow fewer."""
    cursor.execute(
        "SELECT format('ALTER ROLE %%I CONNECTION LIMIT %%s', rolname, %(most)s) FROM pg_roles"
        " WHERE starts_with(rolname, %(operators)s) AND rolconnlimit NOT BETWEEN 0 AND %(most)s",
        {"operators": f"{prefix}.", "most": CONNECTIONS},
    )
    for (statement,) in cursor.fetchall():
        cursor.execute(statement)


def _drop_replaceable(cursor: Any) -> None:
    cursor.execute("DROP SCHEMA IF EXISTS masked CASCADE")
    cursor.execute(
        "SELECT format('DROP POLICY %I ON %s', polname, polrelid::regclass) FROM pg_policy"
        " WHERE polrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)"
        " UNION ALL SELECT format('DROP TRIGGER %I ON %s', tgname, tgrelid::regclass)"
        " FROM pg_trigger WHERE NOT tgisinternal AND tgrelid IN"
        " (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)"
    )
    for (statement,) in cursor.fetchall():
        cursor.execute(statement)
    cursor.execute(
        "SELECT string_agg(oid::regprocedure::text, ', ') FROM pg_proc"
        " WHERE pronamespace = 'public'::regnamespace"
    )
    if functions := cursor.fetchone()[0]:
        cursor.execute(f"DROP FUNCTION {functions} CASCADE")


def _own_functions(cursor: Any, prefix: str, owner: str) -> None:
    everybody = ", ".join(group_role(prefix, group) for group in READERS)
    newcomer = group_role(prefix, "newcomer")
    roles = group_role(prefix, "roles")
    cursor.execute(
        "SELECT proname::text, oid::regprocedure::text, proconfig IS NOT NULL FROM pg_proc"
        " WHERE pronamespace = 'public'::regnamespace"
    )
    for name, signature, guarded in cursor.fetchall():
        holder = roles if name in OF_ROLES else owner
        if guarded:
            # Any session can have its plans printed; those of a function have in them what it read.
            cursor.execute(f"ALTER FUNCTION {signature} SET debug_print_plan = off")
        cursor.execute(
            f"ALTER FUNCTION {signature} OWNER TO {holder};"
            f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC;"
        )
        if name in CALLABLE:
            cursor.execute(
                f"GRANT EXECUTE ON FUNCTION {signature} TO {everybody}, {roles}, {owner}"
            )
        if name in OF_NEWCOMERS:
            cursor.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO {newcomer}")
        if name in OF_ROLES:
            cursor.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO {owner}")
        if name in ASKED_BY_ROLES:
            cursor.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO {roles}")


def _first_administrator(cursor: Any, admin: Admin) -> None:
    cursor.execute(
        "INSERT INTO operator (code, name, login, rights, scope)"
        " VALUES ('ADMIN', %s, %s, 'administrator', 'all') RETURNING id",
        (admin.name, normal_login(admin.login)),
    )
    cursor.execute("SELECT apply_login(%s, %s, false)", (cursor.fetchone()[0], admin.verifier))
