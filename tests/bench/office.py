"""The measured office: made once in a home, then found there again by later runs."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2 import sql

from server_schema import demo, demo_office, schema
from server_schema.tables import TABLES
from tests.bench import rows
from tests.servers import Cluster, let_many_in, new_office

PREFIX = "bench"
TWIN = f"{PREFIX}_twin"  # a copy of its database, of the same roles
BULK = ("customer", "sales_order", "order_line", "receipt")


class Stream:
    """A generator of text as the file that COPY reads."""

    def __init__(self, texts: Iterator[str]) -> None:
        self._texts = texts
        self._left = ""

    def read(self, size: int = 8192) -> str:
        """At least `size` characters while there are any."""
        parts, length = [self._left], len(self._left)
        for text in self._texts:
            parts.append(text)
            length += len(text)
            if length >= size:
                break
        whole = "".join(parts)
        self._left = whole[size:]
        return whole[:size]


def prepare(cluster: Cluster, scale: rows.Scale, mark: Path) -> dict[str, Any]:
    """The office in `cluster`, made if `mark` does not say that it is there already.

    Answers with the superuser's arguments for its database.
    """
    wanted = {"scale": scale.name, "layout": layout()}
    if mark.exists() and json.loads(mark.read_text()) == wanted:
        dsn = cluster.superuser_dsn(PREFIX)
        with closing(psycopg2.connect(**dsn)) as connection:
            schema.apply_replaceable(connection, PREFIX)
        let_many_in(dsn, PREFIX)
        return dsn
    mark.unlink(missing_ok=True)
    drop(cluster)
    dsn = new_office(cluster, PREFIX)
    with closing(psycopg2.connect(**dsn)) as connection:
        fill(connection, scale)
        connection.commit()
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")
    let_many_in(dsn, PREFIX)
    mark.write_text(json.dumps(wanted))
    return dsn


def layout() -> str:
    """Changes with the tables and with what is put into them."""
    files = [*sorted((schema.SQL / "tables").rglob("*.sql")), schema.SQL / "record.sql"]
    texts = [*files, Path(rows.__file__), Path(__file__)]
    return hashlib.sha256(b"".join(file.read_bytes() for file in texts)).hexdigest()


def drop(cluster: Cluster, prefix: str = PREFIX) -> None:
    """Remove an earlier office, with its roles."""
    for database in (prefix, TWIN) if prefix == PREFIX else (prefix,):
        cluster.server(database).drop_database()
    with closing(psycopg2.connect(**cluster.superuser_dsn())) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT rolname FROM pg_roles WHERE rolname LIKE %s OR rolname LIKE %s",
                [f"{prefix}.%", f"{prefix}\\_%"],
            )
            for (role,) in cursor.fetchall():
                cursor.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(role)))
                cursor.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


def fill(connection: psycopg2.extensions.connection, scale: rows.Scale) -> None:
    """Load everything with triggers off and without indexes; then have both verify it."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        settings = people_and_products(connection, cursor, scale)
        later = put_aside(cursor)
        load = (
            ("customer", rows.CUSTOMER_COLUMNS, rows.customers),
            ("sales_order", rows.ORDER_COLUMNS, rows.orders),
            ("order_line", rows.LINE_COLUMNS, rows.lines),
            ("receipt", rows.RECEIPT_COLUMNS, rows.receipts),
        )
        for table, columns, make in load:
            cursor.copy_expert(
                f"COPY {table} ({columns}) FROM STDIN", Stream(make(scale, settings)), 1 << 18
            )
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, 'id'), max(id)) FROM "
                + sql.Identifier(table).as_string(connection),
                [table],
            )
        cursor.execute("SET LOCAL session_replication_role = origin")
        for statement in later:
            cursor.execute(statement)
        verify_totals(cursor)
        count_on(cursor, scale.customers)


def people_and_products(
    connection: psycopg2.extensions.connection,
    cursor: psycopg2.extensions.cursor,
    scale: rows.Scale,
) -> rows.Settings:
    """The demo office's people, codes and products, and salespeople up to the scale's number."""
    office = demo_office.make("zh_CN", 1, rows.FIRST_DAY)
    hanging = {table.name for table in TABLES if table.kind in ("customer", "hanging")}
    small = [name for name in office.tables if name not in hanging]
    office.tables = {name: office.tables[name] for name in small}
    ids = demo.store(cursor, office)
    for person in office.people:
        if person["login"] != "admin":
            demo.make_role(connection, cursor, PREFIX, person["login"])
    cursor.execute(
        "INSERT INTO operator (code, name, rights, scope, region_id, department_id)"
        " SELECT 'B' || n, 'B' || n, 'salesperson', 'own', region_id, department_id"
        " FROM generate_series(9, %s) n JOIN operator o ON o.id = %s",
        [scale.operators, ids["operator"][5]],
    )
    cursor.execute(
        "SELECT work_out_reach(), apply_rights(id) FROM operator WHERE login IS NOT NULL"
    )
    cursor.execute("SELECT id FROM operator WHERE NOT built_in AND rights <> 'administrator'")
    people = sorted(row[0] for row in cursor.fetchall())
    products = [
        rows.Product(
            ids["product"][row["id"]],
            "\t".join(rows.escaped(row[key]) for key in ("code", "name", "specification", "unit")),
            int(row["unit_price"] * 100),
        )
        for row in office.tables["product"]
    ]
    cities = [row["id"] for row in office.tables["region"] if row.get("parent_id")]
    return rows.Settings(
        people,
        [ids["region"][city] for city in cities],
        list(ids["customer_type"].values()),
        list(ids["customer_grade"].values()),
        products,
    )


def put_aside(cursor: psycopg2.extensions.cursor) -> list[str]:
    """Drop foreign keys and plain indexes of the large tables; answers how to make them again."""
    cursor.execute(
        "SELECT format('ALTER TABLE %%I DROP CONSTRAINT %%I', conrelid::regclass, conname),"
        " format('ALTER TABLE %%I ADD CONSTRAINT %%I %%s', conrelid::regclass, conname,"
        " pg_get_constraintdef(oid)) FROM pg_constraint"
        " WHERE contype = 'f' AND conrelid::regclass::text = ANY (%s)",
        [list(BULK)],
    )
    keys = cursor.fetchall()
    cursor.execute(
        "SELECT format('DROP INDEX %%I', indexrelid::regclass), pg_get_indexdef(indexrelid)"
        " FROM pg_index WHERE indrelid::regclass::text = ANY (%s) AND NOT EXISTS"
        " (SELECT FROM pg_constraint WHERE conindid = indexrelid)",
        [list(BULK)],
    )
    indexes = cursor.fetchall()
    for away, _ in (*keys, *indexes):
        cursor.execute(away)
    return [again for _, again in (*indexes, *keys)]


def count_on(cursor: psycopg2.extensions.cursor, customers: int) -> None:
    """The next customer's number follows the last one's."""
    cursor.execute("DELETE FROM number_counter WHERE kind = 'customer'")
    cursor.execute("INSERT INTO number_counter VALUES ('customer', '', %s)", [customers])


def verify_totals(cursor: psycopg2.extensions.cursor) -> None:
    """Each order's total is the sum of its lines, as it would be had it been typed."""
    cursor.execute(
        "SELECT count(*) FROM sales_order o JOIN (SELECT order_id, sum(amount) AS total,"
        " sum(tax_amount) AS tax FROM order_line GROUP BY order_id) s ON s.order_id = o.id"
        " WHERE (s.total, s.tax) IS DISTINCT FROM (o.total, o.tax_total)"
    )
    wrong = cursor.fetchone()
    if wrong != (0,):
        raise AssertionError(f"{wrong} orders do not add up")
