"""The protocol of the HTTP server, with bounds on the head of a request: what comes before the application hears of it.

uvicorn speaks HTTP by httptools where that is installed, which keeps a head of any size in memory and waits for it for ever;
by h11 otherwise, which bounds the size itself."""

from asyncio import Transport
from asyncio.events import TimerHandle
from typing import Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol

MAX_HEAD_BYTES: Final = 64 * 1024
HEAD_SECONDS: Final = 30.0
TOO_LARGE: Final = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-type: text/plain; charset=utf-8\r\n\r\n"
    b"The headers of the request are larger than 65536 bytes.\n"
)

try:
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
except ImportError:
    Protocol: type[Any] = H11Protocol
else:

    class BoundedProtocol(HttpToolsProtocol):
        """Ends a connection whose next head is too large (about: what comes at once is counted at its end) or too slow."""

        _head_bytes = 0
        _timer: TimerHandle | None = None

        def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._expect_head()

        def connection_lost(self, exc: Exception | None) -> None:
            self._stop_waiting()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            if self._timer is None:
                return
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES:
                self._stop_waiting()
                self.transport.write(TOO_LARGE)
                self.transport.close()

        def on_message_begin(self) -> None:
            super().on_message_begin()
            if self._timer is None:  # the next request on a connection that was kept
                self._expect_head()

        def on_headers_complete(self) -> None:
            self._stop_waiting()
            super().on_headers_complete()

        def _expect_head(self) -> None:
            self._head_bytes = 0
            self._timer = self.loop.call_later(HEAD_SECONDS, self.transport.close)

        def _stop_waiting(self) -> None:
            if self._timer:
                self._timer.cancel()
                self._timer = None

    Protocol = BoundedProtocol
