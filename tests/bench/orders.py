"""An order saved, and how often it speaks to the server."""

import random
from contextlib import closing
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from client.data.priced import documents
from client.data.priced.kinds import ORDER
from tests.bench import baselines
from tests.bench.measure import Figure, alternating
from tests.bench.proxy import CountingProxy

if TYPE_CHECKING:
    from tests.bench.groups import Bench

LINES = 20
LOGIN = "wang"


def save(bench: "Bench") -> list[Figure]:
    """An order with 20 lines: stored, read back, committed; its round trips counted by a proxy."""
    office = bench.office(LOGIN)
    order = new_order(bench)
    with closing(bench.connect(LOGIN)) as plain:

        def ours() -> None:
            with office.session() as session:
                documents.save(session, ORDER, order, None)

        times = alternating(ours, lambda: baselines.save_order(plain, order), 15)
    return [
        Figure(f"order of {LINES} lines saved", times[0] * 1000, "ms", times[1] * 1000, 2.5),
        Figure("its round trips", trips(bench, order), "trips", limit=4),
    ]


def trips(bench: "Bench", order: dict[str, Any]) -> int:
    """How often the client speaks to the server for one saved order, the connection being open."""
    where = bench.login(LOGIN)
    with CountingProxy(where["host"], int(where["port"])) as proxy:
        office = bench.office(LOGIN, proxy.port)
        with office.session() as session:
            documents.save(session, ORDER, order, None)
        before = proxy.trips
        with office.session() as session:
            documents.save(session, ORDER, order, None)
        return proxy.trips - before


def new_order(bench: "Bench", login: str = LOGIN) -> dict[str, Any]:
    """An order of the first customer that `login` sees, all lines of different products."""
    chance = random.Random(3)
    with closing(bench.connect(login)) as plain, plain.cursor() as cursor:
        cursor.execute("SELECT id, owner_id, address FROM customer ORDER BY id LIMIT 1")
        customer, owner, address = cursor.fetchone() or (0, 0, "")
        cursor.execute(
            "SELECT id, code, name, specification, unit, unit_price, tax_rate FROM product"
            " ORDER BY id LIMIT %s",
            [LINES],
        )
        products = cursor.fetchall()
    keys = ("product_id", "code", "name", "specification", "unit", "unit_price", "tax_rate")
    lines = [
        {
            **dict(zip(keys, product, strict=True)),
            "id": None,
            "position": position,
            "quantity": Decimal(chance.randint(1, 200)),
            "discount": Decimal(chance.choice(("0", "0.05"))),
            "remarks": None,
        }
        for position, product in enumerate(products, 1)
    ]
    return {
        "id": None,
        "customer_id": customer,
        "contact_id": None,
        "phone": None,
        "order_date": date(2026, 9, 15),
        "channel_id": None,
        "payment_method_id": None,
        "delivery_date": None,
        "delivery_address": address,
        "salesperson_id": owner,
        "currency": "CNY",
        "remarks": "分两批送",
        "lines": lines,
    }
