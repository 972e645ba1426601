"""Records as no form would have made them: blanks at the edges, odd figures, old days, and words of
the office that are out of use, deleted, or hidden.
"""

import json
from collections.abc import Iterable
from contextlib import closing, suppress
from itertools import count
from typing import Any

import psycopg2

from client.data.deliveries import edit
from client.data.money import allocation
from client.data.priced.kinds import ORDER, QUOTE
from client.model import ENTITIES, Field, OfficeCard, fields
from client.model.operator import PAIRS
from tests.conftest import OfficeDatabase
from tests.server import samples
from tests.ui.order_office import furnish

TURNS = 7  # records of a kind: one is as empty as can be, the others take the values in turn
LARGEST = 2**31 - 1
_numbers = count(1)
WORDS = " x ", "\u3000x", "x\n", "a\nb", "ａ　ｂ", "0", ""
POOLS: dict[str, tuple[Any, ...]] = {
    "text": WORDS,
    "code": WORDS,
    "phone": ("０２０ 87", " 1 ", "020  87", "1\n2", "转 8", "+86 (20) 1", ""),
    "long": (" a \r\n\r\n b \n", "\n", " x", "x ", "a\tb", "\ufeffx", ""),
    "money": ("0.00", "-0.01", "0.10", "-1234.50", "999999999999.99", "1000"),
    "price": ("0", "0.0001", "12.3456", "9999999999.9999", "1000", "0.10"),
    "quantity": ("0", "0.0001", "-3", "1000.5", "12.3456"),
    "percent": ("0", "0.0001", "0.1234", "1", "0.5", "0.13"),
    "integer": (0, -3, LARGEST, 1000),
    "date": ("0001-01-01", "1900-02-28", "9999-12-31", "2024-02-29"),
    "yes_no": (True, False),
    "tags": ([" a ", "b"], ["a,b"], [""], ["x", "x"], ["ａ"], []),
}
HEADS = {"delivery": edit.HEAD, "receipt": allocation.HEAD, "sales_order": ORDER.head}
HEADS["quote"] = QUOTE.head
FIXED = "owner_id", "customer_id"
SUMS = "whole_discount", "wipe_off", "currency"
LINE = {
    "specification": "text",
    "unit": "text",
    "product_name": "text",
    "quantity": "quantity",
    "unit_price": "price",
    "discount": "percent",
    "tax_rate": "percent",
    "remarks": "text",
}


def prepare(office: OfficeDatabase) -> None:
    """Words out of use and deleted ones in every list; the boss may everything, and so may the
    clerk, who reads numbers masked."""
    furnish(office)
    for table in _targets() - {"operator", "product"}:
        office.ask(
            None,
            f"INSERT INTO {table} (code, name, active) VALUES"
            " ('USED', 'In use', true), ('OLD', ' Out of use ', false), ('GONE', 'Gone', true)",
        )
        office.ask(None, f"UPDATE {table} SET deleted_at = now() WHERE code = 'GONE'")
    office.ask(None, "UPDATE operator SET active = false WHERE login = 'eve'")
    for user in ("boss", "clerk"):
        for module, actions in PAIRS.items():
            for action in actions:
                may = (user, action) != ("clerk", "whole")
                office.ask(
                    "admin",
                    "SELECT set_permission(%s, %s, %s, %s)",
                    office.id_of(user),
                    module,
                    action,
                    may,
                )


def _targets() -> set[str]:
    found = [field.target for kind in ENTITIES.values() for field in fields(kind).values()]
    names = {str(getattr(kind, "__tablename__", "")) for kind in found if kind is not None}
    return {name for name in names if hasattr(ENTITIES.get(name), "active")}


def columns(kind: str) -> list[Field]:
    """What can be typed in the form of a kind."""
    known = fields(ENTITIES[kind])
    names: Iterable[str] = HEADS.get(kind) or (
        name for _title, part in ENTITIES[kind].FORM for name in part
    )
    return [known[name] for name in names if not known[name].readonly and name not in FIXED]


def fill(office: OfficeDatabase, kind: str, id: int, turn: int, lines: bool) -> None:
    """Put into each column the value whose turn it is, as far as the database takes it."""
    connection = office.superuser()
    with closing(connection), connection.cursor() as cursor:
        cursor.execute("SET kehu.reason = 'why'")
        for place, field in enumerate(columns(kind)):
            if field.name in SUMS and not lines:
                continue
            value = _value(cursor, field, turn + place if turn else None)
            _put(cursor, kind, field.name, value, id)
        if kind in ("sales_order", "quote") and turn and lines:
            table = {"sales_order": "order_line", "quote": "quote_line"}[kind]
            head = {"sales_order": "order_id", "quote": "quote_id"}[kind]
            for place, (name, sort) in enumerate(LINE.items()):
                pool = POOLS[sort]
                _put(cursor, table, name, pool[(turn + place) % len(pool)], id, head)


def _put(cursor: Any, table: str, name: str, value: Any, id: int, by: str = "id") -> None:
    with suppress(psycopg2.Error):
        cursor.execute(f"UPDATE {table} SET {name} = %s WHERE {by} = %s", (value, id))


def _value(cursor: Any, field: Field, turn: int | None) -> Any:
    if turn is None:
        return [] if field.kind in ("tags", "references") else None
    if field.kind in ("reference", "references") and field.target is not None:
        table = str(getattr(field.target, "__tablename__", ""))
        cursor.execute(f"SELECT id FROM {table} ORDER BY deleted_at, id DESC")
        ids = [row[0] for row in cursor.fetchall()]
        return ids[turn % len(ids)] if field.kind == "reference" else ids[turn % 3 :]
    if field.choices:
        # Administrators are changed by administrators only.
        known = [value for value, _label in field.choices if value != "administrator"]
        return known[turn % len(known)]
    pool = POOLS[field.kind]
    return pool[turn % len(pool)]


def make(office: OfficeDatabase, kind: str, turn: int, lines: bool = True) -> int:
    """One record of a kind; its values are those whose turn it is, also in its lines."""
    id = _made(office, kind, turn)
    fill(office, kind, id, turn, lines)
    return id


def _made(office: OfficeDatabase, kind: str, turn: int) -> int:
    if kind == "customer":
        return samples.customer(office, "ann", f"Customer {turn}")
    if kind in ("contact", *HEADS):
        of = samples.customer(office, "ann", f" {kind} {turn} ")
        if kind == "contact":
            return samples.contact(office, "ann", of)
        if kind == "delivery":
            return int(
                samples.delivery(office, "boss", samples.order(office, "ann", of)["id"])["id"]
            )
        if kind == "receipt":
            order = samples.order(office, "ann", of)
            parts = {order["id"]: 3} if turn % 2 else {}
            return int(samples.receipt(office, "boss", of, 5, parts)["id"])
        make = {"sales_order": samples.draft, "quote": samples.quote}[kind]
        return int(make(office, "ann", of)["id"])
    code = f"{kind[:8]}-{next(_numbers)}"
    if kind == "operator":
        given = {"code": code, "name": "Name", "rights": "salesperson", "scope": "own"}
        return int(samples.call(office, "admin", "save_operator", given, None)["id"])
    query = f"INSERT INTO {kind} (code, name) VALUES (%s, %s) RETURNING id"
    return int(office.ask("boss", query, code, code)[0][0])


def odd_settings(office: OfficeDatabase) -> None:
    """Settings of the office as no form would have stored them."""
    for place, field in enumerate(fields(OfficeCard).values()):
        if field.kind in ("text", "long", "tags", "code", "phone"):
            value = json.dumps(POOLS[field.kind][place % 3])
            query = (
                "INSERT INTO setting (key, value) VALUES (%s, %s)"
                " ON CONFLICT (key) DO UPDATE SET value = excluded.value"
            )
            if field.name not in ("key_fields", "office_copies"):
                office.ask(None, query, field.name, value)
