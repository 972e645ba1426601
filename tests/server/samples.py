"""Short ways to customers, products and orders, for tests of the database's rules."""

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import psycopg2

from tests.conftest import OfficeDatabase

LINE = {"quantity": 2, "unit_price": "10.00"}


def value(office: OfficeDatabase, user: str | None, query: str, *values: Any) -> Any:
    """The one value a statement answers with."""
    return office.ask(user, query, *values)[0][0]


def refusal(office: OfficeDatabase, user: str | None, query: str, *values: Any) -> str:
    """SQLSTATE with which a statement is refused; an empty text where it is not."""
    try:
        office.ask(user, query, *values)
    except psycopg2.Error as error:
        return error.pgcode or type(error).__name__
    return ""


def customer(office: OfficeDatabase, user: str, name: str = "Customer") -> int:
    """A customer that `user` entered and so owns."""
    office.ask(user, "INSERT INTO customer (name) VALUES (%s)", name)
    return int(value(office, user, "SELECT max(id) FROM customer WHERE name = %s", name))


def contact(office: OfficeDatabase, user: str, of: int, name: str = "Contact") -> int:
    """A contact at a customer."""
    query = "INSERT INTO contact (customer_id, name) VALUES (%s, %s) RETURNING id"
    return int(value(office, user, query, of, name))


def product(office: OfficeDatabase, code: str = "P") -> int:
    """A product of this code, made where it is missing."""
    found = office.ask("admin", "SELECT id FROM product WHERE code = %s", code)
    if not found:
        query = "INSERT INTO product (code, name) VALUES (%s, 'Thing') RETURNING id"
        found = office.ask("admin", query, code)
    return int(found[0][0])


def document(
    office: OfficeDatabase, of: int, lines: Iterable[dict[str, Any]] = (LINE,), **head: Any
) -> dict[str, Any]:
    """What `save_order` takes: an order of one's customer `of`."""
    goods = product(office)
    numbered = enumerate(lines, 1)
    return {
        "customer_id": of,
        "order_date": "2026-11-21",
        "lines": [{"product_id": goods, "position": n, **line} for n, line in numbered],
        **head,
    }


def save(
    office: OfficeDatabase, user: str, doc: dict[str, Any], version: int | None = None
) -> dict[str, Any]:
    """The document that `save_order` answers with; numbers in it are exact."""
    query = "SELECT save_order(%s, %s)::text"
    answer = value(office, user, query, json.dumps(doc, default=str), version)
    return dict(json.loads(answer, parse_float=Decimal))


def draft(office: OfficeDatabase, user: str, of: int) -> dict[str, Any]:
    """A saved draft with one line."""
    return save(office, user, document(office, of))


def submit(office: OfficeDatabase, user: str, doc: dict[str, Any]) -> dict[str, Any]:
    """The draft with its number."""
    query = "SELECT submit_order(%s, %s)::text"
    answer = value(office, user, query, doc["id"], doc["version"])
    return dict(json.loads(answer, parse_float=Decimal))


def order(office: OfficeDatabase, user: str, of: int) -> dict[str, Any]:
    """A submitted order with one line."""
    return submit(office, user, draft(office, user, of))


def wait_until_blocked(office: OfficeDatabase, connection: Any) -> None:
    """Until the server says that this connection waits for another one."""
    query = "SELECT cardinality(pg_blocking_pids(%s))"
    with office.superuser() as watcher, watcher.cursor() as cursor:
        for _ in range(2000):
            cursor.execute(query, (connection.info.backend_pid,))
            if cursor.fetchone()[0]:
                return
            cursor.execute("SELECT pg_sleep(0.005)")
    raise AssertionError("nothing was waited for")
