"""The demonstration as `make demo` prepares it, on both databases, and the service that answers over it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sdmx_dsm.service import Hub, demo
from sdmx_dsm.service.demo import Loaded
from sdmx_dsm.settings import Settings
from sdmx_dsm.web import create_app
from tests.conftest import Databases


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory, databases: Databases, kind: str) -> Iterator[Settings]:
    folder = str(tmp_path_factory.mktemp("demo"))
    if kind == "sqlite":
        yield Settings(data_dir=folder)
        return
    with databases.new(kind, migrated=False) as url:
        yield Settings(data_dir=folder, database_url=url)


@pytest.fixture(scope="session")
def loaded(settings: Settings) -> dict[str, Loaded]:
    """What the demonstration did, by the stem of the workbook."""
    hub = Hub.open(settings)
    try:
        return {Path(one.workbook).stem: one for one in demo.prepare(hub)}
    finally:
        hub.close()


@pytest.fixture(scope="session")
def client(settings: Settings, loaded: dict[str, Loaded]) -> Iterator[TestClient]:
    with TestClient(create_app(settings), base_url=f"http://127.0.0.1:{settings.port}") as client:
        yield client
