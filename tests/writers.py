"""Many people submitting orders and posting receipts at once, some for the same order.

Used by the test of their rules and by the measuring of their speed.
"""

import json
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

import psycopg2
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from client.data import errors
from client.data.connection import Office
from client.data.priced import store
from client.data.priced.kinds import ORDER

SHARED = 12  # the latest orders, for which anybody receives


@dataclass(frozen=True)
class Goods:
    """What the writers sell: to which customers, and which products."""

    customers: Sequence[int]
    products: Sequence[int]


class Client(Protocol):
    """One person's way to the server."""

    def order(self, doc: dict[str, Any]) -> dict[str, Any]:
        """Save an order and submit it."""

    def receive(self, order: dict[str, Any], amount: Decimal) -> None:
        """Post a receipt for it. Raises a database error where that is too much."""


class Program:
    """As the program does it."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def order(self, doc: dict[str, Any]) -> dict[str, Any]:
        return store.save_and_issue(self._office, ORDER, doc, changed=True)

    def receive(self, order: dict[str, Any], amount: Decimal) -> None:
        doc = json.dumps(_receipt(order, amount))
        query = text(
            "SELECT post_receipt((d ->> 'id')::integer, (d ->> 'version')::integer)"
            " FROM save_receipt(CAST(:doc AS jsonb), NULL) d"
        )
        self._office.run(lambda session: session.execute(query, {"doc": doc}))


class Raw:
    """By hand: plain INSERTs under the same rights, and the same function for the number."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def order(self, doc: dict[str, Any]) -> dict[str, Any]:
        with self._connection as connection, connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO sales_order (customer_id, order_date, salesperson_id)"
                " VALUES (%s, %s, me()) RETURNING id",
                [doc["customer_id"], doc["order_date"]],
            )
            (id_,) = cursor.fetchone()
            rows = b", ".join(
                cursor.mogrify(
                    "(%s, %s, %s, %s, %s)",
                    [
                        id_,
                        line["position"],
                        line["product_id"],
                        line["quantity"],
                        line["unit_price"],
                    ],
                )
                for line in doc["lines"]
            )
            cursor.execute(
                b"INSERT INTO order_line (order_id, position, product_id, quantity, unit_price)"
                b" VALUES " + rows
            )
            cursor.execute("SELECT submit_order(id, version) FROM sales_order WHERE id = %s", [id_])
            return dict(cursor.fetchone()[0])

    def receive(self, order: dict[str, Any], amount: Decimal) -> None:
        with self._connection as connection, connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO receipt (customer_id, receipt_date, handler_id, amount)"
                " VALUES (%s, current_date, me(), %s) RETURNING id",
                [order["customer_id"], amount],
            )
            (id_,) = cursor.fetchone()
            cursor.execute(
                "INSERT INTO receipt_allocation (receipt_id, order_id, amount) VALUES (%s, %s, %s)",
                [id_, order["id"], amount],
            )
            cursor.execute("SELECT post_receipt(id, version) FROM receipt WHERE id = %s", [id_])


def _receipt(order: dict[str, Any], amount: Decimal) -> dict[str, Any]:
    part = {"order_id": order["id"], "amount": str(amount)}
    return {"customer_id": order["customer_id"], "amount": str(amount), "allocations": [part]}


@dataclass
class Outcome:
    """What the writers met: how long each order took, receipts posted and refused, and errors."""

    seconds: float = 0
    orders: list[float] = field(default_factory=list)
    received: int = 0
    refused: int = 0
    wrong: list[Exception] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return len(self.orders) / self.seconds

    @property
    def p95(self) -> float:
        """The time in seconds within which 95 of 100 orders were stored."""
        return sorted(self.orders)[int(len(self.orders) * 0.95)]


def write(clients: Sequence[Client], goods: Goods, seconds: float, lines: int = 4) -> Outcome:
    """Let each client submit orders and post receipts in turn, all at once."""
    outcome, lock, start = Outcome(), threading.Lock(), threading.Barrier(len(clients) + 1)
    latest: list[dict[str, Any]] = []

    def work(number: int, client: Client) -> None:
        chance = random.Random(number)
        start.wait()
        while time.perf_counter() < until:
            began = time.perf_counter()
            try:
                made = client.order(new_order(chance, goods, lines))
            except (psycopg2.Error, DBAPIError, errors.KnownError) as error:
                with lock:
                    outcome.wrong.append(error)
                continue
            took = time.perf_counter() - began
            with lock:
                outcome.orders.append(took)
                latest.append(made)
                del latest[:-SHARED]
                order = chance.choice(latest)
            part = (Decimal(str(order["total"])) * chance.randint(20, 70) / 100).quantize(
                Decimal("0.01")
            )
            _receive(client, order, part, outcome, lock)

    until = time.perf_counter() + 3600
    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(clients)]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.perf_counter()
    until = began + seconds
    for thread in threads:
        thread.join()
    outcome.seconds = time.perf_counter() - began
    return outcome


@contextmanager
def sealed_by(connections: Sequence[Any], pause: float) -> Iterator[None]:
    """Meanwhile history is sealed over each of the connections, with a pause in between."""
    ended = threading.Event()

    def work(connection: Any) -> None:
        while not ended.wait(pause):
            with connection, connection.cursor() as cursor:
                cursor.execute("SELECT seal_history(20000)")

    threads = [threading.Thread(target=work, args=[connection]) for connection in connections]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def _receive(
    client: Client, order: dict[str, Any], amount: Decimal, outcome: Outcome, lock: threading.Lock
) -> None:
    try:
        client.receive(order, amount)
    except (psycopg2.Error, DBAPIError, errors.KnownError) as error:
        with lock:
            if errors.field_of(error) == "allocations":
                outcome.refused += 1
            else:
                outcome.wrong.append(error)
    else:
        with lock:
            outcome.received += 1


def new_order(chance: random.Random, goods: Goods, lines: int) -> dict[str, Any]:
    """An order as it is typed."""
    return {
        "id": None,
        "customer_id": chance.choice(goods.customers),
        "order_date": "2026-11-21",
        "currency": "",
        "lines": [
            {
                "id": None,
                "position": position,
                "product_id": chance.choice(goods.products),
                "quantity": Decimal(chance.randint(1, 99)),
                "unit_price": Decimal(chance.randint(1, 9999)) / 100,
                "discount": Decimal(0),
                "tax_rate": Decimal("0.13"),
            }
            for position in range(1, lines + 1)
        ],
    }


CHECKS: dict[str, str] = {
    "numbers that came twice": "SELECT count(*) - count(DISTINCT number) FROM sales_order"
    " WHERE number IS NOT NULL",
    "numbers that are missing": "SELECT coalesce(sum(last), 0) - (SELECT count(*) FROM number_taken"
    " WHERE kind IN ('order', 'receipt')) FROM number_counter WHERE kind IN ('order', 'receipt')",
    "orders received too much for": "SELECT count(*) FROM sales_order WHERE received > total",
    "orders whose receipts say otherwise": "SELECT count(*) FROM sales_order o WHERE received <>"
    " (SELECT coalesce(sum(a.amount), 0) FROM receipt_allocation a JOIN receipt r"
    " ON r.id = a.receipt_id AND r.status <> 'draft' WHERE a.order_id = o.id)",
    "orders whose lines say otherwise": "SELECT count(*) FROM sales_order o WHERE total <>"
    " (SELECT sum(amount) FROM order_line WHERE order_id = o.id)",
}


def faults(ask: Callable[[str], Any]) -> dict[str, int]:
    """What is wrong in an office after that, by name; `ask` answers with one value as superuser."""
    found = {name: int(ask(query)) for name, query in CHECKS.items()}
    return {name: count for name, count in found.items() if count}


__all__ = ["CHECKS", "Goods", "Outcome", "Program", "Raw", "faults", "sealed_by", "write"]
