"""What keeps history provable, and rights, hand-overs and changes of importance in order."""

from alembic import context, op

from server_schema.schema import table_texts

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Run the table files as they stand."""
    for text in table_texts(context.config.attributes["prefix"], revision):
        op.get_bind().exec_driver_sql(text.replace("%", "%%"))
