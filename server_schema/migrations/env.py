"""Alembic runs the revisions on the connection, and as the role, that `schema` hands over."""

from alembic import context

from server_schema.names import group_role

connection = context.config.attributes["connection"]
prefix = context.config.attributes["prefix"]
context.configure(connection=connection, transaction_per_migration=False)
with context.begin_transaction():
    connection.exec_driver_sql(f"SET LOCAL ROLE {group_role(prefix, 'owner')}")
    context.run_migrations()
