"""Attribute rows that wait for the observations they belong to, by the dimensions that they have."""

from collections.abc import Iterator, Sequence

import polars as pl

from sdmx_dsm.batches import is_component

Key = tuple[str, ...]


def by_dimensions(rows: pl.DataFrame, dimensions: Sequence[str]) -> Iterator[tuple[Key, pl.DataFrame]]:
    """The rows parted by which dimensions they have, each part with those and the attributes that it gives."""
    given = [id for id in dimensions if id in rows.columns]
    attributes = [id for id in rows.columns if is_component(id) and id not in given]
    pattern = [pl.col(id).is_not_null().alias(f":{id}") for id in given]
    if not rows.height:
        return
    for _, part in rows.with_columns(pattern).group_by([f":{id}" for id in given] or [pl.lit(1)], maintain_order=True):
        key = tuple(id for id in given if part[id][0] is not None)
        yield key, part.select(*key, *(id for id in attributes if part[id].null_count() < part.height))


class Waiting:
    """Attribute rows by key; where rows of one key differ, the later value counts."""

    def __init__(self) -> None:
        self._frames: dict[Key, pl.DataFrame] = {}

    def add(self, key: Key, rows: pl.DataFrame) -> None:
        before = self._frames.get(key)
        frame = rows if before is None else pl.concat([before, rows], how="diagonal")
        if not key:
            frame = frame.select(pl.all().drop_nulls().last()) if frame.width else frame
        elif frame.select(pl.struct(key).is_duplicated().any()).item():
            frame = frame.group_by(key, maintain_order=True).agg(pl.all().drop_nulls().last())
        self._frames[key] = frame

    def __iter__(self) -> Iterator[Key]:
        return iter(self._frames)

    def take(self, key: Key) -> pl.DataFrame | None:
        return self._frames.pop(key, None)

    def drop_found(self, key: Key, found: pl.DataFrame) -> None:
        """Leaves out the rows whose key is in `found`."""
        if key in self._frames:
            self._frames[key] = self._frames[key].join(found, on=key, how="anti", nulls_equal=True)

    def joined(self, frame: pl.DataFrame, keys: Sequence[Key]) -> pl.DataFrame:
        """`frame` with the attributes of `keys`; a value that it has itself stays."""
        for key in keys:
            rows = self._frames[key]
            if not rows.height or rows.width == len(key):
                continue
            frame = frame.join(rows, on=key, how="left", nulls_equal=True, maintain_order="left", suffix=":waiting")
            both = [id for id in frame.columns if id.endswith(":waiting")]
            frame = frame.with_columns(
                pl.coalesce(id.removesuffix(":waiting"), id).alias(id.removesuffix(":waiting")) for id in both
            ).drop(both)
        return frame
