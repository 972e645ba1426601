"""Short ways to customers, products and orders, for tests of the database's rules."""

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from decimal import Decimal
from typing import Any

import psycopg2

from tests.conftest import OfficeDatabase
from tests.patience import wait_until

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


@contextmanager
def nothing_ends(office: OfficeDatabase) -> Iterator[None]:
    """Sessions stay open that a change of rights would end at its commit."""
    office.ask(None, "ALTER TABLE operator DISABLE TRIGGER end_at_commit")
    yield
    office.ask(None, "ALTER TABLE operator ENABLE TRIGGER end_at_commit")


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
    _wait_until_counted(office, connection, "SELECT cardinality(pg_blocking_pids(%s))")


def wait_until_waited_for(office: OfficeDatabase, connection: Any) -> None:
    """Until the server says that another one waits for this connection."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE %s = ANY (pg_blocking_pids(pid))"
    _wait_until_counted(office, connection, query)


def _wait_until_counted(office: OfficeDatabase, connection: Any, query: str) -> None:
    with closing(office.superuser()) as watcher, watcher.cursor() as cursor:

        def waits() -> bool:
            cursor.execute(query, (connection.info.backend_pid,))
            return bool(cursor.fetchone()[0])

        wait_until("somebody waits", waits)


def met_after(
    office: OfficeDatabase,
    held: tuple[Any, ...],
    waiting: tuple[Any, ...],
    meanwhile: Callable[[], object] = lambda: None,
) -> str:
    """SQLSTATE that `waiting` met once `held` was committed, for which it had to wait.

    Each is a login and a statement with its values; `meanwhile` is done while the one waits.
    """
    states = []

    def wait(connection: Any) -> None:
        try:
            connection.cursor().execute(*waiting[1:])
            states.append("")
        except psycopg2.Error as error:
            states.append(error.pgcode or type(error).__name__)

    holding = office.psql(held[0]) if held[0] else office.superuser()
    with closing(holding) as holder, closing(office.psql(waiting[0])) as other:
        holder.autocommit = False
        holder.cursor().execute(*held[1:])
        thread = threading.Thread(target=wait, args=(other,))
        thread.start()
        try:
            wait_until_blocked(office, other)
            meanwhile()
        finally:
            holder.commit()
            thread.join()
    return states[0]


def call(office: OfficeDatabase, user: str | None, function: str, *values: Any) -> Any:
    """What a function of the database answers with, its numbers exact."""
    marks = ", ".join(["%s"] * len(values))
    given = [json.dumps(v, default=str) if isinstance(v, dict | list) else v for v in values]
    answer = value(office, user, f"SELECT {function}({marks})::text", *given)
    return json.loads(answer, parse_float=Decimal)


def refused(office: OfficeDatabase, user: str, function: str, *values: Any) -> tuple[str, str]:
    """SQLSTATE and DETAIL of a call that is refused; two empty texts where it is not."""
    try:
        call(office, user, function, *values)
    except psycopg2.Error as error:
        return error.pgcode or "", error.diag.message_detail or ""
    return "", ""


def step(
    office: OfficeDatabase, user: str, function: str, doc: dict[str, Any], *more: Any
) -> dict[str, Any]:
    """One step of a document's life; the document as it is then."""
    return dict(call(office, user, function, doc["id"], doc["version"], *more))


def quote(
    office: OfficeDatabase,
    user: str,
    of: int,
    lines: Iterable[dict[str, Any]] = (LINE,),
    **head: Any,
) -> dict[str, Any]:
    """A draft quote."""
    doc = document(office, of, lines, **head) | {"quote_date": "2026-11-21"}
    if "valid_until" not in doc:
        doc["valid_until"] = str(value(office, user, "SELECT office_today() + 5"))
    return dict(call(office, user, "save_quote", doc, None))


def receipt(
    office: OfficeDatabase, user: str, of: int, amount: Any, orders: dict[int, Any] | None = None
) -> dict[str, Any]:
    """A draft receipt with what it is for: amounts by order."""
    parts = [{"order_id": id_, "amount": str(part)} for id_, part in (orders or {}).items()]
    doc = {"customer_id": of, "amount": str(amount), "allocations": parts}
    return dict(call(office, user, "save_receipt", doc, None))


def posted(
    office: OfficeDatabase, user: str, of: int, amount: Any, orders: dict[int, Any] | None = None
) -> dict[str, Any]:
    """A posted receipt."""
    return step(office, user, "post_receipt", receipt(office, user, of, amount, orders))


def delivery(
    office: OfficeDatabase, user: str, order_id: int, quantities: dict[int, Any] | None = None
) -> dict[str, Any]:
    """A planned delivery, of all that is open or of so many of each order line."""
    rows = office.ask(
        user,
        "SELECT order_line_id, ordered - planned FROM open_to_deliver(%s) WHERE ordered > planned",
        order_id,
    )
    wanted = dict(rows) if quantities is None else quantities
    lines = [
        {"order_line_id": line, "position": n, "quantity": str(quantity)}
        for n, (line, quantity) in enumerate(wanted.items(), 1)
    ]
    return dict(call(office, user, "save_delivery", {"order_id": order_id, "lines": lines}, None))
