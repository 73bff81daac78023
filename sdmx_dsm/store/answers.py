"""What a question selects, as data sets: a state, what has changed since a moment, or release by release what each changed."""

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final, cast

import polars as pl

from sdmx_dsm.batches import DataSet, Header
from sdmx_dsm.store import deltas, reading, releases, sets
from sdmx_dsm.store.database import Database
from sdmx_dsm.store.selection import Question

_BEFORE_ALL: Final = datetime(1970, 1, 1, tzinfo=UTC)


def data(database: Database, question: Question, prepared: str) -> list[DataSet]:
    """As `Store.data` says. `prepared`: the time for the headers."""
    if question.query.include_history:
        return list(_history(database, question, prepared))
    return _answer(database, question, prepared)


def disseminations(database: Database, question: Question) -> Iterator[tuple[datetime, Question]]:
    """The time of each release that a query for the history is about, and the question what it changed."""
    earlier = question.query.updated_after or _BEFORE_ALL
    for time in releases.disseminations(database, question.schema, question.query):
        yield time, replace(question, query=replace(question.query, updated_after=earlier, as_of=time))
        earlier = time


def _answer(database: Database, question: Question, prepared: str) -> list[DataSet]:
    schema = question.schema
    ids = schema.selected(question.query)
    dataset = DataSet(
        schema=schema,
        structure=sets.dataflow_of(schema),
        batches=reading.batches(database, question, ids),
        header=Header(prepared=prepared),
        action="Replace" if len(ids) == len(schema.components) else "Merge",
        components=ids,
        ordered=True,
    )
    if question.query.updated_after is None:
        return [dataset]
    gone = deltas.batches(database, question, ids)
    return [replace(dataset, action="Delete", batches=gone, ordered=False), dataset]


def _history(database: Database, question: Question, prepared: str) -> Iterator[DataSet]:
    for time, asked in disseminations(database, question):
        pairs = zip(_answer(database, asked, prepared), _answer(database, asked, prepared), strict=True)
        for dataset, looked_at in pairs:
            if _is_empty(looked_at.batches):
                continue
            if dataset.action == "Delete":
                yield replace(dataset, valid_to=time)
            else:
                yield replace(dataset, valid_from=time)


def _is_empty(batches: Iterator[pl.DataFrame]) -> bool:
    """Looks into batches that nobody else will take: with the look the connection that they hold is free again."""
    with closing(cast("Generator[pl.DataFrame]", batches)) as looked_at:
        return not any(batch.height for batch in looked_at)
