"""What the policies cost: the boss, who sees all, against the tables' owner, who has none."""

from contextlib import closing
from typing import TYPE_CHECKING

import psycopg2
from psycopg2.extensions import connection as Connection

from tests.bench import baselines
from tests.bench.measure import Figure, alternating
from tests.bench.office import PREFIX

if TYPE_CHECKING:
    from tests.bench.groups import Bench

QUERIES = {
    "count of orders": "SELECT count(*) FROM sales_order WHERE deleted_at IS NULL",
    "sales by salesperson": baselines.SALES_BY_PERSON,
    "sales by product": baselines.SALES_BY_PRODUCT,
}


def cost(bench: "Bench") -> list[Figure]:
    """The same aggregates, in the same plan where PostgreSQL allows it."""
    figures = []
    with closing(psycopg2.connect(**bench.dsn)) as owner, closing(bench.connect("zhou")) as boss:
        with owner.cursor() as cursor:
            cursor.execute(f"SET ROLE {PREFIX}_owner")
        owner.commit()
        for name, query in QUERIES.items():
            if asked(owner, query) != asked(boss, query):
                raise AssertionError(f"the boss reads other figures: {name}")
            times = alternating(lambda q=query: asked(boss, q), lambda q=query: asked(owner, q), 5)
            figures.append(Figure(f"policies: {name}", times[0] * 1000, "ms", times[1] * 1000, 1.5))
    return figures


def asked(connection: Connection, query: str) -> list[tuple[object, ...]]:
    """The answer, in a fixed order."""
    with connection, connection.cursor() as cursor:
        cursor.execute(query)
        return sorted(cursor.fetchall())
