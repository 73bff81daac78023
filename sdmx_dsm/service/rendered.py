"""The render cache: finished bodies of long or slow answers as files, so that whoever asks next costs no more than the network.

The key of a body names all that it depends on: query, format, languages, coding, who asks, the state of data, structures and
code. Nothing in it ever gets old: what has changed has another key, and what nobody asks for any more goes when room is needed.
Several processes share the folder: a body is written beside its place and moved there when it is complete. A file that is not as
long as it says is none; losing all of them loses nothing."""

import hashlib
import os
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Final

from sdmx_dsm import __version__

# Behind the body: a mark, and how long the body is.
_SEAL: Final = struct.Struct(">8sQ")
_MARK: Final = b"sdmx-dsm"
_DRAFT: Final = ".draft"
_TOUCH_SECONDS: Final = 60  # the time of last use need not be exact
_ABANDONED_SECONDS: Final = 3600  # a draft that nobody wrote to for so long


class Body:
    """A finished body in a file. To be closed by who has it: what is taken out of the cache meanwhile stays readable."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file = file
        self.size = size

    def read(self, start: int, count: int) -> bytes:
        """At most `count` bytes, fewer at the end."""
        self._file.seek(start)
        return self._file.read(max(min(count, self.size - start), 0))

    def close(self) -> None:
        self._file.close()


class Rendered:
    """The bodies in `folder`, together at most `max_bytes`; none where that is 0."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._code = _code_version()

    def find(self, key: str) -> Body | None:
        path = self._path(key)
        try:
            file = path.open("rb")
        except OSError:
            return None
        size = _sealed_size(file)
        if size is None:
            file.close()
            _remove(path)
            return None
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > _TOUCH_SECONDS:
                os.utime(path)
        return Body(file, size)

    @contextmanager
    def draft(self, key: str) -> Iterator["Draft | None"]:
        """Where the body of a key is written; gone at the end of the context unless it was kept. None where nothing is kept, or
        can be."""
        file = self._new_file()
        if file is None:
            yield None
            return
        with file:
            try:
                yield Draft(self, file, self._path(key))
            finally:
                _remove(Path(file.name))  # where it was kept, it has another name by now

    def _new_file(self) -> IO[bytes] | None:
        if self._max_bytes:
            with suppress(OSError):
                self._folder.mkdir(exist_ok=True)
                return NamedTemporaryFile(dir=self._folder, suffix=_DRAFT, delete=False)
        return None

    def put(self, key: str, body: bytes) -> None:
        """Keeps a body that is complete, where there is room for it on the disk."""
        with suppress(OSError), self.draft(key) as draft:
            if draft:
                draft.file.write(body + seal(len(body)))
                draft.file.flush()
                draft.keep()

    def make_room(self) -> None:
        """Takes out what was not asked for longest, until the rest is within the bounds."""
        found: list[tuple[float, int, Path]] = []
        with os.scandir(self._folder) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):
                    status = entry.stat()
                    if not entry.name.endswith(_DRAFT):
                        found.append((status.st_mtime, status.st_size, Path(entry.path)))
                    elif time.time() - status.st_mtime > _ABANDONED_SECONDS:
                        _remove(Path(entry.path))
        held = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if held <= self._max_bytes:
                break
            _remove(path)
            held -= size

    def _path(self, key: str) -> Path:
        return self._folder / hashlib.blake2b(f"{self._code}\x1f{key}".encode(), digest_size=20).hexdigest()


class Draft:
    """`file` is written by whoever asked for the draft: the body, and then its seal."""

    def __init__(self, rendered: Rendered, file: IO[bytes], path: Path) -> None:
        self.file = file
        self._rendered = rendered
        self._path = path

    def keep(self) -> None:
        """The file, sealed and flushed, becomes the body of its key. A cache that can't be written to keeps nothing."""
        with suppress(OSError):
            os.fsync(self.file.fileno())
            os.replace(self.file.name, self._path)
            self._rendered.make_room()


def seal(size: int) -> bytes:
    """What is written behind a body of `size` bytes."""
    return _SEAL.pack(_MARK, size)


def _sealed_size(file: IO[bytes]) -> int | None:
    """How long the body of a file is; None where the seal is not there, or says otherwise."""
    size = file.seek(0, os.SEEK_END) - _SEAL.size
    if size < 0:
        return None
    file.seek(size)
    return size if file.read() == seal(size) else None


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


def _code_version() -> str:
    """Changes whenever the code does, in a checkout too."""
    newest = max(path.stat().st_mtime_ns for path in Path(__file__).parents[1].rglob("*.py"))
    return f"{__version__}-{newest}"
