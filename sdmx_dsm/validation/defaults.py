"""What a sender need not say, filled in.

    dimension      the agreement's default; else `_T` where its codelist has it. FREQ: the agreement's default; else from the
                   period where its form tells (2024 -> A, 2024-Q1 -> Q, 2024-05 -> M). REF_AREA and the time: the agreement's
                   default, never a guess.
    observation    attributes in each row that has a value and not the attribute. A row without any value stays as it is:
                   nothing says that its missing value is a normal one.
    series, group, data set
                   attributes after the last batch, in rows with `:default` = true, for keys that have observations in this
                   data set and gave no value: they are stored only where nothing is stored yet.

Delete patterns, and data sets of action Delete, are never filled. Null alone means not given: "" and `~` stay."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import reduce
from operator import or_
from typing import Final

import polars as pl

from sdmx_dsm.batches import DataSet, constants, with_columns
from sdmx_dsm.model import (
    DEFAULT_LANGUAGE,
    Level,
    ProvisionAgreement,
    Schema,
    SchemaComponent,
    localise,
)
from sdmx_dsm.validation.catalogue import make_finding
from sdmx_dsm.validation.findings import display, to_frame
from sdmx_dsm.validation.keys import SeenKeys
from sdmx_dsm.validation.periods import PeriodTable, frequency_dimension

TOTAL: Final = "_T"
_NEVER_TOTAL: Final = ("REF_AREA",)
# kind of period -> the codes of CL_FREQ that it may mean, the first that the codelist has
_FREQUENCIES: Final[Mapping[str, tuple[str, ...]]] = {
    "year": ("A",),
    "A": ("A",),
    "S": ("S", "H"),
    "T": ("T",),
    "Q": ("Q",),
    "M": ("M",),
    "month": ("M",),
    "W": ("W",),
    "D": ("D",),
    "day": ("D",),
}
Filled = Counter[tuple[str, str]]


def agreement_defaults(agreement: ProvisionAgreement) -> Mapping[str, str]:
    """Component id and value of each annotation of type DEFAULT."""
    return {
        annotation.id: value
        for annotation in agreement.annotations
        if annotation.type == "DEFAULT" and annotation.id
        # SDMX-ML 2.1 has no AnnotationValue: there it is the text.
        if (value := annotation.value or localise(annotation.texts, (DEFAULT_LANGUAGE,)))
    }


def fill_defaults(dataset: DataSet, defaults: Mapping[str, str], filled: Filled | None = None) -> DataSet:
    """The same data with defaults filled in, lazily. `filled`, if given, counts (component, value) while the batches are
    read: rows for dimensions and attributes of the observation, keys for other attributes; see `default_findings`."""
    if dataset.action == "Delete":
        return dataset
    counted: Filled = Counter() if filled is None else filled
    schema = dataset.schema
    ids = [
        id
        for id in schema.by_id
        if id in dataset.component_ids or id in defaults or schema.by_id[id].role == "dimension"
    ]
    return replace(
        dataset,
        batches=_filled(dataset, defaults, counted),
        components=tuple(ids) if dataset.components else (),
        ordered=False,
    )


def default_findings(filled: Filled, schema: Schema) -> pl.DataFrame:
    """One information for each component and default that was filled in."""
    return to_frame(
        make_finding("default-filled", id, value, {**display(schema.by_id[id]), "count": str(count)})
        for (id, value), count in filled.items()
    )


def _filled(dataset: DataSet, defaults: Mapping[str, str], filled: Filled) -> Iterator[pl.DataFrame]:
    schema = dataset.schema
    dimensions = _dimension_defaults(schema, defaults)
    attributes = {a.id: defaults[a.id] for a in schema.attributes_at("obs") if a.id in defaults}
    levels = _level_defaults(schema, defaults)
    periods = PeriodTable()
    for batch in dataset.batches:
        rows = _fill_dimensions(batch, schema, dimensions, filled)
        rows = _fill_frequency(rows, schema, periods, filled)
        rows = _fill_observations(rows, schema, attributes, filled)
        for level, seen, _ in levels:
            observed = rows.filter(pl.col(":level") == "obs")
            if observed.height:
                seen.add_observations(with_columns(observed, seen.dimensions))
            held = rows.filter(pl.col(":level") == level)
            if held.height:
                seen.add_attributes(with_columns(held, seen.dimensions))
        yield rows
    for level, seen, values in levels:
        yield from _default_rows(level, seen, values, filled)


# --- dimensions -------------------------------------------------------------------------------------------------------


def _dimension_defaults(schema: Schema, defaults: Mapping[str, str]) -> Mapping[str, str]:
    frequency = frequency_dimension(schema)
    time = schema.time
    found = {
        dimension.id: defaults.get(dimension.id, TOTAL)
        for dimension in schema.dimensions
        if dimension.id in defaults or (dimension is not frequency and _has_total(dimension))
    }
    return {**found, time.id: defaults[time.id]} if time and time.id in defaults else found


def _has_total(dimension: SchemaComponent) -> bool:
    items = dimension.codelist.items if dimension.codelist else ()
    return dimension.id not in _NEVER_TOTAL and any(code.id == TOTAL for code in items)


def _fill_dimensions(batch: pl.DataFrame, schema: Schema, values: Mapping[str, str], filled: Filled) -> pl.DataFrame:
    """In observations and rows of a series all dimensions; in rows of a group those that its attributes hang at."""
    rows = with_columns(batch, tuple(values))
    empty = {id: pl.col(id).is_null() & _needs(rows, schema, id) for id in values}
    if not empty:
        return rows
    counts = rows.select(wrong.sum().alias(id) for id, wrong in empty.items()).row(0, named=True)
    filled.update({(id, values[id]): count for id, count in counts.items() if count})
    return rows.with_columns(
        pl.when(empty[id]).then(pl.lit(values[id])).otherwise(pl.col(id)).alias(id) for id, count in counts.items()
    )


def _needs(rows: pl.DataFrame, schema: Schema, id: str) -> pl.Expr:
    """The rows in which a dimension has to be given."""
    whole = pl.col(":level").is_in(["obs", "series"] if id in schema.dimension_ids else ["obs"])
    hanging = [
        pl.col(attribute.id).is_not_null()
        for attribute in schema.attributes_at("partial")
        if id in attribute.dimensions and attribute.id in rows.columns
    ]
    return whole | ((pl.col(":level") == "partial") & reduce(or_, hanging)) if hanging else whole


def _fill_frequency(rows: pl.DataFrame, schema: Schema, periods: PeriodTable, filled: Filled) -> pl.DataFrame:
    """FREQ of observations from their period; of rows of a series from the observations of the series in this batch (once
    for each frequency that these have)."""
    frequency, time = frequency_dimension(schema), schema.time
    if frequency is None or frequency.codelist is None or time is None or time.id not in rows.columns:
        return rows
    id = frequency.id
    rows = with_columns(rows, (id,))
    open_rows = pl.col(id).is_null() & pl.col(":level").is_in(["obs", "series"])
    if not rows.select(open_rows.any()).item():
        return rows
    known = {code.id for code in frequency.codelist.items}
    codes = {
        kind: code for kind, wanted in _FREQUENCIES.items() for code in [next((c for c in wanted if c in known), None)]
    }
    kind = pl.col(f":kind:{time.id}").replace_strict(codes, default=None, return_dtype=pl.String)
    told = periods.add(rows, time.id).with_columns(
        pl.when(open_rows & (pl.col(":level") == "obs")).then(kind).alias(":freq")
    )
    for code, count in told[":freq"].drop_nulls().value_counts().iter_rows():
        filled[id, code] += count
    rows = told.with_columns(pl.coalesce(id, ":freq").alias(id)).select(rows.columns)
    return _series_frequency(rows, id, [other for other in schema.dimension_ids if other != id])


def _series_frequency(rows: pl.DataFrame, id: str, others: list[str]) -> pl.DataFrame:
    is_open = pl.col(id).is_null() & (pl.col(":level") == "series")
    if not others or not rows.select(is_open.any()).item():
        return rows
    rows = with_columns(rows, tuple(others))
    observed = rows.filter((pl.col(":level") == "obs") & pl.col(id).is_not_null())
    told = observed.select(*others, pl.col(id).alias(":freq")).unique(maintain_order=True)
    joined = rows.filter(is_open).join(told, on=others, how="left", nulls_equal=True, maintain_order="left")
    series = joined.with_columns(pl.col(":freq").alias(id)).select(rows.columns)
    return pl.concat([series, rows.filter(~is_open)])


# --- attributes -------------------------------------------------------------------------------------------------------


def _fill_observations(rows: pl.DataFrame, schema: Schema, values: Mapping[str, str], filled: Filled) -> pl.DataFrame:
    measures = [measure.id for measure in schema.measures if measure.id in rows.columns]
    if not values or not measures:
        return rows
    rows = with_columns(rows, tuple(values))
    has_value = (pl.col(":level") == "obs") & pl.any_horizontal(pl.col(measures).is_not_null())
    empty = {id: pl.col(id).is_null() & has_value for id in values}
    counts = rows.select(wrong.sum().alias(id) for id, wrong in empty.items()).row(0, named=True)
    filled.update({(id, values[id]): count for id, count in counts.items() if count})
    return rows.with_columns(
        pl.when(wrong).then(pl.lit(values[id])).otherwise(pl.col(id)).alias(id) for id, wrong in empty.items()
    )


def _level_defaults(
    schema: Schema, defaults: Mapping[str, str]
) -> tuple[tuple[Level, SeenKeys, Mapping[str, str]], ...]:
    """For each level and its dimensions: the keys seen so far, and the defaults of its attributes."""
    groups: dict[tuple[Level, tuple[str, ...]], dict[str, str]] = {}
    for attribute in schema.attributes_at("series", "partial", "dataset"):
        if attribute.id in defaults:
            groups.setdefault((attribute.level, _dimensions(schema, attribute)), {})[attribute.id] = defaults[
                attribute.id
            ]
    return tuple(
        (level, SeenKeys([schema.by_id[id] for id in dimensions], list(values)), values)
        for (level, dimensions), values in groups.items()
    )


def _dimensions(schema: Schema, attribute: SchemaComponent) -> tuple[str, ...]:
    return schema.dimension_ids if attribute.level == "series" else attribute.dimensions


def _default_rows(level: Level, seen: SeenKeys, values: Mapping[str, str], filled: Filled) -> Iterator[pl.DataFrame]:
    for rows in seen.without(values):
        filled.update({(id, value): count for id, value in values.items() if (count := int(rows[id].sum()))})
        yield rows.select(
            *seen.dimensions,
            *(pl.when(id).then(pl.lit(value, dtype=pl.String)).alias(id) for id, value in values.items()),
            *constants({":level": level}),
            pl.lit(True).alias(":default"),
        )
