"""Attributes that a flat file repeats on each row, sent once: the rows of levels "series", "partial" and "dataset"."""

from collections.abc import Sequence
from itertools import groupby
from typing import Final

import polars as pl

from sdmx_dsm.batches import gives_any
from sdmx_dsm.model import Schema

# How many rows are remembered for each group of attributes, 8 bytes each. Beyond, rows may be sent again: they say the same.
REMEMBERED: Final = 1_000_000


class Flattener:
    """Takes frames in which attributes of any level stand on each row, and gives batches (see `sdmx_dsm.batches.datasets`).

    The first value of an attribute is sent, and each that differs from those before: a check reports the difference. `:line`
    is that of the row where the value stands. Frames hold `:level` "obs", "delete", or null for a row without observation."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        attributes = sorted(schema.attributes_at("series", "partial", "dataset"), key=lambda a: (a.level, a.dimensions))
        self._groups = [
            (level, dimensions, tuple(attribute.id for attribute in members))
            for (level, dimensions), members in groupby(attributes, key=lambda a: (a.level, a.dimensions))
        ]
        self._seen = {dimensions: pl.Series(dtype=pl.UInt64) for _, dimensions, _ in self._groups}

    def batch(self, frame: pl.DataFrame) -> pl.DataFrame:
        """One frame as a batch; where rows delete, all keep the order of the file."""
        deletes = frame.filter(pl.col(":level") == "delete")
        sources = frame.filter(pl.col(":level").ne_missing("delete")) if deletes.height else frame
        groups = [
            (level, dimensions, [id for id in attributes if id in frame.columns])
            for level, dimensions, attributes in self._groups
            if all(id in frame.columns for id in dimensions)
        ]
        used = dict.fromkeys(id for _, dimensions, attributes in groups for id in (*dimensions, *attributes))
        changes = sources.select(pl.col(id).ne_missing(pl.col(id).shift(1)) for id in used)
        parts: list[pl.DataFrame] = []
        for level, dimensions, attributes in groups:
            ids = [*dimensions, *attributes]
            if not attributes or not changes.height:
                continue
            wanted = (pl.int_range(pl.len()) == 0) | changes.select(pl.any_horizontal(ids)).to_series()
            action = [":action"] if ":action" in frame.columns else []
            rows = sources.select(*ids, *action, ":line").filter(
                wanted,
                gives_any(sources, attributes),
                *(pl.col(id).is_not_null() for id in dimensions),
            )
            parts.append(self._not_seen(rows, dimensions).with_columns(pl.lit(level).alias(":level")))
            sources = _without(sources, dimensions, attributes)
        batch = pl.concat([*parts, self._rest(sources), deletes], how="diagonal")
        return batch.sort(":line", maintain_order=True) if deletes.height else batch

    def _not_seen(self, rows: pl.DataFrame, dimensions: tuple[str, ...]) -> pl.DataFrame:
        """The rows that were not sent before, each once.

        Rows are known by 64 bits: that among all remembered two different ones are taken for the same has odds of 1 in 10^7."""
        seen = self._seen[dimensions]
        hashes = rows.drop(":line").hash_rows(seed=0)
        known = seen.filter(seen.is_in(hashes.implode()))
        is_new = hashes.is_first_distinct() & ~hashes.is_in(known.implode())
        kept = seen if seen.len() < REMEMBERED else seen.clear()
        self._seen[dimensions] = pl.concat([kept, hashes.filter(is_new)])
        return rows.filter(is_new)

    def _rest(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Observations, and of the other rows those with an attribute that their key does not carry: a check reports it."""
        if not frame[":level"].null_count():
            return frame
        given = [pl.col(id).is_not_null() for id in self._schema.dimension_ids if id in frame.columns]
        key = pl.sum_horizontal(given) if given else pl.lit(0)
        level = (
            pl.when(key == 0)
            .then(pl.lit("dataset"))
            .when(key == len(self._schema.dimension_ids))
            .then(pl.lit("series"))
            .otherwise(pl.lit("partial"))
        )
        kept = gives_any(frame, [attribute.id for attribute in self._schema.attributes])
        return frame.filter(pl.col(":level").is_not_null() | kept).with_columns(pl.col(":level").fill_null(level))


def _without(frame: pl.DataFrame, dimensions: Sequence[str], attributes: Sequence[str]) -> pl.DataFrame:
    """Rows without the attributes that were sent apart. A row whose key lacks one of `dimensions` keeps them."""
    if not any(frame[id].null_count() for id in dimensions):
        return frame.drop(attributes)
    complete = pl.all_horizontal(pl.col(id).is_not_null() for id in dimensions)
    return frame.with_columns(pl.when(~complete).then(pl.col(id)).alias(id) for id in attributes)
