"""What data sets hold, in a form that tests can compare: no nulls, no places, no order."""

from collections.abc import Iterable

import polars as pl

from sdmx_dsm.batches import DataSet, is_component

Row = tuple[str, tuple[tuple[str, str], ...]]


def rows_of(frame: pl.DataFrame) -> list[Row]:
    """Each row as its level and the values it gives, by component id."""
    ids = sorted(id for id in frame.columns if is_component(id))
    return [
        (row[":level"], tuple((id, row[id]) for id in ids if row[id] is not None))
        for row in frame.iter_rows(named=True)
    ]


def content(datasets: Iterable[DataSet]) -> list[Row]:
    """All rows of all data sets, sorted; consumes them."""
    return sorted(row for dataset in datasets for batch in dataset.batches for row in rows_of(batch))


def at_level(rows: Iterable[Row], level: str) -> list[dict[str, str]]:
    return [dict(values) for found, values in rows if found == level]


def frame_of(*rows: dict[str, str | None]) -> pl.DataFrame:
    """A batch from rows with `:level` ("obs" where it is left out); columns are text."""
    ids = dict.fromkeys(id for row in rows for id in row)
    ids.setdefault(":level")
    schema = dict.fromkeys(ids, pl.String)
    return pl.DataFrame([{":level": "obs", **row} for row in rows], schema=schema)
