"""Answers of services that wish us ill: they end, and nothing is asked that should not be."""

import gzip
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import chain, repeat

import pytest

from sdmx_dsm.errors import DsmError, Forbidden, NotFound, TooLarge, Unavailable
from sdmx_dsm.service import fetching
from sdmx_dsm.service.fetching import FetchLimits, fetched

LIMITS = FetchLimits(max_bytes=100_000, timeout_seconds=20, allow_private=True)
OK = b"HTTP/1.1 200 OK\r\n"
PACKED = OK + b"Content-Encoding: gzip\r\n\r\n"
MANY = repeat(b"<p>" * 10_000, 100_000)  # three gigabytes
Serve = Callable[..., str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a service that says the same to everybody, and then closes, or `waits` to be left; its address."""
    listeners: list[socket.socket] = []

    def run(listener: socket.socket, said: Iterable[bytes], *, waits: bool) -> None:
        with suppress(OSError):
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                for piece in said:
                    connection.sendall(piece)
                if waits:
                    connection.recv(1)

    def start(*said: bytes, then: Iterable[bytes] = (), waits: bool = False) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)
        arguments = (listener, chain(said, then))
        threading.Thread(target=run, args=arguments, kwargs={"waits": waits}, daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}/"

    yield start
    for listener in listeners:
        listener.close()


def got(url: str, limits: FetchLimits = LIMITS) -> bytes:
    with fetched(url, limits) as path:
        return path.read_bytes()


def refusal(error: type[DsmError], url: str, limits: FetchLimits = LIMITS) -> str:
    with pytest.raises(error) as found:
        got(url, limits)
    return str(found.value).replace(url, "SERVICE ")


def test_an_answer_comes_unpacked(serve: Serve) -> None:
    assert got(serve(OK, b"\r\n", b"<x/>")) == b"<x/>"
    assert got(serve(PACKED, gzip.compress(b"<x>"), gzip.compress(b"</x>"))) == b"<x></x>"


def test_a_packed_answer_is_as_large_as_what_is_in_it(serve: Serve) -> None:
    assert "more than 100000 bytes" in refusal(TooLarge, serve(PACKED, gzip.compress(bytes(10_000_000))))


def test_an_answer_that_breaks_off_is_none(serve: Serve) -> None:
    """Half of a packed file was taken for the whole."""
    half = gzip.compress(b"<x>1</x>")[:-4]
    assert refusal(Unavailable, serve(PACKED, half)) == "SERVICE  does not answer: the answer breaks off."
    short = refusal(Unavailable, serve(OK, b"Content-Length: 9\r\n\r\n<x>"))
    assert short.startswith("SERVICE  does not answer: peer closed connection")


@pytest.mark.parametrize("encoding", [b"gzip, gzip", b"br"])
def test_an_answer_is_packed_once_at_most(encoding: bytes, serve: Serve) -> None:
    """Zeros that are packed twice are a million times larger."""
    url = serve(OK, b"Content-Encoding: ", encoding, b"\r\n\r\n", gzip.compress(gzip.compress(bytes(1000))))
    assert refusal(Unavailable, url).startswith(f"SERVICE  does not answer: it is packed as “{encoding.decode()}”")


def test_of_a_refusal_the_beginning_is_read(serve: Serve) -> None:
    """All of it was kept in memory."""
    url = serve(b"HTTP/1.1 404 Not Found\r\n\r\n<b>No</b> \x1b[2Jsuch thing ", then=MANY)
    assert refusal(NotFound, url) == "SERVICE  answers 404: No [2Jsuch thing"


@pytest.mark.parametrize("said", [b"HTTP/1.1 200", OK + b"\r\n<x>"])
def test_an_answer_that_trickles_is_given_up(said: bytes, serve: Serve) -> None:
    url = serve(said, waits=True)
    sentence = refusal(Unavailable, url, replace(LIMITS, most_seconds=0.2))
    assert sentence == "SERVICE  has not sent all of its answer within 0.2 seconds."


@pytest.mark.parametrize(
    "location, error",
    [
        (b"http://169.254.169.254/latest/meta-data", Forbidden),
        (b"http://localhost:1/", Forbidden),
        (b"//[::1]/", Forbidden),
        (b"file:///etc/passwd", Unavailable),
        (b"gopher://127.0.0.1/", Unavailable),
        (b"http://[", Unavailable),
    ],
)
def test_where_an_answer_leads_on_to_is_judged_too(
    location: bytes, error: type[DsmError], serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = serve(b"HTTP/1.1 302 Found\r\nLocation: ", location, b"\r\n\r\n")
    judged = iter([True])
    monkeypatch.setattr(fetching, "_is_public", lambda _: next(judged, False))
    refusal(error, url, replace(LIMITS, allow_private=False))


def test_a_name_is_looked_up_once(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that changes its mind after it was judged leads to where it led then."""
    port = int(serve(OK, b"\r\n", b"<x/>").rpartition(":")[2].rstrip("/"))
    answers = iter(["127.0.0.1"])
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda *_, **__: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]
    )
    assert got(f"http://stat.example.org:{port}/") == b"<x/>"
