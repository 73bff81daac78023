"""What present data have of a component, and which of them lack it, whoever may see them: what a change of structures is held
against."""

from collections.abc import Iterator

import polars as pl
from sqlalchemy import ColumnElement, exists, false, or_, select, union_all

from sdmx_dsm.batches import BATCH_ROWS
from sdmx_dsm.model import Schema, SchemaComponent
from sdmx_dsm.store import sets
from sdmx_dsm.store.conditions import scope_match
from sdmx_dsm.store.cursors import stream
from sdmx_dsm.store.database import Database
from sdmx_dsm.store.sets import place_of
from sdmx_dsm.store.tables import agreements
from sdmx_dsm.store.visible import Visible, everything


def used_values(database: Database, schema: Schema, id: str) -> Iterator[pl.Series]:
    with database.read() as connection:
        table_set = sets.find(connection, schema)
        if table_set is None:
            return
        stored = everything(table_set)
        tables = {
            "dimension": (stored.series, stored.attrs),
            "series": (stored.series,),
            "obs": (stored.obs,),
            "attrs": (stored.attrs,),
        }
        places = [
            values if column.is_numeric else values.distinct()  # numbers hardly repeat
            for column in table_set.columns
            if column.component == id
            for table in tables[column.place]
            for values in (select(table.c[column.name]).where(table.c[column.name].is_not(None)),)
        ]
        if schema.time and schema.time.id == id:
            places.append(select(stored.obs.c.period).distinct())
        if not places:
            return
        with stream(connection, select(union_all(*places).subquery()), {id: pl.String}) as values:
            while (frame := values.next(BATCH_ROWS)).height:
                yield frame.get_column(id)


def keys_without(database: Database, schema: Schema, id: str, limit: int) -> list[str]:
    component = schema.by_id[id]
    place = place_of(component)
    with database.read() as connection:
        table_set = sets.find(connection, schema)
        if table_set is None or place is None:
            return []
        view = everything(table_set)
        scope = component.dimensions if place == "attrs" else schema.dimension_ids
        stored = table_set.at("dimension")
        names = {id: stored[id].name for id in scope if id in stored}
        columns = [view.series.c[name] for name in names.values()]
        if place == "obs":
            columns.append(view.obs.c.period)
        elif not columns:
            columns.append(agreements.c.reference)
        of_series = select(*columns).join_from(view.series, agreements, agreements.c.id == view.series.c.agreement)
        lacking = (
            of_series.join(view.obs, view.obs.c.series == view.series.c.id)
            if place == "obs"
            else of_series.where(exists().where(view.obs.c.series == view.series.c.id)).distinct()
        )
        found = connection.execute(lacking.where(*_lack(view, schema, component)).limit(limit)).all()
    if not scope:
        return [reference for (reference,) in found]
    keys = [dict(zip(names, row, strict=False)) for row in found]
    texts = (".".join(key.get(id) or "*" for id in schema.dimension_ids) for key in keys)
    return [" ".join((text, *row[len(names) :])) for text, row in zip(texts, found, strict=True)]


def _lack(view: Visible, schema: Schema, component: SchemaComponent) -> Iterator[ColumnElement[bool]]:
    """On series, joined with their observations for what stands there."""
    place = place_of(component)
    assert place
    if component.role == "attribute" and place == "obs":  # it says something of values alone
        columns = view.table_set.at("obs")
        yield or_(false(), *(view.obs.c[columns[m.id].name].is_not(None) for m in schema.measures if m.id in columns))
    if (column := view.table_set.at(place).get(component.id)) is None:
        return
    if place == "attrs":
        attrs = view.attrs
        yield ~exists().where(scope_match(view, component.dimensions), attrs.c[column.name].is_not(None))
    else:
        table = view.obs if place == "obs" else view.series
        yield table.c[column.name].is_(None)
