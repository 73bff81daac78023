"""What was released, and when."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from sdmx_dsm.model import DataQuery, Reference, Release, Schema
from sdmx_dsm.store import catalogue
from sdmx_dsm.store.database import Database, first
from sdmx_dsm.store.records import Changes, Holding, State
from sdmx_dsm.store.tables import agreements, milliseconds, moment, release_parts, releases, table_sets


def last(database: Database, dataflow: Reference | None) -> Release | None:
    """The newest release, or the newest that changed data of a dataflow, whatever its version."""
    statement = select(releases).order_by(releases.c.number.desc()).limit(1)
    if dataflow:
        parts = (
            select(func.max(release_parts.c.release))
            .join(table_sets, table_sets.c.id == release_parts.c.table_set)
            .where(table_sets.c.agency == dataflow.agency, table_sets.c.dataflow == dataflow.id, _has_changes())
        )
        statement = select(releases).where(releases.c.number == parts.scalar_subquery())
    with database.read() as connection:
        row = connection.execute(statement).one_or_none()
    return _release(row) if row else None


def newest(database: Database, limit: int, before: int | None) -> list[Release]:
    statement = select(releases).order_by(releases.c.number.desc()).limit(limit)
    if before is not None:
        statement = statement.where(releases.c.number < before)
    with database.read() as connection:
        return [_release(row) for row in connection.execute(statement)]


def changes(database: Database, number: int) -> list[Changes]:
    parts = release_parts.c
    statement = (
        select(
            table_sets.c.agency, table_sets.c.dataflow, table_sets.c.line, agreements.c.reference,
            parts.inserted, parts.updated, parts.deleted, parts.attributes,
        )
        .join(table_sets, table_sets.c.id == parts.table_set)
        .join(agreements, agreements.c.id == parts.agreement)
        .where(parts.release == number)
        .order_by(parts.part)
    )  # fmt: skip
    with database.read() as connection:
        return [
            Changes(
                dataflow=Reference("Dataflow", agency, dataflow, line),
                agreement=reference,
                inserted=inserted,
                updated=updated,
                deleted=deleted,
                attributes=attributes,
            )
            for agency, dataflow, line, reference, inserted, updated, deleted, attributes in connection.execute(
                statement
            )
        ]


def holdings(database: Database, schemas: Iterable[Schema]) -> list[Holding]:
    with database.read() as connection:
        number, time = catalogue.newest_release(connection)
        entries = catalogue.find_each(connection, number, schemas)
    state = _state(number, time)
    return [
        Holding(
            revision=entry.revision,
            released=moment(entry.time) if entry.revision else None,
            observations=entry.observations,
            agreements=entry.agreements,
            state=state,
        )
        if entry
        else Holding(state=state)
        for entry in entries
    ]


def data_revision(database: Database, schema: Schema) -> int:
    with database.read() as connection:
        entry = catalogue.find(connection, schema)
        return entry.revision if entry else 0


def number_at(connection: Connection, time: datetime) -> int:
    """The newest release at a moment; 0 before the first."""
    return first(connection, select(func.max(releases.c.number)).where(releases.c.time <= milliseconds(time))) or 0


def disseminations(database: Database, schema: Schema, query: DataQuery) -> list[datetime]:
    """The times of the releases that changed data of the schema's dataflow and that a query for its history is about, the
    oldest first."""
    with database.read() as connection:
        entry = catalogue.find(connection, schema)
        if entry is None:
            return []
        numbers = select(release_parts.c.release).where(release_parts.c.table_set == entry.table_set.id, _has_changes())
        statement = select(releases.c.time).where(releases.c.number.in_(numbers)).order_by(releases.c.number)
        if query.updated_after is not None:
            statement = statement.where(releases.c.time > milliseconds(query.updated_after))
        if query.as_of is not None:
            statement = statement.where(releases.c.time <= milliseconds(query.as_of))
        return [moment(time) for time in connection.execute(statement).scalars()]


def newest_state(database: Database) -> State:
    with database.read() as connection:
        return _state(*catalogue.newest_release(connection))


def _state(number: int, time: int) -> State:
    return State(number, moment(time).isoformat(timespec="milliseconds")) if number else State()


def _has_changes() -> Any:
    parts = release_parts.c
    return parts.inserted + parts.updated + parts.deleted + parts.attributes > 0


def _release(row: Row[Any]) -> Release:
    return Release(number=row.number, time=moment(row.time), submission=row.submission, note=row.note)
