"""What was released, and when."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from sdmx_dsm.model import Reference, Release, Schema
from sdmx_dsm.store import sets
from sdmx_dsm.store.database import Database, first
from sdmx_dsm.store.records import Changes
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


def newest(database: Database, limit: int) -> list[Release]:
    with database.read() as connection:
        return [
            _release(row)
            for row in connection.execute(select(releases).order_by(releases.c.number.desc()).limit(limit))
        ]


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


def data_revision(database: Database, schema: Schema) -> int:
    with database.read() as connection:
        table_set = sets.find(connection, schema)
        return revision_of(connection, table_set.id) if table_set else 0


def revision_of(connection: Connection, table_set: int) -> int:
    """The number of the newest release that changed a table set; 0 when none did."""
    parts = release_parts.c
    newest = select(parts.release).where(parts.table_set == table_set, _has_changes()).order_by(parts.release.desc())
    return first(connection, newest.limit(1)) or 0


def number_at(connection: Connection, time: datetime) -> int:
    """The newest release at a moment; 0 before the first."""
    return first(connection, select(func.max(releases.c.number)).where(releases.c.time <= milliseconds(time))) or 0


def snapshot(database: Database, schema: Schema) -> tuple[int, str]:
    """The data revision of a dataflow, and the time of the newest release of all (ISO 8601, "" before the first), which was
    there when it was read."""
    with database.read() as connection:
        time = first(connection, select(func.max(releases.c.time)))
        table_set = sets.find(connection, schema)
        revision = revision_of(connection, table_set.id) if table_set else 0
    return revision, "" if time is None else moment(time).isoformat(timespec="milliseconds")


def _has_changes() -> Any:
    parts = release_parts.c
    return parts.inserted + parts.updated + parts.deleted + parts.attributes > 0


def _release(row: Row[Any]) -> Release:
    return Release(number=row.number, time=moment(row.time), submission=row.submission, note=row.note)
