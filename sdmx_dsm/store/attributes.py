"""The attributes of partial keys and of the data set, as an answer tells them.

They are told where they concern a selected series. Each agreement describes the keys of its own series; where several describe
one key, the agreement that reported first has the say, as with series: what is told so depends on what is stored, and not on
the way there."""

from collections.abc import Sequence
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, Connection, exists, select

from sdmx_dsm.batches import gives_any
from sdmx_dsm.store import conditions, rows, selection
from sdmx_dsm.store.cursors import fetch
from sdmx_dsm.store.selection import Selection
from sdmx_dsm.store.visible import changed_series


def told(
    connection: Connection, asked: Selection, scope: Sequence[str], ids: Sequence[str], keys: pl.Series | None = None
) -> pl.DataFrame:
    """The attributes `ids` that hang at the dimensions `scope`: one row for each key that has any, in the order of keys. `keys`:
    the ids of those that count; None for all."""
    names, stored, attrs = asked.table_set.at("dimension"), asked.table_set.at("attrs"), asked.view.attrs.c
    wanted = [*(attrs[names[id].name] for id in scope), *(attrs[stored[id].name] for id in ids), attrs.agreement]
    statement = asked.series(*wanted).where(conditions.scope_match(asked.view, scope)).distinct()
    if asked.conditions.obs is not None:
        obs = asked.view.obs.c
        statement = statement.where(exists().where(obs.series == asked.view.series.c.id, *asked.obs_conditions()))
    parameters: dict[str, object] = {}
    if keys is not None:
        statement = statement.where(selection.ids_parameter(connection, attrs.id))
        parameters["ids"] = selection.ids_value(connection, keys)
    schema: dict[str, Any] = {**dict.fromkeys((*scope, *ids), pl.String), ":agreement": pl.Int64}
    found = fetch(connection, statement, schema, **parameters).sort(":agreement")
    first = [pl.col(id).drop_nulls().first() for id in ids]
    found = found.group_by(scope, maintain_order=True).agg(first).sort(scope) if scope else found.select(first)
    return found.filter(gives_any(found, ids))


def told_since(connection: Connection, asked: Selection, scope: Sequence[str], ids: Sequence[str]) -> pl.DataFrame:
    """As `told`, of what has changed since the release that the query names: what is told otherwise now, and what describes
    observations that are new."""
    assert asked.before is not None
    keys = concerned(connection, asked, scope)
    was, now = (told(connection, state, scope, ids, keys) for state in (asked.before, asked.whole))
    view = asked.view
    new = exists().where(view.obs.c.series == view.series.c.id, *asked.obs_conditions())
    describing = asked.series(view.attrs.c.id).where(conditions.scope_match(view, scope), _changed(asked, asked), new)
    found = connection.execute(describing.distinct()).scalars().all()
    described = told(connection, asked.whole, scope, ids, pl.Series("id", found, dtype=pl.Int64))
    differing = now.join(was, on=now.columns, how="anti", nulls_equal=True)
    both = pl.concat([differing, described]).unique(maintain_order=True)
    return both.sort(scope) if scope else both


def concerned(connection: Connection, asked: Selection, scope: Sequence[str]) -> pl.Series:
    """Ids of the keys at some dimensions of which something else may be told than at the release that the query names: their
    attributes have changed, or a series that they concern."""
    assert asked.after is not None
    assert asked.before is not None
    level = asked.table_set.attrs
    of_scope = rows.scope_name(scope)
    found: set[int] = set()
    for statement in (
        select(level.table.c.id).where(level.table.c.scope == of_scope, level.table.c.release > asked.after),
        select(level.history.c.id).where(level.history.c.scope == of_scope, level.history.c.until > asked.after),
        *(
            state.series(state.view.attrs.c.id).where(conditions.scope_match(state.view, scope), _changed(state, asked))
            for state in (asked.before, asked)
        ),
    ):
        found.update(connection.execute(statement.distinct()).scalars())
    return pl.Series("id", sorted(found), dtype=pl.Int64)


def _changed(state: Selection, asked: Selection) -> ColumnElement[bool]:
    assert asked.after is not None
    return state.view.series.c.id.in_(changed_series(asked.table_set, asked.after))
