"""What groups customers, and what makes every kind of access part of the proven history."""

from alembic import context, op

from server_schema.schema import table_texts

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Run the table files as they stand."""
    connection = op.get_bind()
    for text in table_texts(context.config.attributes["prefix"], revision):
        connection.exec_driver_sql(text.replace("%", "%%"))
