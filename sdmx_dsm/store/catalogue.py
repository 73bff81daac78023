"""What all releases together have made of a dataflow, read once for each state and process.

Publications make a release each, in their own transaction and one after another: the number of the newest release that a
snapshot sees says everything that publications have written by then. Salts alone change without one; no reader needs them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, exists, func, or_, select

from sdmx_dsm.model import Schema
from sdmx_dsm.store import rows, sets
from sdmx_dsm.store.database import kept
from sdmx_dsm.store.sets import TableSet
from sdmx_dsm.store.tables import agreements, release_parts, releases

_KEPT: Final = "catalogue"
_NEWEST: Final = select(releases.c.number, releases.c.time).order_by(releases.c.number.desc()).limit(1)


@dataclass(frozen=True, slots=True)
class Entry:
    """`revision`: the newest release that changed the set, `time` its time (both 0 for none). `observations`: how many are
    stored, whoever may see them. `agreements`: short references of those that ever reported, each in its last version.
    `scopes`: of the schema's, those under which attributes are or were stored."""

    table_set: TableSet
    revision: int
    time: int
    observations: int
    agreements: tuple[str, ...]
    scopes: frozenset[tuple[str, ...]]


def newest_release(connection: Connection) -> tuple[int, int]:
    """The number and the time of the newest release of all; zeros before the first."""
    row = connection.execute(_NEWEST).one_or_none()
    return (row.number, row.time) if row else (0, 0)


def find(connection: Connection, schema: Schema) -> Entry | None:
    """The entry of the schema's dataflow in this snapshot; None while it has no data."""
    number, _ = newest_release(connection)
    return find_each(connection, number, (schema,))[0]


def find_each(connection: Connection, number: int, schemas: Iterable[Schema]) -> list[Entry | None]:
    """As `find`, for each schema; `number` is that of the newest release of all."""
    # One pair, replaced as a whole: threads that see different releases don't mix their entries.
    known, entries = kept(connection).get(_KEPT, (None, {}))
    if known != number:
        entries = {}
        kept(connection)[_KEPT] = (number, entries)

    def entry(schema: Schema) -> Entry | None:
        dataflow = sets.dataflow_of(schema)
        scopes = tuple(rows.scopes_of(schema))
        key = (dataflow.agency, dataflow.id, sets.line_of(dataflow.version), scopes)
        if key not in entries:
            entries[key] = _read(connection, schema, scopes)
        found: Entry | None = entries[key]
        return found

    return [entry(schema) for schema in schemas]


def _read(connection: Connection, schema: Schema, scopes: Iterable[tuple[str, ...]]) -> Entry | None:
    table_set = sets.find(connection, schema)
    if table_set is None:
        return None
    parts = release_parts.c
    of_set = parts.table_set == table_set.id
    changed = parts.inserted + parts.updated + parts.deleted + parts.attributes > 0
    newest = connection.execute(
        select(releases.c.number, releases.c.time)
        .join(release_parts, parts.release == releases.c.number)
        .where(of_set, changed)
        .order_by(releases.c.number.desc())
        .limit(1)
    ).one_or_none()
    stored = connection.execute(select(func.sum(parts.inserted - parts.deleted)).where(of_set)).scalar()
    reporting = (
        select(agreements.c.reference)
        .where(agreements.c.id.in_(select(parts.agreement).where(of_set)))
        .order_by(agreements.c.reference)
    )
    attrs = table_set.attrs

    def is_used(scope: tuple[str, ...]) -> bool:
        any_row = (exists().where(table.c.scope == rows.scope_name(scope)) for table in (attrs.table, attrs.history))
        return bool(connection.execute(select(or_(*any_row))).scalar())

    return Entry(
        table_set=table_set,
        revision=newest.number if newest else 0,
        time=newest.time if newest else 0,
        observations=int(stored or 0),
        agreements=tuple(connection.execute(reporting).scalars()),
        scopes=frozenset(filter(is_used, scopes)),
    )
