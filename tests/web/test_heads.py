"""What a caller may do to the server before and while a request is read."""

import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from sdmx_dsm.web import heads

HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\n"


def hello(_: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


@pytest.fixture
def connection(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[socket.socket]:
    """To a server with the protocol that `dsm serve` has."""
    monkeypatch.setattr(heads, "HEAD_SECONDS", getattr(request, "param", 30.0))
    listener = socket.create_server(("127.0.0.1", 0))
    app = Starlette(routes=[Route("/", hello)])
    server = uvicorn.Server(uvicorn.Config(app, http=heads.Protocol, log_level="critical", timeout_keep_alive=30))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    with socket.create_connection(listener.getsockname(), timeout=20) as client:
        yield client
    server.should_exit = True
    thread.join()


def read_until_closed(connection: socket.socket) -> bytes:
    found = b""
    while piece := connection.recv(1 << 16):
        found += piece
    return found


def test_a_head_over_the_limit_is_refused(connection: socket.socket) -> None:
    """Eight million bytes of headers were read, and kept in memory."""
    connection.sendall(HEAD + b"X: " + b"a" * 100_000)  # and its end does not come
    assert read_until_closed(connection).startswith(b"HTTP/1.1 4")


def test_heads_are_bounded_one_by_one(connection: socket.socket) -> None:
    for _ in range(30):
        connection.sendall(HEAD + b"X: " + b"a" * 30_000 + b"\r\n\r\n")
        answer = b""
        while not answer.endswith(b"hello"):
            answer += connection.recv(1 << 16)
        assert answer.startswith(b"HTTP/1.1 200")


@pytest.mark.skipif(
    heads.Protocol is heads.H11Protocol, reason="httptools is not installed, and h11 does not look at the clock"
)
@pytest.mark.parametrize("connection", [0.05], indirect=True)
@pytest.mark.parametrize("begun", [b"", HEAD])
def test_a_head_that_does_not_come_is_not_waited_for(connection: socket.socket, begun: bytes) -> None:
    connection.sendall(begun)
    assert read_until_closed(connection) == b""
