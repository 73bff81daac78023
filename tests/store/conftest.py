"""Every test that asks for a database runs on both kinds."""

from collections.abc import Iterator

import pytest

from sdmx_dsm.store import Store
from tests.conftest import Databases


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Every test that asks for a database runs on both kinds."""
    return str(request.param)


@pytest.fixture
def url(databases: Databases, kind: str) -> Iterator[str]:
    """The URL of a migrated, empty database."""
    with databases.new(kind) as location:
        yield location


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = Store(url)
    yield opened
    opened.close()
