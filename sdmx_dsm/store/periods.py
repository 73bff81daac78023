"""When the day changes on which an agreement's reporting years begin, its reporting periods move in time."""

import polars as pl
from sqlalchemy import Connection, Table, exists, select, union, update

from sdmx_dsm.batches import period_bounds
from sdmx_dsm.model import YEAR_START_ID
from sdmx_dsm.store import staging
from sdmx_dsm.store.sets import TableSet


def stated_year_start(connection: Connection, table_set: TableSet, agreement: int) -> str | None:
    """The day that an agreement states; None where it states none."""
    column = table_set.at("attrs").get(YEAR_START_ID)
    if column is None:
        return None
    attrs = table_set.attrs.table
    statement = select(attrs.c[column.name]).where(attrs.c.agreement == agreement, attrs.c.scope == "")
    value: str | None = connection.execute(statement).scalar()
    return value


def move(connection: Connection, table_set: TableSet, agreement: int, year_start: str, *stages: Table) -> None:
    """Gives the stored observations of an agreement, present and past, and those of stages, the bounds that their periods have by
    `year_start`. Values and releases stay: nothing that was said has changed."""
    series, obs = table_set.series, table_set.obs
    # A series that is gone counts as that of whoever had it; one that is another's now is the other's.
    is_there = exists().where(series.table.c.id == series.history.c.id)
    own = union(
        select(series.table.c.id).where(series.table.c.agreement == agreement),
        select(series.history.c.id).where(series.history.c.agreement == agreement, ~is_there),
    )
    tables = (obs.table, obs.history, *stages)
    periods = union(*(select(table.c.period).where(table.c.series.in_(own)) for table in tables))
    stored = connection.execute(periods).scalars().all()
    bounds = period_bounds(pl.Series("period", list(stored), dtype=pl.String), year_start).drop_nulls()
    if not bounds.height:
        return
    columns = [obs.table.c[name] for name in ("period", "start", "end")]
    moved = staging.temporary(connection, "moved_periods", columns)
    staging.load(connection, moved, bounds.select("period", "start", "end"))
    for table in tables:
        connection.execute(
            update(table)
            .where(table.c.period == moved.c.period, table.c.series.in_(own), table.c.start != moved.c.start)
            .values(start=moved.c.start, end=moved.c.end)
        )
