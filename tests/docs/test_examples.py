"""The examples of the documentation work: commands as they stand, requests and programs against a hub that really runs."""

import csv
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml
from typer.testing import CliRunner

from sdmx_dsm.cli.commands import app
from tests.cli.conftest import demonstration, no_settings_from_outside
from tests.cli.serving import PATIENCE_SECONDS, Server, served
from tests.docs.tables import PAGES, ROOT, commands

__all__ = ["demonstration", "no_settings_from_outside"]

ADDRESS = "http://127.0.0.1:8123"
API = (ROOT / "docs" / "api.md").read_text("utf-8")


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


# --- commands -------------------------------------------------------------------------------------------------------------

COMMAND_LINES = sorted(
    {
        line.strip().partition("#")[0].strip()
        for page in PAGES
        for line in re.findall(r"^ {4}(?:(?:hub|\.venv)/bin/)?(dsm .*)$", page.read_text("utf-8"), re.MULTILINE)
    }
)


@pytest.mark.parametrize("line", COMMAND_LINES)
def test_a_command_has_the_options_it_is_shown_with(line: str) -> None:
    for part in re.split(r", (?=dsm )", re.sub(r" {2,}.*", "", line)):
        known = dict(commands())
        name = next(
            name for name in sorted(known, key=len, reverse=True) if part == name or part.startswith(f"{name} ")
        )
        options = {option for one in known[name].params for option in one.opts}
        assert set(re.findall(r"(?<=[\s\[])--?[a-z][a-z-]*", part)) <= options, part
        assert CliRunner().invoke(app, [*name.split()[1:], "--help"]).exit_code == 0


def test_the_workbooks_of_the_examples_exist() -> None:
    named = {name for page in PAGES for name in re.findall(r"fixtures/[\w/]+\.xlsx?", page.read_text("utf-8"))}
    assert named
    assert [name for name in sorted(named) if not (ROOT / name).is_file()] == []


def test_the_targets_of_make_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    used = {
        word for page in PAGES for word in re.findall(r"(?:`|^ {4}|&& )make ([a-z-]+)", page.read_text("utf-8"), re.M)
    }
    assert {"demo", "test", "bench"} <= used <= targets


# --- requests and programs ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(demonstration: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(demonstration, tmp_path_factory.mktemp("examples") / "data"))


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    with served(folder) as server:
        yield server


REQUESTS = [line for block in blocks(API, "sh") for line in block.splitlines() if line.startswith("curl ")]


@pytest.mark.parametrize("line", REQUESTS)
def test_a_request_is_answered(line: str, server: Server, folder: Path) -> None:
    token = (folder / "demo-token").read_text().strip()
    words = shlex.split(line.replace("$TOKEN", token))[1:]
    headers: dict[str, str] = {}
    form: dict[str, str] = {}
    parts: dict[str, tuple[str | None, bytes]] = {}
    # Without -g, curl takes brackets for a range of addresses.
    assert ("-g" in words) == ("[" in line), line
    words = [word for word in words if word not in ("-g", "-i", "-OJ")]
    while words[0].startswith("-"):
        option, value, *words = words
        if option == "-H":
            name, _, text = value.partition(": ")
            headers[name] = text
            continue
        name, _, text = value.partition("=")
        if option == "-d":
            form[name] = text
        elif text.startswith("@"):
            parts[name] = (Path(text).name, (ROOT / text[1:]).read_bytes())
        else:
            assert option == "-F"
            parts[name] = (None, text.encode())
    (url,) = words
    assert url.startswith(f"{ADDRESS}/")
    response = httpx.request(
        "POST" if form or parts else "GET",
        url.replace(ADDRESS, server.address),
        headers=headers,
        data=form or None,
        files=parts or None,
        timeout=PATIENCE_SECONDS,
    )
    assert response.status_code in (200, 206), response.text
    assert response.content
    if "Accept" in headers:
        assert response.headers["content-type"] == headers["Accept"]


def test_the_numbers_of_the_first_request_are_those_of_the_workbook(server: Server) -> None:
    url = next(word for word in shlex.split(REQUESTS[0]) if word.startswith(ADDRESS)).replace(ADDRESS, server.address)
    answer = httpx.get(url, headers={"Accept": "text/csv"}, timeout=PATIENCE_SECONDS)
    rows = list(csv.DictReader(answer.text.splitlines()))
    with (ROOT / "fixtures/expected/md_foreigners_by_citizenship.csv").open(encoding="utf-8", newline="") as file:
        expected = list(csv.DictReader(file))
    columns = ("CITIZENSHIP", "SEX", "AGE", "TIME_PERIOD", "OBS_VALUE")
    assert sorted(tuple(row[id] for id in columns) for row in rows) == sorted(
        tuple(row[id] for id in columns) for row in expected
    )


@pytest.mark.parametrize(
    ("program", "output"), list(zip(blocks(API, "python"), blocks(API, "text"), strict=True)), ids=["sdmx1", "pysdmx"]
)
def test_a_program_prints_what_is_shown(program: str, output: str, server: Server) -> None:
    code = program.replace(ADDRESS, server.address)
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE_SECONDS)
    assert result.stdout == output, result.stderr


def test_the_yaml_of_all_pages_is_yaml() -> None:
    documents = [block for page in PAGES for block in blocks(page.read_text("utf-8"), "yaml")]
    assert documents
    assert all(yaml.safe_load(document) for document in documents)
