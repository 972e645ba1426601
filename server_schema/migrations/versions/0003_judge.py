"""What keeps history provable, and rights, hand-overs and changes of importance in order."""

from contextlib import closing

from alembic import context, op

from server_schema.schema import table_texts
from server_schema.seeds import allow_history

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Run the table files as they stand; an office at work gets what new ones begin with."""
    connection = op.get_bind()
    for text in table_texts(context.config.attributes["prefix"], revision):
        connection.exec_driver_sql(text.replace("%", "%%"))
    with closing(connection.connection.cursor()) as cursor:
        allow_history(cursor)
