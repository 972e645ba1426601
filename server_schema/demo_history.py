"""The history that the demo office would have, had its records been typed one by one."""

from psycopg2 import extensions, sql

from server_schema.table import NO_HISTORY
from server_schema.tables import TABLES

ENTERED = ("customer", "contact", "sales_order", "quote", "delivery", "receipt")

# Each record was entered at the moment and by the person that it names itself.
_ENTERED = """
WITH made AS MATERIALIZED (
    SELECT nextval(pg_get_serial_sequence('change', 'id')) AS told, r.*
    FROM (SELECT t.id, t.created_at, t.created_by, t.{customer} AS customer,
            jsonb_strip_nulls(to_jsonb(t)) - {left_out}::text[] AS body
          FROM {table} t ORDER BY created_at, id) r
), entered AS (
    INSERT INTO change (id, at, who, operator_id, via, xid) OVERRIDING SYSTEM VALUE
    SELECT made.told, made.created_at, {prefix} || '.' || coalesce(o.login, 'admin'), o.id, 'form',
        NULL
    FROM made LEFT JOIN operator o ON o.id = made.created_by
)
INSERT INTO history (change_id, table_name, row_id, customer_id, op, after)
SELECT told, {name}, id, customer, 'insert', body FROM made ORDER BY told
"""

# A customer that has bought became a member on the day of its first order.
_BECAME_MEMBERS = """
DO $$
DECLARE
    made record;
    told bigint;
BEGIN
    FOR made IN SELECT * FROM (
            SELECT DISTINCT ON (o.customer_id) o.customer_id, o.submitted_at, o.submitted_by
            FROM sales_order o JOIN customer c ON c.id = o.customer_id AND c.status = 'member'
            WHERE o.submitted_at > c.created_at
            ORDER BY o.customer_id, o.submitted_at) firsts
        ORDER BY submitted_at
    LOOP
        INSERT INTO change (at, who, operator_id, via, xid)
        SELECT made.submitted_at, {prefix} || '.' || o.login, o.id, 'form', NULL
        FROM operator o WHERE o.id = made.submitted_by
        RETURNING id INTO told;
        INSERT INTO history (change_id, table_name, row_id, customer_id, op, before, after)
        VALUES (told, 'customer', made.customer_id, made.customer_id, 'update',
            '{{"status": "potential"}}', '{{"status": "member"}}');
    END LOOP;
END $$
"""


def write(cursor: extensions.cursor, prefix: str) -> None:
    """Write it as superuser, after all records are stored."""
    for table in TABLES:
        if table.name in ENTERED:
            statement = sql.SQL(_ENTERED).format(
                table=sql.Identifier(table.name),
                name=sql.Literal(table.name),
                customer=sql.Identifier(table.customer),
                prefix=sql.Literal(prefix),
                left_out=sql.Literal([*NO_HISTORY, *table.silent]),
            )
            cursor.execute(statement)
    cursor.execute(sql.SQL(_BECAME_MEMBERS).format(prefix=sql.Literal(prefix)))
    cursor.execute("SELECT add_seal(1, true)")  # no transaction of its own tells when it came
