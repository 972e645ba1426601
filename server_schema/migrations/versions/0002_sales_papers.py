"""Quotes, deliveries, receipts, and what orders need beside them."""

from contextlib import closing

from alembic import context, op

from server_schema.schema import table_texts
from server_schema.seeds import catch_up

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Run the table files as they stand; an office at work gets what new ones begin with."""
    connection = op.get_bind()
    for text in table_texts(context.config.attributes["prefix"], revision):
        connection.exec_driver_sql(text.replace("%", "%%"))
    with closing(connection.connection.cursor()) as cursor:
        catch_up(cursor)
