"""What is asked, and what that selects: the parts that reading, counting and availability share.

A `Question` is bound to a connection's snapshot and to a release of the table set: the `Selection`; `None` stands for no data
at all."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    any_,
    bindparam,
    exists,
    func,
    or_,
    select,
)

from sdmx_dsm.model import DataQuery, Schema, Viewer
from sdmx_dsm.store import catalogue, conditions, releases
from sdmx_dsm.store.conditions import Conditions
from sdmx_dsm.store.sets import TableSet
from sdmx_dsm.store.visible import Visible, visible


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A query of somebody about the data of a schema. `agreements`: short references of those whose series count, None for
    all. `pinned`: as the data were after that release, if later ones came; None for the present state."""

    schema: Schema
    query: DataQuery
    viewer: Viewer
    agreements: Collection[str] | None = None
    pinned: int | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    question: Question
    view: Visible
    conditions: Conditions
    scopes: frozenset[tuple[str, ...]]  # with attributes
    after: int | None = None  # the release that `updated_after` names
    before: "Selection | None" = None  # what the query selected then

    @property
    def whole(self) -> "Selection":
        """What the query selects, whether or not it has changed."""
        return replace(self, after=None, before=None)

    @property
    def is_about_series(self) -> bool:
        """Whether all observations that are stored of a selected series are selected."""
        query = self.question.query
        is_open = self.conditions.obs is None and self.after is None
        return self.view.is_complete and is_open and query.first_n is None and query.last_n is None

    @property
    def table_set(self) -> TableSet:
        return self.view.table_set

    def series(self, *columns: ColumnElement[Any]) -> Select[Any]:
        """Of the series that are selected, whether or not they have a selected observation."""
        statement = select(*columns).select_from(self.view.series)
        return statement if self.conditions.series is None else statement.where(self.conditions.series)

    def series_with_observations(self, *columns: ColumnElement[Any]) -> Select[Any]:
        """Of the series that have a selected observation."""
        observed = exists().where(self.view.obs.c.series == self.view.series.c.id, *self.obs_conditions())
        return self.series(*columns).where(observed)

    def obs_conditions(self) -> list[ColumnElement[bool]]:
        found = [] if self.conditions.obs is None else [self.conditions.obs]
        return found if self.after is None else [*found, self.view.obs.c.release > self.after]

    def observations(self, names: Sequence[str], *restrictions: ColumnElement[bool]) -> Select[Any]:
        """Columns of the selected observations of the series that `restrictions` let through, the first and last of each
        series where the query asks for them."""
        obs, query = self.view.obs.c, self.question.query
        columns = [obs[name] for name in names]
        wheres = (*restrictions, *self.obs_conditions())
        if query.first_n is None and query.last_n is None:
            return select(*columns).where(*wheres)
        order = (obs.start, obs.period)
        wanted: list[ColumnElement[bool]] = []
        ranks: list[ColumnElement[int]] = []
        for name, count, terms in (
            ("from_first", query.first_n, order),
            ("from_last", query.last_n, tuple(term.desc() for term in order)),
        ):
            if count is not None:
                ranks.append(func.row_number().over(partition_by=obs.series, order_by=terms).label(name))
        ranked = select(*columns, *ranks).where(*wheres).subquery("ranked")
        if query.first_n is not None:
            wanted.append(ranked.c.from_first <= query.first_n)
        if query.last_n is not None:
            wanted.append(ranked.c.from_last <= query.last_n)
        return select(*(ranked.c[name] for name in names)).where(or_(*wanted))


def bind(connection: Connection, question: Question) -> Selection | None:
    """The selection in this connection's snapshot."""
    schema, query = question.schema, question.query
    entry = catalogue.find(connection, schema)
    if entry is None:
        return None
    newest, table_set = entry.revision, entry.table_set
    wanted = newest if question.pinned is None else min(question.pinned, newest)
    if query.as_of is not None:
        wanted = min(wanted, releases.number_at(connection, query.as_of))
    view = visible(connection, table_set, schema, question.viewer, None if wanted == newest else wanted)
    selected = Selection(question, view, _conditions(connection, question, view), entry.scopes)
    if query.updated_after is None:
        return selected
    after = releases.number_at(connection, query.updated_after)
    # What could be seen then and can't any more is gone; a history tells of nothing that can't be seen now.
    past = visible(connection, table_set, schema, question.viewer, after, by_present_status=query.include_history)
    before = replace(selected, view=past, conditions=_conditions(connection, question, past))
    return replace(selected, after=after, before=before)


def _conditions(connection: Connection, question: Question, view: Visible) -> Conditions:
    return conditions.conditions(connection, view, question.schema, question.query, question.agreements)


def ids_parameter(connection: Connection, column: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a column is among the numbers of the parameter `ids` (see `ids_value`), however many they are."""
    if connection.dialect.name == "sqlite":
        listed = func.json_each(bindparam("ids")).table_valued("value")
        return column.in_(select(listed.c.value))
    return column == any_(bindparam("ids", type_=ARRAY(BigInteger)))


def ids_value(connection: Connection, ids: pl.Series) -> object:
    numbers = ids.to_list()
    return f"[{','.join(map(str, numbers))}]" if connection.dialect.name == "sqlite" else numbers
