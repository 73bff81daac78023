"""Measures everything and prints one table: `python -m benchmarks [--observations N] [--only WORD]`."""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import availability, harvest, reading, registry, scaling, serving, storing, writing
from benchmarks.generating import Material, material
from benchmarks.measuring import Comparison, table

Suite = Callable[[Material, Path], Iterator[Comparison]]
SUITES: dict[str, Suite] = {
    "reading": reading.comparisons,
    "writing": writing.comparisons,
    "storing": storing.comparisons,
    "serving": serving.comparisons,
    "scaling": scaling.comparisons,
    "harvest": harvest.comparisons,
    "availability": availability.comparisons,
    "registry": registry.comparisons,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--observations", type=int, default=100_000)
    parser.add_argument("--only", choices=SUITES, action="append")
    arguments = parser.parse_args()
    data = material(arguments.observations)
    folder = Path(tempfile.mkdtemp(prefix="dsm-benchmarks-"))
    found: list[Comparison] = []
    try:
        for name in arguments.only or SUITES:
            print(f"{name}:", file=sys.stderr)
            found += SUITES[name](data, folder)
    finally:
        shutil.rmtree(folder)
    print(f"\n{arguments.observations:,} observations\n\n{table(found)}")


if __name__ == "__main__":
    main()
