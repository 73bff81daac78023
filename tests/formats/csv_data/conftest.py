from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sdmx_dsm.batches import DataSet
from sdmx_dsm.formats.csv_data import read_csv
from sdmx_dsm.model import Reference, Structures
from tests.formats.csv_data.frames import Row, rows_of
from tests.helpers.schemas import example_structures


@pytest.fixture(scope="session")
def structures() -> Structures:
    return example_structures()


@pytest.fixture
def read(tmp_path: Path, structures: Structures) -> Callable[..., list[DataSet]]:
    """The data sets in a text or in bytes."""

    def read(content: str | bytes, reference: Reference | None = None) -> list[DataSet]:
        path = tmp_path / "data.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return list(read_csv(path, structures, reference=reference))

    return read


@pytest.fixture
def rows(read: Callable[..., list[DataSet]]) -> Callable[..., list[Row]]:
    """The rows of all data sets in a text or in bytes."""

    def rows(content: str | bytes, reference: Reference | None = None) -> list[Row]:
        def all_rows() -> Iterator[Row]:
            for dataset in read(content, reference):
                yield from rows_of(dataset)

        return list(all_rows())

    return rows
