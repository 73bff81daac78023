"""When the day changes on which an agreement's reporting years begin, its reporting periods move in time."""

import polars as pl
from sqlalchemy import Connection, select, update

from sdmx_dsm.batches import period_bounds
from sdmx_dsm.store import staging
from sdmx_dsm.store.sets import TableSet


def move(connection: Connection, table_set: TableSet, agreement: int, year_start: str) -> None:
    """Gives the stored observations of an agreement the bounds that their periods have by `year_start`. Values and releases
    stay: nothing that was said has changed."""
    series, obs = table_set.series.table, table_set.obs.table
    own = select(series.c.id).where(series.c.agreement == agreement)
    stored = connection.execute(select(obs.c.period).where(obs.c.series.in_(own)).distinct()).scalars().all()
    bounds = period_bounds(pl.Series("period", list(stored), dtype=pl.String), year_start).drop_nulls()
    if not bounds.height:
        return
    columns = [obs.c.period, obs.c.start, obs.c.end]
    moved = staging.temporary(connection, "moved_periods", columns)
    staging.load(connection, moved, bounds.select("period", "start", "end"))
    connection.execute(
        update(obs)
        .where(obs.c.period == moved.c.period, obs.c.series.in_(own), obs.c.start != moved.c.start)
        .values(start=moved.c.start, end=moved.c.end)
    )
