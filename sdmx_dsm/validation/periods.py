"""Periods of time in a batch: each distinct text is parsed once, and the checks are expressions over the outcome.

`PeriodTable.add` gives a batch, for a component `ID`, the columns `:kind:ID` (see `sdmx_dsm.model.Period`; null for what is no
period), `:start:ID` and `:end:ID` (seconds). Reporting years are taken as calendar years."""

from collections.abc import Iterator, Mapping
from typing import Final

import polars as pl

from sdmx_dsm.batches import period_bounds
from sdmx_dsm.errors import PeriodError
from sdmx_dsm.model import Schema, SchemaComponent, fits_frequency, parse_period
from sdmx_dsm.validation.findings import in_languages

_KEPT_PERIODS: Final = 200_000
_REPORTING: Final = ("A", "S", "T", "Q", "M", "W", "D")
_GREGORIAN: Final = ("year", "month", "day")

# text type -> the kinds of period that it takes, an example
PERIOD_TYPES: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {
    "ObservationalTimePeriod": ((*_REPORTING, *_GREGORIAN, "time", "range"), "2024, 2024-Q1, 2024-05"),
    "StandardTimePeriod": ((*_REPORTING, *_GREGORIAN, "time"), "2024, 2024-Q1, 2024-05"),
    "BasicTimePeriod": ((*_GREGORIAN, "time"), "2024, 2024-05, 2024-05-17"),
    "GregorianTimePeriod": (_GREGORIAN, "2024, 2024-05, 2024-05-17"),
    "GregorianYear": (("year",), "2024"),
    "GregorianYearMonth": (("month",), "2024-05"),
    "GregorianDay": (("day",), "2024-05-17"),
    "ReportingTimePeriod": (_REPORTING, "2024-A1, 2024-Q1, 2024-M05"),
    "ReportingYear": (("A",), "2024-A1"),
    "ReportingSemester": (("S",), "2024-S1"),
    "ReportingTrimester": (("T",), "2024-T1"),
    "ReportingQuarter": (("Q",), "2024-Q1"),
    "ReportingMonth": (("M",), "2024-M05"),
    "ReportingWeek": (("W",), "2024-W05"),
    "ReportingDay": (("D",), "2024-D137"),
    "DateTime": (("time",), "2024-05-17T13:45:00"),
    "TimeRange": (("range",), "2024-01-01/P1Y"),
    "TimesRange": (("range",), "2024-01-01/P1Y"),
}
# code of CL_FREQ -> how a period of that frequency is written
EXAMPLES: Final[Mapping[str, str]] = {
    "A": "2024",
    "S": "2024-S1",
    "H": "2024-S1",
    "T": "2024-T1",
    "Q": "2024-Q1",
    "M": "2024-05",
    "W": "2024-W05",
    "D": "2024-05-17",
    "B": "2024-05-17",
}
KINDS: Final = PERIOD_TYPES["ObservationalTimePeriod"][0]


class PeriodTable:
    """Parsed periods, kept from batch to batch while there are not too many."""

    def __init__(self) -> None:
        self._known = period_bounds(pl.Series([], dtype=pl.String))

    def add(self, batch: pl.DataFrame, id: str) -> pl.DataFrame:
        fresh = batch.select(pl.col(id).unique()).to_series().drop_nulls()
        fresh = fresh.filter(~fresh.is_in(self._known["period"].implode()))
        if fresh.len():
            known = self._known if self._known.height < _KEPT_PERIODS else self._known.clear()
            if known.height < self._known.height:
                fresh = batch.select(pl.col(id).unique()).to_series().drop_nulls()
            self._known = pl.concat([known, period_bounds(fresh)])
        renamed = self._known.rename({name: f":{name}:{id}" for name in ("kind", "start", "end")})
        return batch.join(renamed, left_on=id, right_on="period", how="left", maintain_order="left")


def is_period(component: SchemaComponent) -> bool:
    """Whether a component's values are periods, one each."""
    return component.role == "time" or (
        component.codelist is None and component.text_format.text_type in PERIOD_TYPES and not component.is_multi_valued
    )


def period_checks(component: SchemaComponent) -> Iterator[tuple[str, pl.Expr, Mapping[str, str]]]:
    """For a component whose values are periods: code, wrong rows, arguments."""
    if not is_period(component):
        return
    id, facets = component.id, component.text_format
    given = pl.col(id).is_not_null() & ~pl.col(id).is_in(["#N/A", "~"] if component.role != "time" else ["~"])
    kind = pl.col(f":kind:{id}")
    yield "empty-value", pl.col(id) == "", {}
    yield "not-a-period", given & (pl.col(id) != "") & kind.is_null(), {}
    kinds, example = PERIOD_TYPES.get(facets.text_type, (KINDS, ""))
    if len(kinds) < len(KINDS):
        yield "wrong-type", ~kind.is_in(kinds), {"expected": example}
    for code, limit in (("below-minimum", facets.start_time), ("above-maximum", facets.end_time)):
        if limit and (outside := _beyond(id, limit, after=code == "above-maximum")) is not None:
            yield code, outside, {"limit": limit}


def _beyond(id: str, limit: str, *, after: bool) -> pl.Expr | None:
    try:
        period = parse_period(limit)
    except PeriodError:
        return None
    return pl.col(f":end:{id}") > period.end if after else pl.col(f":start:{id}") < period.start


def frequency_dimension(schema: Schema) -> SchemaComponent | None:
    """The dimension FREQ, by its id, its role or its concept."""
    for dimension in schema.dimensions:
        roles = getattr(dimension.source, "roles", ())
        if "FREQ" in (dimension.id, dimension.source.concept.item, *(role.item for role in roles)):
            return dimension
    return None


def frequency_checks(schema: Schema) -> Iterator[tuple[str, pl.Expr, Mapping[str, str]]]:
    """One check for each frequency that rules kinds of period out: code, wrong rows, arguments."""
    frequency, time = frequency_dimension(schema), schema.time
    if frequency is None or frequency.codelist is None or time is None:
        return
    for code in frequency.codelist.items:
        unfit = [kind for kind in KINDS if not fits_frequency(kind, code.id)]
        if unfit:
            names = in_languages("frequency", code.names, f"{{}} ({code.id})")
            wrong = pl.col(f":kind:{time.id}").is_in(unfit) & (pl.col(frequency.id) == code.id)
            yield (
                "period-frequency-mismatch",
                wrong,
                {"frequency": code.id, **names, "example": EXAMPLES.get(code.id.rstrip("0123456789"), "")},
            )
