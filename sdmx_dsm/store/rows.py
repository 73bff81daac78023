"""Batches as rows of a table set's levels: keys become ids, periods get their bounds, components their columns.

Frames made here have columns named as in the tables, and hold each key once: of several values given for one key the last
one counts (checks have said so before)."""

from collections.abc import Mapping, Sequence

import polars as pl

from sdmx_dsm.batches import gives_any, period_bounds, with_columns, with_series_ids
from sdmx_dsm.errors import PeriodError
from sdmx_dsm.model import Schema
from sdmx_dsm.store.sets import SetColumn, TableSet

Scopes = Mapping[tuple[str, ...], tuple[str, ...]]


def with_mode(batch: pl.DataFrame, action: str) -> pl.DataFrame:
    """`batch` with a column `:mode`: delete, replace or merge, and `:default` false where it is missing."""
    given = pl.col(":action").fill_null(action) if ":action" in batch.columns else pl.lit(action)
    mode = (
        pl.when((pl.col(":level") == "delete") | (given == "Delete"))
        .then(pl.lit("delete"))
        .when(given == "Replace")
        .then(pl.lit("replace"))
        .otherwise(pl.lit("merge"))
    )
    default = pl.col(":default").fill_null(False) if ":default" in batch.columns else pl.lit(False)
    return batch.with_columns(mode.alias(":mode"), default.alias(":default"))


def scopes_of(schema: Schema) -> Scopes:
    """Attributes of partial keys and of the data set, by the dimensions that they depend on."""
    scopes: dict[tuple[str, ...], tuple[str, ...]] = {}
    for attribute in schema.attributes_at("partial", "dataset"):
        scopes[attribute.dimensions] = (*scopes.get(attribute.dimensions, ()), attribute.id)
    return scopes


def scope_name(dimensions: Sequence[str]) -> str:
    return ",".join(dimensions)


def keyed(rows: pl.DataFrame, schema: Schema, table_set: TableSet) -> pl.DataFrame:
    """`rows` with the id of their series in column `id`."""
    return with_series_ids(with_columns(rows, schema.dimension_ids), schema.dimension_ids, table_set.salt, "id")


def series(rows: pl.DataFrame, schema: Schema, table_set: TableSet, agreement: int) -> pl.DataFrame:
    """Keyed rows as rows of `series`, with the attributes that they give."""
    dimensions = table_set.at("dimension")
    attributes = table_set.at("series")
    present = {id: attributes[id] for id in (a.id for a in schema.attributes_at("series")) if id in rows.columns}
    folded = rows.group_by("id", maintain_order=True).agg(
        *(pl.col(id).first() for id in schema.dimension_ids), *(pl.col(id).drop_nulls().last() for id in present)
    )
    return folded.select(
        "id",
        pl.lit(agreement, dtype=pl.Int64).alias("agreement"),
        *(pl.col(id).alias(dimensions[id].name) for id in schema.dimension_ids),
        *(pl.col(id).alias(column.name) for id, column in present.items()),
    )


def observations(rows: pl.DataFrame, schema: Schema, table_set: TableSet, year_start: str) -> pl.DataFrame:
    """Keyed rows as rows of `obs`. Raises PeriodError for what is no period."""
    columns = table_set.at("obs")
    present = {id: columns[id] for id in obs_ids(schema) if id in rows.columns}
    if schema.time:
        bounds = period_bounds(with_columns(rows, (schema.time.id,)).get_column(schema.time.id), year_start)
        rows = rows.rename({schema.time.id: "period"}).join(
            bounds.select("period", "start", "end"), on="period", how="left", maintain_order="left"
        )
        if rows.get_column("start").null_count():
            wrong = rows.filter(pl.col("start").is_null()).get_column("period")[0]
            raise PeriodError(f"“{wrong}” is not a time period.", ru=f"«{wrong}» — не период времени.", period=wrong)
    else:
        rows = rows.with_columns(period=pl.lit(""), start=pl.lit(0, dtype=pl.Int64), end=pl.lit(0, dtype=pl.Int64))
    chosen = rows.select(
        pl.col("id").alias("series"),
        "start",
        "period",
        "end",
        *(pl.col(id).alias(column.name) for id, column in present.items()),
    )
    keys = ["series", "start", "period"]
    if chosen.select(keys).is_duplicated().any():
        chosen = chosen.group_by(keys, maintain_order=True).agg(
            pl.col("end").first(), *(pl.col(column.name).drop_nulls().last() for column in present.values())
        )
    return chosen.with_columns(_companion(column) for column in present.values() if column.is_numeric)


def attributes(
    rows: pl.DataFrame, table_set: TableSet, agreement: int, scope: Sequence[str], ids: Sequence[str]
) -> pl.DataFrame:
    """Rows of level "partial" or "dataset" as rows of `attrs`, for the attributes `ids` that hang at the dimensions `scope`."""
    dimensions, columns = table_set.at("dimension"), table_set.at("attrs")
    present = [id for id in ids if id in rows.columns]
    level = "partial" if scope else "dataset"
    rows = with_columns(rows, tuple(scope)).filter(
        pl.col(":level") == level, gives_any(rows, present), *(pl.col(id).is_not_null() for id in scope)
    )
    return (
        _with_scope_ids(rows, scope)
        .group_by("id", maintain_order=True)
        .agg(*(pl.col(id).first() for id in scope), *(pl.col(id).drop_nulls().last() for id in present))
        .select(
            pl.lit(agreement, dtype=pl.Int64).alias("agreement"),
            "id",
            pl.lit(scope_name(scope)).alias("scope"),
            *(pl.col(id).alias(dimensions[id].name) for id in scope),
            *(pl.col(id).alias(columns[id].name) for id in present),
        )
    )


def obs_ids(schema: Schema) -> tuple[str, ...]:
    """Components whose values stand at the observation."""
    return tuple(c.id for c in (*schema.measures, *schema.attributes_at("obs")))


def _with_scope_ids(rows: pl.DataFrame, scope: Sequence[str]) -> pl.DataFrame:
    if scope:
        return with_series_ids(rows, scope, name="id")
    return rows.with_columns(pl.lit(0, dtype=pl.Int64).alias("id"))  # there is one data set


def _companion(column: SetColumn) -> pl.Expr:
    number = pl.col(column.name).cast(pl.Float64, strict=False)
    return pl.when(number.is_finite()).then(number).alias(column.companion)
