"""Checks of what constraints allow: codes and other values, ranges of time, whole keys (SDMX 3.0 section 2, constraints).

All constraints of the schema hold together. One that is attached to the provision agreement says what a provider may
report: breaking it is the finding "outside-agreement"."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce
from itertools import product
from operator import and_
from typing import Final, cast

import polars as pl

from sdmx_dsm.errors import PeriodError
from sdmx_dsm.model import (
    CubeRegion,
    DataConstraint,
    DataKeySet,
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
from sdmx_dsm.validation.validity import (
    ALWAYS,
    Window,
    lies_within,
    named,
    touches,
    validity_of,
    window,
    wrong_time,
)
from sdmx_dsm.validation.values import Check, like, value_check

_ALLOWED_SHOWN = 5
_ANY = ("", "%", "*")


def _is_of_agreement(constraint: DataConstraint) -> bool:
    return any(target.artefact_class == "ProvisionAgreement" for target in constraint.attachment)


def _named(constraint: DataConstraint) -> dict[str, str]:
    return {"constraint": constraint.reference.short, **in_languages("constraint", constraint.names)}


# --- values and times -----------------------------------------------------------------------------------------------


def region_checks(schema: Schema) -> Iterator[Check]:
    """Of cube regions: one check for each constraint and component that it speaks of, and more for what is said with dates."""
    for constraint in schema.constraints:
        alone = replace(schema, constraints=(constraint,))
        outside = "outside-agreement" if _is_of_agreement(constraint) else ""
        for component in schema.components:
            selections = [(chosen, include) for chosen, include in alone.selections(component.id) if chosen.is_judged]
            listed = [(chosen, include) for chosen, include in selections if not chosen.time_range]
            if listed:
                yield from _value_checks(alone, component, listed, outside or "code-not-allowed")
            if schema.time and not component.is_multi_valued:
                yield from _dated_checks(schema.time, constraint, component, listed, outside or "code-not-allowed")
            if component.role == "time":
                arguments = {**display(component), **_named(constraint)}
                for chosen, include in selections:
                    for test in _range_tests(component.id, chosen, include):
                        yield Check(outside or "period-not-allowed", component.id, test, arguments)


def _value_checks(
    schema: Schema, component: SchemaComponent, selections: Sequence[tuple[ValueSelection, bool]], code: str
) -> Iterator[Check]:
    """Of what the one constraint of `schema` says of all times."""
    said = _named(schema.constraints[0])
    if component.codelist is None:
        for selection, include in selections:
            lasting = selection.lasting(included=include)
            if lasting is None:
                continue
            pattern = like(lasting.values)
            yield value_check(
                component,
                code,
                lambda value, pattern=pattern, include=include: value.str.contains(pattern) != include,  # type: ignore[misc]
                said,
            )
        return
    allowed = schema.allowed(component)
    if allowed is None:
        return
    items = component.codelist.items
    forbidden = pl.Series([item.id for item in items if item.id not in allowed], dtype=pl.String)
    yield value_check(
        component,
        code,
        lambda value: value.is_in(forbidden.implode()),
        {**said, **_few([item for item in items if item.id in allowed])},
    )


def _dated_checks(
    time: SchemaComponent,
    constraint: DataConstraint,
    component: SchemaComponent,
    selections: Sequence[tuple[ValueSelection, bool]],
    code: str,
) -> Iterator[Check]:
    arguments = {**display(component), **_named(constraint)}
    for selection, include in selections:
        if selection.is_dated:
            wrong = named(component, selection) != include
            yield Check(code, component.id, wrong & lies_within(time.id, _window(selection)), arguments)
        late = wrong_time(component, selection, include, time.id)
        if late is not None:
            if selection.is_dated:
                late &= lies_within(time.id, _window(selection))
            yield Check(code, component.id, late, arguments, explain=partial(_when, selection, include))


def _when(selection: ValueSelection, include: bool, value: str) -> Mapping[str, str]:
    validity = validity_of(selection, value)
    return {"validity": validity} if include and validity else {}


def _window(selection: ValueSelection) -> Window:
    return window(selection.valid_from, selection.valid_to)


def _range_tests(id: str, selection: ValueSelection, include: bool) -> Iterator[pl.Expr]:
    limits = selection.time_range
    if not limits:
        return
    for test in _out_of_range(id, limits, include):
        for bounds in (_window(selection), window(limits.valid_from, limits.valid_to)):
            if bounds != ALWAYS:
                test = test & lies_within(id, bounds)
        yield test


def _few(allowed: Sequence[EnumeratedItem]) -> Mapping[str, str]:
    """The allowed codes as an argument, when they are few."""
    if not 0 < len(allowed) <= _ALLOWED_SHOWN:
        return {}
    return {
        f"allowed:{language}": ", ".join(f"{code.id} ({localise(code.names, (language,))})" for code in allowed)
        for language in LANGUAGES
    }


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


# --- combinations -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RuledOut:
    """A combination of values of several components that a constraint rules out, as a cube region that excludes them."""

    code: str
    arguments: Mapping[str, str]
    wrong: pl.Expr


def ruled_out(schema: Schema) -> Iterator[RuledOut]:
    for constraint in schema.constraints:
        code = "outside-agreement" if _is_of_agreement(constraint) else "key-not-allowed"
        for region in _combinations(constraint):
            tests = [_is_selected(selection, schema) for selection in region.selections]
            if all(test is not None for test in tests):
                yield RuledOut(code, _named(constraint), reduce(and_, cast("list[pl.Expr]", tests)))


def _combinations(constraint: DataConstraint) -> Iterator[CubeRegion]:
    return (region for region in constraint.cube_regions if region.is_ruled_out_combination)


def _is_selected(selection: ValueSelection, schema: Schema) -> pl.Expr | None:
    """Whether a row has what a selection names; None where that can't be told."""
    component = schema.by_id.get(selection.id)
    if component is None or not selection.is_judged or selection.is_dated or component.is_multi_valued:
        return None
    if any(map(any, selection.validities)):
        return None
    if selection.time_range is None:
        return named(component, selection) == selection.include
    if component.role != "time":
        return None
    inside = next(_out_of_range(component.id, selection.time_range, include=False), None)
    return inside if inside is None or selection.include else ~inside


# --- keys -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """Keys of one key set over the same dimensions, which hold at the same time."""

    ids: tuple[str, ...]
    keys: pl.DataFrame
    include: bool
    bounds: Window = ALWAYS


@dataclass(frozen=True, slots=True)
class KeySets:
    """The key sets of one constraint, in order: each key that matches a row says whether the row is allowed, and the last
    word holds. Rows that none matches are allowed when the first set excludes."""

    code: str
    arguments: Mapping[str, str]
    steps: tuple[Step, ...]

    @property
    def is_dated(self) -> bool:
        return any(step.bounds != ALWAYS for step in self.steps)

    def wrong(self, rows: pl.DataFrame, time: str) -> pl.Series:
        """For each row (with all dimensions as columns) whether it is not allowed. `time`: the id of its period."""
        allowed = pl.repeat(not self.steps[0].include, rows.height, dtype=pl.Boolean, eager=True)
        for step in self.steps:
            hit = _matches(rows, step.ids, step.keys)
            if step.bounds != ALWAYS:
                fits = touches if step.include else lies_within
                hit &= rows.select(fits(time, step.bounds).fill_null(True)).to_series()
            allowed = (allowed | hit) if step.include else (allowed & ~hit)
        return ~allowed


def _matches(rows: pl.DataFrame, ids: Sequence[str], keys: pl.DataFrame) -> pl.Series:
    if not ids:
        return pl.repeat(True, rows.height, dtype=pl.Boolean, eager=True)
    marked = keys.with_columns(pl.lit(True).alias(":hit"))
    return rows.select(ids).join(marked, on=ids, how="left", maintain_order="left")[":hit"].fill_null(False)


def key_sets(schema: Schema) -> tuple[KeySets, ...]:
    found = []
    for constraint in schema.constraints:
        if any(key.remove_prefix for key_set in constraint.key_sets for key in key_set.keys):
            continue
        steps = [step for key_set in constraint.key_sets for step in _steps(schema, key_set)]
        if steps:
            code = "outside-agreement" if _is_of_agreement(constraint) else "key-not-allowed"
            found.append(KeySets(code, _named(constraint), tuple(steps)))
    return tuple(found)


def _steps(schema: Schema, key_set: DataKeySet) -> Iterator[Step]:
    """A key that names attributes or measures includes by its dimensions, and excludes nothing: it would exclude too much."""
    by_ids: dict[tuple[tuple[str, ...], Window], list[tuple[str, ...]]] = {}
    for key in key_set.keys:
        if key.components and not key_set.is_included:
            continue
        given: dict[str, list[str]] = {}
        for id, value in key.values:
            if value not in _ANY and id in schema.by_id:
                given.setdefault(id, []).append(value)
        bounds = window(key.valid_from, key.valid_to) if schema.time else ALWAYS
        by_ids.setdefault((tuple(given), bounds), []).extend(product(*given.values()))
    for (ids, bounds), values in by_ids.items():
        frame = (
            pl.DataFrame(values, schema=dict.fromkeys(ids, pl.String), orient="row").unique() if ids else pl.DataFrame()
        )
        yield Step(ids, frame, key_set.is_included, bounds)


# --- what is not checked ----------------------------------------------------------------------------------------------


def unchecked(schema: Schema) -> Iterator[tuple[str, Mapping[str, str]]]:
    """(component or "", arguments of the finding) of each part of a constraint that is not checked."""
    for constraint in schema.constraints:
        alone, said = replace(schema, constraints=(constraint,)), _named(constraint)
        for component in schema.components:
            words = (word for chosen, _ in alone.selections(component.id) for word in _unchecked_of(chosen, component))
            for word in dict.fromkeys(words):
                yield component.id, {**display(component), **said, **_UNCHECKED[word]}
        if len(list(ruled_out(alone))) < len(list(_combinations(constraint))):
            yield "", {**said, **_UNCHECKED["combination"]}
        keys = [key for key_set in constraint.key_sets for key in key_set.keys]
        if any(key.remove_prefix for key in keys):
            yield "", {**said, **_UNCHECKED["prefix"]}
        if any(key.components for key in keys):
            yield "", {**said, **_UNCHECKED["components"]}


def _unchecked_of(selection: ValueSelection, component: SchemaComponent) -> Iterator[str]:
    if selection.remove_prefix:
        yield "prefix"
    elif any(selection.languages):
        yield "language"
    elif component.is_multi_valued and (selection.is_dated or any(map(any, selection.validities))):
        yield "validity"


_UNCHECKED: Final[Mapping[str, Mapping[str, str]]] = {
    "prefix": {
        "part:en": "values that it names without the prefix of a codelist",
        "part:ru": "значения, названные без префикса справочника",
    },
    "language": {"part:en": "the language of values", "part:ru": "язык значений"},
    "validity": {
        "part:en": "when values are valid, where one observation has several",
        "part:ru": "срок действия значений там, где у наблюдения их несколько",
    },
    "combination": {
        "part:en": "a combination that it rules out",
        "part:ru": "исключённое сочетание значений",
    },
    "components": {
        "part:en": "attributes and measures that its keys name",
        "part:ru": "атрибуты и показатели, названные в ключах",
    },
}
