"""From elements to batches: the key of a series is joined to its observations, and each attribute goes to its own level.

A message may give an attribute at another element than the one its relationship asks for: flat data and cross-sections have
series attributes at observations, 2.1 has those of a partial key at series. Here each becomes one row of its level: the first
value, and any that differs. An attribute whose dimensions the element does not have stays where it is; the checks judge."""

import json
from collections.abc import Iterator
from itertools import pairwise

import polars as pl

from sdmx_dsm.batches import gives_any, is_component
from sdmx_dsm.formats.flat import canonical
from sdmx_dsm.formats.ml_data.rows import COMPOSED, PLACE
from sdmx_dsm.model import DEFAULT_LANGUAGE, Schema, SchemaComponent

Comps = list[tuple[int, int, str, str]]  # line and column of the owner, component id, value as JSON


class Levels:
    """Makes the batches of one data set; remembers which attribute rows were made already."""

    def __init__(self, schema: Schema, *, deletes: bool) -> None:
        self._schema = schema
        self._deletes = deletes
        self._dimensions = frozenset(schema.key_ids)
        self._complex = {c.id: c for c in schema.components if c.is_multi_valued}
        self._targets: dict[tuple[str, ...], list[str]] = {}
        for attribute in schema.attributes:
            if attribute.level != "obs":
                self._targets.setdefault(attribute.dimensions, []).append(attribute.id)
        self._seen: set[int] = set()
        self._series: pl.DataFrame | None = None  # the dimensions of a series that goes on in the next batch

    def batch(
        self,
        observations: pl.DataFrame,
        series: pl.DataFrame,
        starts: list[int],
        others: pl.DataFrame,
        comps: Comps,
        *,
        goes_on: bool,
    ) -> pl.DataFrame:
        """One batch. `starts`: for each series the number of its first observation. `others`: groups, Atts, the data set.
        `goes_on`: the last series has not ended yet."""
        observations, series, others = (self._composed(frame, comps) for frame in (observations, series, others))
        counts = _counts(starts, observations.height)
        known = series
        if self._series is not None:
            known = pl.concat([self._series, series], how="diagonal")
            counts = [starts[0] if starts else observations.height, *counts]
        observations = self._with_keys(observations, known, counts)
        self._series = self._keys(known.tail(1)) if goes_on else None
        own = counts[known.height - series.height :]
        frames = [
            *self._series_rows(series, own),
            *self._split(others, "other"),
            *self._split(observations, "obs"),
        ]
        return self._arranged(pl.concat(frames, how="diagonal")) if frames else self._arranged(observations.clear())

    def everything(self, line: int, column: int) -> pl.DataFrame:
        """The one row of a Delete data set that is empty: all that there is."""
        return self._arranged(pl.DataFrame({":line": [line], ":col": [column], ":level": ["delete"]}))

    def _with_keys(self, observations: pl.DataFrame, series: pl.DataFrame, counts: list[int]) -> pl.DataFrame:
        """Observations with the dimensions of their series; their own win where both have one."""
        ids = [id for id in series.columns if id in self._dimensions]
        before = observations.height - sum(counts)  # observations of no series
        if not ids or before == observations.height:
            return observations
        positions = pl.select(
            pl.int_range(series.height).repeat_by(pl.Series(counts, dtype=pl.UInt32)).explode()
        ).to_series()
        keys = series.select(ids)[positions.drop_nulls()]
        if before:
            keys = pl.concat([keys.clear(before), keys])
        own = [id for id in ids if id in observations.columns]
        return observations.drop(own).hstack(
            keys.with_columns(observations[id].fill_null(keys[id]).alias(id) for id in own)
        )

    def _keys(self, series: pl.DataFrame) -> pl.DataFrame:
        return series.select(id for id in series.columns if id in self._dimensions)

    def _series_rows(self, series: pl.DataFrame, counts: list[int]) -> Iterator[pl.DataFrame]:
        """Attributes at series; also a series that has neither attributes nor observations."""
        attributes = [id for id in series.columns if is_component(id) and id not in self._dimensions]
        has_attributes = gives_any(series, attributes)
        yield from self._split(series.filter(has_attributes), "series")
        # In a Delete, a series with observations only leads to them; without, it is a pattern itself.
        alone = series.filter(~has_attributes & (pl.Series(counts, dtype=pl.UInt32) == 0))
        if alone.height:
            level = pl.lit("delete") if self._deletes else self._level_of(alone)
            yield alone.with_columns(level.alias(":level"))

    def _split(self, frame: pl.DataFrame, element: str) -> Iterator[pl.DataFrame]:
        """The rows that stay at their element ("obs", "series", "other"), and those that leave for their attributes' level."""
        if not frame.height:
            return
        if self._deletes:
            yield frame.with_columns(pl.lit("delete").alias(":level"))
            return
        filled = {id for id in frame.columns if id in self._dimensions}
        own = filled if element == "series" else None
        for dimensions, ids in self._targets.items():
            given = [id for id in ids if id in frame.columns]
            if given and set(dimensions) != own and filled.issuperset(dimensions):
                yield self._moved(frame, dimensions, ids, given)
                frame = frame.drop(given)
        if element == "obs":
            yield frame.with_columns(pl.lit("obs").alias(":level"))
            return
        kept = frame.filter(gives_any(frame, [id for id in frame.columns if is_component(id) and id not in filled]))
        if kept.height:
            yield kept.with_columns(self._level_of(kept).alias(":level"))

    def _moved(
        self, frame: pl.DataFrame, dimensions: tuple[str, ...], ids: list[str], given: list[str]
    ) -> pl.DataFrame:
        """The rows that tell of the attributes `given`, of the `ids` that hang at `dimensions`; each once."""
        rows = frame.filter(gives_any(frame, given)).select(*dimensions, *given, *PLACE)
        rows = rows.unique(subset=[*dimensions, *given], keep="first", maintain_order=True)
        # 64 bits tell a million rows apart but for one time in ten million, and cost 8 bytes instead of the row.
        identity = [pl.lit(" ".join(dimensions)).alias(":of"), *(pl.col(id) for id in dimensions)]
        identity += [pl.col(id) if id in given else pl.lit(None, dtype=pl.String).alias(id) for id in ids]
        hashes = rows.select(pl.struct(identity).hash().alias(":hash"))[":hash"].to_list() if rows.height else []
        is_new = pl.Series([hash not in self._seen for hash in hashes], dtype=pl.Boolean)
        self._seen.update(hashes)
        level = "dataset" if not dimensions else "series" if dimensions == self._schema.dimension_ids else "partial"
        return rows.filter(is_new).with_columns(pl.lit(level).alias(":level"))

    def _level_of(self, frame: pl.DataFrame) -> pl.Expr:
        """What stays at a group or series has the level of the dimensions that it has."""
        given = [pl.col(id).is_not_null() for id in self._schema.dimension_ids if id in frame.columns]
        is_whole = bool(given) and len(given) == len(self._schema.dimension_ids)
        everything = pl.all_horizontal(given) if is_whole else pl.lit(False)
        timed = self._schema.time is not None and self._schema.time.id in frame.columns
        return (
            pl.when(everything & pl.lit(not timed))
            .then(pl.lit("series"))
            .when(pl.any_horizontal(given) if given else pl.lit(timed))
            .then(pl.lit("partial"))
            .otherwise(pl.lit("dataset"))
        )

    def _composed(self, frame: pl.DataFrame, comps: Comps) -> pl.DataFrame:
        """With the values of Comp elements in their columns, and all values of complex components as JSON."""
        if not comps and self._complex.keys().isdisjoint(frame.columns):
            return frame
        schema = {":line": pl.Int64, ":col": pl.Int64, ":name": pl.String, ":value": pl.String}
        given = pl.DataFrame(comps, schema=schema, orient="row").join(frame.select(PLACE), on=PLACE, how="semi")
        if given.height:
            wide = given.pivot(on=":name", index=PLACE, values=":value", aggregate_function="last")
            frame = frame.join(wide, on=PLACE, how="left", suffix=":comp", maintain_order="left")
            both = [id for id in frame.columns if id.endswith(":comp")]
            frame = frame.with_columns(
                pl.coalesce(id, id.removesuffix(":comp")).alias(id.removesuffix(":comp")) for id in both
            ).drop(both)
        composed = set(given[":name"]) | self._complex.keys()
        return frame.with_columns(_as_json(frame[id], self._complex.get(id)) for id in frame.columns if id in composed)

    def _arranged(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Columns: those of the schema that data may need anyway or that are here, then unknown ones, level and place."""
        always = [c.id for c in self._schema.components if c.role != "attribute"]
        ids = [c.id for c in self._schema.components if c.id in frame.columns or c.id in always]
        unknown = [id for id in frame.columns if is_component(id) and id not in ids]
        missing = [pl.lit(None, dtype=pl.String).alias(id) for id in ids if id not in frame.columns]
        if ":level" not in frame.columns:
            missing.append(pl.lit(None, dtype=pl.String).alias(":level"))
        return frame.with_columns(missing).select(*ids, *unknown, ":level", *PLACE)


def _counts(starts: list[int], height: int) -> list[int]:
    return [end - start for start, end in pairwise([*starts, height])]


def _as_json(values: pl.Series, component: SchemaComponent | None) -> pl.Series:
    """Values of Comp elements are lists in JSON behind a mark, others plain text: both as the schema has them."""
    found = {
        value: _as_text(_content(json.loads(value[1:]) if value.startswith(COMPOSED) else [value], component))
        for value in values.unique()
        if value is not None
    }
    return values.replace_strict(found, default=None, return_dtype=pl.String) if found else values


def _content(values: list[object], component: SchemaComponent | None) -> object:
    """A text without a language is English (SDMX-ML common:TextType). Several values of what is no array stay several."""
    if component is not None and component.is_multilingual:
        values = [{DEFAULT_LANGUAGE: value} if isinstance(value, str) else value for value in values]
    if len(values) > 1 or (component is not None and component.is_array):
        return values
    return values[0] if values else ""


def _as_text(content: object) -> str:
    """Canonical JSON; a text alone is itself."""
    return content if isinstance(content, str) else canonical(content)
