"""Where long answers wait for their readers: on disk, so that a slow reader holds no snapshot of the database.

An answer is written at the speed at which it is made, and sent from its file at the speed of whoever reads it. The files
have no name (where the system knows such files), so that nothing is left of them whatever happens."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Final

import anyio

from sdmx_dsm.errors import Unavailable

_PRODUCERS: Final = 8


class Outbox:
    """All waiting answers of a process, together at most `max_bytes`. `producers` limits how many are made at once, beside
    the threads in which requests begin."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self.waiting_bytes = 0
        self.producers = anyio.CapacityLimiter(_PRODUCERS)

    @contextmanager
    def tray(self, file: IO[bytes] | None = None) -> Iterator["Tray"]:
        """For one answer, in a file of the caller or one without a name; emptied at the end of the context. Raises Unavailable
        when the outbox is full."""
        self.take(0)
        with nullcontext(file) if file else TemporaryFile(dir=self._folder, prefix="dsm-answer-") as opened:
            tray = Tray(self, opened)
            try:
                yield tray
            finally:
                with self._lock:
                    self.waiting_bytes -= tray.size

    def take(self, count: int) -> None:
        """Reserves room for so many bytes more. Raises Unavailable when there is none."""
        with self._lock:
            if self.waiting_bytes + max(count, 1) > self._max_bytes:
                raise Unavailable(
                    f"Too many long answers wait for their readers (DSM_MAX_WAITING_BYTES is {self._max_bytes}): "
                    "try again in some minutes, or ask for less at once.",
                    ru="Слишком много длинных ответов ждут своих получателей "
                    f"(DSM_MAX_WAITING_BYTES: {self._max_bytes}): повторите попытку через несколько минут или запросите меньше.",
                    limit=self._max_bytes,
                )
            self.waiting_bytes += count


class Tray:
    """The file of one answer: written by one thread, read by others meanwhile. `size` is what is written; `complete` says
    that no more will come."""

    def __init__(self, outbox: Outbox, file: IO[bytes]) -> None:
        self._outbox = outbox
        self._file = file
        self._lock = threading.Lock()
        self.size = 0
        self.complete = False

    def write(self, piece: bytes) -> None:
        """Raises Unavailable when the outbox is full."""
        self._outbox.take(len(piece))
        with self._lock:
            self._file.seek(self.size)
            self._file.write(piece)
            self.size += len(piece)

    def finish(self, seal: bytes = b"") -> None:
        """No more will come. `seal` is written behind it all, where no reader gets to."""
        with self._lock:
            self._file.seek(self.size)
            self._file.write(seal)
            self._file.flush()
        self.complete = True

    def read(self, start: int, count: int) -> bytes:
        """At most `count` bytes; fewer at the end of what is written."""
        with self._lock:
            self._file.seek(start)
            return self._file.read(min(count, self.size - start))
