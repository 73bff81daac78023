"""From the offices' workbooks to the answers: every number, digit for digit, in every format.

Expected are the rows of fixtures/expected/, which were written with the workbooks and not by reading them."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lxml import etree
from starlette.testclient import TestClient

from sdmx_dsm.service.demo import Loaded
from tests.helpers.validity import xsd_errors

EXPECTED = Path(__file__).parents[2] / "fixtures" / "expected"
RETURNED = "tm_foreigners_with_mistakes"  # has mistakes: nothing of it is published
WORKBOOKS = sorted(path.stem for path in EXPECTED.glob("*.csv"))
NOT_DIMENSIONS = ("DATAFLOW", "OBS_VALUE", "OBS_STATUS", "COMMENT_OBS", "UNIT_MULT", "sheet", "cell")
Rows = set[tuple[tuple[str, str], ...]]


def expected_rows(stem: str, dataflow: str) -> list[dict[str, str]]:
    with (EXPECTED / f"{stem}.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["DATAFLOW"] == dataflow]


def published(dataflow: str) -> list[dict[str, str]]:
    return [row for stem in WORKBOOKS if stem != RETURNED for row in expected_rows(stem, dataflow)]


def cells(row: dict[str, str], *extra: str) -> tuple[tuple[str, str], ...]:
    """The filled dimensions of a row with its value, and some attributes where they are given."""
    wanted = [name for name in row if name not in NOT_DIMENSIONS] + ["OBS_VALUE", *extra]
    return tuple(sorted((name, row[name]) for name in wanted if row.get(name)))


def csv_rows(body: bytes, *extra: str) -> Rows:
    found = csv.DictReader(io.StringIO(body.decode("utf-8")))
    keep = {"OBS_VALUE", *extra}
    dimensions = (
        "FREQ REF_AREA CITIZENSHIP SEX AGE RESIDENCE_STATUS APPLICATION_TYPE OUTCOME PURPOSE BORDER_TYPE DATA_SOURCE TIME_PERIOD "
        "STUDY_LEVEL STUDY_FORM FINANCING DESTINATION EDUCATION OCCUPATION CHANNEL"
    )
    return {
        tuple(
            sorted(
                (name, value) for name, value in row.items() if (name in dimensions.split() or name in keep) and value
            )
        )
        for row in found
    }


@pytest.mark.parametrize(
    "dataflow",
    [
        *(
            "DSM/FOREIGN_POP",
            "DSM/WORK_PERMITS",
            "DSM/ENTRIES",
            "DSM/EXITS",
            "DSM/ASYLUM_APPLICATIONS",
            "DSM/RSD_DECISIONS",
        ),
        *("DSM.KG/FOREIGN_STUDENTS", "DSM.MD/JOB_SEEKERS_ABROAD"),
    ],
)
def test_each_dataflow_holds_the_numbers_of_its_workbooks(client: TestClient, dataflow: str) -> None:
    extra = ("OBS_STATUS", "COMMENT_OBS", "UNIT_MULT")
    answer = client.get(
        f"/sdmx/v2/data/dataflow/{dataflow}/1.0.0",
        headers={"Accept": "application/vnd.sdmx.data+csv;version=2.0.0"},
    )
    assert answer.status_code == 200
    assert csv_rows(answer.content, *extra) == {cells(row, *extra) for row in published(dataflow.split("/")[1])}


# --- one key in the five formats --------------------------------------------------------------------------------------


def specific_rows(body: bytes) -> Rows:
    return {
        tuple(sorted({**key_of(series), **only(observation, "TIME_PERIOD", "OBS_VALUE")}.items()))
        for series in etree.fromstring(body).iter("Series")
        for observation in series.iter("Obs")
    }


def key_of(series: etree._Element) -> dict[str, str]:
    names = "FREQ REF_AREA CITIZENSHIP SEX AGE RESIDENCE_STATUS DATA_SOURCE".split()
    return only(series, *names)


def only(element: etree._Element, *names: str) -> dict[str, str]:
    return {name: element.attrib[name] for name in names if name in element.attrib}


def generic_rows(body: bytes) -> Rows:
    ns = {"g": "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/data/generic"}

    def rows() -> Iterator[tuple[tuple[str, str], ...]]:
        for series in etree.fromstring(body).iterfind(".//g:Series", ns):
            key = [(v.attrib["id"], v.attrib["value"]) for v in series.iterfind("g:SeriesKey/g:Value", ns)]
            for observation in series.iterfind("g:Obs", ns):
                time = observation.find("g:ObsDimension", ns)
                value = observation.find("g:ObsValue", ns)
                assert time is not None
                cell = [("TIME_PERIOD", time.attrib["value"])]
                yield tuple(
                    sorted((*key, *cell, *([("OBS_VALUE", value.attrib["value"])] if value is not None else [])))
                )

    return set(rows())


def json_rows(body: bytes) -> Rows:
    data = json.loads(body)["data"]

    def rows() -> Iterator[tuple[tuple[str, str], ...]]:
        for dataset in data["dataSets"]:
            dimensions = data["structures"][dataset.get("structure", 0)]["dimensions"]
            fixed = [(d["id"], d["values"][0]["id"]) for d in dimensions.get("dataSet", [])]
            (time,) = dimensions["observation"]
            for key, series in dataset["series"].items():
                places = zip(dimensions["series"], key.split(":"), strict=True)
                named = [(dimension["id"], dimension["values"][int(index)]["id"]) for dimension, index in places]
                for index, observation in series["observations"].items():
                    period = time["values"][int(index)]
                    cell = [("TIME_PERIOD", period.get("id") or period["value"])]
                    value = [("OBS_VALUE", str(observation[0]))] if observation[0] is not None else []
                    yield tuple(sorted((*fixed, *named, *cell, *value)))

    return set(rows())


V2 = "/sdmx/v2/data/dataflow/DSM/FOREIGN_POP/1.0.0/A.MD"
V1 = "/sdmx/v1/data/DSM,FOREIGN_POP,1.0.0/A.MD....."
FORMATS = [
    (V2, "application/vnd.sdmx.data+csv;version=2.0.0", csv_rows),
    (V2, "application/vnd.sdmx.data+xml;version=3.0.0", specific_rows),
    (V2, "application/vnd.sdmx.data+json;version=2.0.0", json_rows),
    (V1, "application/vnd.sdmx.structurespecificdata+xml;version=2.1", specific_rows),
    (V1, "application/vnd.sdmx.genericdata+xml;version=2.1", generic_rows),
]


@pytest.mark.parametrize(("address", "media_type", "rows"), FORMATS, ids=[media_type for _, media_type, _ in FORMATS])
def test_moldova_is_the_same_in_every_format(
    client: TestClient, address: str, media_type: str, rows: Callable[[bytes], Rows]
) -> None:
    answer = client.get(address, headers={"Accept": media_type})
    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
    expected = [row for row in published("FOREIGN_POP") if row["REF_AREA"] == "MD"]
    assert len(expected) == 2175
    assert rows(answer.content) == {cells(row) for row in expected}


@pytest.mark.parametrize(
    ("address", "media_type", "version", "schema"),
    [
        (V2, "application/vnd.sdmx.data+xml;version=3.0.0", "3.0", "application/vnd.sdmx.schema+xml;version=3.0.0"),
        (
            V1,
            "application/vnd.sdmx.structurespecificdata+xml;version=2.1",
            "2.1",
            "application/vnd.sdmx.schema+xml;version=2.1",
        ),
        (V1, "application/vnd.sdmx.genericdata+xml;version=2.1", "2.1", None),
    ],
)
def test_xml_is_valid_by_the_official_schemas_and_the_dataflows_own(
    client: TestClient, tmp_path: Path, address: str, media_type: str, version: str, schema: str | None
) -> None:
    schemas = []
    if schema:
        family = "v2" if version == "3.0" else "v1"
        own = client.get(f"/sdmx/{family}/schema/dataflow/DSM/FOREIGN_POP/1.0.0", headers={"Accept": schema})
        assert own.status_code == 200
        (tmp_path / "own.xsd").write_bytes(own.content)
        schemas = [tmp_path / "own.xsd"]
    body = client.get(address, headers={"Accept": media_type}).content
    assert xsd_errors(body, version, tmp_path, schemas) == []


# --- what one country maintains ---------------------------------------------------------------------------------------

STUDENTS_V2 = "DSM.KG/FOREIGN_STUDENTS/1.0.0"
STUDENTS_V1 = "DSM.KG,FOREIGN_STUDENTS,1.0.0"


@pytest.mark.parametrize(
    ("address", "media_type", "version", "schema"),
    [
        (
            f"/sdmx/v2/data/dataflow/{STUDENTS_V2}/A.KG-GO",
            "application/vnd.sdmx.data+xml;version=3.0.0",
            "3.0",
            (f"/sdmx/v2/schema/dataflow/{STUDENTS_V2}", "application/vnd.sdmx.schema+xml;version=3.0.0"),
        ),
        (
            f"/sdmx/v1/data/{STUDENTS_V1}/A.KG-GO......",
            "application/vnd.sdmx.structurespecificdata+xml;version=2.1",
            "2.1",
            (f"/sdmx/v1/schema/dataflow/{STUDENTS_V2}", "application/vnd.sdmx.schema+xml;version=2.1"),
        ),
        (
            f"/sdmx/v1/data/{STUDENTS_V1}/A.KG-GO......",
            "application/vnd.sdmx.genericdata+xml;version=2.1",
            "2.1",
            None,
        ),
        (
            f"/sdmx/v2/structure/dataflow/{STUDENTS_V2}?references=all",
            "application/vnd.sdmx.structure+xml;version=3.0.0",
            "3.0",
            None,
        ),
        (
            f"/sdmx/v1/dataflow/{STUDENTS_V2}?references=all",
            "application/vnd.sdmx.structure+xml;version=2.1",
            "2.1",
            None,
        ),
        ("/sdmx/v2/structure/agencyscheme/DSM", "application/vnd.sdmx.structure+xml;version=3.0.0", "3.0", None),
        (
            f"/sdmx/v2/availability/dataflow/{STUDENTS_V2}",
            "application/vnd.sdmx.structure+xml;version=3.0.0",
            "3.0",
            None,
        ),
    ],
)
def test_messages_about_what_an_agency_below_the_hubs_maintains_are_valid(
    client: TestClient, tmp_path: Path, address: str, media_type: str, version: str, schema: tuple[str, str] | None
) -> None:
    schemas = []
    if schema:
        own = client.get(schema[0], headers={"Accept": schema[1]})
        assert own.status_code == 200
        (tmp_path / "own.xsd").write_bytes(own.content)
        schemas = [tmp_path / "own.xsd"]
    answer = client.get(address, headers={"Accept": media_type})
    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
    assert xsd_errors(answer.content, version, tmp_path, schemas) == []


def test_a_national_codelist_shows_common_and_own_codes(client: TestClient) -> None:
    json20 = {"Accept": "application/vnd.sdmx.structure+json;version=2.0.0"}
    address = "/sdmx/v2/structure/codelist/DSM.KG/CL_TERRITORY/1.0.0"
    [resolved] = client.get(address, headers=json20).json()["data"]["codelists"]
    [raw] = client.get(f"{address}?detail=raw", headers=json20).json()["data"]["codelists"]
    assert [code["id"] for code in resolved["codes"]] == ["KG", *(code["id"] for code in raw["codes"])]
    assert ("codelistExtensions" in resolved, len(raw["codelistExtensions"])) == (False, 1)


# --- the demonstration itself -----------------------------------------------------------------------------------------


def test_every_workbook_but_the_one_with_mistakes_is_released(loaded: dict[str, Loaded]) -> None:
    assert sorted(loaded) == WORKBOOKS
    states = {stem: one.submission.state for stem, one in loaded.items()}
    assert states == {stem: "returned" if stem == RETURNED else "released" for stem in WORKBOOKS}


def test_no_finding_but_information_is_made_of_a_good_workbook(loaded: dict[str, Loaded]) -> None:
    found = {
        (stem, finding.code, str(finding.place))
        for stem, one in loaded.items()
        for finding in (one.submission.report.findings if one.submission.report else ())
        if finding.severity != "information" and stem != RETURNED
    }
    assert found == set()


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize(("address", "media_type", "rows"), FORMATS, ids=[media_type for _, media_type, _ in FORMATS])
def test_every_message_says_that_the_numbers_are_invented(
    client: TestClient, address: str, media_type: str, rows: object, language: str
) -> None:
    text = client.get(address, headers={"Accept": media_type}).content.decode()
    assert {"en": "Demonstration data", "ru": "Демонстрационные данные"}[language] in text


def test_the_messages_that_the_workbooks_became_are_valid_sdmx(
    settings: object, loaded: dict[str, Loaded], tmp_path: Path
) -> None:
    folder = Path(settings.data_dir) / "messages"  # type: ignore[attr-defined]
    assert sorted(path.stem for path in folder.iterdir()) == WORKBOOKS
    root = etree.parse(str(folder / "kz_vyezd_kvartal.xml")).getroot()
    assert etree.QName(root).localname == "StructureSpecificData"
    assert len(list(root.iter("Obs"))) == len(expected_rows("kz_vyezd_kvartal", "ENTRIES"))
