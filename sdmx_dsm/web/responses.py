"""The one place that knows status numbers: which error is answered how, and the response that streams.

An error under the SDMX API is an SDMX error in the syntax asked for, under `/api` a problem document (RFC 9457), elsewhere a
page. What nobody foresaw is told by a number that is in the log, never by a traceback."""

import asyncio
import json
import logging
import re
import uuid
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from itertools import chain
from typing import Final, Literal
from xml.sax.saxutils import escape

import anyio
import anyio.to_thread
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sdmx_dsm.errors import (
    Conflict,
    DsmError,
    Forbidden,
    NoResults,
    NotAcceptable,
    NotFound,
    PeriodError,
    QuerySemanticsError,
    QuerySyntaxError,
    ReadError,
    SettingsError,
    SubmissionRejected,
    TooLarge,
    Unauthorised,
    Unavailable,
    Unsupported,
    UrnError,
    VersionError,
)
from sdmx_dsm.model import Text
from sdmx_dsm.service import Interrupt
from sdmx_dsm.service.rendered import Body, Draft, seal
from sdmx_dsm.web.codings import Coding, packed
from sdmx_dsm.web.outbox import Outbox, Tray
from sdmx_dsm.web.ranges import OutsideRange, Part

log = logging.getLogger(__name__)

_BEGINNING_BYTES: Final = 1 << 20
_PIECE_BYTES: Final = 1 << 18
_PATIENCE_SECONDS: Final = 300
_STOP_SECONDS: Final = 0.1

ErrorSyntax = Literal["xml", "json"]
Side = Literal["v1", "v2", "api"]


class AddressTooLong(DsmError):
    """The request target is over DSM_MAX_URL_CHARS."""


class SenderSilent(DsmError):
    """Nothing more came of a body that is not complete."""


class ForeignHost(DsmError):
    """The request is addressed to another host."""


@dataclass(frozen=True, slots=True)
class Status:
    """HTTP status on REST 2, REST 1 and outside the SDMX API, and the code of REST 1's errors (`spec/REST.md` A11, B8)."""

    v2: int
    v1: int
    api: int
    code: int

    def on(self, side: Side) -> int:
        return {"v2": self.v2, "v1": self.v1, "api": self.api}[side]


# Codes from 1000 on are the service's own: for what the standard's list does not name.
STATUSES: Final[Mapping[type[Exception], Status]] = {
    NotFound: Status(404, 404, 404, 100),
    NoResults: Status(404, 404, 404, 100),  # 204 on v2 under DSM_SDMX_DEFAULTS=specification: see `no_content`
    QuerySyntaxError: Status(400, 400, 400, 140),
    QuerySemanticsError: Status(422, 403, 422, 150),
    VersionError: Status(400, 400, 400, 140),
    UrnError: Status(400, 400, 400, 140),
    PeriodError: Status(400, 400, 400, 140),
    NotAcceptable: Status(406, 406, 406, 1406),
    AddressTooLong: Status(414, 414, 414, 1414),
    SenderSilent: Status(408, 408, 408, 1408),
    ForeignHost: Status(421, 421, 421, 1421),
    OutsideRange: Status(416, 416, 416, 1416),
    TooLarge: Status(413, 413, 413, 510),
    Unauthorised: Status(401, 401, 401, 110),
    Forbidden: Status(403, 403, 403, 110),
    Conflict: Status(409, 409, 409, 1409),
    Unsupported: Status(501, 501, 415, 501),
    Unavailable: Status(503, 503, 503, 503),
    ReadError: Status(422, 400, 422, 140),
    SubmissionRejected: Status(422, 422, 422, 150),
    SettingsError: Status(500, 500, 500, 500),
    DsmError: Status(500, 500, 500, 500),
}


# What broke a rule of the registry -> the status of the artefact; of all other rules it is 409 (SDMX REST 2.2, maintenance).
RULE_STATUSES: Final[Mapping[str, int]] = {
    "not-found": 404,
    "wrong-agency": 403,
    "wrong-agreement": 403,
    "changed-meanwhile": 412,
    "wrong-identity": 422,
}


def result_status(action: str, *, refused: bool, rules: Sequence[str] = ()) -> int:
    """Of one artefact, registration or subscription that was sent."""
    if refused:
        return next((RULE_STATUSES[rule] for rule in rules if rule in RULE_STATUSES), 409)
    return 201 if action == "Append" else 200


def message_status(results: Iterable[tuple[int, bool]]) -> int:
    """Of an answer to several: each its status, and whether it was refused for a reason of its own. What they have in common;
    207 where some were done and others refused."""
    found = list(results)
    done = {status for status, _ in found if status < 400}
    reasons = {status for status, is_own in found if status >= 400 and is_own}
    if done and reasons:
        return 207
    if done:
        return max(done)
    return reasons.pop() if len(reasons) == 1 else 409


def status_of(error: DsmError) -> Status:
    """The row of the nearest class."""
    return next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)


def no_content(error: DsmError, side: Side, policy: str) -> bool:
    """Whether an error is no error by the specification: a v2 query that nothing matches is answered by 204."""
    return isinstance(error, NoResults) and side == "v2" and policy == "specification"


def sdmx_error(
    status: int,
    code: int,
    message: str,
    syntax: ErrorSyntax,
    version: str = "3.0",
    sender: str = "",
    details: Sequence[str] = (),
    facts: Mapping[str, object] | None = None,
) -> Response:
    """`message:Error` of SDMX-ML `version`, or the errors array of SDMX-JSON, which names its sender. `details` are further
    messages of the same error; `facts` that JSON can say become members of the first."""
    messages = (message, *details)
    if syntax == "xml":
        return Response(_error_xml(code, messages, version), status, media_type="application/xml")
    return Response(_error_json(code, messages, status, sender, facts), status, media_type="application/json")


def _error_xml(code: int, messages: Sequence[str], version: str) -> str:
    base = f"http://www.sdmx.org/resources/sdmxml/schemas/v{version.replace('.', '_')}"
    texts = (
        re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", message) for message in messages
    )
    inside = "".join(
        f'<message:ErrorMessage code="{code}"><common:Text xml:lang="en">{escape(text)}</common:Text></message:ErrorMessage>'
        for text in texts
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<message:Error xmlns:message="{base}/message" xmlns:common="{base}/common">'
        f"{inside}</message:Error>\n"
    )


def _error_json(
    code: int, messages: Sequence[str], status: int, sender: str, facts: Mapping[str, object] | None
) -> str:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    meta = {"id": f"ERR-{uuid.uuid4().hex}", "prepared": now, "test": False, "sender": {"id": sender or "Unknown"}}
    title = HTTPStatus(status).phrase
    errors: list[dict[str, object]] = [{"code": code, "title": title, "detail": message} for message in messages]
    errors[0] = {**_members(facts), **errors[0]}
    return json.dumps({"meta": meta, "errors": errors}, ensure_ascii=False)


def problem(status: int, message: str, facts: Mapping[str, object] | None = None) -> Response:
    """RFC 9457. `facts` that JSON can say become members of their own."""
    body = {
        **_members(facts),
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": message,
    }
    return Response(json.dumps(body, ensure_ascii=False), status, media_type="application/problem+json")


def _members(facts: Mapping[str, object] | None) -> dict[str, object]:
    return {name: value for name, value in (facts or {}).items() if isinstance(value, str | int | float | bool | dict)}


def json_response(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(json.dumps(value, ensure_ascii=False), status, headers, media_type="application/json")


def not_modified(headers: Mapping[str, str]) -> Response:
    """The caller's copy is good: the headers that keep it so, and no body."""
    return Response(status_code=304, headers={name: value for name, value in headers.items() if name != "content-type"})


def work_status(*, finished: bool) -> int:
    """The work on what was sent, or asked for, is done, or goes on."""
    return HTTPStatus.OK if finished else HTTPStatus.ACCEPTED


def incident(error: Exception) -> Text:
    """Logs what nobody foresaw, and what to tell the caller about it."""
    number = uuid.uuid4().hex[:12]
    log.error("Incident %s", number, exc_info=error)
    return {
        "en": f"Something went wrong here that should not have; it is in the log under {number}.",
        "ru": f"Произошёл непредвиденный сбой; он записан в журнал под номером {number}.",
    }


# --- answers that stream -------------------------------------------------------------------------------------------------


class Stream(Response):
    """An answer in pieces, drawn from a generator in threads.

    Made where errors can still be told: the first MiB is taken at once, so that a query that fails early gets its error, and
    most answers are complete, with their length, before they begin. What is longer goes through the outbox of the application
    (`app.state.outbox`). A failure later breaks the transfer, and a caller who leaves closes the generator. With a Content-Range
    it is a part. Where `drafted` is set to what gives a draft, what is made to its end is kept."""

    def __init__(self, pieces: Iterable[bytes], headers: Mapping[str, str], *, coding: Coding = "") -> None:
        self.drafted: Callable[[], AbstractContextManager[Draft | None]] = nullcontext
        self.source = iter(pieces)
        self.pieces = packed(self.source, coding) if coding else self.source
        self.begun, self.complete = _beginning(self.pieces)
        self.left = False
        self.interrupt = Interrupt()  # of what the pieces are made from
        self.status_code = HTTPStatus.PARTIAL_CONTENT if "content-range" in headers else HTTPStatus.OK
        self.background = None
        encoding = {"content-encoding": coding} if coding else {}
        length = {"content-length": str(len(self.begun))} if self.complete else {}
        self.init_headers({**headers, **encoding, **length})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        start = {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
        is_head = scope["method"] == "HEAD"
        try:
            if self.complete or is_head:
                await send(start)
                await send({"type": "http.response.body", "body": b"" if is_head else self.begun})
                return
            outbox: Outbox = scope["app"].state.outbox
            with self.drafted() as draft, outbox.tray(draft.file if draft else None) as tray:
                await send(start)
                await self._transfer(tray, draft, outbox.producers, receive, send)
        finally:
            if not self.complete:
                with anyio.CancelScope(shield=True):
                    await run_in_threadpool(self.close)

    async def _transfer(
        self, tray: Tray, draft: Draft | None, producers: anyio.CapacityLimiter, receive: Receive, send: Send
    ) -> None:
        more, loop, made = asyncio.Event(), asyncio.get_running_loop(), asyncio.Event()

        async def produce() -> None:
            try:
                await anyio.to_thread.run_sync(
                    self._produce, tray, draft, partial(loop.call_soon_threadsafe, more.set), limiter=producers
                )
            finally:
                made.set()

        with self.interrupt.current():
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(_leave_with_caller, receive, tasks.cancel_scope)
                tasks.start_soon(produce)
                try:
                    await _send(self.begun, tray, len(self.begun) if draft else 0, more, send)
                finally:
                    self.left = True
                    tasks.cancel_scope.cancel()
                    with anyio.CancelScope(shield=True):
                        if not tray.complete:
                            await _stop(self.interrupt, made)

    def _produce(self, tray: Tray, draft: Draft | None, tell: Callable[[], object]) -> None:
        """In a thread of its own: brings the rest into the tray, and all of it into a draft, unless the caller has left."""
        try:
            for piece in chain((self.begun,), self.pieces) if draft else self.pieces:
                if self.left:
                    return
                tray.write(piece)
                tell()
        except Unavailable:
            if self.left:
                return
            raise
        tray.finish(seal(tray.size) if draft else b"")
        tell()
        if draft:
            draft.keep()

    def close(self) -> None:
        """Ends the generators, so that what they hold (a database snapshot, a file) is let go now."""
        for generator in (self.pieces, self.source):
            if isinstance(generator, Generator):
                generator.close()


def _beginning(pieces: Iterator[bytes]) -> tuple[bytes, bool]:
    """The first MiB or a little more, and whether that was all."""
    begun = bytearray()
    for piece in pieces:
        begun += piece
        if len(begun) >= _BEGINNING_BYTES:
            return bytes(begun), False
    return bytes(begun), True


class Finished(Response):
    """A body that is there already, or a part of it. Closes it."""

    def __init__(self, body: Body, headers: Mapping[str, str], part: Part | None = None) -> None:
        self.finished = body
        self.start, self.count = (part.first, part.count) if part else (0, body.size)
        more = {"content-range": part.content_range} if part else {}
        self.status_code = HTTPStatus.PARTIAL_CONTENT if "content-range" in {**headers, **more} else HTTPStatus.OK
        self.background = None
        self.init_headers({**headers, **more, "content-length": str(self.count)})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            if scope["method"] == "HEAD":
                await send({"type": "http.response.body", "body": b""})
                return
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(_leave_with_caller, receive, tasks.cancel_scope)
                await self._send(send)
                tasks.cancel_scope.cancel()
        finally:
            self.finished.close()

    async def _send(self, send: Send) -> None:
        left = self.count
        while left:
            piece = await run_in_threadpool(self.finished.read, self.start + self.count - left, min(left, _PIECE_BYTES))
            if not piece:
                return  # cut off since it was opened: the transfer breaks, as it is shorter than it said
            if not await _taken(send, piece):
                return
            left -= len(piece)
        await send({"type": "http.response.body", "body": b""})


async def _send(piece: bytes, tray: Tray, sent: int, more: asyncio.Event, send: Send) -> None:
    """The first piece, and what is in the tray from the place `sent` on, as it comes. Ends without the closing piece when the
    caller takes nothing for long: the transfer breaks."""
    while await _taken(send, piece):
        while sent >= tray.size and not tray.complete:
            await more.wait()
            more.clear()
        if sent == tray.size:
            await send({"type": "http.response.body", "body": b""})
            return
        piece = await run_in_threadpool(tray.read, sent, _PIECE_BYTES)
        sent += len(piece)


async def _taken(send: Send, piece: bytes) -> bool:
    """Whether the caller took a piece that is not the last."""
    with anyio.move_on_after(_PATIENCE_SECONDS) as patience:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    return not patience.cancelled_caught


async def while_wanted(request: Request, make: Callable[[], Response]) -> Response:
    """What `make` gives, made in a thread; what the database does for it is stopped when the caller leaves."""
    interrupt = Interrupt()
    answers: list[Response | Exception] = []

    async def watch() -> None:
        await _left(request.receive)
        await _stop(interrupt, asyncio.Event())  # the end of the work ends this too

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(watch)
        try:
            with interrupt.current():
                answers.append(await run_in_threadpool(make))
        except Exception as error:  # out of the group as it is
            answers.append(error)
        tasks.cancel_scope.cancel()
    (answer,) = answers
    if isinstance(answer, Exception):
        raise answer
    if isinstance(answer, Stream):
        answer.interrupt = interrupt
    return answer


async def _stop(interrupt: Interrupt, made: asyncio.Event) -> None:
    """Until what is made has come to its end."""
    while not made.is_set():
        await run_in_threadpool(interrupt.stop)
        with anyio.move_on_after(_STOP_SECONDS):
            await made.wait()


async def _leave_with_caller(receive: Receive, scope: anyio.CancelScope) -> None:
    await _left(receive)
    scope.cancel()


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
