"""Artefacts with their history. A change is a revision, numbered by one, hub-wide; a row says from which revision an artefact
was so, and until which. Nothing but the items of ended states, which their content holds too, is ever taken away."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, and_, delete, func, insert, literal, or_, select, tuple_, union_all, update
from sqlalchemy.sql.elements import ColumnElement

from sdmx_dsm.errors import Conflict, NotFound
from sdmx_dsm.model import Maintainable, Reference
from sdmx_dsm.store import catalogue, states
from sdmx_dsm.store.database import CONTENT_LOCK, Database, first, portions, record_each
from sdmx_dsm.store.records import ArtefactChange
from sdmx_dsm.store.tables import artefact_items, artefacts, milliseconds, moment, now, revisions

AT_ONCE: Final = 500  # keys or numbers in one statement
IDENTITY: Final = (artefacts.c.artefact_class, artefacts.c.agency, artefacts.c.artefact_id, artefacts.c.version)
_AUDITED: Final = {"Append": "add artefact", "Replace": "change artefact", "Delete": "delete artefact"}
_NEWEST: Final = select(revisions.c.number, revisions.c.time).order_by(revisions.c.number.desc()).limit(1)


def newest(connection: Connection) -> tuple[int, int]:
    """The number and the time of the newest revision; zeros for an empty registry."""
    row = connection.execute(_NEWEST).one_or_none()
    return (row.number, row.time) if row else (0, 0)


def revision_at(connection: Connection, at: datetime | int) -> tuple[int, int]:
    """The number and the time of the revision that was the newest at a moment, or that has this number; zeros where there was
    none."""
    condition = revisions.c.time <= milliseconds(at) if isinstance(at, datetime) else revisions.c.number <= at
    row = connection.execute(_NEWEST.where(condition)).one_or_none()
    return (row.number, row.time) if row else (0, 0)


def revision(database: Database) -> int:
    """The number of the newest revision, 0 for an empty registry."""
    with database.read() as connection:
        return newest(connection)[0]


def current_at(revision: int) -> ColumnElement[bool]:
    """The condition of states that a revision sees."""
    table = artefacts.c
    return and_(table.revision <= revision, or_(table.until.is_(None), table.until > revision))


def revise(
    database: Database,
    put: Iterable[Maintainable],
    delete: Iterable[Reference],
    *,
    user: str,
    note: str,
    expected: int | None,
    expected_release: int | None,
) -> int:
    changed, removed = {artefact.reference: artefact for artefact in put}, list(delete)
    encoded = {reference: states.encode(artefact) for reference, artefact in changed.items()}
    with database.write(CONTENT_LOCK) as connection:
        last = check_revision(connection, expected)
        _check_release(connection, expected_release)
        current = _current(connection, [*changed, *removed])
        if missing := [reference for reference in removed if reference not in current]:
            raise NotFound(f"There is no {missing[0].artefact_class} {missing[0].short}.", reference=missing[0])
        differing = {
            reference: "Replace" if reference in current else "Append"
            for reference, state in encoded.items()
            if reference not in current or current[reference].digest != state.digest
        }
        if not differing and not removed:
            return last
        number = _new_revision(connection, user, note)
        _end(connection, [current[reference].id for reference in differing if reference in current], number)
        _end(connection, [current[reference].id for reference in removed], number, deleted=True)
        last_id = first(connection, select(func.max(artefacts.c.id))) or 0
        states.insert_states(
            connection,
            [(id, encoded[key], action) for id, (key, action) in enumerate(differing.items(), last_id + 1)],
            number,
        )
        done = [*differing.items(), *((reference, "Delete") for reference in removed)]
        record_each(
            connection,
            user,
            [(_AUDITED[action], reference.urn) for reference, action in done],
            revision=number,
            note=note,
        )
        return number


def check_revision(connection: Connection, expected: int | None) -> int:
    """The number of the newest revision. Raises Conflict when it is past `expected`."""
    last, _ = newest(connection)
    if expected is not None and last > expected:
        raise Conflict(
            f"The registry was changed meanwhile: it is at revision {last}, the change was made for {expected}.",
            ru=f"Реестр тем временем изменился: его ревизия — {last}, а изменение подготовлено для {expected}.",
            revision=last,
        )
    return last


def _check_release(connection: Connection, expected: int | None) -> None:
    last, _ = catalogue.newest_release(connection)
    if expected is not None and last > expected:
        raise Conflict(
            f"Data were released meanwhile: the newest release is {last}, the change was made for {expected}.",
            ru=f"Тем временем опубликованы данные: последний выпуск — {last}, а изменение подготовлено для {expected}.",
            release=last,
        )


def changes(database: Database, since: int, limit: int) -> list[ArtefactChange]:
    """What the `limit` revisions after `since` did, the oldest first."""
    asked = select(revisions.c.number).where(revisions.c.number > since).order_by(revisions.c.number).limit(limit)
    with database.read() as connection:
        numbers = connection.execute(asked).scalars().all()
        return changes_between(connection, numbers[0], numbers[-1]) if numbers else []


def history(database: Database, reference: Reference) -> list[ArtefactChange]:
    """All changes of one version of an artefact, the oldest first."""
    key = (reference.artefact_class, reference.agency, reference.id, reference.version)
    with database.read() as connection:
        return changes_between(connection, 1, newest(connection)[0], tuple_(*IDENTITY) == key)


def artefact(database: Database, reference: Reference, revision: int | None) -> Maintainable | None:
    """An artefact as it was at a revision, or is now; None where it was not there."""
    key = (reference.artefact_class, reference.agency, reference.id, reference.version)
    condition = artefacts.c.until.is_(None) if revision is None else current_at(revision)
    wanted = select(artefacts.c.model_class, artefacts.c.content).where(tuple_(*IDENTITY) == key, condition)
    with database.read() as connection:
        row = connection.execute(wanted).one_or_none()
    return states.decode(row.model_class, row.content) if row else None


def changes_between(
    connection: Connection, begin: int, end: int, condition: ColumnElement[bool] | None = None
) -> list[ArtefactChange]:
    """What the revisions from `begin` to `end` did, to all artefacts or to those of a condition."""
    table = artefacts.c
    of_one = () if condition is None else (condition,)
    begun = select(table.revision.label("number"), table.action.label("action"), *IDENTITY).where(
        table.revision.between(begin, end), *of_one
    )
    deleted = select(table.until.label("number"), literal("Delete").label("action"), *IDENTITY).where(
        table.until.between(begin, end), table.is_deleted == 1, *of_one
    )
    both = union_all(begun, deleted).subquery()
    rows = connection.execute(
        select(both, revisions.c.time, revisions.c.user_name, revisions.c.note)
        .join(revisions, revisions.c.number == both.c.number)
        .order_by(both.c.number, both.c.artefact_class, both.c.agency, both.c.artefact_id, both.c.version)
    )
    return [
        ArtefactChange(
            revision=row.number,
            time=moment(row.time),
            user=row.user_name,
            note=row.note,
            action=row.action,
            reference=Reference(row.artefact_class, row.agency, row.artefact_id, row.version),
        )
        for row in rows
    ]


def _new_revision(connection: Connection, user: str, note: str) -> int:
    number, time = newest(connection)
    connection.execute(
        insert(revisions).values(number=number + 1, time=max(now(), time + 1), user_name=user, note=note)
    )
    return number + 1


def _end(connection: Connection, ids: Sequence[int], number: int, *, deleted: bool = False) -> None:
    for some in portions(ids, AT_ONCE):
        connection.execute(
            update(artefacts).where(artefacts.c.id.in_(some)).values(until=number, is_deleted=int(deleted))
        )
        connection.execute(delete(artefact_items).where(artefact_items.c.source.in_(some)))


def _current(connection: Connection, references: Sequence[Reference]) -> dict[Reference, Any]:
    """Number (`id`) and digest of the current states of those of `references` that are there."""
    found: dict[Reference, Any] = {}
    for some in portions(references, AT_ONCE):
        keys = [(r.artefact_class, r.agency, r.id, r.version) for r in some]
        rows = connection.execute(
            select(artefacts.c.id, artefacts.c.digest, *IDENTITY).where(
                tuple_(*IDENTITY).in_(keys), artefacts.c.until.is_(None)
            )
        )
        found.update((Reference(row[2], row[3], row[4], row[5]), row) for row in rows.all())
    return found
