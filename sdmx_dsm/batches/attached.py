"""Attributes above the observation, joined to the observations that they are about.

Batches say an attribute once, at its level (see `sdmx_dsm.batches.datasets`); who needs it on each observation joins it here."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import polars as pl

from sdmx_dsm.batches.datasets import level_rows, rows_giving, with_columns
from sdmx_dsm.model import AttachmentLevel, Schema

_ROW: Final = ":row"


def series_runs(rows: pl.DataFrame, dimensions: Sequence[str]) -> tuple[pl.DataFrame, pl.Series]:
    """`(heads, run)`: the first row of each run of rows with one key, and for each row the index of its head."""
    key = pl.struct(dimensions) if dimensions else pl.repeat(0, pl.len())
    run = rows.select(key.rle_id()).to_series()
    return rows[run.arg_unique()], run


class Attached:
    """The attributes above the observation of an ordered data set, and which of them met one.

    `add` each batch first, then `join` its keys. `levels` are those that are kept, `ids` the components wanted."""

    def __init__(
        self, schema: Schema, ids: Iterable[str], levels: Sequence[AttachmentLevel] = ("series", "partial", "dataset")
    ) -> None:
        wanted = set(ids)
        self._groups: dict[tuple[str, ...], list[str]] = {}
        self._levels: dict[tuple[str, ...], AttachmentLevel] = {}
        for attribute in schema.attributes_at(*levels):
            if attribute.id in wanted:
                self._groups.setdefault(attribute.dimensions, []).append(attribute.id)
                self._levels[attribute.dimensions] = attribute.level
        nothing = pl.DataFrame()
        self._tables = dict.fromkeys(self._groups, nothing)
        self._unmet = dict.fromkeys(self._groups, nothing)

    def add(self, batch: pl.DataFrame) -> None:
        """Takes the attribute rows of a batch. Where rows of one key differ the last one counts; a default (`:default`) fills
        gaps only, whichever batch it comes with."""
        rows = level_rows(batch, "series", "partial", "dataset")
        if not rows.height:
            return
        for dimensions, attributes in self._groups.items():
            found = rows_giving(rows, attributes)
            if not found.height:
                continue
            columns = [*dimensions, *attributes]
            found = with_columns(found, tuple(columns))
            defaults, given = pl.DataFrame(), found[columns]
            if ":default" in found.columns:
                is_default = pl.col(":default").fill_null(False)
                defaults, given = found.filter(is_default)[columns], found.filter(~is_default)[columns]
            table, unmet = self._tables[dimensions], self._unmet[dimensions]
            self._tables[dimensions] = _merged((defaults, table, given), dimensions)
            self._unmet[dimensions] = (
                self._tables[dimensions] if unmet is table else _merged((defaults, unmet, given), dimensions)
            )

    def join(self, keys: pl.DataFrame) -> pl.DataFrame:
        """The attributes of each row of `keys` (dimension columns; each series once, never again in a later call)."""
        columns: list[pl.Series] = []
        for dimensions, attributes in self._groups.items():
            table, unmet = self._tables[dimensions], self._unmet[dimensions]
            if not table.height or not dimensions:
                values = table.row(0, named=True) if table.height else {}
                columns += [
                    pl.Series(id, [values.get(id)], dtype=pl.String).new_from_index(0, keys.height) for id in attributes
                ]
                met = min(keys.height, table.height)
            else:
                numbered = table.with_row_index(_ROW)
                found = keys[list(dimensions)].join(numbered, on=dimensions, how="left", maintain_order="left")
                columns += [found.get_column(id) for id in attributes]
                met = found.height - found.get_column(_ROW).null_count()
            if self._levels[dimensions] in ("series", "dataset") and met == unmet.height:
                unmet = unmet.clear()  # each is met once: so these were all
            elif unmet.height and met:
                unmet = unmet.join(keys, on=dimensions, how="anti")
            self._unmet[dimensions] = unmet
            if self._levels[dimensions] == "series":
                # The observations of a series stand together: one that was met is not asked for again.
                self._tables[dimensions] = unmet
        return pl.DataFrame(columns)

    def left_over(self) -> Iterator[tuple[AttachmentLevel, pl.DataFrame]]:
        """The attributes that met no observation: key and values."""
        for dimensions, rows in self._unmet.items():
            if rows.height:
                yield self._levels[dimensions], rows


def _merged(tables: Iterable[pl.DataFrame], dimensions: Sequence[str]) -> pl.DataFrame:
    """One row for each key, with the last value of each attribute."""
    filled = [table for table in tables if table.height]
    table = pl.concat(filled) if len(filled) > 1 else filled[0]
    if table.height < 2:
        return table
    if not dimensions:
        return table.select(pl.all().drop_nulls().last())
    if table.select(pl.struct(dimensions).is_duplicated().any()).item():
        return table.group_by(dimensions, maintain_order=True).agg(pl.all().drop_nulls().last())
    return table


def with_attributes(attached: Attached, batch: pl.DataFrame, dimensions: tuple[str, ...]) -> pl.DataFrame:
    """The observations of a batch with the attributes of their series, groups and data set; takes those that it brings."""
    attached.add(batch)
    rows = with_columns(level_rows(batch, "obs"), dimensions)
    if not rows.height:
        return rows
    heads, run = series_runs(rows, dimensions)
    joined = attached.join(heads)
    if not joined.width:
        return rows
    return rows[[id for id in rows.columns if id not in joined.columns]].hstack(joined[run])
