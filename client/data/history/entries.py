"""The history as it is read: whatever the database lets one see, the latest first, bit by bit."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from client.data.filters import escaped
from client.data.rowsource import show_bin
from client.model import ENTITIES, Customer, fields
from server_schema.search import search_key

AT_ONCE = 200
# The parts of a record, told together with it: their table and the column that names the record.
PARTS: Mapping[str, tuple[str, str]] = {
    "sales_order": ("order_line", "order_id"),
    "quote": ("quote_line", "quote_id"),
    "delivery": ("delivery_line", "delivery_id"),
    "receipt": ("receipt_allocation", "receipt_id"),
}
OF_CUSTOMER = ("customer", "contact", "share", "group_member")  # told together with it
CARDS = ("setting", "number_rule")  # one page, many rows
ACCESS = "access"  # what was reported of people: the row is the operator


def may_read(rights: Any, kind: str) -> bool:
    """Whether the history of a kind of record is to be read with these rights."""
    entity = ENTITIES.get(kind)
    if entity is Customer or (entity is not None and "customer_id" in fields(entity)):
        return bool(rights.may(entity.MODULE, "view"))
    return bool(rights.may("operator", "view"))


class Entry(NamedTuple):
    """What one statement did to one row; `before` and `after` hold what differs, as JSON."""

    id: int
    at: datetime
    who: str
    computer: str
    via: str
    reason: str
    table: str
    row: int
    customer: int | None
    op: str
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    """Which entries are asked for; `of` names one record, all that belongs to it included."""

    of: tuple[str, int] | None = None
    table: str = ""
    operator: int | None = None
    field: str = ""
    since: datetime | None = None
    until: datetime | None = None
    words: str = ""


def read(
    session: Session, wanted: Wanted, before: int | None = None, limit: int = AT_ONCE
) -> list[Entry]:
    """The latest entries, from the one before `before` on.

    Deleted records are told of as well, as far as their reader may see them.
    """
    show_bin(session)
    asked: dict[str, Any] = {"before_id": before, "most": limit}
    if wanted == Wanted():
        return _told(session, "told_latest(:before_id, :most)", asked)
    if wanted.of and wanted.of[0] == "customer" and wanted == Wanted(wanted.of):
        asked |= {"row": wanted.of[1], "kinds": list(OF_CUSTOMER)}
        return _told(session, "told_of_customer(:row, :kinds, :before_id, :most)", asked)
    where, values = _where(session, wanted)
    if before is not None:
        where.append("h.id < :before_id")
    condition = f" WHERE {' AND '.join(where)}" if where else ""
    if wanted.operator or wanted.since or wanted.until or wanted.words:
        condition = f" JOIN change c ON c.id = h.change_id{condition}"
    return _found(session, f"{condition} ORDER BY h.id DESC LIMIT :most", values | asked)


def since(session: Session, table: str, rows: list[int], first: int) -> list[Entry]:
    """Every entry of some rows of one table from `first` on, the latest first."""
    asked = (
        " WHERE h.table_name = CAST(:table AS name) AND h.row_id = ANY(:rows) AND h.id >= :first"
    )
    return _found(session, asked, {"table": table, "rows": rows, "first": first})


def of_customer(session: Session, customer: int, after: datetime) -> list[Entry]:
    """What happened to a customer and its contacts after a moment, the latest first."""
    asked = (
        " JOIN change c ON c.id = h.change_id WHERE h.customer_id = :customer"
        " AND h.table_name IN ('customer', 'contact') AND c.at > :after"
    )
    return _found(session, asked, {"customer": customer, "after": after})


def _found(session: Session, asked: str, values: dict[str, Any]) -> list[Entry]:
    """The entries that `asked` finds in the history `h`, the latest first."""
    source = f"told_entries(ARRAY(SELECT h.id FROM history h{asked}))"
    return _told(session, source, values)


def _told(session: Session, source: str, values: dict[str, Any]) -> list[Entry]:
    return [entry(row) for row in session.execute(text(f"SELECT * FROM {source}"), values)]


def part_rows(session: Session, kind: str, row: int) -> list[int]:
    """The ids of all rows that are or were parts of a document."""
    table, column = PARTS[kind]
    query: TextClause = text(
        f"SELECT id FROM {table} WHERE {column} = :row UNION SELECT h.row_id FROM history h"
        f" WHERE h.customer_id = (SELECT customer_id FROM {kind} WHERE id = :row)"
        f" AND h.table_name = '{table}' AND (h.after ->> '{column}' = CAST(:row AS text)"
        f" OR h.before ->> '{column}' = CAST(:row AS text))"
    )
    return list(session.scalars(query, {"row": row}))


def _where(session: Session, wanted: Wanted) -> tuple[list[str], dict[str, Any]]:
    where: list[str] = []
    values: dict[str, Any] = {}
    if wanted.of is not None:
        clause, given = _of_record(session, *wanted.of)
        where.append(clause)
        values |= given
    of_kind = "h.table_name = CAST(:table AS name)"
    if wanted.table == ACCESS:
        of_kind = f"({of_kind} OR h.table_name = 'print_log')"
    by = f"(c.operator_id = :operator OR h.table_name = '{ACCESS}' AND h.row_id = :operator)"
    for clause, name, value in (
        (of_kind, "table", wanted.table),
        (by, "operator", wanted.operator),
        ("(h.after ? :field OR h.before ? :field)", "field", wanted.field),
        ("c.at >= :since", "since", wanted.since),
        ("c.at < :until", "until", wanted.until),
    ):
        if value:
            where.append(clause)
            values[name] = value
    if wanted.words:
        said = "h.before::text ILIKE :words OR h.after::text ILIKE :words OR c.reason ILIKE :words"
        if wanted.of is None:
            said += " OR h.customer_id IN (SELECT id FROM customer WHERE haystack LIKE :key)"
            values["key"] = f"%{escaped(search_key(wanted.words))}%"
        where.append(f"({said})")
        values["words"] = f"%{escaped(wanted.words)}%"
    return where, values


def _of_record(session: Session, kind: str, row: int) -> tuple[str, dict[str, Any]]:
    if kind in CARDS:
        return f"h.table_name = '{kind}'", {}
    if kind == "customer":
        of_it = "h.customer_id = :row AND h.table_name = ANY(CAST(:kinds AS name[]))"
        return of_it, {"row": row, "kinds": list(OF_CUSTOMER)}
    own = "(h.table_name = CAST(:kind AS name) AND h.row_id = :row"
    values: dict[str, Any] = {"kind": kind, "row": row}
    if kind in PARTS:
        own += f" OR h.table_name = '{PARTS[kind][0]}' AND h.row_id = ANY(:parts)"
        values["parts"] = part_rows(session, kind, row)
    elif kind == "operator":
        own += (
            " OR h.table_name IN ('operator_permission', 'deputy') AND CAST(:row AS text) IN ("
            "h.after ->> 'operator_id', h.before ->> 'operator_id', h.after ->> 'absent_id',"
            " h.before ->> 'absent_id')"
            f" OR h.table_name = '{ACCESS}' AND h.row_id = :row"
        )
    return own + ")", values


def entry(row: Any) -> Entry:
    """An entry from a row of `told_entries`."""
    return Entry(
        id=row.id,
        at=row.at,
        who=row.who or "",
        computer=row.computer or "",
        via=row.via or "",
        reason=row.reason or "",
        table=row.table_name,
        row=row.row_id,
        customer=row.customer_id,
        op=row.op,
        before=_values(row.before),
        after=_values(row.after),
    )


def _values(raw: str | None) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(raw, parse_float=Decimal) if raw else {}
    return found
