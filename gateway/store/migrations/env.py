"""Alembic runs this; the connection comes from gateway.store.migrate, inside a transaction of its own."""

from alembic import context

from gateway.store.schema import metadata

# SQLite alters few things in place: Alembic then copies the table.
context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
