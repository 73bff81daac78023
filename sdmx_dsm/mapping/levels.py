"""Flat rows told again as batches are: attributes above the observation at their level, once."""

from collections.abc import Iterator

import polars as pl

from sdmx_dsm.batches import gives_any
from sdmx_dsm.mapping.remarks import Remarks
from sdmx_dsm.model import Schema


class Levels:
    """Takes flat rows of `schema`, gives the rows of attributes that were not told before. Where rows of one key differ the first
    value counts, and the others are remarked. Memory: the attributes told so far."""

    def __init__(self, schema: Schema, remarks: Remarks) -> None:
        self._remarks = remarks
        self._groups: dict[tuple[str, ...], tuple[str, list[str]]] = {}
        for attribute in schema.attributes_at("series", "partial", "dataset"):
            self._groups.setdefault(attribute.dimensions, (attribute.level, []))[1].append(attribute.id)
        self._told: dict[str, pl.DataFrame] = {}

    def told(self, rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
        for dimensions, (level, ids) in self._groups.items():
            known = rows.filter(pl.all_horizontal(pl.col(d).is_not_null() for d in dimensions)) if dimensions else rows
            news = [self._news(known, dimensions, id) for id in ids if id in known.columns]
            if keys := [new.select(dimensions) for new in news if new.height]:
                yield _joined(pl.concat(keys), news, dimensions).with_columns(pl.lit(level).alias(":level"))

    def _news(self, rows: pl.DataFrame, dimensions: tuple[str, ...], id: str) -> pl.DataFrame:
        """The values of one attribute whose key has none yet."""
        given = rows.filter(gives_any(rows, [id])).select(*dimensions, id).unique(maintain_order=True)
        told = self._told.get(id, given.clear())
        pairs = pl.concat([told, given]).unique(maintain_order=True)
        firsts = pairs.unique(dimensions, keep="first", maintain_order=True) if dimensions else pairs.head(1)
        if pairs.height > firsts.height:
            for (value,) in pairs.join(firsts, on=pairs.columns, how="anti").select(id).iter_rows():
                self._remarks.add("attribute-contradicted", id, value)
        self._told[id] = firsts
        return firsts.slice(told.height)


def _joined(keys: pl.DataFrame, news: list[pl.DataFrame], dimensions: tuple[str, ...]) -> pl.DataFrame:
    """One row for each key with all that is new of it."""
    if not dimensions:
        return pl.concat([new for new in news if new.height], how="horizontal")
    joined = keys.unique(maintain_order=True)
    for new in news:
        joined = joined.join(new, on=dimensions, how="left", maintain_order="left")
    return joined
