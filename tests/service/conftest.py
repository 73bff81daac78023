"""A hub with the content of structures/ and registry/ on a fresh copy of a template database."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from sdmx_dsm.model import Viewer
from sdmx_dsm.service import Hub
from sdmx_dsm.service.content import load_content
from sdmx_dsm.settings import Settings

ADMINISTRATOR = Viewer(name="admin", is_administrator=True)


@pytest.fixture(scope="session")
def template_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the content loaded and no data."""
    folder = tmp_path_factory.mktemp("template")
    hub = Hub.open(Settings(data_dir=str(folder)))
    load_content(hub)
    hub.close()
    return folder


@pytest.fixture
def settings(template_folder: Path, tmp_path: Path) -> Settings:
    shutil.copytree(template_folder, tmp_path / "data")
    return Settings(data_dir=str(tmp_path / "data"))


@pytest.fixture
def hub(settings: Settings) -> Iterator[Hub]:
    hub = Hub.open(settings)
    yield hub
    hub.close()
