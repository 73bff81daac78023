"""A message of many small or large parts, as the pieces that a writer gives."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Final

PIECE_BYTES: Final = 1 << 16


def in_pieces(parts: Iterable[str | bytes]) -> Iterator[bytes]:
    """The parts joined and cut into pieces of `PIECE_BYTES`; the last one is what remains."""
    held = bytearray()
    for part in parts:
        held += part.encode() if isinstance(part, str) else part
        while len(held) >= PIECE_BYTES:
            yield bytes(held[:PIECE_BYTES])
            del held[:PIECE_BYTES]
    if held:
        yield bytes(held)


def pieces_of(path: Path) -> Iterator[bytes]:
    """A file in pieces."""
    with path.open("rb") as file:
        yield from rest_of(file)


def rest_of(file: IO[bytes]) -> Iterator[bytes]:
    """What was not read yet of an open file, in pieces."""
    while piece := file.read(PIECE_BYTES):
        yield piece
