"""Callers who close their connection, on a server that really runs."""

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import httpx
import pytest
import uvicorn

from sdmx_dsm.errors import Unavailable
from sdmx_dsm.settings import Settings
from sdmx_dsm.store import Counts, Store
from sdmx_dsm.web import create_app
from sdmx_dsm.web.rest import data_answers
from tests.store.test_interrupts import ENDLESS
from tests.web.conftest import Template, copied
from tests.web.test_sdmx_api import FLOW

PIECE = b"x" * 65536
PLAIN = {"Accept-Encoding": "identity"}


@pytest.fixture
def address(template: Template, tmp_path: Path) -> Iterator[str]:
    """Three observations at once, so that a query for more is counted."""
    app = create_app(Settings(data_dir=copied(template, tmp_path / "data"), max_observations=3))
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join()


@contextmanager
def asking(address: str, path: str = FLOW) -> Iterator[socket.socket]:
    """A connection on which something was asked; closed at the end of the context."""
    url = urlsplit(address)
    with socket.create_connection((cast("str", url.hostname), cast("int", url.port)), timeout=20) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        yield connection


def test_whoever_leaves_while_pieces_come_ends_them(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = threading.Event()

    def pieces(*_: object) -> Iterator[bytes]:
        try:
            while True:
                yield PIECE
        finally:
            closed.set()

    monkeypatch.setattr(data_answers, "_pieces", pieces)
    with asking(address) as connection:
        assert connection.recv(1 << 20).startswith(b"HTTP/1.1 200")
    assert closed.wait(20)
    assert httpx.get(f"{address}/health").status_code == 200


@pytest.mark.parametrize("begun_already", [False, True], ids=["before the answer", "within it"])
def test_whoever_leaves_stops_the_statement(
    address: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, begun_already: bool
) -> None:
    reached, ended = threading.Event(), threading.Event()
    errors: list[Exception] = []

    def endless(store: Store) -> None:
        try:
            with store._database.read() as connection:
                reached.set()
                connection.execute(ENDLESS)
        except Unavailable as error:
            errors.append(error)
            ended.set()
            raise

    def count(store: Store, *_: object, **__: object) -> Counts:
        endless(store)
        return Counts(series=0, observations=0)

    def pieces(call: data_answers.Call, *_: object) -> Iterator[bytes]:
        yield from [PIECE] * 20
        endless(call.hub.store)

    if begun_already:
        monkeypatch.setattr(data_answers, "_pieces", pieces)
    else:
        monkeypatch.setattr(Store, "count", count)
    with caplog.at_level(logging.ERROR), asking(address) as connection:
        if begun_already:
            assert connection.recv(1 << 20).startswith(b"HTTP/1.1 200")
        assert reached.wait(20)
    assert ended.wait(20)
    assert len(errors) == 1
    assert httpx.get(f"{address}/sdmx/v2/structure/dataflow").status_code == 200
    assert caplog.records == []


def test_a_failure_within_an_answer_breaks_it_and_is_in_the_log(
    address: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def pieces(*_: object) -> Iterator[bytes]:
        yield from [PIECE] * 20
        raise OSError("the disk is gone")

    monkeypatch.setattr(data_answers, "_pieces", pieces)
    received: list[bytes] = []
    with caplog.at_level(logging.ERROR):
        with httpx.stream("GET", f"{address}{FLOW}", headers=PLAIN) as answer, pytest.raises(httpx.RemoteProtocolError):
            received.extend(answer.iter_raw())
        assert httpx.get(f"{address}/health").status_code == 200
    assert set(b"".join(received)) == {PIECE[0]}
    assert "the disk is gone" in caplog.text
