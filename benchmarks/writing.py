"""Writing from batches, one row of the format table after the other."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks import peers
from benchmarks.generating import Material
from benchmarks.measuring import Comparison, measure
from sdmx_dsm.formats import FORMATS, WriteOptions

TARGETS = {"sdmx-ml-2.1-generic": "0.8M obs/s"}


def comparisons(data: Material, folder: Path) -> Iterator[Comparison]:
    del folder
    few = data.frame.head(20_000)
    pysdmx = measure("pysdmx, SDMX-ML 2.1", few.height, lambda: peers.pysdmx_write(few), runs=1)
    plain = measure("polars, plain CSV", data.frame.height, lambda: data.frame.write_csv())
    for format in FORMATS:
        if format.write is None:
            continue
        write = format.write
        ours = measure(
            f"write {format.name}",
            data.frame.height,
            lambda write=write: drain(write([data.dataset()], WriteOptions())),
        )
        yield Comparison(ours, [pysdmx if "ml" in format.name else plain], TARGETS.get(format.name, "1.5M obs/s"))


def drain(pieces: Iterable[bytes]) -> int:
    return sum(len(piece) for piece in pieces)
