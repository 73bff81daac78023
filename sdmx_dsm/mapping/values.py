"""Representation maps: values of one or several components become those of others (SDMX 3.0 section 6, structure mapping).

A rule of plain values comes before one with a regular expression or a part of the text; of each kind the first that fits counts.
A regular expression is held against the whole value, unless it says with ^ or $ what it is held against; its groups, numbered
through all sources of the rule, are named in targets as `\\1`. Positions of a part count from 1, the last one included. Values
are looked up once each."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Self

import polars as pl
from polars.exceptions import ComputeError

from sdmx_dsm.batches import MISSING_VALUES, NOT_APPLICABLE, period_bounds
from sdmx_dsm.errors import Unsupported
from sdmx_dsm.model import MappedValue, RepresentationMap, RepresentationMapping, parse_period

# No values, so that they pass where no rule speaks of them.
NO_VALUES: Final = (NOT_APPLICABLE, *MISSING_VALUES)
_GROUP: Final = re.compile(r"\\([0-9])")
_START: Final = ":start"


@dataclass(frozen=True, slots=True)
class _Rule:
    """`fits` and `targets` are expressions over the columns of the sources."""

    fits: pl.Expr
    targets: tuple[pl.Expr, ...]


@dataclass(frozen=True, slots=True)
class ValueMap:
    """A representation map for some components of a source and a target."""

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    exact: pl.DataFrame
    rules: tuple[_Rule, ...]
    is_dated: bool
    is_invertible: bool

    @classmethod
    def of(cls, representation_map: RepresentationMap, sources: Sequence[str], targets: Sequence[str]) -> Self:
        """Raises Unsupported for a rule that does not fit the components, or a regular expression that is not one here."""
        plain: list[RepresentationMapping] = []
        others: list[RepresentationMapping] = []
        for number, mapping in enumerate(representation_map.mappings):
            if len(mapping.sources) != len(sources) or len(mapping.targets) not in (0, len(targets)):
                raise Unsupported(
                    f"Rule {number + 1} of {representation_map.reference.short} has {len(mapping.sources)} sources and "
                    f"{len(mapping.targets)} targets; {len(sources)} and {len(targets)} are mapped by it."
                )
            (plain if all(map(_is_plain, mapping.sources)) else others).append(mapping)
        exact = _table(plain, len(sources), len(targets))
        outcomes = exact.select(f":t{n}" for n in range(len(targets)))
        return cls(
            sources=tuple(sources),
            targets=tuple(targets),
            exact=exact,
            rules=tuple(_rule(mapping, targets, representation_map) for mapping in others),
            is_dated=any(mapping.valid_from or mapping.valid_to for mapping in representation_map.mappings),
            is_invertible=not others and outcomes.n_unique() == exact.height,
        )

    def apply(self, frame: pl.DataFrame, time: pl.Series) -> pl.DataFrame:
        """The columns of the targets for the rows of `frame`, null where no rule fits. `time`: the period of each row."""
        values = frame.select(pl.col(id).fill_null("").alias(f":s{n}") for n, id in enumerate(self.sources))
        if self.is_dated:
            bounds = period_bounds(time).select("period", pl.col("start").alias(_START))
            starts = pl.DataFrame({"period": time}).join(bounds, on="period", how="left", maintain_order="left")
            values = values.with_columns(starts[_START])
        else:
            values = values.with_columns(pl.lit(None, pl.Int64).alias(_START))
        distinct = values.unique(maintain_order=True)
        found = distinct.with_columns(*self._targets(distinct))
        joined = values.join(found, on=values.columns, how="left", nulls_equal=True, maintain_order="left")
        return joined.select(pl.col(f":t{n}").alias(id) for n, id in enumerate(self.targets))

    def _targets(self, distinct: pl.DataFrame) -> Iterable[pl.Series]:
        names = [f":t{n}" for n in range(len(self.targets))]
        keys = [f":s{n}" for n in range(len(self.sources))]
        rest = distinct.with_row_index(":n")
        rules = self.exact.with_row_index(":order")
        hits = rest.join(rules, on=keys).filter(_valid(pl.col(":from"), pl.col(":to")))
        parts = [hits.sort(":order").unique(":n", keep="first").select(":n", *names)]
        rest = rest.join(hits, on=":n", how="anti")
        for rule in self.rules:
            fits = rule.fits.fill_null(False)
            parts.append(
                rest.filter(fits).select(":n", *(e.alias(n) for e, n in zip(rule.targets, names, strict=True)))
            )
            rest = rest.filter(~fits)
        if len(keys) == len(names) == 1:
            parts.append(rest.filter(pl.col(keys[0]).is_in(NO_VALUES)).select(":n", pl.col(keys[0]).alias(names[0])))
        all_rows = distinct.with_row_index(":n").select(":n")
        return all_rows.join(pl.concat(parts), on=":n", how="left", maintain_order="left").drop(":n").get_columns()


def _is_plain(value: MappedValue) -> bool:
    return not value.is_regex and value.start_index is None and value.end_index is None


def _table(mappings: Sequence[RepresentationMapping], sources: int, targets: int) -> pl.DataFrame:
    schema = {
        **{f":s{n}": pl.String for n in range(sources)},
        **{f":t{n}": pl.String for n in range(targets)},
        ":from": pl.Int64,
        ":to": pl.Int64,
    }
    rows = [
        (*(value.value for value in mapping.sources), *(mapping.targets or (None,) * targets), *_validity(mapping))
        for mapping in mappings
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _validity(mapping: RepresentationMapping) -> tuple[int | None, int | None]:
    """The first and the last second of a rule; a period belongs to it whose first second does."""
    begin = parse_period(mapping.valid_from).start if mapping.valid_from else None
    return begin, parse_period(mapping.valid_to).end if mapping.valid_to else None


def _valid(begin: pl.Expr, end: pl.Expr) -> pl.Expr:
    start = pl.col(_START)
    return (begin.is_null() | (start >= begin)) & (end.is_null() | (start <= end))


def _rule(mapping: RepresentationMapping, targets: Sequence[str], owner: RepresentationMap) -> _Rule:
    begin, end = _validity(mapping)
    fits = _valid(pl.lit(begin, pl.Int64), pl.lit(end, pl.Int64))
    groups: list[pl.Expr] = []
    for n, value in enumerate(mapping.sources):
        text = _part(pl.col(f":s{n}"), value)
        if not value.is_regex:
            fits &= text == value.value
            continue
        pattern = whole_value(value.value)
        try:
            count = len(pl.select(pl.lit("").str.extract_groups(pattern)).to_series().struct.fields)
        except ComputeError as error:
            raise Unsupported(
                f"“{value.value}” of {owner.reference.short} is no regular expression that is run here: {error}"
            ) from error
        fits &= text.str.contains(pattern)
        groups += [text.str.extract(pattern, number).fill_null("") for number in range(1, count + 1)]
    outcomes = mapping.targets or (None,) * len(targets)
    return _Rule(fits, tuple(_target(text, groups, owner) for text in outcomes))


def whole_value(expression: str) -> str:
    """The pattern that is held against a value."""
    is_anchored = expression.startswith("^") or expression.endswith("$")
    return expression if is_anchored else f"^(?:{expression})$"


def _part(text: pl.Expr, value: MappedValue) -> pl.Expr:
    if value.start_index is None and value.end_index is None:
        return text
    first = (value.start_index or 1) - 1
    return text.str.slice(first, None if value.end_index is None else max(value.end_index - first, 0))


def _target(text: str | None, groups: Sequence[pl.Expr], owner: RepresentationMap) -> pl.Expr:
    if text is None:
        return pl.lit(None, pl.String)
    if not groups:
        return pl.lit(text)
    pieces = _GROUP.split(text)  # literal, number, literal, …
    if any(not 1 <= int(number) <= len(groups) for number in pieces[1::2]):
        raise Unsupported(
            f"“{text}” of {owner.reference.short} names a group that its regular expressions do not have."
        )
    return pl.concat_str(groups[int(piece) - 1] if n % 2 else pl.lit(piece) for n, piece in enumerate(pieces))
