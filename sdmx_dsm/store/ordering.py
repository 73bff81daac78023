"""The order of an answer: by the keys of series and by time within, or as the query asks (`sort`, SDMX REST 2.2).

A part of the components orders the series (`series`), the rest the observations (`obs`). In a view that groups by series, and
wherever all dimensions are named before anything of the observations, the observations of a series stay together: they are
put in order series by series. In a flat answer the terms count as they come, across all series (`is_across`); but for an
answer of changes, which tells of series that changed without their observations too."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import polars as pl
from sqlalchemy import ColumnElement, FromClause

from sdmx_dsm.model import ALL_DIMENSIONS, DataQuery, Schema, SchemaComponent
from sdmx_dsm.store import conditions
from sdmx_dsm.store.sets import is_numeric, place_of
from sdmx_dsm.store.visible import Visible


@dataclass(frozen=True, slots=True)
class Term:
    component: SchemaComponent
    is_descending: bool

    @property
    def is_of_obs(self) -> bool:
        return place_of(self.component) in (None, "obs")


@dataclass(frozen=True, slots=True)
class Order:
    terms: tuple[Term, ...]
    is_across: bool

    @property
    def series(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if not term.is_of_obs)

    @property
    def obs(self) -> tuple[Term, ...]:
        return tuple(term for term in self.terms if term.is_of_obs)

    @property
    def obs_ids(self) -> frozenset[str]:
        """Of the components of observations but time."""
        return frozenset(term.component.id for term in self.obs if term.component.role != "time")

    def of_series(self, view: Visible) -> Iterator[ColumnElement[object]]:
        """Columns to order series by: those asked for, then all dimensions."""
        yield from (_directed(conditions.value_of(view, term.component)[0], term) for term in self.series)
        yield from (view.series.c[column.name] for column in view.table_set.at("dimension").values())

    def across(self, view: Visible, found: FromClause) -> Iterator[ColumnElement[object]]:
        """Columns to order observations by: those of `found`, which has the columns of observations, and of their series."""
        stored = view.table_set.at("obs")
        for term in self.terms:
            if term.component.role == "time":
                yield _directed(found.c.start, term)
            elif not term.is_of_obs:
                yield _directed(conditions.value_of(view, term.component)[0], term)
            elif column := stored.get(term.component.id):
                if column.is_numeric:
                    yield _directed(found.c[column.companion], term)
                yield _directed(found.c[column.name], term)
        yield from (view.series.c[column.name] for column in view.table_set.at("dimension").values())
        yield from (found.c.start, found.c.period)

    def within(self, frame: pl.LazyFrame, period: str, columns: Collection[str]) -> pl.LazyFrame:
        """Observations with these columns, series by series (`:place`), and in the order asked for within each."""
        keys, descending = [pl.col(":place")], [False]
        for term in self.obs:
            id = term.component.id
            if term.component.role == "time":
                found = [pl.col(":start")]
            elif id not in columns:
                continue
            else:
                found = [pl.col(id).cast(pl.Float64, strict=False), pl.col(id)]
                found = found if is_numeric(term.component) else found[1:]
            keys += found
            descending += [term.is_descending] * len(found)
        keys += [pl.col(":start"), pl.col(period)]
        return frame.sort(keys, descending=[*descending, False, False], nulls_last=True)


def order_of(schema: Schema, query: DataQuery) -> Order:
    """Raises QuerySemanticsError for a component that the schema does not have."""
    terms = tuple(Term(component, is_descending) for component, is_descending in schema.ordered_by(query))
    is_flat = query.is_flat or schema.at_observation(query.dimension_at_observation) == ALL_DIMENSIONS
    before: set[str] = set()
    for term in terms:
        if term.is_of_obs:
            break
        before.add(term.component.id)
    else:
        return Order(terms, is_across=False)
    whole = before.issuperset(schema.dimension_ids)
    return Order(terms, is_across=is_flat and not whole and query.updated_after is None)


def _directed(column: ColumnElement[object], term: Term) -> ColumnElement[object]:
    return (column.desc() if term.is_descending else column.asc()).nulls_last()
