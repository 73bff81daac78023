"""What was seen before, over all batches, in a bounded number of bytes for each key.

Keys are known by 64-bit hashes. Two different ones have the same with a probability of 3 in 100 million for a million keys
and 3 in a million for ten million, so hits are not confirmed by whole keys. New rows are appended and never sorted or merged:
to ask a million hashes which of them are among those of a batch takes 3 ms."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

import polars as pl

from sdmx_dsm.batches import BATCH_ROWS
from sdmx_dsm.model import Schema

KEY: Final = ":key"
ROW: Final = ":row"
PLACES: Final = ("line", "col", "cell")


def hashes(rows: pl.DataFrame, ids: Sequence[str]) -> pl.Series:
    """One hash (UInt64) for the values of some columns; 0 where there is no column."""
    return rows.select(ids).hash_rows(seed=0) if ids else pl.repeat(0, rows.height, dtype=pl.UInt64, eager=True)


class FirstSeen:
    """Rows by the column `hash` (UInt64). They take as many bytes as their columns have."""

    def __init__(self) -> None:
        self.rows = pl.DataFrame(schema={"hash": pl.UInt64})

    def of(self, wanted: pl.Series) -> pl.DataFrame:
        """The remembered rows with one of some hashes."""
        return self.rows.filter(pl.col("hash").is_in(wanted.implode()))

    def fresh(self, asked: pl.Series) -> pl.Series:
        """Which of some hashes are neither remembered nor stand twice, but for the first of them."""
        return asked.is_first_distinct() & ~asked.is_in(self.of(asked)["hash"].implode())

    def remember(self, rows: pl.DataFrame) -> None:
        if rows.height:
            self.rows = pl.concat([self.rows, rows], how="diagonal") if self.rows.height else rows

    def repeats(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows whose hash came before, in these rows or in earlier ones, with the other columns of the first of that hash
        as `first:…`; the new ones are remembered, without `:row`."""
        before = self.of(rows["hash"])
        is_new = rows["hash"].is_first_distinct()
        if before.height:
            is_new &= ~rows["hash"].is_in(before["hash"].implode())
        if is_new.all():
            self.remember(rows.drop(ROW))
            return rows.clear()
        fresh = rows.filter(is_new)
        self.remember(fresh.drop(ROW))
        firsts = pl.concat([before, fresh.drop(ROW)], how="diagonal").select(
            "hash", pl.exclude("hash").name.prefix("first:")
        )
        return rows.filter(~is_new).join(firsts, on="hash", how="left", maintain_order="left")


class SeenKeys:
    """The series that have observations, with whole keys (a byte or two for each coded dimension), and which attributes were
    given to series, groups and the data set, 4 bytes each. One object serves the checks and the defaults of a data set.

    Rows have the dimensions as columns and `:key`, the hash of all of them; `:action` "Merge" marks what need not be complete.
    Series with a null or with a code that is not in its list are left out: they are errors anyway."""

    def __init__(self, schema: Schema) -> None:
        self._ids: Final = schema.dimension_ids
        self._key: Final = [
            pl.col(dimension.id).cast(pl.Enum([code.id for code in dimension.codelist.items]), strict=False)
            if dimension.codelist
            else pl.col(dimension.id)
            for dimension in schema.dimensions
        ]
        self._whole: Final = FirstSeen()
        self._merged: Final = FirstSeen()
        self._given: Final = {
            attribute.dimensions: FirstSeen() for attribute in schema.attributes_at("series", "partial", "dataset")
        }
        self._filled: Final[set[str]] = set()

    def add_observations(self, rows: pl.DataFrame) -> None:
        is_merge = rows[":action"] == "Merge" if ":action" in rows.columns else None
        keys = rows.select(pl.col(KEY).alias("hash"), *self._ids)
        if is_merge is None or not is_merge.any():
            self._add(self._whole, keys)
        else:
            self._add(self._whole, keys.filter(~is_merge))
            self._add(self._merged, keys.filter(is_merge))

    def _add(self, seen: FirstSeen, keys: pl.DataFrame) -> None:
        fresh = keys.filter(seen.fresh(keys["hash"])).select("hash", *self._key)
        seen.remember(fresh.drop_nulls())

    def count(self) -> int:
        """How many series have observations."""
        return self._whole.rows.height + self._merged_alone().height

    def _merged_alone(self) -> pl.DataFrame:
        rows = self._merged.rows
        return rows.join(self._whole.rows.select("hash"), on="hash", how="anti") if rows.height else rows

    def add_attributes(
        self, rows: pl.DataFrame, dimensions: tuple[str, ...], ids: Sequence[str]
    ) -> Iterator[tuple[str, pl.DataFrame]]:
        """Takes rows with attributes that hang at `dimensions`, with `:row` and those of `PLACES` that there are. Yields each
        attribute of which rows have another value than their key had first: `:row`, and the place of the first as `first:…`."""
        given = self._given[dimensions]
        places = [place for place in PLACES if place in rows.columns]
        key = rows[KEY] if dimensions == self._ids else hashes(rows, dimensions)
        values = [pl.when(pl.col(id).is_not_null()).then(pl.col(id).hash(seed=0) % 2**32).alias(id) for id in ids]
        asked = rows.select(key.alias("hash"), ROW, *places, *(value.cast(pl.UInt32) for value in values))
        before = given.of(asked["hash"])
        if not before.height and asked["hash"].is_unique().all():
            given.remember(asked.drop(ROW))
            return
        together = pl.concat([before, asked], how="diagonal")
        is_first = [pl.col(id).is_not_null() & (pl.col(id).is_not_null().cum_sum().over("hash") == 1) for id in ids]
        given.remember(together.filter(pl.col(ROW).is_not_null(), pl.any_horizontal(is_first)).drop(ROW))
        for id in ids:
            firsts = [pl.col(name).first().over("hash").alias(f"first:{name}") for name in (id, *places)]
            own = together.filter(pl.col(id).is_not_null()).with_columns(firsts)
            differing = own.filter(pl.col(ROW).is_not_null(), pl.col(id) != pl.col(f"first:{id}"))
            if differing.height:
                yield id, differing.select(ROW, *(f"first:{place}" for place in places))

    def add_filled(self, ids: Sequence[str]) -> None:
        """Attributes that were filled in wherever they were not given."""
        self._filled.update(ids)

    def lacking(
        self, dimensions: tuple[str, ...], ids: Sequence[str], *, whole: bool = False
    ) -> Iterator[pl.DataFrame]:
        """The keys over some dimensions that have observations (`whole`: that ought to be complete) and were not given one of
        some attributes, in frames of at most `BATCH_ROWS`: the dimensions as text, their hash as `hash`, and for each of the
        attributes a column of Booleans, true where it is missing."""
        given = self._given[dimensions].rows
        having = {id: given.filter(pl.col(id).is_not_null())["hash"] for id in ids if id in given.columns}
        told = FirstSeen()
        wanted = [id for id in ids if id not in self._filled]
        frames = [self._whole.rows] if whole else [self._whole.rows, self._merged_alone()]
        for part in chain.from_iterable(frame.iter_slices(BATCH_ROWS) for frame in frames):
            if not part.height or not wanted:
                continue
            keys = part.select("hash", pl.col(dimensions).cast(pl.String))
            if dimensions != self._ids:
                keys = keys.with_columns(hashes(keys, dimensions).alias("hash"))
                keys = keys.filter(told.fresh(keys["hash"]))
                told.remember(keys.select("hash"))
            asked = keys["hash"]
            missing = [
                pl.repeat(True, keys.height, eager=True).alias(id)
                if id not in having
                else (~asked.is_in(having[id].filter(having[id].is_in(asked.implode())).implode())).alias(id)
                for id in wanted
            ]
            lacks = keys.select("hash", *dimensions, *missing).filter(pl.any_horizontal(wanted))
            if lacks.height:
                yield lacks
