"""An office's roles as plain values: a dump holds none, so a backup carries them beside it.

Grantors are kept: a role that gives out memberships can later only take back its own.
"""

from typing import Any

from psycopg2 import extensions, sql

from server_schema import names
from server_schema.messages import N_, Refused

ATTRIBUTES = {
    "rolinherit": "INHERIT",
    "rolcreaterole": "CREATEROLE",
    "rolcanlogin": "LOGIN",
}
# Roles of PostgreSQL's own that an office may hand to its roles.
GIVEN = frozenset({"pg_signal_backend", "pg_read_all_stats"})

ROLES = """
SELECT rolname, rolinherit, rolcreaterole, rolcanlogin, rolpassword, rolconnlimit,
       rolsuper OR rolcreatedb OR rolreplication OR rolbypassrls AS mighty,
       (SELECT setconfig FROM pg_db_role_setting WHERE setrole = a.oid AND setdatabase = 0)
           AS settings
FROM pg_authid a WHERE rolname = ANY(%(groups)s) OR starts_with(rolname, %(operators)s)
ORDER BY rolname COLLATE "C"
"""
MEMBERSHIPS = """
SELECT g.rolname AS role, m.rolname AS member, b.rolname AS grantor, b.rolsuper AS first,
       admin_option AS admin, inherit_option AS inherit, set_option AS set
FROM pg_auth_members
JOIN pg_authid g ON g.oid = roleid JOIN pg_authid m ON m.oid = member
JOIN pg_authid b ON b.oid = grantor
WHERE m.rolname = ANY(%(groups)s) OR starts_with(m.rolname, %(operators)s)
ORDER BY NOT b.rolsuper, g.rolname COLLATE "C", m.rolname COLLATE "C", b.rolname COLLATE "C"
"""
ELSEWHERE = """
SELECT d.datname FROM pg_shdepend s JOIN pg_database d ON d.oid = s.dbid
JOIN pg_authid a ON a.oid = s.refobjid AND s.refclassid = 'pg_authid'::regclass
WHERE (a.rolname = ANY(%(groups)s) OR starts_with(a.rolname, %(operators)s))
  AND d.datname <> %(database)s LIMIT 1
"""


def _names(prefix: str) -> dict[str, Any]:
    groups = [names.group_role(prefix, group) for group in names.GROUPS]
    return {"groups": groups, "operators": f"{prefix}."}


def read(connection: extensions.connection, prefix: str) -> dict[str, list[dict[str, Any]]]:
    """The roles with this prefix, their password verifiers and their memberships."""
    return {
        "roles": _rows(connection, ROLES, _names(prefix)),
        "memberships": _rows(connection, MEMBERSHIPS, _names(prefix)),
    }


def used_elsewhere(connection: extensions.connection, prefix: str, database: str) -> str | None:
    """Another database of this server in which roles with this prefix have a part."""
    rows = _rows(connection, ELSEWHERE, {**_names(prefix), "database": database})
    return str(rows[0]["datname"]) if rows else None


def check(copied: dict[str, list[dict[str, Any]]], prefix: str) -> None:
    """Refuse roles that are not the office's own, or mightier than an office's may be."""
    groups = set(_names(prefix)["groups"])
    own = {role["rolname"] for role in copied["roles"]}
    strange = [n for n in own if n not in groups and not n.startswith(f"{prefix}.")]
    strange += [role["rolname"] for role in copied["roles"] if role["mighty"]]
    strange += [
        m["role"]
        for m in copied["memberships"]
        if m["member"] not in own or m["role"] not in own | GIVEN
    ]
    creators = {role["rolname"] for role in copied["roles"] if role["rolcreaterole"]}
    strange += creators - {names.group_role(prefix, "roles")}
    if strange:
        raise Refused(
            N_("The backup holds a role that no office has: {role}."), role=sorted(strange)[0]
        )


def write(
    connection: extensions.connection, prefix: str, copied: dict[str, list[dict[str, Any]]]
) -> list[str]:
    """Create the roles and give them their memberships; answers with their names.

    Roles with this prefix that are left of an earlier database are removed before, whoever they
    were: one that is not in the copy would be a login too many.
    """
    drop(connection, [row["rolname"] for row in _rows(connection, ROLES, _names(prefix))])
    with connection.cursor() as cursor:
        for role in copied["roles"]:
            for statement in _role_statements(role):
                cursor.execute(statement)
        for membership in copied["memberships"]:
            cursor.execute(_grant(membership))
    return [role["rolname"] for role in copied["roles"]]


def drop(connection: extensions.connection, roles: list[str]) -> None:
    """Remove an office's roles, when nothing is theirs any more."""
    with connection.cursor() as cursor:
        for role in roles:
            name = sql.Identifier(role)
            cursor.execute(sql.SQL("REASSIGN OWNED BY {} TO CURRENT_USER").format(name))
            cursor.execute(sql.SQL("DROP OWNED BY {}").format(name))
        # A role that gave out memberships goes after those that have them from it.
        for role in sorted(roles, key=lambda name: (name.endswith("_roles"), name)):
            cursor.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


def _role_statements(role: dict[str, Any]) -> list[sql.Composable]:
    name = sql.Identifier(role["rolname"])
    words = [word if role[key] else f"NO{word}" for key, word in ATTRIBUTES.items()]
    password = sql.Literal(role["rolpassword"])
    statements: list[sql.Composable] = [
        sql.SQL("CREATE ROLE {} {} CONNECTION LIMIT {} PASSWORD {}").format(
            name,
            sql.SQL(" ".join(words)),
            sql.Literal(role["rolconnlimit"]),
            password,
        )
    ]
    for setting in role["settings"] or []:
        key, _, value = setting.partition("=")
        statements.append(
            sql.SQL("ALTER ROLE {} SET {} = {}").format(
                name, sql.Identifier(key), sql.Literal(value)
            )
        )
    return statements


def _grant(membership: dict[str, Any]) -> sql.Composable:
    options = ", ".join(
        f"{option.upper()} {'TRUE' if membership[option] else 'FALSE'}"
        for option in ("admin", "inherit", "set")
    )
    statement = sql.SQL("GRANT {} TO {} WITH {}").format(
        sql.Identifier(membership["role"]), sql.Identifier(membership["member"]), sql.SQL(options)
    )
    if membership["first"]:  # by the superuser, whatever his name is on the other server
        return statement
    return sql.SQL("{} GRANTED BY {}").format(statement, sql.Identifier(membership["grantor"]))


def _rows(
    connection: extensions.connection, query: str, values: dict[str, Any]
) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        keys = [column.name for column in cursor.description or []]
        return [dict(zip(keys, row, strict=True)) for row in cursor.fetchall()]
