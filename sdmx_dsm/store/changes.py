"""Changes to a level of a table set, as statements over sets of rows.

What a row was before release R is copied to the level's history (unless R made it itself, so that nobody saw it), then it is
changed. A row that would not differ is left alone, and keeps its release."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    tuple_,
    update,
)
from sqlalchemy.sql.dml import UpdateBase

from sdmx_dsm.store.sets import Level

Mode = Literal["merge", "replace", "fill"]
"""What becomes of a stored row: merge takes the values that are given, replace all, fill only where nothing is stored."""


@dataclass(frozen=True, slots=True)
class Outcome:
    inserted: int = 0
    updated: int = 0
    deleted: int = 0

    def __add__(self, other: "Outcome") -> "Outcome":
        return Outcome(self.inserted + other.inserted, self.updated + other.updated, self.deleted + other.deleted)


def upsert(connection: Connection, level: Level, stage: Table, mode: Mode, release: int) -> Outcome:
    """Brings the rows of `stage` into the level."""
    table = level.table
    same = same_row(table, stage, level)
    results = {name: _result(table, stage, name, mode) for name in level.values}
    updated = 0
    if results:
        differs = or_(*(result.is_distinct_from(table.c[name]) for name, result in results.items()))
        archive(connection, level, and_(same, differs), release)
        updated = _run(connection, update(table).where(same, differs).values({**results, **_stamp(table, release)}))
    columns = [stage.c[name] for name in level.columns]
    stamp = _stamp(table, release)
    missing = select(*columns, *map(literal, stamp.values())).where(~exists().where(same))
    inserted = _run(connection, insert(table).from_select([*level.columns, *stamp], missing))
    return Outcome(inserted, updated)


def archive(connection: Connection, level: Level, condition: ColumnElement[bool], release: int) -> None:
    """Keeps the rows of a level that fulfil `condition` as what was until `release`."""
    names = (*level.columns, "release")
    rows = select(*(level.table.c[name] for name in names), literal(release)).where(
        level.table.c.release < release, condition
    )
    connection.execute(insert(level.history).from_select([*names, "until"], rows))


def remove(connection: Connection, level: Level, condition: ColumnElement[bool], release: int) -> int:
    """Takes the rows that fulfil `condition` out of the level; how many."""
    archive(connection, level, condition, release)
    return _run(connection, delete(level.table).where(condition))


def clear(
    connection: Connection, level: Level, names: Sequence[str], condition: ColumnElement[bool], release: int
) -> int:
    """Deletes the values in some columns of the rows that fulfil `condition`; how many rows had any."""
    filled = and_(condition, or_(*(level.table.c[name].is_not(None) for name in names)))
    archive(connection, level, filled, release)
    emptied = {**dict.fromkeys(names), **_stamp(level.table, release)}
    return _run(connection, update(level.table).where(filled).values(emptied))


def is_empty(level: Level) -> ColumnElement[bool]:
    """Whether a row holds no value."""
    return and_(true(), *(level.table.c[name].is_(None) for name in level.values))


def restore_unchanged(connection: Connection, level: Level, release: int, scope: ColumnElement[bool]) -> int:
    """Rows that one release first deleted and then brought again as they were have not changed: they get their release back
    and lose the copy in the history. `scope` bounds the history to look at; how many rows."""
    table, history = level.table, level.history
    names = (*level.fixed, *level.values)
    was = and_(history.c.until == release, *(history.c[name] == table.c[name] for name in level.keys))
    equal = and_(
        was, table.c.release == release, *(history.c[name].is_not_distinct_from(table.c[name]) for name in names)
    )
    count = _run(connection, update(table).where(scope, equal).values(release=history.c.release))
    if count:
        connection.execute(
            delete(history).where(exists().where(scope, was, table.c.release == history.c.release).correlate(history))
        )
    return count


def among(table: Table, hits: Select[Any], level: Level) -> ColumnElement[bool]:
    """Whether a row's keys are among `hits`. As IN and not EXISTS: so the database begins with the hits, and finds the rows
    by their keys."""
    return tuple_(*(table.c[name] for name in level.keys)).in_(hits)


def same_row(table: Table, other: Table, level: Level) -> ColumnElement[bool]:
    return and_(*(table.c[name] == other.c[name] for name in level.keys))


def _result(table: Table, stage: Table, name: str, mode: Mode) -> ColumnElement[Any]:
    given, stored = stage.c[name], table.c[name]
    if mode == "replace":
        return given
    if mode == "fill":
        return func.coalesce(stored, given)
    if name.startswith("n"):  # a companion goes with its measure, also when the new value is no number
        return case((stage.c[f"c{name[1:]}"].is_not(None), given), else_=stored)
    return func.coalesce(given, stored)


def _run(connection: Connection, statement: UpdateBase) -> int:
    """Executes a change; how many rows it touched."""
    return connection.execute(statement.execution_options(preserve_rowcount=True)).rowcount


def _stamp(table: Table, release: int) -> dict[str, int]:
    return dict.fromkeys((name for name in ("release", "touched") if name in table.c), release)
