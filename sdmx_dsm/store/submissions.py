"""Submissions: a queue in which each is worked on by one worker at a time, and a diary of every step.

A worker claims a submission for some seconds and renews its claim while it works; when it dies, the claim runs out and
another takes over. `finish` ends only what is unfinished, and only for the holder of the claim: so a release can't be made
twice."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Row, and_, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from sdmx_dsm.errors import Conflict, NotFound
from sdmx_dsm.model import Report
from sdmx_dsm.store.database import Database
from sdmx_dsm.store.records import UNFINISHED, Finish, Submission, SubmissionEvent
from sdmx_dsm.store.tables import moment, now, sortable_id, submission_events, submissions

_COLUMNS: Final = submissions.c


def add(
    database: Database,
    *,
    user: str,
    file_digest: str,
    file_name: str,
    structure: str,
    options: Mapping[str, str],
    fingerprint: str | None,
    note: str,
) -> Submission:
    id = sortable_id()
    row = {
        "id": id,
        "received": now(),
        "user_name": user,
        "file_digest": file_digest,
        "file_name": file_name,
        "structure": structure,
        "options": msgspec.json.encode(options, order="sorted").decode(),
        "fingerprint": fingerprint,
        "state": "received",
        "attempts": 0,
        "note": note,
    }
    try:
        with database.write() as connection:
            connection.execute(insert(submissions).values(row))
            _diary(connection, id, user, "received", "")
    except IntegrityError as error:
        if earlier := find(database, fingerprint or ""):
            raise Conflict(
                f"The same file was sent with the same options before: submission {earlier.id}.",
                ru=f"Этот файл уже отправлен с теми же параметрами: отправка {earlier.id}.",
                submission=earlier.id,
            ) from error
        raise NotFound(
            f"There is no file {file_digest}.", ru=f"Файла {file_digest} нет.", digest=file_digest
        ) from error
    return get(database, id)


def get(database: Database, id: str) -> Submission:
    with database.read() as connection:
        row = connection.execute(select(submissions).where(_COLUMNS.id == id)).one_or_none()
    if not row:
        raise NotFound(f"There is no submission {id}.", ru=f"Отправки {id} нет.", submission=id)
    return _submission(row)


def newest(database: Database, limit: int, offset: int, state: str | None, user: str | None) -> list[Submission]:
    statement = select(submissions).order_by(_COLUMNS.id.desc()).limit(limit).offset(offset)
    if state is not None:
        statement = statement.where(_COLUMNS.state == state)
    if user is not None:
        statement = statement.where(_COLUMNS.user_name == user)
    with database.read() as connection:
        return [_submission(row) for row in connection.execute(statement)]


def find(database: Database, fingerprint: str) -> Submission | None:
    """The submission of the same file with the same options, unless it failed by our fault."""
    with database.read() as connection:
        row = connection.execute(
            select(submissions).where(_COLUMNS.fingerprint == fingerprint, _COLUMNS.state != "failed")
        ).one_or_none()
    return _submission(row) if row else None


def events(database: Database, id: str) -> list[SubmissionEvent]:
    table = submission_events.c
    with database.read() as connection:
        rows = connection.execute(
            select(table.time, table.user_name, table.state, table.comment)
            .where(table.submission == id)
            .order_by(table.id)
        ).all()
    return [SubmissionEvent(time=moment(t), user=user, state=state, comment=text) for t, user, state, text in rows]


def claim(database: Database, worker: str, lease_seconds: float) -> Submission | None:
    """The oldest submission that waits, or whose worker was not heard of in time: now this worker's."""
    waits = or_(_COLUMNS.state == "received", and_(_COLUMNS.state == "checking", _COLUMNS.lease_until < now()))
    oldest = select(_COLUMNS.id).where(waits).order_by(_COLUMNS.id).limit(1)
    with database.read() as connection:  # mostly nothing waits, and a look disturbs no writer
        if connection.execute(oldest).scalar() is None:
            return None
    with database.write() as connection:
        id = connection.execute(oldest.with_for_update(skip_locked=True)).scalar()
        if id is None:
            return None
        connection.execute(
            update(submissions)
            .where(_COLUMNS.id == id)
            .values(
                state="checking",
                worker=worker,
                lease_until=now() + int(lease_seconds * 1000),
                attempts=_COLUMNS.attempts + 1,
            )
        )
        _diary(connection, id, worker, "checking", "")
        return _submission(connection.execute(select(submissions).where(_COLUMNS.id == id)).one())


def renew(database: Database, id: str, worker: str, lease_seconds: float) -> bool:
    """Whether the claim is still this worker's; if so, it holds for `lease_seconds` from now."""
    with database.write() as connection:
        result = connection.execute(
            update(submissions)
            .where(_COLUMNS.id == id, _COLUMNS.state == "checking", _COLUMNS.worker == worker)
            .values(lease_until=now() + int(lease_seconds * 1000))
        )
        return result.rowcount == 1


def finish(connection: Connection, id: str, user: str, end: Finish, release: int | None = None) -> None:
    """Raises Conflict when the submission is finished, or another worker's."""
    open_still = and_(_COLUMNS.id == id, _COLUMNS.state.in_(UNFINISHED))
    if end.worker is not None:
        open_still = and_(open_still, _COLUMNS.worker == end.worker)
    result = connection.execute(
        update(submissions)
        .where(open_still)
        .values(
            state=end.state,
            report=msgspec.json.encode(end.report).decode() if end.report else None,
            findings_digest=end.findings_digest,
            release=release,
            lease_until=None,
        )
    )
    if result.rowcount != 1:
        raise Conflict(
            f"Submission {id} is finished already, or another worker has it.",
            ru=f"Отправка {id} уже обработана или обрабатывается другим процессом.",
            submission=id,
        )
    _diary(connection, id, user, end.state, end.comment)


def requeue(database: Database, id: str, *, user: str, comment: str) -> None:
    """Back to the queue: a claim given up, or a submission that failed. Raises Conflict when its data were judged already."""
    try:
        with database.write() as connection:
            result = connection.execute(
                update(submissions)
                .where(_COLUMNS.id == id, _COLUMNS.state.in_(("checking", "failed")))
                .values(state="received", worker=None, lease_until=None, report=None, findings_digest=None)
            )
            if result.rowcount != 1:
                raise Conflict(
                    f"Submission {id} is not being checked, nor did it fail.",
                    ru=f"Отправка {id} не проверяется, и сбоя при её обработке не было.",
                    submission=id,
                )
            _diary(connection, id, user, "received", comment)
    except IntegrityError as error:
        raise Conflict(
            f"The file of submission {id} has been sent again since.",
            ru=f"Файл отправки {id} с тех пор отправлен ещё раз.",
            submission=id,
        ) from error


def _diary(connection: Connection, id: str, user: str, state: str, comment: str) -> None:
    connection.execute(
        insert(submission_events).values(
            id=sortable_id(), submission=id, time=now(), user_name=user, state=state, comment=comment
        )
    )


def _submission(row: Row[Any]) -> Submission:
    return Submission(
        id=row.id,
        received=moment(row.received),
        user=row.user_name,
        file_digest=row.file_digest,
        file_name=row.file_name,
        structure=row.structure,
        options=msgspec.json.decode(row.options),
        fingerprint=row.fingerprint,
        state=row.state,
        attempts=row.attempts,
        report=msgspec.json.decode(row.report, type=Report) if row.report else None,
        findings_digest=row.findings_digest,
        release=row.release,
        note=row.note,
    )
