"""Files, in chunks of the database: what was sent and what was found in it, as it came."""

import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Row, insert, select

from sdmx_dsm.errors import NotFound
from sdmx_dsm.store.database import Database
from sdmx_dsm.store.records import FileInfo
from sdmx_dsm.store.tables import file_chunks, files, moment, now

CHUNK_BYTES: Final = 1 << 20


def put(database: Database, path: Path, *, name: str, media_type: str) -> FileInfo:
    with path.open("rb") as source:
        digest = hashlib.file_digest(source, "sha256").hexdigest()
    with database.write() as connection:
        known = connection.execute(select(files).where(files.c.digest == digest)).one_or_none()
        if known:
            return _info(known)
        row = {"digest": digest, "name": name, "media_type": media_type, "size": path.stat().st_size, "received": now()}
        connection.execute(insert(files).values(row))
        for number, chunk in enumerate(_chunks(path)):
            connection.execute(
                insert(file_chunks).values(digest=digest, number=number, content=zlib.compress(chunk, 1))
            )
        return _info(connection.execute(select(files).where(files.c.digest == digest)).one())


def info(database: Database, digest: str) -> FileInfo:
    with database.read() as connection:
        found = connection.execute(select(files).where(files.c.digest == digest)).one_or_none()
    if not found:
        raise NotFound(f"There is no file {digest}.", ru=f"Файла {digest} нет.", digest=digest)
    return _info(found)


def read(database: Database, digest: str) -> Iterator[bytes]:
    """The content in pieces of at most `CHUNK_BYTES`, each in a transaction of its own: a file never changes."""
    size = info(database, digest).size
    return _pieces(database, digest, size)


def _pieces(database: Database, digest: str, size: int) -> Iterator[bytes]:
    for number in range(-(-size // CHUNK_BYTES)):
        with database.read() as connection:
            content = connection.execute(
                select(file_chunks.c.content).where(file_chunks.c.digest == digest, file_chunks.c.number == number)
            ).scalar_one()
        yield zlib.decompress(content)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as source:
        while chunk := source.read(CHUNK_BYTES):
            yield chunk


def _info(row: Row[Any]) -> FileInfo:
    return FileInfo(
        digest=row.digest, name=row.name, media_type=row.media_type, size=row.size, received=moment(row.received)
    )
