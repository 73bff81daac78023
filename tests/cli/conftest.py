"""The command in this process, on a hub as `dsm demo --once` leaves it."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from sdmx_dsm.cli.commands import app

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("DSM_")]:
        monkeypatch.delenv(name)


def invoke(*arguments: object, **environment: str) -> Result:
    """`dsm` with these arguments. Nothing may leave it as an exception: people would see a traceback."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], env=environment)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """To read only: `folder` copies it."""
    folder = tmp_path_factory.mktemp("demonstration")
    result = invoke("demo", "--once", "--data-dir", folder)
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def folder(demonstration: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(demonstration, tmp_path / "data"))
