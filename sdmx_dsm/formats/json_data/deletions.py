"""Data sets of SDMX-JSON 2.1 that delete: patterns as keys, in which a dimension that is left out has nothing in its place."""

from collections.abc import Iterable, Iterator, Sequence

import polars as pl

from sdmx_dsm.batches import gives_any, is_component, with_columns
from sdmx_dsm.formats.json_data.texts import Texts, pair

WHOLE_SERIES = '"":[]'


def deletions(texts: Texts, positions: Sequence[str], frames: Iterable[pl.DataFrame]) -> Iterator[bytes]:
    """The members of a data set that tell what is deleted: values where they hang, else whole observations; each key once.
    `positions` are the dimensions in key order. Nothing is given where everything is deleted."""
    placed = texts.placed
    rows = with_columns(pl.concat(list(frames), how="diagonal").unique(maintain_order=True), tuple(positions))
    if rows.filter(~gives_any(rows, filter(is_component, rows.columns))).height:
        return
    ids = {level: [attribute.id for attribute in members] for level, members in placed.attributes.items()}
    data_set = _each_once(rows.filter(gives_any(rows, ids["dataSet"])), ())
    groups = _each_once(rows.filter(gives_any(rows, ids["dimensionGroup"])), positions)
    series = _each_once(rows.filter(gives_any(rows, ids["series"])), [dimension.id for dimension in placed.series])
    if data_set.height:
        yield f',"attributes":[{data_set.select(texts.array(placed.attributes["dataSet"], data_set)).item()}]'.encode()
    if groups.height:
        array = pl.format("[{}]", texts.array(placed.attributes["dimensionGroup"], groups))
        members = groups.select(pair(texts.key(positions), array)).to_series()
        yield f',"dimensionGroupAttributes":{{{",".join(members)}}}'.encode()
    named = gives_any(rows, [*(measure.id for measure in placed.measures), *ids["observation"]])
    above = gives_any(rows, [*ids["dataSet"], *ids["dimensionGroup"], *ids["series"]])
    plain = rows.filter(~named & ~above).unique(positions, maintain_order=True)
    valued = _each_once(rows.filter(named), positions).join(plain, on=positions, how="anti", nulls_equal=True)
    observations = pl.concat([plain, valued], how="diagonal")
    if placed.series:
        if observations.height or series.height:
            yield f',"series":{{{",".join(_series(texts, observations, series))}}}'.encode()
    elif observations.height:
        yield f',"observations":{{{",".join(texts.observations(observations))}}}'.encode()


def _series(texts: Texts, observations: pl.DataFrame, attributes: pl.DataFrame) -> pl.Series:
    """The members of `series`. One without observations and attributes is deleted as a whole."""
    key = texts.key([dimension.id for dimension in texts.placed.series])
    content = (
        observations.with_columns(key.alias("key"), texts.observations(observations).alias("observations"))
        .group_by("key", maintain_order=True)
        .agg(pl.col("observations").str.join(","))
    )
    array = texts.array(texts.placed.attributes["series"], attributes)
    content = content.join(
        attributes.select(key.alias("key"), array.alias("attributes")), on="key", how="full", coalesce=True
    )
    given = pl.col("attributes").is_not_null()
    return content.select(
        pl.concat_str(
            pl.lit('"'),
            pl.col("key"),
            pl.lit('":{'),
            pl.when(given).then(pl.format('"attributes":[{}],', "attributes")).otherwise(pl.lit("")),
            pl.lit('"observations":{'),
            pl.when(~given & (pl.col("observations") == WHOLE_SERIES))
            .then(pl.lit(""))
            .otherwise(pl.col("observations").fill_null("")),
            pl.lit("}}"),
        )
    ).to_series()


def _each_once(rows: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """One row for each key, with the last value of each component."""
    if not keys:
        return rows.select(pl.all().drop_nulls().last()).head(rows.height)
    return rows.group_by(keys, maintain_order=True).agg(pl.exclude(*keys).drop_nulls().last())
