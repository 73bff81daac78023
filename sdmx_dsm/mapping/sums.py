"""Exact sums of numbers that are texts, group by group."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import polars as pl

_NUMBER: Final = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,2})?$"
_DIGITS: Final = 34  # of 38 that a decimal has here: the rest is room for the sum


def summed(frame: pl.DataFrame, keys: Sequence[str], ids: Sequence[str]) -> pl.DataFrame:
    """One row for each key, in order, with the sum of each of `ids`: a text with as many decimals as the longest of its parts.
    Null where a part is no number, is missing, or is longer than a decimal holds: a sum of some parts is the sum of none."""
    prepared = frame.select(*keys, *(_plain(frame[id]) for id in ids))
    parts: list[pl.Expr] = []
    for id in ids:
        decimals = pl.col(id).str.extract(r"\.([0-9]*)$", 1).str.len_chars().fill_null(0).cast(pl.Int64)
        whole = pl.col(id).str.extract(r"^[+-]?([0-9]*)", 1).str.len_chars().cast(pl.Int64)
        scale = int(prepared.select(decimals.max()).item() or 0)
        fits = (whole + scale <= _DIGITS) & (scale <= _DIGITS)
        number = pl.when(fits).then(pl.col(id)).str.strip_chars_start("+").cast(pl.Decimal(38, scale), strict=False)
        text = pl.when(number.is_not_null().all()).then(number.sum()).cast(pl.String)
        own = decimals.max()
        cut = text.str.len_chars().cast(pl.Int64) - scale + own - pl.when((own == 0) & (scale > 0)).then(1).otherwise(0)
        parts.append(text.str.slice(0, cut.cast(pl.UInt64)).alias(id))
    return prepared.group_by(keys, maintain_order=True).agg(parts)


def _plain(values: pl.Series) -> pl.Series:
    """Numbers without exponents, null for what is none."""
    numbers = pl.when(values.str.contains(_NUMBER)).then(values)
    found = pl.select(numbers).to_series().alias(values.name)
    powers = found.filter(found.str.contains("[eE]")).unique().drop_nulls()
    return found.replace({text: format(Decimal(text), "f") for text in powers}) if powers.len() else found
