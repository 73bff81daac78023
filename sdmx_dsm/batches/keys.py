"""Keys, series ids and period bounds of whole columns."""

import hashlib
from collections.abc import Mapping, Sequence

import polars as pl

from sdmx_dsm.errors import PeriodError
from sdmx_dsm.model import CALENDAR_YEAR, parse_period

UNIT_SEPARATOR = "\x1f"


def series_id(key: Mapping[str, str | None], salt: str = "") -> int:
    """The identity of a series: the first 8 bytes, signed, of BLAKE2b over the salt and `id=value` U+001F for each dimension
    that is not null, sorted by id. Any process computes the same, and a dimension added later (null so far) changes none."""
    return _digest(
        salt + "".join(f"{id}={value}{UNIT_SEPARATOR}" for id, value in sorted(key.items()) if value is not None)
    )


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), signed=True)


def with_series_ids(frame: pl.DataFrame, ids: Sequence[str], salt: str = "", name: str = ":series") -> pl.DataFrame:
    """`frame` with the series id (Int64) of each row in column `name`, computed once for each distinct key."""
    distinct = frame.select(ids).unique(maintain_order=True)
    parts = (pl.concat_str(pl.lit(f"{id}="), pl.col(id), pl.lit(UNIT_SEPARATOR)) for id in sorted(ids))
    texts = distinct.select(pl.concat_str(pl.lit(salt), *parts, ignore_nulls=True)).to_series()
    keyed = distinct.with_columns(pl.Series(name, [_digest(text) for text in texts], dtype=pl.Int64))
    return frame.join(keyed, on=list(ids), how="left", nulls_equal=True, maintain_order="left")


def period_bounds(periods: pl.Series, year_start: str = CALENDAR_YEAR) -> pl.DataFrame:
    """For each distinct, non-null text of `periods`: columns `period`, `kind`, `start`, `end` (seconds, see
    `sdmx_dsm.model.periods`). What is no period has nulls in the last three."""
    rows: list[tuple[str, str | None, int | None, int | None]] = []
    for text in periods.drop_nulls().unique(maintain_order=True):
        try:
            period = parse_period(text, year_start)
            rows.append((text, period.kind, period.start, period.end))
        except PeriodError:
            rows.append((text, None, None, None))
    schema = {"period": pl.String, "kind": pl.String, "start": pl.Int64, "end": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")
