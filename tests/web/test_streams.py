"""Answers that stream: short ones at once, long ones through the outbox, none of them at the mercy of its reader."""

import asyncio
import gzip
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
import zstandard
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message

from sdmx_dsm.errors import DsmError, Unavailable
from sdmx_dsm.settings import Settings
from sdmx_dsm.store import Part
from sdmx_dsm.web import create_app, streams
from sdmx_dsm.web.codings import Coding
from sdmx_dsm.web.failures import failure
from sdmx_dsm.web.guard import Guard
from sdmx_dsm.web.outbox import Outbox
from sdmx_dsm.web.streams import Stream
from tests.web.conftest import AGREEMENT_MD, Template, copied

HERE = Settings(base_url="http://testserver")
KIB = 1 << 10
LONG = 100  # pieces of 64 KiB: the first sixteen are taken at once


class Pieces:
    """Pieces of 64 KiB, each its number and blanks. Counts what is drawn, and notes when it is closed."""

    def __init__(self, count: int, fails_at: int | None = None) -> None:
        self.count, self.fails_at = count, fails_at
        self.drawn, self.closed = 0, False

    def __iter__(self) -> Iterator[bytes]:
        try:
            for number in range(self.count):
                if number == self.fails_at:
                    raise OSError("the disk is gone")
                self.drawn += 1
                yield piece(number)
        finally:
            self.closed = True


def unzstd(packed: bytes) -> bytes:
    return zstandard.ZstdDecompressor().decompressobj().decompress(packed)


def piece(number: int) -> bytes:
    return (b"%d " % number).ljust(64 * KIB)


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path, 100 * KIB * KIB)


def streaming(pieces: Pieces, outbox: Outbox, *, coding: Coding = "") -> TestClient:
    def answer(_: Request) -> Response:
        return Stream(iter(pieces), {"content-type": "text/plain"}, coding=coding)

    def handle(request: Request, error: Exception) -> Response:
        return failure(request, error, HERE)

    app = Starlette(
        routes=[Route("/", answer)],
        middleware=[Middleware(Guard, settings=HERE)],
        exception_handlers={DsmError: handle},
    )
    app.state.outbox = outbox
    return TestClient(app)


def test_a_long_answer_comes_whole_and_in_order(outbox: Outbox) -> None:
    pieces = Pieces(LONG)
    answer = streaming(pieces, outbox).get("/")
    assert answer.text.split() == [str(number) for number in range(LONG)]
    assert len(answer.content) == LONG * 64 * KIB
    assert "content-length" not in answer.headers
    assert (pieces.closed, outbox.waiting_bytes) == (True, 0)


def test_an_answer_below_a_mebibyte_has_its_length(outbox: Outbox) -> None:
    answer = streaming(Pieces(15), outbox).get("/")
    assert answer.text.split() == [str(number) for number in range(15)]
    assert answer.headers["content-length"] == str(15 * 64 * KIB)


def test_an_empty_answer(outbox: Outbox) -> None:
    answer = streaming(Pieces(0), outbox).get("/")
    assert (answer.status_code, answer.content, answer.headers["content-length"]) == (200, b"", "0")


@pytest.mark.parametrize("count", [0, 3, LONG])
@pytest.mark.parametrize("coding, unpacked", [("gzip", gzip.decompress), ("zstd", unzstd)])
def test_packed_in_the_stream(outbox: Outbox, count: int, coding: Coding, unpacked: Callable[[bytes], bytes]) -> None:
    with streaming(Pieces(count), outbox, coding=coding).stream("GET", "/") as answer:
        packed = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == coding
    assert unpacked(packed).split() == [b"%d" % number for number in range(count)]


def test_head_draws_no_more_than_the_beginning(outbox: Outbox) -> None:
    pieces = Pieces(LONG)
    answer = streaming(pieces, outbox).head("/")
    assert (answer.status_code, answer.content, pieces.drawn, pieces.closed) == (200, b"", 16, True)


@pytest.mark.parametrize("place", [0, 1, 15])
def test_a_failure_at_the_beginning_is_an_error(outbox: Outbox, place: int) -> None:
    answer = streaming(Pieces(LONG, fails_at=place), outbox).get("/")
    assert answer.status_code == 500
    assert "disk" not in answer.text


# --- callers and their habits ---------------------------------------------------------------------------------------------


class Caller:
    """What an application sends to a server whose caller may leave, or stop reading, after some messages."""

    def __init__(self, leaves_after: int | None = None, stops_after: int | None = None) -> None:
        self.sent: list[Message] = []
        self.leaves_after, self.stops_after = leaves_after, stops_after
        self.left, self.stopped, self.goes_on = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def receive(self) -> Message:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.sent.append(message)
        if len(self.sent) == self.leaves_after:
            self.left.set()
        if len(self.sent) == self.stops_after:
            self.stopped.set()
            await self.goes_on.wait()

    @property
    def bodies(self) -> list[bytes]:
        return [message.get("body", b"") for message in self.sent if message["type"] == "http.response.body"]

    @property
    def has_all(self) -> bool:
        return not self.sent[-1].get("more_body", False)


def call(response: ASGIApp, outbox: Outbox, caller: Caller) -> None:
    async def serve() -> None:
        scope: Any = {"type": "http", "method": "GET", "app": SimpleNamespace(state=SimpleNamespace(outbox=outbox))}
        try:
            await response(scope, caller.receive, caller.send)
        except* (OSError, Unavailable):
            pass

    asyncio.run(serve())


def test_a_failure_later_breaks_the_transfer(outbox: Outbox) -> None:
    """No error text goes into the data: the last, closing piece of the answer is never sent."""
    caller = Caller()
    call(Stream(iter(Pieces(LONG, fails_at=50)), {}), outbox, caller)
    whole = b"".join(piece(number) for number in range(50))
    assert whole.startswith(b"".join(caller.bodies))
    assert not caller.has_all
    assert outbox.waiting_bytes == 0


def test_a_caller_who_leaves_closes_the_generator(outbox: Outbox, tmp_path: Path) -> None:
    pieces = Pieces(1_000_000)
    call(Stream(iter(pieces), {}), outbox, Caller(leaves_after=3))
    assert pieces.closed
    assert pieces.drawn < 1_000_000
    assert (outbox.waiting_bytes, list(tmp_path.iterdir())) == (0, [])


def test_an_answer_is_made_to_its_end_while_its_caller_does_not_read(outbox: Outbox) -> None:
    pieces = Pieces(LONG)

    async def serve() -> None:
        caller = Caller(stops_after=2)
        scope: Any = {"type": "http", "method": "GET", "app": SimpleNamespace(state=SimpleNamespace(outbox=outbox))}
        task = asyncio.create_task(Stream(iter(pieces), {})(scope, caller.receive, caller.send))
        await caller.stopped.wait()
        while not pieces.closed:
            await asyncio.sleep(0)
        assert len(caller.bodies) == 1
        caller.goes_on.set()
        await task
        assert b"".join(caller.bodies) == b"".join(piece(number) for number in range(LONG))

    asyncio.run(serve())
    assert outbox.waiting_bytes == 0


def test_a_caller_who_takes_nothing_for_long_has_left(outbox: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "_PATIENCE_SECONDS", 0.001)
    pieces, caller = Pieces(LONG), Caller(stops_after=2)
    call(Stream(iter(pieces), {}), outbox, caller)
    assert pieces.closed
    assert (len(caller.bodies), caller.has_all, outbox.waiting_bytes) == (1, False, 0)


# --- room -----------------------------------------------------------------------------------------------------------------


def test_a_long_answer_is_refused_while_the_outbox_is_full(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path, 1000)
    outbox.take(1000)
    answer = streaming(Pieces(LONG), outbox).get("/")
    assert answer.status_code == 503
    assert "DSM_MAX_WAITING_BYTES is 1000" in answer.text
    assert streaming(Pieces(3), outbox).get("/").status_code == 200


def test_an_answer_that_outgrows_the_outbox_breaks(tmp_path: Path) -> None:
    outbox, caller, pieces = Outbox(tmp_path, 2 * KIB * KIB), Caller(), Pieces(LONG)
    call(Stream(iter(pieces), {}), outbox, caller)
    assert not caller.has_all
    assert (pieces.closed, outbox.waiting_bytes) == (True, 0)


# --- the database ---------------------------------------------------------------------------------------------------------


def test_a_caller_who_does_not_read_holds_no_snapshot(template: Template, tmp_path: Path) -> None:
    """While a long answer waits, something is published, and SQLite's log is emptied: readers that it still had to serve
    would keep it. What is read afterwards is the state before, whole."""
    app = create_app(Settings(data_dir=copied(template, tmp_path / "data"), base_url="http://testserver"))
    hub = app.state.hub
    dimensions = "FREQ REF_AREA CITIZENSHIP SEX AGE RESIDENCE_STATUS DATA_SOURCE".split()
    key = pl.DataFrame(
        [("A", "MD", "UA", "_T", "_T", "_T", "CENSUS", "obs")], schema=[*dimensions, ":level"], orient="row"
    )
    days = pl.date_range(pl.date(1900, 1, 1), pl.date(2000, 12, 31), eager=True).cast(pl.String)

    def publish(value: str) -> None:
        rows = key.join(days.to_frame("TIME_PERIOD"), how="cross").with_columns(pl.lit(value).alias("OBS_VALUE"))
        schema = hub.schema(hub.dataflow("DSM:FOREIGN_POP"))
        part = Part(schema=schema, agreement=AGREEMENT_MD, action="Append", batches=[rows])
        hub.store.publish([part], submission="", user="test")

    def emptied() -> tuple[int, int, int]:
        """Of SQLite: whether somebody was in the way, pages in the log, pages brought home."""
        with sqlite3.connect(hub.settings.data_path / "dsm.db", timeout=20) as connection:
            found: tuple[int, int, int] = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return found

    async def serve() -> bytes:
        caller = Caller(stops_after=2)
        path = "/sdmx/v2/data/dataflow/DSM/FOREIGN_POP/1.0.0/A.MD.UA._T._T._T.CENSUS"
        scope: Any = {
            "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"",
            "root_path": "", "scheme": "http", "server": ("testserver", 80), "http_version": "1.1",
            "headers": [(b"host", b"testserver"), (b"accept", b"application/vnd.sdmx.data+csv;version=2.0.0")],
        }  # fmt: skip
        task = asyncio.create_task(app(scope, caller.receive, caller.send))
        await caller.stopped.wait()
        assert len(caller.bodies) == 1
        await asyncio.to_thread(publish, "2")
        assert await asyncio.to_thread(emptied) == (0, 0, 0)
        caller.goes_on.set()
        await task
        assert caller.has_all
        return b"".join(caller.bodies)

    publish("1")
    body = asyncio.run(serve())
    hub.close()
    lines = body.decode().splitlines()[1:]
    assert len(lines) == len(days)
    assert {line.split(",")[11] for line in lines} == {"1"}
