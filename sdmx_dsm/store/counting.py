"""How much a query selects, of what and from whom, without reading it. `limit` and `offset` do not count."""

from typing import Any

import polars as pl
from sqlalchemy import Select, func, select

from sdmx_dsm.batches import BATCH_ROWS
from sdmx_dsm.store import answers, index, selection
from sdmx_dsm.store.cursors import stream
from sdmx_dsm.store.database import Database, first
from sdmx_dsm.store.records import Counts
from sdmx_dsm.store.selection import Question, Selection
from sdmx_dsm.store.tables import agreements


def count(database: Database, question: Question) -> Counts:
    if not question.query.include_history:
        return _count(database, question)
    counts = [_count(database, asked) for _, asked in answers.disseminations(database, question)]
    return Counts(series=sum(one.series for one in counts), observations=sum(one.observations for one in counts))


def _count(database: Database, question: Question) -> Counts:
    with database.read() as connection:
        bound = selection.bind(connection, question)
        if bound is None:
            return Counts(series=0, observations=0)
        if (indexed := index.selected(connection, bound)) is not None:
            return Counts(series=indexed.height, observations=int(indexed.get_column(":observations").sum()))
        series = bound.series_with_observations(bound.view.series.c.id)
        observations = _observations(bound, "series")
        return Counts(
            series=first(connection, select(func.count()).select_from(series.subquery())) or 0,
            observations=first(connection, select(func.count()).select_from(observations.subquery())) or 0,
        )


def available(database: Database, question: Question) -> dict[str, list[str]]:
    schema = question.schema
    with database.read() as connection:
        bound = selection.bind(connection, question)
        if bound is None:
            return {}
        stored = bound.table_set.at("dimension")
        ids = [id for id in schema.dimension_ids if id in stored]
        if (indexed := index.selected(connection, bound)) is not None:
            found = {id: sorted(indexed.get_column(id).drop_nulls().unique().cast(pl.String)) for id in ids}
            if schema.time and indexed.height:
                found[schema.time.id] = index.periods(indexed)
            return found
        statement = bound.series_with_observations(*(bound.view.series.c[stored[id].name] for id in ids))
        values: dict[str, set[str]] = {id: set() for id in ids}
        with stream(connection, statement, dict.fromkeys(ids, pl.String)) as series:
            while (frame := series.next(BATCH_ROWS)).height:
                for id in ids:
                    values[id].update(frame.get_column(id).drop_nulls().unique())
        found = {id: sorted(codes) for id, codes in values.items()}
        if schema.time and any(values.values()):
            periods = _observations(bound, "start", "end", "period").subquery()
            first_one = select(periods.c.period).order_by(periods.c.start, periods.c.period).limit(1)
            last_one = select(periods.c.period).order_by(periods.c["end"].desc(), periods.c.period.desc()).limit(1)
            found[schema.time.id] = [connection.execute(one).scalar_one() for one in (first_one, last_one)]
        return found


def spread(database: Database, question: Question) -> dict[str, dict[str, int]]:
    with database.read() as connection:
        bound = selection.bind(connection, question)
        if bound is None:
            return {}
        stored = bound.table_set.at("dimension")
        ids = [id for id in question.schema.dimension_ids if id in stored]
        if (indexed := index.selected(connection, bound)) is not None:
            return {id: dict(_observations_by(id, indexed).iter_rows()) for id in ids}
        observed = _observations(bound, "series").subquery("observed")
        each = select(observed.c.series, func.count().label("count")).group_by(observed.c.series).subquery("each")
        series = bound.view.series
        statement = select(*(series.c[stored[id].name] for id in ids), each.c["count"]).select_from(
            series.join(each, each.c.series == series.c.id)
        )
        found: dict[str, dict[str, int]] = {id: {} for id in ids}
        with stream(connection, statement, dict.fromkeys(ids, pl.String) | {":count": pl.Int64}) as rows:
            while (frame := rows.next(BATCH_ROWS)).height:
                for id in ids:
                    sums = frame.drop_nulls(id).group_by(id).agg(pl.col(":count").sum())
                    for value, count in sums.iter_rows():
                        found[id][value] = found[id].get(value, 0) + count
        return found


def contributing_agreements(database: Database, question: Question) -> list[str]:
    with database.read() as connection:
        bound = selection.bind(connection, question)
        if bound is None:
            return []
        numbers = bound.series_with_observations(bound.view.series.c.agreement).distinct()
        statement = select(agreements.c.reference).where(agreements.c.id.in_(numbers)).order_by(agreements.c.reference)
        return list(connection.execute(statement).scalars())


def _observations_by(id: str, series: pl.DataFrame) -> pl.DataFrame:
    return series.drop_nulls(id).group_by(id).agg(pl.col(":observations").sum())


def _observations(bound: Selection, *names: str) -> Select[Any]:
    if bound.conditions.series is None:
        return bound.observations(names)  # those of a series that is not seen are not seen either
    return bound.observations(names, bound.view.obs.c.series.in_(bound.series(bound.view.series.c.id)))
