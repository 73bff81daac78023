"""Queries as SQL conditions: keys and the component filters of REST 2.2.

A component that has no value fulfils `ne` and `nc` and nothing else. Values compare by their bytes; a measure whose value and
operand are numbers compares as a number; time compares periods. In an array or a multilingual text, any element may match."""

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, case, cast, func, not_, null, or_, select, true, tuple_

from sdmx_dsm.errors import QuerySemanticsError, TooLarge
from sdmx_dsm.model import (
    CALENDAR_YEAR,
    YEAR_START_ID,
    ComponentFilter,
    Condition,
    DataQuery,
    Schema,
    SchemaComponent,
    parse_period,
)
from sdmx_dsm.model.periods import REPORTING_PERIODS
from sdmx_dsm.store import rows
from sdmx_dsm.store.owners import granted_agreements
from sdmx_dsm.store.sets import place_of
from sdmx_dsm.store.tables import TEXT
from sdmx_dsm.store.visible import Visible

Test = ColumnElement[bool]
_NUMBER: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_INEQUALITIES: Final = frozenset({"lt", "le", "gt", "ge"})
_MOST_ALTERNATIVES: Final = 200


@dataclass(frozen=True, slots=True)
class Conditions:
    """On columns of a `Visible`: `series` for its series, `obs` for its observations; None where nothing is asked of them."""

    series: Test | None
    obs: Test | None


def check(schema: Schema, query: DataQuery) -> None:
    """Raises QuerySemanticsError for what the dataflow does not have or compares, PeriodError for an operand that is no period,
    TooLarge for more conditions than a statement takes."""
    for key in query.keys:
        if len(key) > len(schema.dimension_ids):
            raise QuerySemanticsError(
                f"The key has {len(key)} positions; {schema.reference.short} has {len(schema.dimension_ids)} dimensions: "
                f"{', '.join(schema.dimension_ids)}.",
                ru=f"В ключе позиций: {len(key)}; у {schema.reference.short} измерений: {len(schema.dimension_ids)} "
                f"({', '.join(schema.dimension_ids)}).",
            )
    schema.ordered_by(query)
    for asked in query.filters:
        component = schema.by_id.get(asked.component)
        if component is None:
            raise QuerySemanticsError(
                f"{schema.reference.short} has no component {asked.component}; there are {', '.join(schema.by_id)}.",
                ru=f"У {schema.reference.short} нет компонента {asked.component}; есть {', '.join(schema.by_id)}.",
                component=asked.component,
            )
        for condition in _terms(asked):
            if component.role == "time":
                if condition.operator in _PERIODS:
                    parse_period(condition.value, query.year_start or CALENDAR_YEAR)
            elif condition.operator in _INEQUALITIES and _is_number(component) and _number(condition.value) is None:
                raise QuerySemanticsError(
                    f"“{condition.value}” is no number, and {asked.component} is compared with numbers alone.",
                    ru=f"«{condition.value}» — не число, а {asked.component} сравнивается только с числами.",
                    component=asked.component,
                )
    count = sum(len(any_of) for asked in query.filters for any_of in apart(schema.by_id[asked.component], asked)[1])
    if count > _MOST_ALTERNATIVES:
        raise TooLarge(
            f"The filters have {count} conditions beside plain codes; at most {_MOST_ALTERNATIVES} are taken in one query.",
            ru=f"Условий, кроме простых кодов, в фильтрах: {count}; в одном запросе допускается не более {_MOST_ALTERNATIVES}.",
        )


def _is_number(component: SchemaComponent) -> bool:
    return component.role == "measure" and not component.codelist and component.text_format.text_type != "String"


def apart(component: SchemaComponent, asked: ComponentFilter) -> tuple[list[str], list[tuple[Condition, ...]]]:
    """The alternatives of a filter: plain values, which compare by their bytes, and all others."""
    alternatives = dict.fromkeys(asked.any_of)
    if component.role in ("time", "measure") or component.is_multi_valued:
        return [], list(alternatives)
    plain = [any_of for any_of in alternatives if len(any_of) == 1 and any_of[0].operator == "eq"]
    for any_of in plain:
        del alternatives[any_of]
    return [condition.value for (condition,) in plain], list(alternatives)


def conditions(
    connection: Connection, view: Visible, schema: Schema, query: DataQuery, agreements: Collection[str] | None
) -> Conditions:
    of_series: list[Test] = []
    of_obs: list[Test] = []
    if query.keys:
        sorts_anew = connection.dialect.name == "sqlite"
        of_series.append(or_(*_keys(view, schema, query.keys, sorts_anew)))
    if agreements is not None:
        of_series.append(view.series.c.agreement.in_(granted_agreements(connection, agreements)))
    for asked in query.filters:
        component = schema.by_id[asked.component]
        place = place_of(component)
        years = _years(connection, view, query, asked) if component.role == "time" else _CALENDAR
        test = _filter(view, component, asked, years)
        (of_obs if place in (None, "obs") else of_series).append(test)
    return Conditions(and_(*of_series) if of_series else None, and_(*of_obs) if of_obs else None)


def _keys(view: Visible, schema: Schema, keys: Sequence[Sequence[Sequence[str]]], sorts_anew: bool) -> Iterator[Test]:
    """Alternatives. Where there are many, the keys that name the same dimensions are one list: the depth of an expression is
    bounded in databases, the length of a list is not."""
    distinct = list(dict.fromkeys(tuple(map(tuple, key)) for key in keys))
    if len(distinct) <= _MOST_ALTERNATIVES:
        yield from (_key(view, schema, key, sorts_anew) for key in distinct)
        return
    named: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for key in distinct:
        given = {id: values for id, values in zip(schema.dimension_ids, key, strict=False) if values}
        named.setdefault(tuple(given), []).extend(product(*given.values()))
    for ids, values in named.items():
        yield tuple_(*(value_of(view, schema.by_id[id])[0] for id in ids)).in_(values) if ids else true()


def _key(view: Visible, schema: Schema, key: Sequence[Sequence[str]], sorts_anew: bool) -> Test:
    """`sorts_anew`: the database does not read in the order of an index when a column behind a gap equals a constant, as
    SQLite; a range of one value it takes."""
    tests: list[Test] = [true()]
    gap = False
    for id, values in zip(schema.dimension_ids, key, strict=False):
        if values:
            value, _ = value_of(view, schema.by_id[id])
            single = value.between(values[0], values[0]) if gap and sorts_anew else value == values[0]
            tests.append(single if len(values) == 1 else value.in_(values))
        gap = gap or len(values) != 1
    return and_(*tests)


def scope_match(view: Visible, dimensions: Sequence[str]) -> Test:
    """Where a row of `attrs` at the partial key of some dimensions concerns a series. Each agreement describes its own."""
    columns = view.table_set.at("dimension")
    attrs, series = view.attrs.c, view.series.c
    return and_(
        attrs.scope == rows.scope_name(dimensions),
        attrs.agreement == series.agreement,
        *(
            # Dimensions outside the key are null: said so, the index serves although the first of them may be one.
            attrs[column.name] == series[column.name] if id in dimensions else attrs[column.name].is_(None)
            for id, column in columns.items()
        ),
    )


@dataclass(frozen=True, slots=True)
class _Years:
    """When the reporting years of a query's periods begin (`start`), and when they do for the reporting periods of some
    agreements, whose own years count."""

    start: str = CALENDAR_YEAR
    of_agreements: Mapping[str, Sequence[int]] = field(default_factory=dict)


_CALENDAR: Final = _Years()


def _years(connection: Connection, view: Visible, query: DataQuery, asked: ComponentFilter) -> _Years:
    """What the query says; else, where it matters, the day that each agreement states for its data."""
    column = view.table_set.at("attrs").get(YEAR_START_ID)
    if query.year_start or column is None or not any(map(_is_reporting, _terms(asked))):
        return _Years(query.year_start or CALENDAR_YEAR)
    attrs = view.attrs.c
    found: dict[str, list[int]] = {}
    stated = select(attrs[column.name], attrs.agreement).where(attrs.scope == "", attrs[column.name] != CALENDAR_YEAR)
    for day, agreement in connection.execute(stated):
        found.setdefault(day, []).append(agreement)
    return _Years(of_agreements=found)


def _filter(view: Visible, component: SchemaComponent, asked: ComponentFilter, years: _Years) -> Test:
    plain, others = apart(component, asked)
    found: list[Test] = []
    if component.role == "time":
        test: Callable[[Condition], Test] = lambda condition: _period(view, condition, years)  # noqa: E731
    else:
        value, number = value_of(view, component)
        tests = _ELEMENTS if component.is_multi_valued else _TEXTS
        test = lambda condition: _compare(value, number, condition, tests)  # noqa: E731
        if plain:
            found.append(value == plain[0] if len(plain) == 1 else value.in_(plain))
    return or_(*found, *(and_(*map(test, alternative)) for alternative in others))


def _terms(asked: ComponentFilter) -> list[Condition]:
    return [condition for alternative in asked.any_of for condition in alternative]


def value_of(view: Visible, component: SchemaComponent) -> tuple[ColumnElement[Any], ColumnElement[Any] | None]:
    """The column that holds a component's value and, for a numeric measure, its companion; null where nothing is stored."""
    place = place_of(component)
    column = view.table_set.at(place).get(component.id) if place else None
    if column is None:
        return cast(null(), TEXT), None
    if place == "attrs":
        stored = select(view.attrs.c[column.name]).where(scope_match(view, component.dimensions)).correlate(view.series)
        return stored.scalar_subquery(), None
    source = view.obs if place == "obs" else view.series
    return source.c[column.name], source.c[column.companion] if column.is_numeric else None


def _compare(
    value: ColumnElement[Any], number: ColumnElement[Any] | None, condition: Condition, tests: "Tests"
) -> Test:
    if number is not None and condition.operator in _ORDERS:
        operand = _number(condition.value)
        if operand is not None:
            test = _ORDERS[condition.operator](number, operand)
            return or_(test, number.is_(None)) if condition.operator == "ne" else test
    test = tests[condition.operator](value, condition.value)
    return or_(test, value.is_(None)) if condition.operator in ("ne", "nc") else test


def _number(text: str) -> float | None:
    """Infinite where it is too large for a double: it compares all the same."""
    return float(text) if _NUMBER.fullmatch(text) else None


def _is_reporting(condition: Condition) -> bool:
    """Whether it compares with a reporting period: all others are the same in every reporting year."""
    return condition.operator in _PERIODS and parse_period(condition.value).kind in REPORTING_PERIODS


def _period(view: Visible, condition: Condition, years: _Years) -> Test:
    """Periods compare as the times that they cover. A reporting period that is asked for is one of the reporting year of each
    reporting period it is compared with, and of the calendar year for all others (SDMX REST 2.2)."""
    obs, series = view.obs.c, view.series.c
    if condition.operator not in _PERIODS:
        return _TEXTS[condition.operator](obs.period, condition.value)

    def test(year_start: str) -> Test:
        asked = parse_period(condition.value, year_start)
        return _PERIODS[condition.operator](obs.start, obs["end"], asked.start, asked.end)

    if not years.of_agreements or not _is_reporting(condition):
        return test(years.start)
    is_reporting = func.substr(obs.period, 6, 1).in_(list(REPORTING_PERIODS))
    shifted = [
        (and_(is_reporting, obs.series.in_(select(series.id).where(series.agreement.in_(agreements)))), test(day))
        for day, agreements in years.of_agreements.items()
    ]
    return case(*shifted, else_=test(years.start))


def _contains(column: ColumnElement[Any], text: str) -> Test:
    # LIKE is blind to case in SQLite, and positions are found by other functions in each database.
    return func.replace(column, text, "") != column if text else column.is_not(None)


def _starts(column: ColumnElement[Any], text: str) -> Test:
    return func.substr(column, 1, len(text)) == text


def _ends(column: ColumnElement[Any], text: str) -> Test:
    return and_(func.length(column) >= len(text), func.substr(column, func.length(column) - len(text) + 1) == text)


def _element(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


Tests = Mapping[str, Callable[[ColumnElement[Any], Any], Test]]
_ORDERS: Final[Tests] = {
    "eq": lambda column, value: column == value,
    "ne": lambda column, value: column != value,
    "lt": lambda column, value: column < value,
    "le": lambda column, value: column <= value,
    "gt": lambda column, value: column > value,
    "ge": lambda column, value: column >= value,
}
_TEXTS: Final[Tests] = {
    **_ORDERS,
    "co": _contains,
    "nc": lambda column, value: not_(_contains(column, value)),
    "sw": _starts,
    "ew": _ends,
}
_ELEMENTS: Final[Tests] = {
    **_ORDERS,
    "eq": lambda column, value: _contains(column, _element(value)),
    "ne": lambda column, value: not_(_contains(column, _element(value))),
    "co": lambda column, value: _contains(column, _element(value)[1:-1]),
    "nc": lambda column, value: not_(_contains(column, _element(value)[1:-1])),
    "sw": lambda column, value: _contains(column, _element(value)[:-1]),
    "ew": lambda column, value: _contains(column, _element(value)[1:]),
}
# Of the observation's first and last second, and the operand's.
_PERIODS: Final[Mapping[str, Callable[[Any, Any, int, int], Test]]] = {
    "eq": lambda start, end, first, last: and_(start >= first, end <= last),
    "ne": lambda start, end, first, last: or_(start < first, end > last),
    "lt": lambda start, end, first, last: end < first,  # noqa: ARG005
    "le": lambda start, end, first, last: end <= last,  # noqa: ARG005
    "gt": lambda start, end, first, last: start > last,  # noqa: ARG005
    "ge": lambda start, end, first, last: start >= first,  # noqa: ARG005
}
