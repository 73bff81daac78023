"""How bodies are packed on their way (Content-Encoding): which codings there are, and which one a caller wants."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, Literal

import zstandard
from isal import isal_zlib

from sdmx_dsm.errors import NotAcceptable

Coding = Literal["", "gzip", "zstd"]
"""`""`: as it is."""

# The better first: level 1 of zstd makes a tenth less of CSV than gzip, which is faster to make and slower to read.
_COMPRESSORS: Final[Mapping[Coding, Callable[[], Any]]] = {
    "zstd": lambda: zstandard.ZstdCompressor(level=1).compressobj(),
    "gzip": lambda: isal_zlib.compressobj(level=1, wbits=31),
}
_NAMES: Final[Mapping[str, Coding]] = {"zstd": "zstd", "gzip": "gzip", "x-gzip": "gzip", "none": "", "identity": ""}


def packed(pieces: Iterable[bytes], coding: Coding) -> Iterator[bytes]:
    """The pieces in a coding, the same bytes for the same pieces."""
    compressor = _COMPRESSORS[coding]()
    for piece in pieces:
        if some := compressor.compress(piece):
            yield some
    yield compressor.flush()


def named_coding(name: str) -> Coding:
    """The coding that a parameter of the address names. Raises NotAcceptable."""
    if name.lower() not in _NAMES:
        raise NotAcceptable(
            f"The compression “{name}” is not offered; there are {', '.join(_COMPRESSORS)} and none.",
            ru=f"Сжатие «{name}» не предусмотрено; есть {', '.join(_COMPRESSORS)} и none.",
        )
    return _NAMES[name.lower()]


def accepted_coding(weights: Mapping[str, float]) -> Coding:
    """The one of ours with the greatest weight in an Accept-Encoding, the better of equals; as it is where that weighs more.

    What stands for all (`*`) is gzip, which everybody reads."""
    others = weights.get("*", 0.0)
    candidates: dict[Coding, float] = {
        "zstd": weights.get("zstd", 0.0),
        "gzip": weights.get("gzip", weights.get("x-gzip", others)),
        "": weights.get("identity", 0.0),  # allowed where nothing is said of it, and wanted by none
    }
    best = max(candidates, key=lambda coding: candidates[coding])
    return best if candidates[best] else ""
