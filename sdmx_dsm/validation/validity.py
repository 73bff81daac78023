"""When a constraint binds: its dates against the period of a row (SDMX 3.0 section 2, constraints).

The standard does not say whether the dates of a constraint are those of the data or of their reporting: here they are those of
the data. What is allowed from and until a time is allowed in each period that touches that time; what is forbidden, or limited
as a whole, is so in each period that lies within it. A row without a period has nothing against it, and a date that is no
period limits nothing."""

from collections.abc import Iterator
from functools import reduce
from operator import or_
from typing import Final

import polars as pl

from sdmx_dsm.errors import PeriodError
from sdmx_dsm.model import SchemaComponent, ValueSelection, parse_period
from sdmx_dsm.model.codelists import select_codes
from sdmx_dsm.validation.values import like

Window = tuple[int, int]

_OPEN: Final = 1 << 62
ALWAYS: Final[Window] = (-_OPEN, _OPEN)


def window(valid_from: str | None, valid_to: str | None) -> Window:
    """The first and the last second, as the bounds of periods."""
    return _bound(valid_from, 0), _bound(valid_to, 1)


def _bound(text: str | None, side: int) -> int:
    try:
        period = parse_period(text) if text else None
    except PeriodError:
        period = None
    if period is None:
        return ALWAYS[side]
    return period.end if side else period.start


def touches(time: str, bounds: Window) -> pl.Expr:
    return (pl.col(f":start:{time}") <= bounds[1]) & (pl.col(f":end:{time}") >= bounds[0])


def lies_within(time: str, bounds: Window) -> pl.Expr:
    return (pl.col(f":start:{time}") >= bounds[0]) & (pl.col(f":end:{time}") <= bounds[1])


def named(component: SchemaComponent, selection: ValueSelection) -> pl.Expr:
    """Whether a value of a component is one that a selection names, whenever."""
    return _named(component, selection.values, selection.cascades)


def _named(component: SchemaComponent, values: tuple[str, ...], cascades: tuple[str, ...]) -> pl.Expr:
    column = pl.col(component.id)
    if component.codelist is None:
        return column.str.contains(like(values))
    codes = pl.Series(sorted(select_codes(component.codelist.items, values, cascades)), dtype=pl.String)
    return column.is_in(codes.implode())


def wrong_time(component: SchemaComponent, selection: ValueSelection, include: bool, time: str) -> pl.Expr | None:
    """Rows whose value has a validity that their period does not fit; None where no value has one."""
    dated = list(_by_window(selection))
    windows = [bounds for bounds, _, _ in dated if bounds != ALWAYS]
    if not windows:
        return None
    fits = lies_within if not include else touches
    found = [
        _named(component, values, cascades) & fits(time, bounds)
        for bounds, values, cascades in dated
        if include or bounds != ALWAYS
    ]
    if not include:
        return reduce(or_, found)
    return named(component, selection) & pl.col(f":start:{time}").is_not_null() & ~reduce(or_, found).fill_null(False)


def _by_window(selection: ValueSelection) -> Iterator[tuple[Window, tuple[str, ...], tuple[str, ...]]]:
    """The values that are valid at the same time, with their cascades."""
    found: dict[Window, list[int]] = {}
    for place, validity in enumerate(selection.validities):
        found.setdefault(window(*validity), []).append(place)
    for bounds, places in found.items():
        values = tuple(selection.values[place] for place in places)
        yield bounds, values, tuple(selection.cascades[place] for place in places) if selection.cascades else ()


def validity_of(selection: ValueSelection, value: str) -> str:
    """When a value is valid, as the constraint says it: “2010 – 2020”; "" where a wildcard or a parent says it."""
    said = (
        f"{start or '…'} – {end or '…'}"
        for text, (start, end) in zip(selection.values, selection.validities, strict=False)
        if text == value
    )
    return ", ".join(said)
