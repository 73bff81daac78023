"""What the database does for somebody who does not wait any more is stopped.

The work for a caller runs in several threads, now here, now there; what belongs together is told by the context that goes with
it (`Interrupt.current`)."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from sqlalchemy import Connection

from sdmx_dsm.errors import Unavailable

_CURRENT: Final[ContextVar["Interrupt | None"]] = ContextVar("interrupt", default=None)


class Interrupt:
    """Stops the statements of one caller, from whatever thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: dict[int, Any] = {}
        self.stopped = False

    @contextmanager
    def current(self) -> Iterator[None]:
        """What is read in this context, and in threads that begin in it, is of this caller."""
        before = _CURRENT.set(self)
        try:
            yield
        finally:
            _CURRENT.reset(before)

    def stop(self) -> None:
        """What is being read raises Unavailable, and so does what would be. To be said again while there still is work: between
        two statements there is nothing to stop."""
        with self._lock:
            self.stopped = True
            for connection in self._running.values():
                # Of SQLite, and of psycopg; both may be called from any thread.
                (connection.interrupt if hasattr(connection, "interrupt") else connection.cancel)()

    @contextmanager
    def covering(self, connection: Any) -> Iterator[None]:
        """While a connection of a driver is in use."""
        with self._lock:
            if self.stopped:
                raise _left()
            self._running[id(connection)] = connection
        try:
            yield
        except Exception as error:
            if self.stopped:
                raise _left() from error
            raise
        finally:
            with self._lock:
                del self._running[id(connection)]


@contextmanager
def interruptible(connection: Connection) -> Iterator[None]:
    interrupt = _CURRENT.get()
    if interrupt is None:
        yield
    else:
        with interrupt.covering(connection.connection.driver_connection):
            yield


def _left() -> Unavailable:
    return Unavailable("The caller has left.", ru="Вызывающая сторона отключилась.")
