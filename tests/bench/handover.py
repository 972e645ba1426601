"""A leaver's customers handed over while others go on saving."""

import threading
from contextlib import closing
from typing import TYPE_CHECKING, Any

import psycopg2

from client.data import handover as hand_overs
from server_schema import demo
from tests import writers
from tests.bench import office
from tests.bench.login import office_for
from tests.bench.measure import Figure, seconds
from tests.servers import new_office

if TYPE_CHECKING:
    from tests.bench.groups import Bench

PREFIX = "leaver"
PEOPLE = 20
SECONDS = 12.0
CUSTOMERS, ORDERS, LINES = 1000, 5, 4
LIMIT = 3000

_CUSTOMERS = """INSERT INTO customer (number, name, owner_id, search_key, sort_key)
    SELECT 'L-' || n, 'Customer ' || n, %(leaver)s, 'customer ' || n, 'c' || n
    FROM generate_series(1, %(customers)s) n"""
_CONTACTS = """INSERT INTO contact (customer_id, owner_id, name)
    SELECT id, owner_id, 'Contact' FROM customer WHERE owner_id = %(leaver)s"""
_ORDERS = """INSERT INTO sales_order (number, number_source, customer_id, owner_id, order_date,
        salesperson_id, currency, status)
    SELECT c.number || '-' || n, 'imported', c.id, c.owner_id, '2026-01-05', c.owner_id, 'CNY',
        'submitted' FROM customer c, generate_series(1, %(orders)s) n
    WHERE c.owner_id = %(leaver)s"""
_LINES = """INSERT INTO order_line (order_id, customer_id, owner_id, position, product_id,
        product_code, product_name, quantity, unit_price)
    SELECT o.id, o.customer_id, o.owner_id, n, (SELECT min(id) FROM product), 'P', 'Thing', n, 10
    FROM sales_order o, generate_series(1, %(lines)s) n WHERE o.owner_id = %(leaver)s"""
_TOTALS = """UPDATE sales_order o SET total = (SELECT sum(amount) FROM order_line
        WHERE order_id = o.id) WHERE o.owner_id = %(leaver)s"""


def handover(bench: "Bench") -> list[Figure]:
    """1,000 customers with 5,000 orders to three people, alone and while 20 clerks save."""
    office.drop(bench.cluster, PREFIX)
    dsn = new_office(bench.cluster, PREFIX, "zh_CN")
    demo.load(dsn, PREFIX, "zh_CN")
    leaver, people, products = _fill(dsn)
    boss = office_for(bench.cluster.dsn(PREFIX, f"{PREFIX}.zhou", demo.PASSWORD))
    clerk = bench.cluster.dsn(PREFIX, f"{PREFIX}.wang", demo.PASSWORD)
    quiet = seconds(lambda: _hand_over(boss, leaver, people))
    boss.run(lambda session: hand_overs.undo(session, hand_overs.listed(session)[0]["id"]))
    with boss.session() as session:
        rows = hand_overs.customers_of(session, leaver)
    if len(rows) != CUSTOMERS:
        raise AssertionError(f"{len(rows)} customers came back")
    goods = writers.Goods([row.id for row in rows[:60]], products)
    took: list[float] = []
    act = threading.Timer(
        SECONDS / 3, lambda: took.append(seconds(lambda: _hand_over(boss, leaver, people)))
    )
    act.start()
    clients = [writers.Program(office_for(clerk)) for _ in range(PEOPLE)]
    outcome = writers.write(clients, goods, SECONDS)
    act.join()
    if outcome.wrong or not took:
        raise AssertionError(f"{len(outcome.wrong)} errors, the first: {outcome.wrong[:1]}")
    note = f"{len(outcome.orders):,} orders meanwhile, the slowest {max(outcome.orders):.1f} s"
    size = f"hand-over of {CUSTOMERS:,} customers, {CUSTOMERS * ORDERS:,} orders"
    return [
        Figure(size, quiet * 1000, "ms", limit=LIMIT),
        Figure(f"the same while {PEOPLE} save", took[0] * 1000, "ms", limit=LIMIT, note=note),
    ]


def _hand_over(boss: Any, leaver: int, people: list[int]) -> None:
    with boss.session() as session:
        rows = hand_overs.customers_of(session, leaver)
    receivers = dict(enumerate(people))
    dealt = hand_overs.deal(rows, hand_overs.EVENLY, receivers)
    asked = hand_overs.plan(rows, dealt, leaver)
    boss.run(lambda session: hand_overs.hand_over(session, asked, "leaves"))


def _fill(dsn: dict[str, Any]) -> tuple[int, list[int], list[int]]:
    """A new person with customers; three others; some products."""
    with closing(psycopg2.connect(**dsn)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("INSERT INTO operator (code, name) VALUES ('L', 'Leaver') RETURNING id")
        leaver = (cursor.fetchone() or (0,))[0]
        given = {"leaver": leaver, "customers": CUSTOMERS, "orders": ORDERS, "lines": LINES}
        for query in (_CUSTOMERS, _CONTACTS, _ORDERS, _LINES, _TOTALS):
            cursor.execute(query, given)
        cursor.execute("SELECT id FROM operator WHERE rights = 'salesperson' AND login IS NOT NULL")
        people = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT id FROM product ORDER BY id LIMIT 100")
        products = [row[0] for row in cursor.fetchall()]
    with closing(psycopg2.connect(**dsn)) as connection:
        connection.autocommit = True
        connection.cursor().execute("VACUUM ANALYZE")
    return leaver, people[:3], products
