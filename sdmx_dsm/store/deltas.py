"""What disappeared between a past release and the state that a query asks for, as rows of level "delete".

A series that is gone is one pattern without a period; of the others each observation that is gone is one; attributes of
series, groups and data set that lost their value are named. What the viewer may no longer see is gone for him."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

import polars as pl
from sqlalchemy import tuple_

from sdmx_dsm.batches import gives_any, with_columns
from sdmx_dsm.store import conditions, rows, selection
from sdmx_dsm.store.cursors import fetch
from sdmx_dsm.store.database import Database
from sdmx_dsm.store.selection import Question, Selection
from sdmx_dsm.store.visible import changed_attributes, changed_series, visible

_CHUNK_SERIES: Final = 4096


def batches(database: Database, question: Question, ids: Sequence[str]) -> Iterator[pl.DataFrame]:
    with database.read() as connection:
        now = selection.bind(connection, question)
        if now is None or now.after is None:
            return
        schema, viewer = question.schema, question.viewer
        before_view = visible(connection, now.table_set, schema, viewer, now.after, by_present_status=False)
        asked = conditions.conditions(connection, before_view, schema, question.query, question.agreements)
        before = replace(now, view=before_view, conditions=asked, after=None)
        present = replace(now, after=None)
        changed = connection.execute(changed_series(now.table_set, now.after)).scalars().all()
        compare = _Comparison(before, present, tuple(ids))
        for start in range(0, len(changed), _CHUNK_SERIES):
            part = pl.Series("id", changed[start : start + _CHUNK_SERIES], dtype=pl.Int64)
            yield from compare.series(connection, part)
        yield from compare.attributes(connection, now.after)


class _Comparison:
    def __init__(self, before: Selection, now: Selection, ids: tuple[str, ...]) -> None:
        self._before = before
        self._now = now
        self._schema = now.question.schema
        self._ids = ids
        self._names = now.table_set.at("dimension")
        self._dimensions = [id for id in self._schema.dimension_ids if id in self._names]

    def series(self, connection: Any, ids: pl.Series) -> Iterator[pl.DataFrame]:
        stored = self._now.table_set.at("series")
        attributes = [a.id for a in self._schema.attributes_at("series") if a.id in stored and a.id in self._ids]
        names = ["id", *(self._names[id].name for id in self._dimensions), *(stored[id].name for id in attributes)]
        schema: dict[str, Any] = {":id": pl.Int64} | dict.fromkeys((*self._dimensions, *attributes), pl.String)

        def read(chosen: Selection) -> pl.DataFrame:
            table = chosen.view.series.c
            statement = chosen.series(*(table[name] for name in names))
            if chosen.conditions.obs is not None:
                statement = chosen.series_with_observations(*(table[name] for name in names))
            statement = statement.where(selection.ids_parameter(connection, table.id))
            return fetch(connection, statement, schema, ids=selection.ids_value(connection, ids))

        was, is_ = read(self._before), read(self._now)
        yield from self._patterns(was.join(is_, on=":id", how="anti").select(self._dimensions), ())
        remaining = was.join(is_, on=":id", how="semi")
        yield from self._lost(remaining, is_, [":id"], attributes)
        yield from self._patterns(self._observations(connection, remaining), ())

    def _observations(self, connection: Any, series: pl.DataFrame) -> pl.DataFrame:
        """Keys of the observations that these series no longer have."""
        schema: dict[str, Any] = {":id": pl.Int64, "period": pl.String}
        ids = selection.ids_value(connection, series.get_column(":id"))

        def read(chosen: Selection) -> pl.DataFrame:
            restriction = selection.ids_parameter(connection, chosen.view.obs.c.series)
            statement = chosen.observations(("series", "period"), restriction)
            return fetch(connection, statement, schema, ids=ids)

        gone = read(self._before).join(read(self._now), on=[":id", "period"], how="anti")
        keyed = gone.join(series.select(":id", *self._dimensions), on=":id", how="left").drop(":id")
        return keyed.rename({"period": self._schema.time.id}) if self._schema.time else keyed.drop("period")

    def attributes(self, connection: Any, after: int) -> Iterator[pl.DataFrame]:
        stored = self._now.table_set.at("attrs")
        for scope, all_ids in rows.scopes_of(self._schema).items():
            ids = [id for id in all_ids if id in stored and id in self._ids]
            schema: dict[str, Any] = dict.fromkeys((*scope, *ids), pl.String)
            if not ids:
                continue

            def read(
                chosen: Selection, schema: dict[str, Any] = schema, scope: tuple[str, ...] = scope, ids: list[str] = ids
            ) -> pl.DataFrame:
                table = chosen.view.attrs.c
                statement = (
                    chosen.series(
                        *(table[self._names[id].name] for id in scope), *(table[stored[id].name] for id in ids)
                    )
                    .where(
                        conditions.scope_match(chosen.view, scope),
                        tuple_(table.agreement, table.id).in_(changed_attributes(chosen.table_set, after)),
                    )
                    .distinct()
                )
                return fetch(connection, statement, schema)

            yield from self._lost(read(self._before), read(self._now), list(scope), ids)

    def _lost(
        self, was: pl.DataFrame, is_: pl.DataFrame, keys: list[str], attributes: Sequence[str]
    ) -> Iterator[pl.DataFrame]:
        """Patterns that name the attributes which had a value and have none now; the old value stands for "any"."""
        if not attributes or not was.height:
            return
        if keys:
            both = was.join(is_.select(*keys, *attributes), on=keys, how="left", suffix=":now")
        else:
            now = is_.select(pl.col(id).drop_nulls().first().alias(f"{id}:now") for id in attributes)
            both = pl.concat([was.head(1), now], how="horizontal")
        lost = both.with_columns(pl.when(pl.col(f"{id}:now").is_null()).then(pl.col(id)).alias(id) for id in attributes)
        yield from self._patterns(lost, attributes)

    def _patterns(self, frame: pl.DataFrame, attributes: Sequence[str]) -> Iterator[pl.DataFrame]:
        if attributes:
            frame = frame.filter(gives_any(frame, attributes))
        if frame.height:
            yield with_columns(frame, self._ids).select(*self._ids, pl.lit("delete").alias(":level"))
