"""The measured office once more, with the same rows and nothing that guards or records them.

Row security is off, the views that mask are plain, and of the triggers only those are on without
which the program would not be right: they take numbers, owners and words from elsewhere, and keep
versions and totals. What the functions ask of rights by themselves stays: it is in their text.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import psycopg2
from psycopg2 import sql

from tests.bench.office import PREFIX
from tests.bench.office import TWIN as NAME

if TYPE_CHECKING:
    from tests.bench.groups import Bench

# Functions of triggers that stay: what a record must have, its version, sums over its parts.
KEPT = r"^(prepare_.*|stamp_record|take_owner|respread_.*|.*_(inserted|updated|deleted))$"
_BARE = """
DO $$
DECLARE
    found record;
BEGIN
    FOR found IN SELECT oid::regclass AS name FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relrowsecurity
    LOOP
        EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', found.name);
    END LOOP;
    FOR found IN SELECT tgrelid::regclass AS name, tgname FROM pg_trigger
        WHERE NOT tgisinternal AND (SELECT proname FROM pg_proc WHERE oid = tgfoid) !~ '{kept}'
    LOOP
        EXECUTE format('ALTER TABLE %s DISABLE TRIGGER %I', found.name, found.tgname);
    END LOOP;
    FOR found IN SELECT c.relname AS name,
            string_agg(CASE WHEN attname = 'state' THEN 'state(r)' ELSE format('r.%I', attname) END
                || format(' AS %I', attname), ', ' ORDER BY attnum) AS shown
        FROM pg_class c JOIN pg_attribute ON attrelid = c.oid AND attnum > 0
        WHERE c.relnamespace = 'masked'::regnamespace
            AND to_regclass('public.' || c.relname) IS NOT NULL
        GROUP BY c.relname
    LOOP
        EXECUTE format('DROP VIEW IF EXISTS masked.%I CASCADE', found.name);
        EXECUTE format('CREATE VIEW masked.%I AS SELECT %s FROM public.%1$I r',
            found.name, found.shown);
        EXECUTE format('ALTER VIEW masked.%I OWNER TO {p}_owner', found.name);
        EXECUTE format('GRANT SELECT ON masked.%I TO {p}_all, {p}_wide, {p}_scoped', found.name);
    END LOOP;
END $$;
GRANT CONNECT ON DATABASE {name} TO {p}_all, {p}_wide, {p}_scoped;
GRANT EXECUTE ON FUNCTION alike_customers(jsonb) TO {p}_all, {p}_wide, {p}_scoped;
"""


@contextmanager
def twin(bench: "Bench") -> Iterator[str]:
    """The name of the other database, which is there for the time of the measuring."""
    _drop(bench)
    _alone(bench, sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy"), NAME, PREFIX)
    try:
        with closing(psycopg2.connect(**bench.cluster.superuser_dsn(NAME))) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(
                    _BARE.replace("{kept}", KEPT).replace("{name}", NAME).replace("{p}", PREFIX)
                )
        yield NAME
    finally:
        _drop(bench)


def _drop(bench: "Bench") -> None:
    bench.cluster.server(NAME).drop_database()


def _alone(bench: "Bench", statement: sql.SQL, *names: str) -> None:
    """Nobody may be in a database that is copied; the pools of earlier measuring are."""
    with closing(psycopg2.connect(**bench.cluster.superuser_dsn())) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
                [PREFIX],
            )
            cursor.execute(statement.format(*map(sql.Identifier, names)))


def login(bench: "Bench", name: str) -> dict[str, Any]:
    """The arguments with which an operator connects to the twin."""
    return {**bench.login(name), "dbname": NAME}
