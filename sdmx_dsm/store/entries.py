"""Registrations and subscriptions with their history: each change is a row, and nothing is ever taken away.

A row of the action Delete has the content that was deleted. Times never run against the numbers of changes."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Row, func, insert, select, update

from sdmx_dsm.errors import Conflict, NotFound
from sdmx_dsm.model.registrations import Registration, RegistryAction, Subscription
from sdmx_dsm.store.database import ENTRIES_LOCK, Database, first, record
from sdmx_dsm.store.records import Entry, EntryKind
from sdmx_dsm.store.tables import milliseconds, moment, now, registry_entries

_TYPES: Final[dict[EntryKind, type[Registration] | type[Subscription]]] = {
    "registration": Registration,
    "subscription": Subscription,
}
_COLUMNS: Final = registry_entries.c
_NEWEST: Final = select(func.max(_COLUMNS.change))


def newest_change(database: Database) -> int:
    with database.read() as connection:
        return first(connection, _NEWEST) or 0


def change(
    database: Database,
    kind: EntryKind,
    id: str,
    action: RegistryAction,
    *,
    subject: str,
    content: Registration | Subscription,
    user: str,
) -> Entry:
    with database.write(ENTRIES_LOCK) as connection:
        before = _newest_of(connection, kind, id)
        exists = before is not None and before.action != "Delete"
        if action == "Append" and exists:
            raise Conflict(f"There is a {kind} {id} already.", id=id)
        if action != "Append" and not exists:
            raise NotFound(f"There is no {kind} {id}.", id=id)
        number = (first(connection, _NEWEST) or 0) + 1
        newest_time = first(connection, select(func.max(_COLUMNS.time))) or 0
        if before is not None:
            connection.execute(update(registry_entries).where(_COLUMNS.change == before.change).values(until=number))
        row = {
            "change": number,
            "kind": kind,
            "entry": id,
            "action": action,
            "time": max(now(), newest_time + 1),
            "until": None,
            "user_name": user,
            "subject": subject,
            "content": msgspec.json.encode(content).decode(),
        }
        connection.execute(insert(registry_entries).values(row))
        record(connection, user, f"{_VERBS[action]} {kind}", id, **{"for": subject, "change": number})
        return _entry(connection.execute(select(registry_entries).where(_COLUMNS.change == number)).one())


_VERBS: Final = {"Append": "add", "Replace": "change", "Delete": "delete"}


def get(database: Database, kind: EntryKind, id: str) -> Entry:
    with database.read() as connection:
        row = _newest_of(connection, kind, id)
    if row is None or row.action == "Delete":
        raise NotFound(f"There is no {kind} {id}.", id=id)
    return _entry(row)


def current(
    database: Database,
    kind: EntryKind,
    subjects: Collection[str] | None = None,
    after: datetime | None = None,
    before: datetime | None = None,
) -> list[Entry]:
    statement = (
        select(registry_entries)
        .where(_COLUMNS.kind == kind, _COLUMNS.until.is_(None), _COLUMNS.action != "Delete")
        .order_by(_COLUMNS.change)
    )
    if after is not None:
        statement = statement.where(_COLUMNS.time > milliseconds(after))
    if before is not None:
        statement = statement.where(_COLUMNS.time < milliseconds(before))
    with database.read() as connection:
        rows = connection.execute(statement).all()
    return [_entry(row) for row in rows if subjects is None or row.subject in subjects]


def changes(connection: Connection, kind: EntryKind, after: int, limit: int) -> list[Entry]:
    """Changes behind a number, the oldest first."""
    statement = (
        select(registry_entries)
        .where(_COLUMNS.kind == kind, _COLUMNS.change > after)
        .order_by(_COLUMNS.change)
        .limit(limit)
    )
    return [_entry(row) for row in connection.execute(statement)]


def history(database: Database, kind: EntryKind, id: str) -> list[Entry]:
    statement = select(registry_entries).where(_COLUMNS.kind == kind, _COLUMNS.entry == id).order_by(_COLUMNS.change)
    with database.read() as connection:
        return [_entry(row) for row in connection.execute(statement)]


def _newest_of(connection: Connection, kind: EntryKind, id: str) -> Row[Any] | None:
    statement = select(registry_entries).where(_COLUMNS.kind == kind, _COLUMNS.entry == id, _COLUMNS.until.is_(None))
    return connection.execute(statement).one_or_none()


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        change=row.change,
        id=row.entry,
        action=row.action,
        time=moment(row.time),
        user=row.user_name,
        subject=row.subject,
        content=msgspec.json.decode(row.content, type=_TYPES[row.kind]),
    )
