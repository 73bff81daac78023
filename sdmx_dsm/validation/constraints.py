"""Checks of what constraints allow: codes and other values, ranges of time, whole keys (SDMX 3.0 section 2, constraints).

All constraints of the schema hold together. One that is attached to the provision agreement says what a provider may
report: breaking it is the finding "outside-agreement"."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import polars as pl

from sdmx_dsm.errors import PeriodError
from sdmx_dsm.model import (
    CubeRegion,
    DataConstraint,
    EnumeratedItem,
    Schema,
    SchemaComponent,
    TimeRange,
    ValueSelection,
    localise,
    parse_period,
)
from sdmx_dsm.validation.catalogue import LANGUAGES
from sdmx_dsm.validation.findings import display, in_languages
from sdmx_dsm.validation.values import Check, value_check

_ALLOWED_SHOWN = 5
_ANY = ("", "%", "*")


def _is_of_agreement(constraint: DataConstraint) -> bool:
    return any(target.artefact_class == "ProvisionAgreement" for target in constraint.attachment)


def _named(constraint: DataConstraint) -> dict[str, str]:
    return {"constraint": constraint.reference.short, **in_languages("constraint", constraint.names)}


# --- values and times -----------------------------------------------------------------------------------------------


def region_checks(schema: Schema) -> Iterator[Check]:
    """Of cube regions: one check for each constraint and component that it speaks of."""
    for constraint in schema.constraints:
        outside = "outside-agreement" if _is_of_agreement(constraint) else ""
        for component in schema.components:
            selections = list(_selections(constraint.cube_regions, component.id))
            ranges = [(chosen.time_range, include) for chosen, include in selections if chosen.time_range]
            listed = [(chosen, include) for chosen, include in selections if not chosen.time_range]
            if listed:
                yield from _value_checks(schema, constraint, component, listed, outside or "code-not-allowed")
            if ranges and component.role == "time":
                wrong = [
                    test for time_range, include in ranges for test in _out_of_range(component.id, time_range, include)
                ]
                for test in wrong:
                    arguments = {**display(component), **_named(constraint)}
                    yield Check(outside or "period-not-allowed", component.id, test, arguments)


def _selections(regions: Iterable[CubeRegion], id: str) -> Iterator[tuple[ValueSelection, bool]]:
    for region in regions:
        for selection in (*region.keys, *region.components):
            if selection.id == id:
                yield selection, region.include == selection.include


def _value_checks(
    schema: Schema,
    constraint: DataConstraint,
    component: SchemaComponent,
    selections: Sequence[tuple[ValueSelection, bool]],
    code: str,
) -> Iterator[Check]:
    named = _named(constraint)
    if component.codelist is None:
        for selection, include in selections:
            pattern = "^(?:" + "|".join(_like(value) for value in selection.values) + ")$"
            yield value_check(
                component,
                code,
                lambda value, pattern=pattern, include=include: value.str.contains(pattern) != include,  # type: ignore[misc]
                named,
            )
        return
    allowed = replace(schema, constraints=(constraint,)).allowed(component)
    if allowed is None:
        return
    items = component.codelist.items
    forbidden = pl.Series([item.id for item in items if item.id not in allowed], dtype=pl.String)
    yield value_check(
        component,
        code,
        lambda value: value.is_in(forbidden.implode()),
        {**named, **_few([item for item in items if item.id in allowed])},
    )


def _few(allowed: Sequence[EnumeratedItem]) -> Mapping[str, str]:
    """The allowed codes as an argument, when they are few."""
    if not 0 < len(allowed) <= _ALLOWED_SHOWN:
        return {}
    return {
        f"allowed:{language}": ", ".join(f"{code.id} ({localise(code.names, (language,))})" for code in allowed)
        for language in LANGUAGES
    }


def _like(value: str) -> str:
    """`%` stands for any characters."""
    return ".*".join(re.escape(part) for part in value.split("%"))


def _out_of_range(id: str, limits: TimeRange, include: bool) -> Iterator[pl.Expr]:
    """Periods that begin before or end after a range; of a forbidden range, those that touch it. A limit that is no period
    limits nothing."""
    start, end = pl.col(f":start:{id}"), pl.col(f":end:{id}")
    before = after = pl.lit(False)
    try:
        if limits.start:
            first = parse_period(limits.start)
            least = first.start if limits.start_inclusive else first.end + 1
            before = start < least if include else end < least
        if limits.end:
            last = parse_period(limits.end)
            most = last.end if limits.end_inclusive else last.start - 1
            after = end > most if include else start > most
    except PeriodError:
        return
    yield before | after if include else start.is_not_null() & ~(before | after)


# --- keys -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KeySets:
    """The key sets of one constraint, in order: each key that matches a row says whether the row is allowed, and the last
    word holds. Rows that none matches are allowed when the first set excludes."""

    code: str
    arguments: Mapping[str, str]
    steps: tuple[tuple[tuple[str, ...], pl.DataFrame, bool], ...]

    def wrong(self, rows: pl.DataFrame) -> pl.Series:
        """For each row (with all dimensions as columns) whether it is not allowed."""
        allowed = pl.repeat(not self.steps[0][2], rows.height, dtype=pl.Boolean, eager=True)
        for ids, keys, include in self.steps:
            hit = _matches(rows, ids, keys)
            allowed = (allowed | hit) if include else (allowed & ~hit)
        return ~allowed


def _matches(rows: pl.DataFrame, ids: Sequence[str], keys: pl.DataFrame) -> pl.Series:
    if not ids:
        return pl.repeat(True, rows.height, dtype=pl.Boolean, eager=True)
    marked = keys.with_columns(pl.lit(True).alias(":hit"))
    return rows.select(ids).join(marked, on=ids, how="left", maintain_order="left")[":hit"].fill_null(False)


def key_sets(schema: Schema) -> tuple[KeySets, ...]:
    found = []
    for constraint in schema.constraints:
        steps: list[tuple[tuple[str, ...], pl.DataFrame, bool]] = []
        for key_set in constraint.key_sets:
            by_ids: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
            for key in key_set.keys:
                given: dict[str, list[str]] = {}
                for id, value in key.values:
                    if value not in _ANY and id in schema.by_id:
                        given.setdefault(id, []).append(value)
                by_ids.setdefault(tuple(given), []).extend(product(*given.values()))
            for ids, values in by_ids.items():
                frame = (
                    pl.DataFrame(values, schema=dict.fromkeys(ids, pl.String), orient="row").unique()
                    if ids
                    else pl.DataFrame()
                )
                steps.append((ids, frame, key_set.is_included))
        if steps:
            code = "outside-agreement" if _is_of_agreement(constraint) else "key-not-allowed"
            found.append(KeySets(code, _named(constraint), tuple(steps)))
    return tuple(found)
