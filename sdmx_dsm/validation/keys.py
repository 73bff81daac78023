"""What was seen before, over all batches, in a bounded number of bytes for each key.

`FirstSeen` remembers of each 64-bit hash what came with it first: 8 bytes for the hash, 8 for its value, 16 for its place
(more where the place has over 12 characters). Two different keys have the same hash with a probability of 3 in 100 million
for a million keys and 3 in a million for ten million, so hits are not confirmed by whole keys.

`SeenKeys` remembers whole keys with one byte or two for each coded dimension, and which attributes were given for them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import polars as pl

from sdmx_dsm.batches import BATCH_ROWS
from sdmx_dsm.model import SchemaComponent

_RUN_ROWS: Final = 100_000


class FirstSeen:
    """Hashes with the value and place that came with them first."""

    def __init__(self) -> None:
        self._runs: list[pl.DataFrame] = []

    def __len__(self) -> int:
        return sum(run.height for run in self._runs)

    def repeats(self, rows: pl.DataFrame) -> pl.DataFrame:
        """`rows` has the columns `hash` and `value` (UInt64) and `place` (text), and any others. Those whose hash came before,
        in these rows or in earlier ones, come back with `first_value` and `first_place`; the new ones are remembered."""
        firsts = rows.select("hash", "value", "place").unique("hash", keep="first", maintain_order=True)
        earlier = [
            found for run in self._runs if (found := run.join(firsts.select("hash"), on="hash", how="semi")).height
        ]
        fresh = firsts
        if earlier:
            fresh = firsts.join(pl.concat(earlier).select("hash"), on="hash", how="anti")
        elif firsts.height == rows.height:
            self._remember(firsts)
            return rows.clear().with_columns(pl.lit(0, pl.UInt64).alias("first_value"), pl.lit("").alias("first_place"))
        self._remember(fresh)
        again = rows.filter(~(pl.col("hash").is_first_distinct() & pl.col("hash").is_in(fresh["hash"].implode())))
        known = pl.concat([*earlier, fresh]).rename({"value": "first_value", "place": "first_place"})
        return again.join(known, on="hash", how="left", maintain_order="left")

    def _remember(self, run: pl.DataFrame) -> None:
        """Runs are merged so that each is at least twice as long as the next: few joins, and few copies."""
        while self._runs and self._runs[-1].height < 2 * run.height:
            run = pl.concat([self._runs.pop(), run], rechunk=True)
        if run.height:
            self._runs.append(run)


class SeenKeys:
    """The keys over some dimensions (none: the data set as a whole), which of them have observations, and which of some
    attributes were given. Keys with a null or with a code that is not in its list are left out: they are errors anyway."""

    def __init__(self, dimensions: Sequence[SchemaComponent], attributes: Sequence[str]) -> None:
        self.dimensions: Final = tuple(dimension.id for dimension in dimensions)
        self.attributes: Final = tuple(attributes)
        self._key = [
            pl.col(dimension.id).cast(pl.Enum([code.id for code in dimension.codelist.items]), strict=False)
            if dimension.codelist
            else pl.col(dimension.id)
            for dimension in dimensions
        ]
        # The column ":" makes a key of one value where there is no dimension.
        self._columns = [":", *self.dimensions]
        self._flags = [":obs", *(f":{id}" for id in self.attributes)]
        self._parts: list[pl.DataFrame] = []
        self._pending = 0
        self._size = 0

    def add_observations(self, rows: pl.DataFrame) -> None:
        self._add(rows.select(self.dimensions).unique() if self.dimensions else rows.head(1), ())

    def add_attributes(self, rows: pl.DataFrame) -> None:
        """Rows of the level of these keys; the attributes that they hold count as given."""
        present = [id for id in self.attributes if id in rows.columns]
        if rows.height and present:
            self._add(rows, present)

    def _add(self, rows: pl.DataFrame, attributes: Iterable[str]) -> None:
        given = set(attributes)
        part = rows.select(
            pl.lit(0, pl.UInt8).alias(":"),
            *self._key,
            pl.lit(not given).alias(":obs"),
            *((pl.col(id).is_not_null() if id in given else pl.lit(False)).alias(f":{id}") for id in self.attributes),
        ).filter(pl.all_horizontal(pl.col(self._columns).is_not_null()))
        if part.height:
            self._parts.append(part)
            self._pending += part.height
            if self._pending > max(_RUN_ROWS, self._size):
                self._compact()

    def _compact(self) -> pl.DataFrame | None:
        if not self._parts:
            return None
        if self._pending:
            merged = pl.concat(self._parts).group_by(self._columns, maintain_order=True).agg(pl.col(self._flags).any())
            self._parts, self._pending, self._size = [merged], 0, merged.height
        return self._parts[0]

    def count(self) -> int:
        """How many keys have observations."""
        keys = self._compact()
        return 0 if keys is None else int(keys[":obs"].sum())

    def unknown(self, rows: pl.DataFrame, ids: Sequence[str]) -> pl.DataFrame:
        """The rows whose values of `ids`, some or all of the dimensions, belong to no key with observations."""
        keys = self._compact()
        if keys is None:
            return rows
        own = dict(zip(self.dimensions, self._key, strict=True))
        asked = rows.select(":row", pl.lit(0, pl.UInt8).alias(":"), *(own[id] for id in ids))
        strangers = asked.join(keys.filter(":obs"), on=[":", *ids], how="anti")
        return rows.filter(pl.col(":row").is_in(strangers[":row"].implode()))

    def without(self, attributes: Iterable[str]) -> Iterator[pl.DataFrame]:
        """The keys with observations for which one of `attributes` was not given, in frames of at most `BATCH_ROWS`: the
        dimensions as text, and for each of the attributes a column of Booleans, true where it is missing."""
        wanted = list(attributes)
        keys = self._compact()
        if keys is None or not wanted:
            return
        lacking = keys.filter(pl.col(":obs") & ~pl.all_horizontal(f":{id}" for id in wanted))
        missing = [(~pl.col(f":{id}")).alias(id) for id in wanted]
        for part in lacking.iter_slices(BATCH_ROWS):
            yield part.select(pl.col(self.dimensions).cast(pl.String), *missing)
