"""Attempts that need more than one session."""

import time
from contextlib import closing

import psycopg2

from server_schema.attacks.attempt import HOLE, KNOWN, NOTHING, REFUSED, Stage
from server_schema.attacks.scratch import set_scope

_COUNT = "SELECT count(*) FROM customer WHERE owner_id <> {me}"


def old_rights(stage: Stage) -> tuple[str, str]:
    """A statement prepared while one saw everything must not outlive the session's end."""
    set_scope(stage.watcher, stage.names["me"], "all")
    try:
        with closing(stage.log_in()) as session, session.cursor() as cursor:
            cursor.execute("PREPARE seen AS " + _COUNT.format(**stage.names))
            cursor.execute("EXECUTE seen")
            session.commit()
            set_scope(stage.watcher, stage.names["me"], "own")
            _end(stage, session.info.backend_pid)
            for _ in range(300):  # the server needs a moment to end a session
                cursor.execute("EXECUTE seen")
                time.sleep(0.01)
        return HOLE, "EXECUTE"
    except psycopg2.errors.InsufficientPrivilege as error:
        return REFUSED, str(error.pgcode)
    except psycopg2.OperationalError:
        with closing(stage.log_in()) as again, again.cursor() as cursor:
            cursor.execute(_COUNT.format(**stage.names))
            return (REFUSED, "57P01") if cursor.fetchone() == (0,) else (HOLE, _COUNT)
    finally:
        set_scope(stage.watcher, stage.names["me"], "own")


def demoted(stage: Stage) -> tuple[str, str]:
    """A statement prepared while one saw everything shows nothing more, even before the end."""
    query = _COUNT.format(**stage.names)
    set_scope(stage.watcher, stage.names["me"], "all")
    try:
        with closing(stage.log_in()) as session, session.cursor() as cursor:
            cursor.execute("PREPARE seen AS " + query)
            cursor.execute("EXECUTE seen")
            session.commit()
            set_scope(stage.watcher, stage.names["me"], "own")
            cursor.execute("EXECUTE seen")
            return (NOTHING, "") if cursor.fetchone() == (0,) else (HOLE, query)
    except psycopg2.errors.InsufficientPrivilege as error:
        return REFUSED, str(error.pgcode)
    finally:
        set_scope(stage.watcher, stage.names["me"], "own")


def left_open(stage: Stage) -> tuple[str, str]:
    """Who changes somebody's role does not wait for what they have left open."""
    held = 'ALTER ROLE "{p}.{login}" PASSWORD NULL'.format(**stage.names)
    with closing(stage.log_in()) as session, session.cursor() as cursor:
        cursor.execute(held)
        try:
            with stage.watcher, stage.watcher.cursor() as changes:
                changes.execute("SET LOCAL statement_timeout = '5s'")
                changes.execute("SELECT hold_operator(%(me)s)", stage.names)
                changes.execute("SELECT apply_lock(%(me)s)", stage.names)
        except psycopg2.errors.QueryCanceled:
            return HOLE, held
        return REFUSED, "57P01"


def other_offices(stage: Stage) -> tuple[str, str]:
    """Every other database of the server: no office lets a stranger in."""
    with stage.watcher.cursor() as cursor:
        cursor.execute(
            "SELECT datname FROM pg_database WHERE datallowconn AND datname <> current_database()"
        )
        names = [name for (name,) in cursor.fetchall()]
    stage.watcher.rollback()
    entered = []
    for name in names:
        try:
            with closing(stage.log_in(dbname=name)) as session, session.cursor() as cursor:
                cursor.execute("SELECT to_regclass('public.installation')")
                if cursor.fetchone() != (None,):
                    return HOLE, str(name)
                entered.append(str(name))
        except psycopg2.OperationalError:
            continue
    if entered:
        return KNOWN, ", ".join(entered)
    return (REFUSED, "42501") if names else (NOTHING, "")


def _end(stage: Stage, pid: int) -> None:
    with stage.watcher.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", (pid,))
    stage.watcher.commit()
