"""POST /api/v1/convert."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sdmx_dsm.formats import StructureOptions, by_name
from tests.helpers.schemas import example_artefacts, example_structures
from tests.web.conftest import AGREEMENT_MD, HEADING, Template, message

PATH = "/api/v1/convert"
ROWS = [("A.MD.UA._T._T._T.FORREG", "2024", "11000.50")]
TWO_SOURCES = [*ROWS, ("A.MD.UA._T._T._T.CENSUS", "2024", "1")]


@pytest.fixture
def headers(template: Template) -> dict[str, str]:
    return {"Authorization": f"Bearer {template.other}"}


def test_a_file_comes_back_in_another_format(client: TestClient, headers: dict[str, str]) -> None:
    answer = client.post(f"{PATH}?to=sdmx-ml-3.0", content=message(AGREEMENT_MD, ROWS), headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, by_name("sdmx-ml-3.0").content_type)
    assert 'filename="converted.xml"' in answer.headers["content-disposition"]
    assert '<Obs TIME_PERIOD="2024" OBS_VALUE="11000.50"' in answer.text


def test_structures_may_come_along(client: TestClient, headers: dict[str, str], tmp_path: Path) -> None:
    format = by_name("sdmx-ml-3.0", "structure")
    assert format.write_structures
    structures = b"".join(format.write_structures(example_artefacts(), StructureOptions(), example_structures()))
    data = b"DATAFLOW,FREQ,REF_AREA,SEX,TIME_PERIOD,OBS_VALUE\nDSM:EXAMPLE(1.0.0),A,KG,F,2020,1\n"
    files = [("file", ("data.csv", data)), ("structures", ("structures.xml", structures))]
    answer = client.post(PATH, params={"to": "sdmx-csv-2.0"}, files=files, headers=headers)
    assert answer.text.splitlines()[1].startswith("dataflow,DSM:EXAMPLE(1.0.0),I,A,KG,F,2020,1")
    alone = client.post(PATH, params={"to": "sdmx-csv-2.0"}, files=files[:1], headers=headers)
    assert alone.status_code == 404


def test_a_file_goes_through_a_structure_map(client: TestClient, headers: dict[str, str]) -> None:
    params = {"to": "sdmx-csv-2.0", "structure_map": "DSM:FOREIGN_POP_TO_ESTAT"}
    answer = client.post(PATH, params=params, content=message(AGREEMENT_MD, ROWS), headers=headers)
    assert "datastructure,ESTAT:MIGR_POP1CTZ(1.0.0)," in answer.text
    assert answer.headers["dsm-findings"] == "value-not-mapped=1"


def test_what_a_map_makes_with_errors_is_refused_with_the_findings(client: TestClient, headers: dict[str, str]) -> None:
    params = {"to": "sdmx-csv-2.0", "structure_map": "DSM:FOREIGN_POP_TO_ESTAT"}
    content = message(AGREEMENT_MD, TWO_SOURCES)
    refused = client.post(PATH, params=params, content=content, headers=headers)
    assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")
    report = refused.json()["report"]
    assert report["counts"]["key-not-unique"] == 1
    assert {"en", "ru"} == set(report["findings"][-1]["message"])
    good = client.post(PATH, params=params | {"accept": "good"}, content=content, headers=headers)
    assert (good.status_code, "key-not-unique=1" in good.headers["dsm-findings"]) == (200, True)
    dry = client.post(PATH, params=params | {"dry_run": "true"}, content=content, headers=headers)
    assert dry.json()["report"] == report


def test_a_format_that_is_not_written_is_answered_with_those_that_are(
    client: TestClient, headers: dict[str, str]
) -> None:
    for to in ("", "pdf"):
        answer = client.post(PATH, params={"to": to}, content=message(AGREEMENT_MD, ROWS), headers=headers)
        assert answer.status_code == 400
        assert "expected one of sdmx-ml-2.1-generic, sdmx-ml-2.1, " in answer.json()["detail"]


def test_an_option_that_is_not_known_is_refused(client: TestClient, headers: dict[str, str]) -> None:
    answer = client.post(f"{PATH}?to=sdmx-csv-2.0&format=x", content=b"x", headers=headers)
    assert (answer.status_code, "no option format" in answer.json()["detail"]) == (400, True)


def test_a_file_that_is_not_read_is_refused(client: TestClient, headers: dict[str, str]) -> None:
    for content, status in ((b"<a>", 422), (b"%PDF-1.4", 415), (f"{HEADING}\n".encode(), 200)):
        answer = client.post(f"{PATH}?to=sdmx-csv-2.0", content=content, headers=headers)
        assert answer.status_code == status, answer.text


def test_conversion_needs_a_token(client: TestClient) -> None:
    assert client.post(f"{PATH}?to=sdmx-csv-2.0", content=message(AGREEMENT_MD, ROWS)).status_code == 401
