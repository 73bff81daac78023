"""What disappeared between a past release and the state that a query asks for, as rows of level "delete".

A series that is gone is one pattern without a period; of the others each observation that is gone is one; attributes of
series, groups and data set that lost their value are named, and where a query does not ask for whole observations, their values
too. What the viewer may no longer see is gone for him."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

import polars as pl
from sqlalchemy import Connection, Select

from sdmx_dsm.batches import gives_any, with_columns
from sdmx_dsm.store import attributes, rows, selection
from sdmx_dsm.store.cursors import fetch
from sdmx_dsm.store.database import Database
from sdmx_dsm.store.selection import Question, Selection
from sdmx_dsm.store.visible import changed_series

_CHUNK_SERIES: Final = 4096


def batches(database: Database, question: Question, ids: Sequence[str]) -> Iterator[pl.DataFrame]:
    # The first and the last observations of a series are not gone when others come.
    unlimited = replace(question, query=replace(question.query, first_n=None, last_n=None))
    with database.read() as connection:
        now = selection.bind(connection, unlimited)
        if now is None or now.after is None or now.before is None:
            return
        compare = _Comparison(connection, now.before, now.whole, tuple(ids))
        changed = connection.execute(changed_series(now.table_set, now.after)).scalars().all()
        for start in range(0, len(changed), _CHUNK_SERIES):
            part = pl.Series("id", changed[start : start + _CHUNK_SERIES], dtype=pl.Int64)
            yield from compare.series(part)
        for scope in rows.scopes_of(question.schema):
            if scope in now.scopes:
                yield from compare.attributes(scope, attributes.concerned(connection, now, scope))


class _Comparison:
    def __init__(self, connection: Connection, before: Selection, now: Selection, ids: tuple[str, ...]) -> None:
        self._connection = connection
        self._before = before
        self._now = now
        self._schema = now.question.schema
        self._ids = ids
        self._is_partial = len(ids) < len(self._schema.components)
        self._names = now.table_set.at("dimension")
        self._dimensions = [id for id in self._schema.dimension_ids if id in self._names]

    def series(self, ids: pl.Series) -> Iterator[pl.DataFrame]:
        stored = self._now.table_set.at("series")
        attributes = [a.id for a in self._schema.attributes_at("series") if a.id in stored and a.id in self._ids]
        names = ["id", *(self._names[id].name for id in self._dimensions), *(stored[id].name for id in attributes)]
        schema: dict[str, Any] = {":id": pl.Int64} | dict.fromkeys((*self._dimensions, *attributes), pl.String)

        def read(chosen: Selection) -> pl.DataFrame:
            table = chosen.view.series.c
            statement = chosen.series(*(table[name] for name in names))
            if chosen.conditions.obs is not None:
                statement = chosen.series_with_observations(*(table[name] for name in names))
            return self._fetch(statement.where(selection.ids_parameter(self._connection, table.id)), schema, ids)

        was, is_ = read(self._before), read(self._now)
        yield from self._patterns(was.join(is_, on=":id", how="anti").select(self._dimensions), ())
        remaining = was.join(is_, on=":id", how="semi")
        yield from self._lost(remaining, is_, [":id"], attributes)
        yield from self._observations(remaining.select(":id", *self._dimensions))

    def _observations(self, series: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """The observations that these series no longer have; where not all of an observation is asked for, so that what is new
        does not replace it, the values too that one no longer has."""
        stored = self._now.table_set.at("obs")
        ids = [id for id in rows.obs_ids(self._schema) if self._is_partial and id in stored and id in self._ids]
        time = self._schema.time.id if self._schema.time else ":period"
        schema: dict[str, Any] = {":id": pl.Int64} | dict.fromkeys((time, *ids), pl.String)

        def read(chosen: Selection) -> pl.DataFrame:
            restriction = selection.ids_parameter(self._connection, chosen.view.obs.c.series)
            statement = chosen.observations(("series", "period", *(stored[id].name for id in ids)), restriction)
            return self._fetch(statement, schema, series.get_column(":id"))

        was, is_ = read(self._before).join(series, on=":id"), read(self._now)
        key = [":id", time]
        yield from self._patterns(was.join(is_, on=key, how="anti").drop(ids), ())
        yield from self._lost(was.join(is_, on=key, how="semi"), is_, key, ids)

    def attributes(self, scope: tuple[str, ...], keys: pl.Series) -> Iterator[pl.DataFrame]:
        stored = self._now.table_set.at("attrs")
        ids = [id for id in rows.scopes_of(self._schema)[scope] if id in stored and id in self._ids]
        if ids:
            was, is_ = (
                attributes.told(self._connection, state, scope, ids, keys) for state in (self._before, self._now)
            )
            yield from self._lost(was, is_, list(scope), ids)

    def _lost(
        self, was: pl.DataFrame, is_: pl.DataFrame, keys: list[str], ids: Sequence[str]
    ) -> Iterator[pl.DataFrame]:
        """Patterns that name the values which were there and are not now; the old value stands for "any"."""
        if not ids or not was.height:
            return
        one = pl.lit(0).alias(":one")  # of the data set there is no key
        now = is_.select(one, *keys, *(pl.col(id).alias(f"{id}:now") for id in ids))
        both = was.with_columns(one).join(now, on=[":one", *keys], how="left", maintain_order="left")
        lost = both.with_columns(pl.when(pl.col(f"{id}:now").is_null()).then(pl.col(id)).alias(id) for id in ids)
        yield from self._patterns(lost, ids)

    def _patterns(self, frame: pl.DataFrame, values: Sequence[str]) -> Iterator[pl.DataFrame]:
        if values:
            frame = frame.filter(gives_any(frame, values))
        if frame.height:
            yield with_columns(frame, self._ids).select(*self._ids, pl.lit("delete").alias(":level"))

    def _fetch(self, statement: Select[Any], schema: dict[str, Any], ids: pl.Series) -> pl.DataFrame:
        return fetch(self._connection, statement, schema, ids=selection.ids_value(self._connection, ids))
