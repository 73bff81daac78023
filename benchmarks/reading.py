"""Reading and checking: what a submission costs before the database hears of it."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import peers
from benchmarks.generating import AGREEMENT, Material, content
from benchmarks.measuring import Comparison, Figure, measure, peak_mb, peak_of_this_process
from sdmx_dsm import formats
from sdmx_dsm.model import Structures
from sdmx_dsm.service.checking import CheckOptions, check

PEER_OBSERVATIONS = 20_000  # the libraries that hold everything in objects get fewer; ratios are per observation


def comparisons(data: Material, folder: Path) -> Iterator[Comparison]:
    small = Material(data.structures, data.schema, data.agreement, data.frame.head(PEER_OBSERVATIONS))
    rows: list[
        tuple[str, str, list[tuple[str, Callable[[Path], object]]], list[tuple[str, Callable[[Path], object]]]]
    ] = [
        (
            "sdmx-ml-2.1",
            "2.5 times expat, < 400 MB",
            [("expat, empty Python handler", peers.expat_with_empty_handler)],
            [("pysdmx, unchecked", peers.pysdmx_read), ("sdmx1, unchecked", peers.sdmx1_reader(data))],
        ),
        ("sdmx-ml-2.1-generic", "", [("expat, empty Python handler", peers.expat_with_empty_handler)], []),
        (
            "sdmx-csv-2.0",
            "5 times polars, < 400 MB",
            [("polars, as text", peers.polars_as_text)],
            [("pysdmx, unchecked", peers.pysdmx_read)],
        ),
        (
            "sdmx-json-2.1",
            "< 400 MB",
            [("msgspec, as objects", peers.msgspec_bare), ("ijson, bare events", peers.ijson_bare)],
            [],
        ),
    ]
    for name, target, limits, libraries in rows:
        path = data.write(name, folder / f"{name}.data")
        few = small.write(name, folder / f"{name}.small")
        seconds = measure(
            f"read and check {name}", data.frame.height, lambda path=path: read_and_check(data.structures, path)
        )
        memory = peak_mb("benchmarks.reading", str(path))
        yield Comparison(
            Figure(seconds.name, seconds.seconds, seconds.observations, memory),
            [
                measure(f"read {name}, unchecked (ours)", data.frame.height, lambda path=path: read_only(data, path)),
                *(measure(peer, data.frame.height, lambda read=read, path=path: read(path)) for peer, read in limits),
                *(measure(peer, small.frame.height, lambda read=read, few=few: read(few)) for peer, read in libraries),
            ],
            target,
        )


def read_and_check(structures: Structures, path: Path) -> None:
    options = CheckOptions(reference=AGREEMENT)
    with TemporaryDirectory() as folder, check(path, structures, options, Path(folder)) as checked:
        assert checked.report.observations
        assert not checked.report.errors, checked.report.counts


def read_only(data: Material, path: Path) -> None:
    for dataset in formats.read_data(path, data.structures):
        for batch in dataset.batches:
            assert batch.height


if __name__ == "__main__":
    read_and_check(content(), Path(sys.argv[1]))
    print(peak_of_this_process())
