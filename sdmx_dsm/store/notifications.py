"""Changes as messages to those who asked to hear of them, and the queue in which they wait for delivery.

Messages are made for each change once: how far it has been done is a row that moves in the transaction that queues them. A
message that is being sent is claimed by moving its time into the future; when its worker dies, it is due again then."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from sdmx_dsm.store import entries, registry
from sdmx_dsm.store.database import NOTIFICATION_LOCK, Database, first, record
from sdmx_dsm.store.records import Notification, NotificationEvents, NotificationState
from sdmx_dsm.store.tables import (
    milliseconds,
    moment,
    notifications,
    notified,
    now,
    registry_entries,
    revisions,
    sortable_id,
)

_AT_ONCE: Final = 100  # revisions, and changes of entries, that are made into messages in one transaction
_COLUMNS: Final = notifications.c


def events(database: Database) -> NotificationEvents:
    with database.read() as connection:
        since_revision, since_change = _reached(connection)
        revision = min(first(connection, select(func.max(revisions.c.number))) or 0, since_revision + _AT_ONCE)
        change = min(first(connection, select(func.max(registry_entries.c.change))) or 0, since_change + _AT_ONCE)
        registered = entries.changes(connection, "registration", since_change, _AT_ONCE)
        return NotificationEvents(
            since_revision=since_revision,
            since_change=since_change,
            revision=revision,
            change=change,
            artefacts=tuple(registry.changes_between(connection, since_revision + 1, revision)),
            registrations=tuple(entry for entry in registered if entry.change <= change),
        )


def queue(database: Database, seen: NotificationEvents, messages: Sequence[tuple[str, str, str]]) -> bool:
    """Queues messages (subscription, endpoint, body) for the events `seen`; false when somebody else has done it."""
    with database.write(NOTIFICATION_LOCK) as connection:
        if _reached(connection) != (seen.since_revision, seen.since_change):
            return False
        connection.execute(delete(notified))
        connection.execute(
            insert(notified),
            [{"source": "revisions", "number": seen.revision}, {"source": "entries", "number": seen.change}],
        )
        if messages:
            connection.execute(insert(notifications), [_row(*message) for message in messages])
        return True


def claim(database: Database, lease_seconds: float) -> Notification | None:
    """The message that has been due for the longest, its next time moved behind the lease."""
    due = (
        select(notifications)
        .where(_COLUMNS.state == "waiting", _COLUMNS.due <= now())
        .order_by(_COLUMNS.due, _COLUMNS.id)
        .limit(1)
    )
    with database.read() as connection:
        if connection.execute(due).one_or_none() is None:  # as is so nearly always: nobody has to wait for it
            return None
    with database.write(NOTIFICATION_LOCK) as connection:
        row = connection.execute(due).one_or_none()
        if row is None:
            return None
        connection.execute(
            update(notifications)
            .where(_COLUMNS.id == row.id)
            .values(due=now() + int(lease_seconds * 1000), attempts=row.attempts + 1)
        )
        return _notification(connection.execute(select(notifications).where(_COLUMNS.id == row.id)).one())


def conclude(
    database: Database, notification: Notification, state: NotificationState, outcome: str, due: datetime | None
) -> None:
    """Records an attempt: what came of it, and when the next one is due where it is to be tried again."""
    with database.write() as connection:
        values: dict[str, object] = {"state": state, "outcome": outcome}
        if due is not None:
            values["due"] = milliseconds(due)
        connection.execute(update(notifications).where(_COLUMNS.id == notification.id).values(values))
        record(
            connection,
            "notifier",
            "notify",
            notification.subscription,
            endpoint=notification.endpoint,
            notification=notification.id,
            attempt=notification.attempts,
            state=state,
            outcome=outcome,
        )


def newest(database: Database, subscription: str | None, limit: int) -> list[Notification]:
    statement = select(notifications).order_by(_COLUMNS.id.desc()).limit(limit)
    if subscription is not None:
        statement = statement.where(_COLUMNS.subscription == subscription)
    with database.read() as connection:
        return [_notification(row) for row in connection.execute(statement)]


def _reached(connection: Connection) -> tuple[int, int]:
    rows = {row.source: row.number for row in connection.execute(select(notified))}
    return rows.get("revisions", 0), rows.get("entries", 0)


def _row(subscription: str, endpoint: str, body: str) -> dict[str, object]:
    is_mail = endpoint.startswith("mailto:")
    return {
        "id": sortable_id(),
        "subscription": subscription,
        "endpoint": endpoint,
        "body": body,
        "made": now(),
        "state": "not delivered" if is_mail else "waiting",
        "attempts": 0,
        "due": now(),
        "outcome": "Mail is not sent from here." if is_mail else "",
    }


def _notification(row: Row[Any]) -> Notification:
    return Notification(
        id=row.id,
        subscription=row.subscription,
        endpoint=row.endpoint,
        body=row.body,
        made=moment(row.made),
        state=row.state,
        attempts=row.attempts,
        due=moment(row.due),
        outcome=row.outcome,
    )
