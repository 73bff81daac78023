"""What a sender need not say, filled in.

    dimension      the agreement's default; else `_T` where its codelist has it. FREQ: the agreement's default; else from the
                   period where its form tells (2024 -> A, 2024-Q1 -> Q, 2024-05 -> M). REF_AREA and the time: the agreement's
                   default, never a guess.
    observation    attributes in each row that has a value and not the attribute. A row without any value stays as it is:
                   nothing says that its missing value is a normal one.
    series, group, data set
                   attributes after the last batch, in rows with `:default` = true, for keys that have observations in this
                   data set (good ones, where it is checked) and gave no value: they are stored only where nothing is stored
                   yet.

Delete patterns, and data sets of action Delete, are never filled. Null alone means not given: "" and `~` stay."""

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import reduce
from operator import or_
from typing import Final

import polars as pl

from sdmx_dsm.batches import DataSet, constants, gives_any, with_columns
from sdmx_dsm.model import (
    DEFAULT_LANGUAGE,
    AttachmentLevel,
    ProvisionAgreement,
    Schema,
    SchemaComponent,
    localise,
)
from sdmx_dsm.validation.catalogue import make_finding
from sdmx_dsm.validation.findings import display, to_frame
from sdmx_dsm.validation.keys import KEY, ROW, SeenKeys, hashes
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
# For each level and its dimensions the defaults of its attributes
Levels = Mapping[tuple[AttachmentLevel, tuple[str, ...]], Mapping[str, str]]


def agreement_defaults(agreement: ProvisionAgreement) -> Mapping[str, str]:
    """Component id and value of each annotation of type DEFAULT."""
    return {
        annotation.id: value
        for annotation in agreement.annotations
        if annotation.type == "DEFAULT" and annotation.id
        # SDMX-ML 2.1 has no AnnotationValue: there it is the text.
        if (value := annotation.value or localise(annotation.texts, (DEFAULT_LANGUAGE,)))
    }


def fill_defaults(
    dataset: DataSet, defaults: Mapping[str, str], filled: Filled | None = None, seen: SeenKeys | None = None
) -> DataSet:
    """The same data with defaults filled in, lazily. `filled`, if given, counts (component, value) while the batches are
    read: rows for dimensions and attributes of the observation, keys for other attributes; see `default_findings`.

    `seen` is that of a `Checker` that gets each batch before the next is asked for; without one, what was seen is kept here."""
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
        batches=_filled(dataset, defaults, counted, seen),
        components=tuple(ids) if dataset.components else (),
        ordered=False,
    )


def default_findings(filled: Filled, schema: Schema) -> pl.DataFrame:
    """One information for each component and default that was filled in."""
    return to_frame(
        make_finding("default-filled", id, value, {**display(schema.by_id[id]), "count": str(count)})
        for (id, value), count in filled.items()
    )


def _filled(
    dataset: DataSet, defaults: Mapping[str, str], filled: Filled, checked: SeenKeys | None
) -> Iterator[pl.DataFrame]:
    schema = dataset.schema
    dimensions = _dimension_defaults(schema, defaults)
    attributes = {a.id: defaults[a.id] for a in schema.attributes_at("obs") if a.id in defaults}
    levels = _level_defaults(schema, defaults)
    periods = PeriodTable()
    seen = checked or SeenKeys(schema)
    for batch in dataset.batches:
        rows = _fill_dimensions(batch, schema, dimensions, filled)
        rows = _fill_frequency(rows, schema, periods, filled)
        rows = _fill_observations(rows, schema, attributes, filled)
        if levels and checked is None:
            _remember(rows, schema, levels, seen)
        yield rows
    for (level, over), values in levels.items():
        yield from _default_rows(level, over, seen, values, filled)


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
    return _fill(rows, {id: (value, _needs(rows, schema, id)) for id, value in values.items()}, filled)


def _fill(rows: pl.DataFrame, values: Mapping[str, tuple[str, pl.Expr]], filled: Filled) -> pl.DataFrame:
    """Fills each value in where there is none and its condition holds."""
    empty = {id: pl.col(id).is_null() & needed for id, (_, needed) in values.items() if rows[id].null_count()}
    if not empty:
        return rows
    counts = rows.select(is_empty.sum().alias(id) for id, is_empty in empty.items()).row(0, named=True)
    found = {id: count for id, count in counts.items() if count}
    filled.update({(id, values[id][0]): count for id, count in found.items()})
    return rows.with_columns(
        pl.when(empty[id]).then(pl.lit(values[id][0])).otherwise(pl.col(id)).alias(id) for id in found
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
    if not rows[id].null_count():
        return rows
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
    has_value = (pl.col(":level") == "obs") & gives_any(rows, measures)
    rows = with_columns(rows, tuple(values))
    return _fill(rows, {id: (value, has_value) for id, value in values.items()}, filled)


def _level_defaults(schema: Schema, defaults: Mapping[str, str]) -> Levels:
    levels: dict[tuple[AttachmentLevel, tuple[str, ...]], dict[str, str]] = {}
    for attribute in schema.attributes_at("series", "partial", "dataset"):
        if attribute.id in defaults:
            levels.setdefault((attribute.level, attribute.dimensions), {})[attribute.id] = defaults[attribute.id]
    return levels


def _remember(rows: pl.DataFrame, schema: Schema, levels: Levels, seen: SeenKeys) -> None:
    rows = with_columns(rows.with_row_index(ROW), schema.dimension_ids)
    rows = rows.with_columns(hashes(rows, schema.dimension_ids).alias(KEY))
    seen.add_observations(rows.filter(pl.col(":level") == "obs"))
    for (level, dimensions), values in levels.items():
        given = [id for id in values if id in rows.columns]
        held = rows.filter(pl.col(":level") == level) if given else rows.clear()
        if held.height:
            deque(seen.add_attributes(held, dimensions, given), maxlen=0)


def _default_rows(
    level: AttachmentLevel, dimensions: tuple[str, ...], seen: SeenKeys, values: Mapping[str, str], filled: Filled
) -> Iterator[pl.DataFrame]:
    for rows in seen.lacking(dimensions, tuple(values)):
        filled.update({(id, value): count for id, value in values.items() if (count := int(rows[id].sum()))})
        yield rows.select(
            *dimensions,
            *(pl.when(id).then(pl.lit(value, dtype=pl.String)).alias(id) for id, value in values.items()),
            *constants({":level": level}),
            pl.lit(True).alias(":default"),
        )
