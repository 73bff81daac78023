"""Runs the migrations on the connection that `sdmx_dsm.store.database.upgrade` hands over."""

from alembic import context

from sdmx_dsm.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
