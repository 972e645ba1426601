"""What groups customers, and what makes every kind of access part of the proven history."""

from contextlib import closing
from typing import Any

from alembic import context, op
from psycopg2.extras import execute_values

from server_schema.schema import table_texts
from server_schema.search import sound_key

revision = "0004"
down_revision = "0003"

AT_ONCE = 5000


def upgrade() -> None:
    """Run the table files as they stand; customers from before get how their names sound."""
    connection = op.get_bind()
    for text in table_texts(context.config.attributes["prefix"], revision):
        connection.exec_driver_sql(text.replace("%", "%%"))
    with closing(connection.connection.cursor()) as cursor:
        complete_sounds(cursor)


def complete_sounds(cursor: Any) -> None:
    """Fill `sound_key` where it is missing, without a trace: nobody changed anything."""
    cursor.execute("ALTER TABLE customer DISABLE TRIGGER USER")
    last = 0
    while True:
        cursor.execute(
            "SELECT id, name FROM customer WHERE id > %s AND sound_key IS NULL"
            " ORDER BY id LIMIT %s",
            (last, AT_ONCE),
        )
        rows = cursor.fetchall()
        if not rows:
            break
        last = rows[-1][0]
        sounds = [(id_, sound) for id_, name in rows if (sound := sound_key(name))]
        execute_values(
            cursor,
            "UPDATE customer c SET sound_key = s.sound FROM (VALUES %s) s (id, sound)"
            " WHERE c.id = s.id",
            sounds,
            page_size=AT_ONCE,
        )
    cursor.execute("ALTER TABLE customer ENABLE TRIGGER USER")
