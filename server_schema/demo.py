"""Put the demo office into a fresh office's database, so that there is something to look at.

Loaded as superuser with triggers off: the rows have a past, which a trigger would not let them
have. What the triggers would have worked out is worked out afterwards by the same functions.
"""

import io
import json
from contextlib import closing
from datetime import date, datetime
from typing import Any

import psycopg2
from psycopg2 import extensions, sql

from server_schema import demo_finish, demo_history, names
from server_schema.demo_office import POOL, Office, make
from server_schema.demo_steps import Row
from server_schema.messages import N_, Refused
from server_schema.search import customer_keys

PASSWORD = "kehu-demo"

OPERATOR_COLUMNS = (
    "created_by",
    "changed_by",
    "owner_id",
    "salesperson_id",
    "handler_id",
    "submitted_by",
    "approved_by",
    "completed_by",
    "cancelled_by",
    "sent_by",
    "decided_by",
    "picked_by",
    "shipped_by",
    "received_by",
    "posted_by",
    "voided_by",
    "head_id",
)
# Which table the number in a column counts in.
REFERS: dict[str, str] = dict.fromkeys(OPERATOR_COLUMNS, "operator") | {
    "type_id": "customer_type",
    "source_id": "customer_source",
    "industry_id": "industry",
    "enterprise_kind_id": "enterprise_kind",
    "sales_method_id": "sales_method",
    "grade_id": "customer_grade",
    "channel_id": "sales_channel",
    "payment_method_id": "payment_method",
    "staff_type_id": "staff_type",
    "position_id": "position",
    "region_id": "region",
    "customer_region_id": "region",
    "salesperson_region_id": "region",
    "department_id": "department",
    "customer_id": "customer",
    "contact_id": "contact",
    "product_id": "product",
    "order_id": "sales_order",
    "order_line_id": "order_line",
    "delivery_id": "delivery",
    "receipt_id": "receipt",
    "reverses_id": "receipt",
    "quote_id": "quote",
    "group_id": "customer_group",
    "private_to": "operator",
}
GENERATED = {"order_line": {"amount"}, "quote_line": {"amount"}}
# Of these every one is new: nothing that a new office brings along can be the same.
NEW = frozenset(
    (
        "customer",
        "contact",
        "sales_order",
        "order_line",
        "delivery",
        "delivery_line",
        "receipt",
        "receipt_allocation",
        "quote",
        "quote_line",
        "customer_group",
        "group_member",
    )
)
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
Ids = dict[str, dict[int, int]]


def load(
    dsn: dict[str, Any], prefix: str, language: str, seed: int = 1, until: date | None = None
) -> list[tuple[str, str, str, str]]:
    """Fill the empty office and return (login, password, name, what they may do) of each operator.

    `dsn` is a superuser's way to the office's database. An operator who was there before keeps
    their password; it is returned empty. Raises Refused when the office has customers already.
    """
    office = make(language, seed, until or date.today())
    with closing(psycopg2.connect(**dsn)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM customer)")
        if cursor.fetchone() == (True,):
            raise Refused(N_("The office has customers already; the demo needs an empty one."))
        cursor.execute("SET LOCAL session_replication_role = replica")
        known = _logins(cursor)
        ids = store(cursor, office)
        _place_known(cursor, office, ids, known)
        _work_out(cursor, office, ids, language)
        demo_history.write(cursor, prefix)
        new = [person for person in office.people if person["login"] not in known]
        for person in new:
            make_role(connection, cursor, prefix, person["login"])
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("SELECT work_out_reach()")
        cursor.execute("ANALYZE")  # or the first figures are reckoned by a plan for empty tables
    return [
        (
            person["login"],
            "" if person["login"] in known else PASSWORD,
            str(known.get(person["login"], person["name"])),
            person["what"],
        )
        for person in office.people
    ]


def _logins(cursor: extensions.cursor) -> dict[str, str]:
    cursor.execute("SELECT login, name FROM operator WHERE login IS NOT NULL")
    return dict(cursor.fetchall())


def _place_known(
    cursor: extensions.cursor, office: Office, ids: Ids, known: dict[str, str]
) -> None:
    """Who was there before gets a place in the demo office; name, rights and password stay."""
    columns = ("region_id", "department_id", "staff_type_id", "position_id")
    changes = ", ".join(f"{column} = coalesce({column}, %({column})s)" for column in columns)
    for row in office.tables["operator"]:
        if row["login"] in known:
            cursor.execute(
                f"UPDATE operator SET {changes} WHERE login = %(login)s",
                _placed("operator", row, ids, datetime.max),
            )


def store(cursor: extensions.cursor, office: Office) -> Ids:
    """Insert all rows with ids behind those that are there; rows of the same code are shared."""
    cursor.execute("SELECT id, localtimestamp FROM operator WHERE built_in ORDER BY id LIMIT 1")
    pool, now = cursor.fetchone() or (0, datetime.now())
    ids: Ids = {"operator": {POOL: pool}}
    for table, rows in office.tables.items():
        there = _there(cursor, table)
        cursor.execute(sql.SQL("SELECT coalesce(max(id), 0) FROM {}").format(sql.Identifier(table)))
        start = (cursor.fetchone() or (0,))[0]
        numbers = ids.setdefault(table, {})
        fresh = []
        for row in rows:
            same = next((there[row[key]] for key in _alike(table) if row[key] in there), None)
            numbers[row["id"]] = start + row["id"] if same is None else same
            if same is None:
                fresh.append(row)
        _insert(cursor, table, [_placed(table, row, ids, now) for row in fresh], ids)
    # A head is an operator, and operators come after the departments they are in.
    for department in office.tables["department"]:
        cursor.execute(
            "UPDATE department SET head_id = %s WHERE id = %s",
            [ids["operator"][department["head_id"]], ids["department"][department["id"]]],
        )
    return ids


def _alike(table: str) -> tuple[str, ...]:
    """By what a row that a new office brings along is known to be the same."""
    if table in NEW:
        return ()
    return ("login", "code") if table == "operator" else ("code", "name")


def _there(cursor: extensions.cursor, table: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for key in _alike(table):
        cursor.execute(
            sql.SQL("SELECT {}, id FROM {} WHERE deleted_at IS NULL").format(
                sql.Identifier(key), sql.Identifier(table)
            )
        )
        found |= dict(cursor.fetchall())
    return found


def _placed(table: str, row: Row, ids: Ids, now: datetime) -> Row:
    """The row with the database's ids instead of its own numbers, and nothing after `now`."""
    placed: Row = {}
    for column, value in row.items():
        target = table if column in ("id", "parent_id") else REFERS.get(column)
        if column in GENERATED.get(table, ()) or column == "head_id":
            continue
        if target and value is not None:
            placed[column] = ids[target][value]
        else:
            placed[column] = min(value, now) if isinstance(value, datetime) else value
    if table == "customer":
        placed |= customer_keys(placed)
    return placed


def _insert(cursor: extensions.cursor, table: str, rows: list[Row], ids: Ids) -> None:
    if not rows:
        return
    columns = list(dict.fromkeys(column for row in rows for column in row))
    defaults = {"version": 1, "created_by": ids["operator"].get(1)}
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    lines = ("\t".join(_cell(row.get(c, defaults.get(c))) for c in columns) for row in rows)
    cursor.copy_expert(statement, io.StringIO("\n".join(lines) + "\n"))
    cursor.execute(
        "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)",
        [table, max(row["id"] for row in rows)],
    )


def _cell(value: Any) -> str:
    """A value as COPY reads it."""
    if value is None:
        return "\\N"
    if isinstance(value, list):
        value = json.dumps(value, ensure_ascii=False).replace("[", "{", 1)[:-1] + "}"
    return value.translate(ESCAPES) if isinstance(value, str) else str(value)


def _work_out(cursor: extensions.cursor, office: Office, ids: Ids, language: str) -> None:
    """What triggers and steps would have done, and what papers need."""
    cursor.execute("UPDATE customer SET haystack = lower(number) || E'\\n' || search_key")
    demo_finish.settings(cursor, office.settings)
    demo_finish.totals(cursor)
    demo_finish.numbers(cursor, len(office.tables["customer"]))
    demo_finish.revisions(cursor, office.earlier, ids)
    demo_finish.prints(cursor, language)


def make_role(
    connection: extensions.connection,
    cursor: extensions.cursor,
    prefix: str,
    login: str,
    password: str = PASSWORD,
) -> None:
    """Let a stored operator log in, with the rights their row says."""
    role = names.operator_role(prefix, login)
    verifier = extensions.encrypt_password(password, role, connection, "scram-sha-256")
    cursor.execute(
        "SELECT apply_login(id, %s, false) FROM operator WHERE login = %s", [verifier, login]
    )
