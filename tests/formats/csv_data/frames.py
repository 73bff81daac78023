"""Batches as rows that a test can show."""

from typing import Any

import polars as pl

from sdmx_dsm.batches import DataSet
from sdmx_dsm.model import Reference, Structures

Row = dict[str, Any]


def rows_of(dataset: DataSet) -> list[Row]:
    """What is given in each row, in the order of the batches."""
    return [
        {column: value for column, value in row.items() if value is not None}
        for batch in dataset.batches
        for row in batch.iter_rows(named=True)
    ]


def dataset_of(structures: Structures, reference: Reference, rows: list[Row], **fields: Any) -> DataSet:
    """A data set of one batch."""
    columns = dict.fromkeys(column for row in rows for column in row)
    batch = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String))
    return DataSet(schema=structures.schema(reference), structure=reference, batches=iter([batch]), **fields)


def content_of(dataset: DataSet) -> set[tuple[tuple[str, Any], ...]]:
    """The rows of a data set without order and place."""
    return {tuple(sorted((id, value) for id, value in row.items() if id != ":line")) for row in rows_of(dataset)}
