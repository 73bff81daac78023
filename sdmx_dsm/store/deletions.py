"""Deletions: rows of patterns, in which a dimension that is not given stands for all its values.

A pattern that names measures or attributes deletes these values, each at its own level; dimensions that the level does not
have are not looked at. One that names none deletes whatever lies wholly within it: observations, and, where it names no
period, series with their attributes and the attributes of partial keys that are inside (of the data set too, when the pattern
is empty). An observation without a value does not exist, nor a series without observations and attributes.

Only data of the agreement are touched; what is not there is deleted already (SDMX 3.0, dataset actions)."""

from collections.abc import Sequence
from typing import Any

import polars as pl
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    delete,
    exists,
    insert,
    not_,
    select,
    true,
    update,
)

from sdmx_dsm.batches import gives_any, with_columns
from sdmx_dsm.model import Schema
from sdmx_dsm.store import changes, rows, staging
from sdmx_dsm.store.changes import Outcome
from sdmx_dsm.store.sets import Level, SetColumn, TableSet


class Deletions:
    """Applies the deletions of one part, in the transaction of its publication; `finish` ends it. Counts what it did in
    `outcome` (rows of observations) and `attributes` (rows of attributes)."""

    def __init__(
        self, connection: Connection, table_set: TableSet, schema: Schema, agreement: int, release: int
    ) -> None:
        self._connection = connection
        self._set = table_set
        self._schema = schema
        self._agreement = agreement
        self._release = release
        self._dimensions = table_set.at("dimension")
        dimensions = [table_set.series.table.c[column.name] for column in self._dimensions.values()]
        self._patterns = staging.temporary(connection, "patterns", [*dimensions, table_set.obs.table.c.period])
        self._series_hit = staging.temporary(connection, "series_hit", [table_set.series.table.c.id])
        obs = table_set.obs
        self._obs_hit = staging.temporary(connection, "obs_hit", [obs.table.c[name] for name in obs.keys])
        self.outcome = Outcome()
        self.attributes = 0

    def apply(self, batch: pl.DataFrame) -> None:
        """Deletes by the rows of `batch`, all of which are patterns."""
        time, dimensions = self._schema.time, self._schema.key_ids
        values = [c.id for c in (*self._schema.measures, *self._schema.attributes) if c.id in batch.columns]
        batch = with_columns(batch, dimensions).with_columns(
            # A dimension that is switched off is as good as not given.
            pl.col(id).replace({"~": None, "": None})
            for id in dimensions
        )
        # A row above the observations that names no value says nothing, unless it is a deletion expressly.
        batch = batch.filter(pl.col(":level").is_in(["delete", "obs"]) | gives_any(batch, values))
        shape = pl.concat_str(pl.col(id).is_not_null().cast(pl.Int8).cast(pl.String) for id in (*dimensions, *values))
        for group in batch.with_columns(shape.alias(":shape")).partition_by(":shape", maintain_order=True):
            filled = [id for id in self._schema.dimension_ids if group.get_column(id)[0] is not None]
            named = [id for id in values if group.get_column(id)[0] is not None]
            has_time = time is not None and group.get_column(time.id)[0] is not None
            self._load(group, filled, time.id if time and has_time else None)
            if named:
                self._values(named, filled, has_time)
            elif has_time:
                self._find_observations(filled, has_time)
                self._observations()
            else:
                self._everything(filled)

    def finish(self) -> None:
        """Takes out the series that have nothing left."""
        series, obs = self._set.series, self._set.obs
        empty = and_(
            series.table.c.touched == self._release,
            series.table.c.agreement == self._agreement,
            changes.is_empty(series),
            ~exists().where(obs.table.c.series == series.table.c.id),
        )
        changes.remove(self._connection, series, empty, self._release)

    def _load(self, group: pl.DataFrame, filled: Sequence[str], time: str | None) -> None:
        columns = [pl.col(id).alias(self._dimensions[id].name) for id in filled]
        if time:
            columns.append(pl.col(time).alias("period"))
        staging.refill(self._connection, self._patterns)
        if columns:
            staging.load(self._connection, self._patterns, group.select(columns).unique(maintain_order=True))
        else:
            self._connection.execute(insert(self._patterns).values(period=None))

    def _match(self, table: Table, dimensions: Sequence[str]) -> ColumnElement[bool]:
        """Where a row of `series` or `attrs` is this agreement's and has the pattern's values in some dimensions."""
        names = [self._dimensions[id].name for id in dimensions]
        return and_(
            table.c.agreement == self._agreement,
            *(table.c[name] == self._patterns.c[name] for name in names),
        )

    def _find_series(self, filled: Sequence[str]) -> None:
        table = self._set.series.table
        self._connection.execute(delete(self._series_hit))
        self._connection.execute(
            insert(self._series_hit).from_select(
                ["id"], select(table.c.id).distinct().where(self._match(table, filled))
            )
        )

    def _find_observations(self, filled: Sequence[str], has_time: bool) -> None:
        series, obs = self._set.series.table, self._set.obs.table
        period = obs.c.period == self._patterns.c.period if has_time else true()
        keys = [obs.c[name] for name in self._set.obs.keys]
        self._connection.execute(delete(self._obs_hit))
        self._connection.execute(
            insert(self._obs_hit).from_select(
                list(self._set.obs.keys),
                select(*keys).distinct().where(obs.c.series == series.c.id, period, self._match(series, filled)),
            )
        )

    def _observations(self) -> None:
        hit = changes.among(self._set.obs.table, select(self._obs_hit), self._set.obs)
        self._touch(select(self._obs_hit.c.series))
        self._count(changes.remove(self._connection, self._set.obs, hit, self._release))

    def _everything(self, filled: Sequence[str]) -> None:
        series, obs, attrs = self._set.levels
        self._find_series(filled)
        hit = select(self._series_hit.c.id)
        self._count(changes.remove(self._connection, obs, obs.table.c.series.in_(hit), self._release))
        of_hit, bare = series.table.c.id.in_(hit), changes.is_empty(series)
        self.attributes += changes.remove(self._connection, series, and_(of_hit, not_(bare)), self._release)
        changes.remove(self._connection, series, and_(of_hit, bare), self._release)
        inside = self._inside(filled)
        self.attributes += changes.remove(self._connection, attrs, inside, self._release)

    def _values(self, named: Sequence[str], filled: Sequence[str], has_time: bool) -> None:
        def columns(place_columns: dict[str, SetColumn], ids: Sequence[str]) -> list[str]:
            found = [place_columns[id] for id in ids if id in named and id in place_columns]
            return [name for c in found for name in ((c.name, c.companion) if c.is_numeric else (c.name,))]

        series, obs, attrs = self._set.levels
        if names := columns(self._set.at("obs"), rows.obs_ids(self._schema)):
            self._find_observations(filled, has_time)
            hit = changes.among(obs.table, select(self._obs_hit), obs)
            self._touch(select(self._obs_hit.c.series))
            cleared = changes.clear(self._connection, obs, names, hit, self._release)
            emptied = self._drop_empty(obs, hit)
            self.outcome += Outcome(updated=cleared - emptied, deleted=emptied)
        if names := columns(self._set.at("series"), [a.id for a in self._schema.attributes_at("series")]):
            self._find_series(filled)
            hit = changes.among(series.table, select(self._series_hit), series)
            self.attributes += changes.clear(self._connection, series, names, hit, self._release)
        for scope, ids in rows.scopes_of(self._schema).items():
            if names := columns(self._set.at("attrs"), ids):
                common = [id for id in filled if id in scope]
                inside = self._inside(common, rows.scope_name(scope))
                self.attributes += changes.clear(self._connection, attrs, names, inside, self._release)
                self._drop_empty(attrs, inside)

    def _inside(self, filled: Sequence[str], scope: str | None = None) -> ColumnElement[bool]:
        """Where a row of `attrs`, of one scope or any, has the pattern's values in some dimensions."""
        attrs = self._set.attrs
        within = true() if scope is None else attrs.table.c.scope == scope
        keys = [attrs.table.c[name] for name in attrs.keys]
        hits = select(*keys).where(within, self._match(attrs.table, filled)).correlate(None)
        return changes.among(attrs.table, hits, attrs)

    def _drop_empty(self, level: Level, condition: ColumnElement[bool]) -> int:
        return changes.remove(self._connection, level, and_(condition, changes.is_empty(level)), self._release)

    def _count(self, deleted: int) -> None:
        self.outcome += Outcome(deleted=deleted)

    def _touch(self, ids: Select[Any]) -> None:
        table = self._set.series.table
        self._connection.execute(update(table).where(table.c.id.in_(ids)).values(touched=self._release))
