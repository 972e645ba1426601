"""The tables that an office begins with."""

from alembic import context, op

from server_schema.schema import table_texts

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Run the table files as they stand."""
    for text in table_texts(context.config.attributes["prefix"], revision):
        op.get_bind().exec_driver_sql(text.replace("%", "%%"))
