"""The package as people install it: a wheel, in an environment of its own, away from the checkout."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.long
ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", folder, ROOT]
    subprocess.run(command, check=True, cwd=folder)
    (path,) = folder.glob("sdmx_dsm-*.whl")
    return path


@pytest.fixture(scope="module")
def scripts(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of a fresh environment with the wheel in it; its dependencies are those of this one."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    paths = sysconfig.get_paths(vars={"base": str(folder), "platbase": str(folder)}, scheme="venv")
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(folder), "install", "--quiet", "--no-deps", wheel], check=True
    )
    (Path(paths["purelib"]) / "dependencies.pth").write_text(without_the_checkout(), "utf-8")
    return Path(paths["scripts"])


def without_the_checkout() -> str:
    """Our libraries as a line of a .pth file, which does not follow the .pth files there: an editable install is one."""
    return f"{sysconfig.get_paths()['purelib']}\n"


def test_content_fixtures_and_migrations_travel_in_the_wheel(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder, inside in (
        ("structures", "sdmx_dsm/content/structures"),
        ("registry", "sdmx_dsm/content/registry"),
        ("sdmx_dsm", "sdmx_dsm"),
    ):
        files = [path.relative_to(ROOT / folder).as_posix() for path in (ROOT / folder).rglob("*") if path.is_file()]
        missing = [name for name in files if f"{inside}/{name}" not in names and "__pycache__" not in name]
        assert missing == []
    workbooks = {path.name for path in (ROOT / "fixtures" / "legacy").glob("*.xls*")}
    assert {Path(name).name for name in names if name.startswith("sdmx_dsm/content/fixtures/")} >= workbooks
    assert not any(name.startswith(("tests/", "benchmarks/", "docs/")) for name in names)


def test_the_demonstration_runs_from_the_wheel(scripts: Path, tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("DSM_", "PYTHON"))}
    where = [scripts / "python", "-c", "import sdmx_dsm; print(sdmx_dsm.__file__)"]
    found = subprocess.run(where, capture_output=True, text=True, cwd=tmp_path, env=environment, check=True)
    assert Path(found.stdout.strip()).is_relative_to(scripts.parent)
    command = [scripts / "dsm", "demo", "--once", "--data-dir", tmp_path / "hub"]
    result = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment)
    assert result.returncode == 0, result.stderr
    rows = [line.split() for line in result.stdout.splitlines()]
    assert ["ASYLUM_APPLICATIONS", "TJ_MIG", "tj_ubezhishche.xls", "6", "8", "remarks", "released"] in rows
    assert sum(row[-1] == "released" for row in rows if row) == 13  # of fourteen; one has mistakes
    export = [
        scripts / "dsm",
        "export",
        "--dataflow",
        "DSM:FOREIGN_POP",
        "--key",
        "A.MD",
        "--data-dir",
        tmp_path / "hub",
    ]
    exported = subprocess.run(export, capture_output=True, cwd=tmp_path, env=environment, check=True)
    assert exported.stdout.count(b"\n") == 2176
