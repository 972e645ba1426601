"""The throw-away operator: made without a trace in the history, and taken away again."""

import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg2
from psycopg2 import extensions

from server_schema.attacks.attempt import Names, Stage
from server_schema.names import operator_role

LOGIN = "attack-"
OPTIONS = "-c statement_timeout=20s -c lock_timeout=5s"
# One of each kind that is somebody else's: what the attempts are made on.
_TARGETS = {
    ("hers", "her_owner", "her_name", "her_number"): "SELECT id, owner_id, name, number"
    " FROM customer WHERE {hidden} AND owner_id <> (SELECT id FROM operator WHERE built_in)",
    ("her_place",): "SELECT department_id FROM operator WHERE department_id > 0 AND active"
    " AND id <> %(me)s",
    ("her_contact",): "SELECT id FROM contact WHERE {hidden}",
    ("her_order", "her_order_version"): "SELECT id, version FROM sales_order WHERE {hidden}",
    ("her_quote",): "SELECT id FROM quote WHERE {hidden}",
    ("her_delivery",): "SELECT id FROM delivery WHERE {hidden}",
    ("her_receipt",): "SELECT id FROM receipt WHERE {hidden}",
    ("her_planned",): "SELECT order_line_id FROM delivery_line WHERE {hidden}",
    ("her_group",): "SELECT id FROM customer_group WHERE private_to <> %(me)s",
    ("period",): "SELECT period FROM number_counter WHERE kind = 'order'",
    ("other", "other_login"): "SELECT id, login FROM operator WHERE login IS NOT NULL AND active"
    " AND id <> %(me)s AND NOT starts_with(login, 'attack-')",
}


@contextmanager
def stage(
    dsn: dict[str, Any], rights: str | None = None, newcomer: bool = False
) -> Iterator[Stage]:
    """A new operator of these rights and of own scope, logged in; `dsn` is the superuser's."""
    with closing(psycopg2.connect(**dsn)) as watcher:
        remove_left(watcher)
        names = _hire(watcher, rights, newcomer)
        password = names.pop("password")
        role = operator_role(names["p"], names["login"])
        own = {**dsn, "user": role, "password": password, "options": OPTIONS}
        try:
            with closing(psycopg2.connect(**own)) as connection:
                yield Stage(own, names, watcher, connection)
        finally:
            watcher.rollback()
            _remove(watcher, names["login"])


def set_scope(watcher: extensions.connection, operator: int, scope: str) -> None:
    """Give the throw-away operator another scope, as an administrator would."""
    with _unseen(watcher) as cursor:
        cursor.execute("UPDATE operator SET scope = %s WHERE id = %s", (scope, operator))
        cursor.execute("SELECT apply_rights(%s)", (operator,))


@contextmanager
def lent(stage: Stage, rights: dict[str, bool], *statements: str) -> Iterator[None]:
    """The throw-away operator with these rights (module.action), after the superuser's statements.

    Statements give it what `_take_back` takes away again: a customer or somebody's deputyship.
    """
    me = stage.names["me"]
    try:
        with _unseen(stage.watcher) as cursor:
            for right, allowed in rights.items():
                cursor.execute(
                    "INSERT INTO operator_permission (operator_id, module, action, allowed)"
                    " VALUES (%s, %s, %s, %s)",
                    (me, *right.split("."), allowed),
                )
            for statement in statements:
                cursor.execute(statement.format(**stage.names))
            cursor.execute("SELECT apply_rights(%s)", (me,))
        yield
    finally:
        with _unseen(stage.watcher) as cursor:
            _take_back(cursor, me)
            cursor.execute("SELECT apply_rights(%s)", (me,))


def _take_back(cursor: extensions.cursor, me: int) -> None:
    cursor.execute("DELETE FROM operator_permission WHERE operator_id = %s", (me,))
    cursor.execute("DELETE FROM deputy WHERE deputy_id = %s", (me,))
    cursor.execute("DELETE FROM quote_revision WHERE owner_id = %s", (me,))
    cursor.execute("DELETE FROM customer WHERE owner_id = %s", (me,))


def remove_left(watcher: extensions.connection) -> None:
    """Take away what an interrupted raid left."""
    with watcher.cursor() as cursor:
        cursor.execute(
            "SELECT login FROM operator, installation i WHERE starts_with(login, %s)"
            " AND NOT EXISTS (SELECT FROM pg_stat_activity"
            " WHERE usename = i.prefix || '.' || login)",
            (LOGIN,),
        )
        logins = [login for (login,) in cursor.fetchall()]
    watcher.rollback()
    for login in logins:
        _remove(watcher, login)


@contextmanager
def _unseen(watcher: extensions.connection) -> Iterator[extensions.cursor]:
    """A transaction that no trigger sees: neither history nor a notice tells of it."""
    with watcher, watcher.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor


def _hire(watcher: extensions.connection, rights: str | None, newcomer: bool) -> Names:
    login, password = LOGIN + secrets.token_hex(4), secrets.token_urlsafe(24)
    with _unseen(watcher) as cursor:
        cursor.execute("SELECT prefix, current_database(), session_user FROM installation")
        prefix, database, superuser = cursor.fetchone() or ("", "", "")
        cursor.execute(
            "INSERT INTO operator (code, name, login, rights, scope) SELECT %s, %s, %s, code, 'own'"
            " FROM rights_role ORDER BY code = %s DESC, code = 'salesperson' DESC LIMIT 1"
            " RETURNING id",
            (login, login, login, rights),
        )
        (me,) = cursor.fetchone() or (0,)
        role = operator_role(prefix, login)
        verifier = extensions.encrypt_password(password, role, watcher, "scram-sha-256")
        cursor.execute("SELECT apply_login(%s, %s, %s)", (me, verifier, newcomer))
    names: Names = {"p": prefix, "database": database, "superuser": superuser, "me": me}
    names |= {"login": login, "password": password, "watcher": watcher.info.backend_pid}
    return names | _targets(watcher, me)


def _targets(watcher: extensions.connection, me: int) -> Names:
    found: Names = {}
    hidden = "owner_id <> %(me)s AND deleted_at IS NULL"
    with watcher, watcher.cursor() as cursor:
        for words, query in _TARGETS.items():
            cursor.execute(query.format(hidden=hidden) + " ORDER BY 1 DESC LIMIT 1", {"me": me})
            values = cursor.fetchone()
            if values is not None:
                plain = (str(v).replace("'", "''") if isinstance(v, str) else v for v in values)
                found |= dict(zip(words, plain, strict=True))
    return found


def _remove(watcher: extensions.connection, login: str) -> None:
    with _unseen(watcher) as cursor:
        cursor.execute("SELECT prefix FROM installation")
        (prefix,) = cursor.fetchone() or ("",)
        role = operator_role(prefix, login)
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", (role,)
        )
        cursor.execute(f'DROP ROLE IF EXISTS "{role}"')
        cursor.execute("SELECT id FROM operator WHERE login = %s", (login,))
        for (me,) in cursor.fetchall():
            _take_back(cursor, me)
        cursor.execute("DELETE FROM operator WHERE login = %s", (login,))
