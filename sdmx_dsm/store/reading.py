"""Data out: series by series in the order of their keys, as frames, from one snapshot, with little memory.

The series are read by one cursor; the observations follow for as many series at a time as make up a batch. So nothing has to
be sorted by the database, keys are not repeated on every row that it sends, and the first batch comes at once."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl
from sqlalchemy import Connection, Select, select

from sdmx_dsm.batches import BATCH_ROWS, rows_giving
from sdmx_dsm.store import attributes, ordering, rows, selection
from sdmx_dsm.store.cursors import fetch, stream
from sdmx_dsm.store.database import Database
from sdmx_dsm.store.selection import Question, Selection
from sdmx_dsm.store.sets import Place, place_of
from sdmx_dsm.store.visible import changed_series

_FIRST_CHUNK: Final = 64
_LARGEST_CHUNK: Final = 16_384


def batches(database: Database, question: Question, ids: Sequence[str]) -> Iterator[pl.DataFrame]:
    with database.read() as connection:
        bound = selection.bind(connection, question)
        if bound is not None:
            reader = _Reader(connection, bound, ids)
            yield from reader.attributes()
            yield from reader.across_series() if reader.is_across else reader.series_and_observations()


@dataclass(frozen=True, slots=True)
class _Columns:
    """Some components of one level, and the names of their columns."""

    ids: tuple[str, ...]
    names: tuple[str, ...]


class _Reader:
    def __init__(self, connection: Connection, bound: Selection, ids: Sequence[str]) -> None:
        self._connection = connection
        self._selection = bound
        self._view = bound.view
        self._schema = bound.question.schema
        self._ids = tuple(ids)
        self._order = ordering.order_of(self._schema, bound.question.query)
        self._dimensions = self._columns("dimension")
        self._series = self._columns("series")
        self._obs = self._columns("obs", also=self._order.obs_ids)
        self._time = self._schema.time.id if self._schema.time else None
        # Keys alone are asked for when nothing that stands at the observation is.
        of_obs = rows.obs_ids(self._schema)
        self._keys_only = bool(of_obs) and not set(of_obs) & set(self._ids)

    @property
    def is_across(self) -> bool:
        """Whether the observations come in an order of their own, and not series by series."""
        return self._order.is_across and not self._keys_only

    def _columns(
        self, place: Place, within: Sequence[str] | None = None, also: frozenset[str] = frozenset()
    ) -> _Columns:
        stored = self._view.table_set.at(place)
        chosen = [
            id
            for id in (*self._ids, *(also.difference(self._ids)))
            if place_of(self._schema.by_id[id]) == place and id in stored and (within is None or id in within)
        ]
        return _Columns(tuple(chosen), tuple(stored[id].name for id in chosen))

    def attributes(self) -> Iterator[pl.DataFrame]:
        """Rows of level "partial" and "dataset" that concern a selected series; of changes those that may be told otherwise than
        before, with what describes the observations that are new."""
        bound = self._selection
        for scope, ids in rows.scopes_of(self._schema).items():
            columns = self._columns("attrs", ids)
            if columns.ids and scope in bound.scopes:
                tell = attributes.told if bound.after is None else attributes.told_since
                told = tell(self._connection, bound, scope, columns.ids)
                yield from self._shaped(told, "partial" if scope else "dataset").iter_slices(BATCH_ROWS)

    def series_and_observations(self) -> Iterator[pl.DataFrame]:
        skip, left = self._selection.question.query.offset, self._selection.question.query.limit
        wanted = _FIRST_CHUNK
        with stream(self._connection, self._series_statement(), self._series_schema()) as series:
            more = True
            while more and left != 0:
                chunk = series.next(wanted)
                more = chunk.height == wanted
                if not chunk.height:
                    return
                found = chunk if self._keys_only else self._observations(chunk)
                dropped = min(skip, found.height)
                skip -= dropped
                counted = found.slice(dropped, left)
                left = None if left is None else left - counted.height
                wanted = _next_chunk(
                    chunk.height, found.height, BATCH_ROWS if left is None else min(skip + left, BATCH_ROWS)
                )
                if self._keys_only:
                    yield self._shaped(counted, "series")
                    continue
                described = self._told(chunk, found, counted)
                # Rows of one level in each batch: who takes them apart has nothing to do.
                if described.height:
                    yield self._shaped(described, "series")
                if counted.height:
                    yield counted[[*self._ids, ":level"]]

    def across_series(self) -> Iterator[pl.DataFrame]:
        """Observations in the order asked for, each batch with the attributes of the series that it touches."""
        query = self._selection.question.query
        stored = self._view.table_set.at("obs")
        companions = [stored[id].companion for id in self._order.obs_ids if id in stored and stored[id].is_numeric]
        names = dict.fromkeys(("series", "start", "period", *self._obs.names, *companions))
        found, series = self._selection.observations(tuple(names)).subquery("found"), self._view.series
        of_series = (*self._dimensions.names, *self._series.names)
        columns = [
            *(found.c[name] for name in ("series", "period", *self._obs.names)),
            *(series.c[name] for name in of_series),
        ]
        statement = select(*columns).select_from(series.join(found, found.c.series == series.c.id))
        if self._selection.conditions.series is not None:
            statement = statement.where(self._selection.conditions.series)
        statement = statement.order_by(*self._order.across(self._view, found)).offset(query.offset).limit(query.limit)
        schema: dict[str, Any] = {":id": pl.Int64, self._time or ":period": pl.String}
        schema |= dict.fromkeys((*self._obs.ids, *self._dimensions.ids, *self._series.ids), pl.String)
        with stream(self._connection, statement, schema) as observations:
            while (frame := observations.next(BATCH_ROWS)).height:
                described = rows_giving(frame, self._series.ids).unique(":id", maintain_order=True)
                described = described.select(*self._dimensions.ids, *self._series.ids)
                told = frame.drop(self._series.ids)
                yield pl.concat([self._shaped(described, "series"), self._shaped(told, "obs")])

    def _told(self, chunk: pl.DataFrame, found: pl.DataFrame, counted: pl.DataFrame) -> pl.DataFrame:
        """The series of a chunk that have attributes to tell: those of the counted observations; where no condition is on
        observations those without any too, and of changes those that changed themselves."""
        chunk = rows_giving(chunk, self._series.ids)
        bound = self._selection
        if bound.conditions.obs is None and bound.after is None and counted.height == found.height:
            return chunk
        shown = pl.col(":id").is_in(counted.get_column(":id").unique().implode())
        if bound.conditions.obs is None:
            if bound.after is not None:
                shown |= pl.col(":release") > bound.after
            else:
                shown |= ~pl.col(":id").is_in(found.get_column(":id").unique().implode())
        return chunk.filter(shown)

    def _series_statement(self) -> Select[Any]:
        series, bound = self._view.series.c, self._selection
        columns = [series[name] for name in ("id", "release", *self._dimensions.names, *self._series.names)]
        only_observed = self._keys_only and bound.conditions.obs is not None
        statement = bound.series_with_observations(*columns) if only_observed else bound.series(*columns)
        if bound.after is not None:
            statement = statement.where(series.id.in_(changed_series(self._view.table_set, bound.after)))
        return statement.order_by(*self._order.of_series(self._view))

    def _series_schema(self) -> dict[str, Any]:
        ids = (*self._dimensions.ids, *self._series.ids)
        return {":id": pl.Int64, ":release": pl.Int64} | dict.fromkeys(ids, pl.String)

    def _observations(self, chunk: pl.DataFrame) -> pl.DataFrame:
        """The selected observations of some series as rows of the answer, in its order, with `:id`."""
        obs = self._view.obs.c
        names = ("series", "start", "period", *self._obs.names)
        statement = self._selection.observations(names, selection.ids_parameter(self._connection, obs.series))
        period = self._time or ":period"
        schema: dict[str, Any] = {":id": pl.Int64, ":start": pl.Int64, period: pl.String}
        schema |= dict.fromkeys(self._obs.ids, pl.String)
        ids = selection.ids_value(self._connection, chunk.get_column(":id"))
        found = fetch(self._connection, statement, schema, ids=ids)
        places = chunk[[":id", *self._dimensions.ids]].with_row_index(":place").lazy()
        placed = found.lazy().join(places, on=":id", how="left")
        columns = self._answered((*self._dimensions.ids, *found.columns), "obs")
        asked = self._order.within(placed, period, found.columns).select(*columns, ":id")
        # There is nothing to optimise, and for short answers looking for it takes longer than the work.
        return asked.collect(optimizations=pl.QueryOptFlags.none())

    def _shaped(self, frame: pl.DataFrame, level: str) -> pl.DataFrame:
        """`frame` as rows of a level, with exactly the columns of the answer."""
        return frame.select(self._answered(frame.columns, level))

    def _answered(self, present: Collection[str], level: str) -> list[pl.Expr]:
        nothing = pl.lit(None, dtype=pl.String)
        columns = [pl.col(id) if id in present else nothing.alias(id) for id in self._ids]
        return [*columns, pl.lit(level).alias(":level")]


def _next_chunk(series: int, observations: int, rows: int) -> int:
    """So many series as have `rows` observations, if the next are like the last."""
    return max(1, min(_LARGEST_CHUNK, -(-series * rows // max(observations, 1))))
