"""Answers that are sent as they are made, or from a finished body; and callers who leave.

Stream          drawn from a generator; long ones go through the outbox, and into the render cache where that is wanted
Finished        a body that is there already, or a part of it
while_wanted    makes an answer while its caller is there"""

import asyncio
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from itertools import chain
from typing import Final

import anyio
import anyio.to_thread
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sdmx_dsm.errors import Unavailable
from sdmx_dsm.service import Interrupt
from sdmx_dsm.service.rendered import Body, Draft, seal
from sdmx_dsm.web.codings import Coding, packed
from sdmx_dsm.web.outbox import Outbox, Tray
from sdmx_dsm.web.ranges import Part
from sdmx_dsm.web.responses import body_status

_BEGINNING_BYTES: Final = 1 << 20
_PIECE_BYTES: Final = 1 << 18
_PATIENCE_SECONDS: Final = 300
_STOP_SECONDS: Final = 0.1


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
        self.status_code = body_status(headers)
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
        self.status_code = body_status({**headers, **more})
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
