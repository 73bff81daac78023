"""Batches on disk: what has to be read twice, or kept until a decision, waits in a folder of Arrow files and not in memory."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

import polars as pl

from sdmx_dsm.batches.datasets import BATCH_ROWS, DataSet, level_rows, with_columns


class Spool:
    """Frames in the order they were added. Ends with its context, or with `close`, and takes its folder along."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="dsm-spool-", dir=folder))
        self._count = 0
        self.rows = 0

    def add(self, frame: pl.DataFrame) -> None:
        if frame.height:
            frame.write_ipc(self._folder / f"{self._count:08}.arrow", compression="lz4")
            self._count += 1
            self.rows += frame.height

    def __iter__(self) -> Iterator[pl.DataFrame]:
        return (pl.read_ipc(self._folder / f"{n:08}.arrow") for n in range(self._count))

    def scan(self) -> pl.LazyFrame:
        """All frames, of which there are some with the same columns, as one."""
        return pl.scan_ipc([self._folder / f"{n:08}.arrow" for n in range(self._count)])

    def close(self) -> None:
        with suppress(OSError):
            shutil.rmtree(self._folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def in_order(dataset: DataSet) -> DataSet:
    """The same data, `ordered`: through a spool on disk unless it is ordered already. Memory holds the attribute rows and
    about half a million observations. These come out series by series, sorted by time within; as they came where they came so,
    which is told by 8 bytes for each series."""
    if dataset.ordered:
        return dataset
    return replace(dataset, batches=_ordered(dataset), ordered=True)


def _ordered(dataset: DataSet) -> Iterator[pl.DataFrame]:
    dimensions = list(dataset.schema.dimension_ids)
    time = dataset.schema.time
    with Spool() as spool:
        attributes: list[pl.DataFrame] = []
        runs = _Runs(dimensions, time.id if time else None)
        keys = dimensions
        for batch in dataset.batches:
            rest = batch.filter(pl.col(":level") != "obs")
            if rest.height:
                attributes.append(rest)
            observations = level_rows(batch, "obs")
            if observations.height:
                runs.add(observations)
                keys = [id for id in keys if id in observations.columns]
                spool.add(observations)
        if attributes:
            yield pl.concat(attributes, how="diagonal")
        if not spool.rows:
            return
        order = [*keys, *([time.id] if time else [])]
        yield from series_slices(iter(spool) if runs.in_order else _merged(spool, order), keys)


class _Runs:
    """Whether frames, one after the other, hold series by series, sorted by time within."""

    def __init__(self, dimensions: Sequence[str], time: str | None) -> None:
        self._dimensions = tuple(dimensions)
        self._time = time
        self._ascending = bool(dimensions)
        self._series = pl.Series(dtype=pl.UInt64)
        self._last = pl.DataFrame(schema={"series": pl.UInt64, "time": pl.String})

    @property
    def in_order(self) -> bool:
        return self._ascending and self._series.n_unique() == self._series.len()

    def add(self, frame: pl.DataFrame) -> None:
        if not self._ascending:
            return
        series = with_columns(frame, self._dimensions).select(self._dimensions).hash_rows(seed=0).alias("series")
        times = pl.col(self._time) if self._time in frame.columns else pl.lit("")
        rows = pl.concat([self._last, frame.select(series, times.alias("time"))])
        begins = rows["series"].ne_missing(rows["series"].shift(1))
        later = rows["time"] >= rows["time"].shift(1)
        self._ascending = (begins | later.fill_null(False)).all()
        self._series = pl.concat([self._series, rows["series"].filter(begins).slice(self._last.height)])
        self._last = rows.tail(1)


def _merged(spool: Spool, order: Sequence[str]) -> Iterator[pl.DataFrame]:
    """All rows of a spool, a part of the series at a time that fits in memory, each part sorted by `order`."""
    parts = spool.rows // (8 * BATCH_ROWS) + 1
    if parts == 1:
        yield _sorted(pl.concat(list(spool), how="diagonal"), order)
        return
    shelf_of = pl.struct(order[:-1] or order).hash(seed=0) % parts
    with ExitStack() as shelves_open:
        shelves = [shelves_open.enter_context(Spool()) for _ in range(parts)]
        for frame in spool:
            for (number,), rows in (
                frame.with_columns(shelf_of.alias(":shelf")).partition_by(":shelf", as_dict=True).items()
            ):
                shelves[number].add(rows.drop(":shelf"))
        for shelf in shelves:
            if shelf.rows:
                yield _sorted(pl.concat(list(shelf), how="diagonal"), order)
            shelf.close()


def _sorted(frame: pl.DataFrame, order: Sequence[str]) -> pl.DataFrame:
    return frame.sort(order, nulls_last=False, maintain_order=True)


def series_slices(
    frames: Iterator[pl.DataFrame], keys: Sequence[str], rows: int = BATCH_ROWS
) -> Iterator[pl.DataFrame]:
    """Sorted frames again as batches of about `rows` that end where a series ends."""
    held: pl.DataFrame | None = None
    for frame in frames:
        held = frame if held is None else pl.concat([held, frame], how="diagonal")
        while held.height > rows:
            cut = _series_end(held, keys, rows)
            if cut == held.height:
                break
            yield held.head(cut)
            held = held.slice(cut)
    if held is not None and held.height:
        yield held


def _series_end(frame: pl.DataFrame, keys: Sequence[str], rows: int) -> int:
    """The first row from `rows` on where another series begins; the height of the frame when none does."""
    if not keys:
        return rows
    run = frame.slice(rows - 1).select(pl.struct(keys).rle_id()).to_series()
    return rows - 1 + int((run == 0).sum())
