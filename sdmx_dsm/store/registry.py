"""Artefacts with their history. A change is a revision, numbered by one, hub-wide; a row says from which revision an artefact
was so, and until which.

The content is the model as JSON, compressed; a digest of its canonical form tells whether anything changed."""

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import Connection, func, insert, or_, select, tuple_, update

from sdmx_dsm.errors import Conflict, NotFound
from sdmx_dsm.model import MAINTAINABLES, Maintainable, Reference
from sdmx_dsm.store.database import REGISTRY_LOCK, Database, first, record
from sdmx_dsm.store.tables import artefacts, milliseconds, now, revisions

_KEYS_AT_ONCE: Final = 100  # in one statement
_NEWEST: Final = select(func.max(revisions.c.number))


def revision(database: Database) -> int:
    """The number of the newest revision, 0 for an empty registry."""
    with database.read() as connection:
        return first(connection, _NEWEST) or 0


def read_artefacts(database: Database, as_of: datetime | None = None) -> Iterator[Maintainable]:
    table = artefacts.c
    statement = select(table.artefact_class, table.content).order_by(
        table.artefact_class, table.agency, table.artefact_id, table.version
    )
    with database.read() as connection:
        if as_of is None:
            statement = statement.where(table.until.is_(None))
        else:
            at = (
                first(connection, select(func.max(revisions.c.number)).where(revisions.c.time <= milliseconds(as_of)))
                or 0
            )
            statement = statement.where(table.revision <= at, or_(table.until.is_(None), table.until > at))
        rows = connection.execute(statement).all()
    return (_decode(name, content) for name, content in rows)


def revise(
    database: Database,
    put: Iterable[Maintainable],
    delete: Iterable[Reference],
    *,
    user: str,
    note: str,
    expected: int | None,
) -> int:
    changed, removed = list(put), list(delete)
    with database.write(REGISTRY_LOCK) as connection:
        newest = first(connection, _NEWEST) or 0
        if expected is not None and newest > expected:
            raise Conflict(
                f"The registry was changed meanwhile: it is at revision {newest}, the change was made for {expected}.",
                revision=newest,
            )
        current = _digests(connection, [*(artefact.reference for artefact in changed), *removed])
        if missing := [reference for reference in removed if reference not in current]:
            raise NotFound(f"There is no {missing[0].artefact_class} {missing[0].short}.", reference=missing[0])
        differing = [artefact for artefact in changed if current.get(artefact.reference) != _digest(artefact)]
        if not differing and not removed:
            return newest
        number = _new_revision(connection, user, note)
        ended = [artefact.reference for artefact in differing if artefact.reference in current] + removed
        _end(connection, ended, number)
        if differing:
            connection.execute(insert(artefacts), [_row(artefact, number) for artefact in differing])
        for artefact in differing:
            action = "change artefact" if artefact.reference in current else "add artefact"
            record(connection, user, action, artefact.reference.urn, revision=number, note=note)
        for reference in removed:
            record(connection, user, "delete artefact", reference.urn, revision=number, note=note)
        return number


def _new_revision(connection: Connection, user: str, note: str) -> int:
    number, time = connection.execute(select(func.max(revisions.c.number), func.max(revisions.c.time))).one()
    number = (number or 0) + 1
    connection.execute(
        insert(revisions).values(number=number, time=max(now(), (time or 0) + 1), user_name=user, note=note)
    )
    return number


def _end(connection: Connection, references: Sequence[Reference], number: int) -> None:
    table = artefacts.c
    for reference in references:
        connection.execute(
            update(artefacts)
            .where(
                table.artefact_class == reference.artefact_class,
                table.agency == reference.agency,
                table.artefact_id == reference.id,
                table.version == reference.version,
                table.until.is_(None),
            )
            .values(until=number)
        )


def _digests(connection: Connection, references: Sequence[Reference]) -> dict[Reference, str]:
    """The digests of those of `references` that are there now."""
    table = artefacts.c
    found: dict[Reference, str] = {}
    for start in range(0, len(references), _KEYS_AT_ONCE):
        keys = [(r.artefact_class, r.agency, r.id, r.version) for r in references[start : start + _KEYS_AT_ONCE]]
        identity = (table.artefact_class, table.agency, table.artefact_id, table.version)
        rows = connection.execute(
            select(*identity, table.digest).where(tuple_(*identity).in_(keys), table.until.is_(None))
        )
        found.update((Reference(*key), digest) for *key, digest in rows)
    return found


def _row(artefact: Maintainable, number: int) -> dict[str, object]:
    return {
        "artefact_class": type(artefact).__name__,
        "agency": artefact.agency,
        "artefact_id": artefact.id,
        "version": artefact.version,
        "revision": number,
        "until": None,
        "digest": _digest(artefact),
        # Not the canonical form: languages keep the order of the document.
        "content": zlib.compress(msgspec.json.encode(artefact)),
    }


def _digest(artefact: Maintainable) -> str:
    return hashlib.sha256(msgspec.json.encode(artefact, order="deterministic")).hexdigest()


def _decode(name: str, content: bytes) -> Maintainable:
    return msgspec.json.decode(zlib.decompress(content), type=MAINTAINABLES[name])
