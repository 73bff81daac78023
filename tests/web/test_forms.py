"""Queries in a form, for keys that are too long for an address."""

import pytest
from starlette.testclient import TestClient

from tests.web.conftest import KYRGYZSTAN, MOLDOVA, Template
from tests.web.test_sdmx_api import FLOW, ROWS, V2_CSV, from_csv

FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": V2_CSV}
V1 = "/sdmx/v1/data/DSM,FOREIGN_POP,1.0.0"
CSV1 = "application/vnd.sdmx.data+csv;version=1.0.0"


@pytest.mark.parametrize(
    "address, form, expected",
    [
        (f"{FLOW}/body", "key=A.MD", MOLDOVA),
        (f"{FLOW}/body", "key=A.MD,A.KG", ROWS),
        (f"{FLOW}/body/", "key=A.MD%2CA.KG", ROWS),
        (f"{FLOW}/body?c[TIME_PERIOD]=ge:2023", "key=A.MD", [row for row in MOLDOVA if row[1] == "2023"]),
        (f"{FLOW}/body", "key=*&c[TIME_PERIOD]=ge%3A2023&c%5BSEX%5D=F", MOLDOVA[:1]),
        (f"{FLOW}/body", "key=*&limit=2&offset=1", ROWS[1:3]),
        (FLOW, "c[REF_AREA]=KG", KYRGYZSTAN),
        (FLOW, "", ROWS),
        (f"{V1}/body?startPeriod=2023", "key=A.MD+KG.....", [row for row in MOLDOVA if row[1] == "2023"]),
        (f"{V1}/body", "key=A.MD%2BKG.....&startPeriod=2022", ROWS),
    ],
)
def test_a_form_asks_what_an_address_asks(
    client: TestClient, address: str, form: str, expected: list[tuple[str, str, str]]
) -> None:
    headers = FORM | ({"Accept": CSV1} if "/v1/" in address else {})
    answer = client.post(address, content=form, headers=headers)
    assert answer.status_code == 200, answer.text
    assert from_csv(answer.text) == sorted(expected)


@pytest.mark.parametrize("key", ["A.MD+KG.....", "A.MD%2BKG....."])
def test_the_form_of_the_data_explorer(client: TestClient, key: str) -> None:
    """Its page is on another site, its parameters stay in the address, and its key is multipart."""
    answer = client.post(
        f"{V1}/body?startPeriod=2022&dimensionAtObservation=AllDimensions",
        files={"key": (None, key)},
        headers={"Accept": CSV1, "X-Range": "values=0-1", "Origin": "https://explorer.example"},
    )
    assert answer.status_code == 206, answer.text
    assert answer.headers["content-range"] == "values 0-1/6"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert from_csv(answer.text) == ROWS[:2]


def test_availability_by_a_form(client: TestClient) -> None:
    headers = FORM | {"Accept": "*/*"}
    for address, form in (
        ("/sdmx/v1/availableconstraint/DSM,FOREIGN_POP,1.0.0/body?mode=available", "key=A.MD....."),
        ("/sdmx/v2/availability/dataflow/DSM/FOREIGN_POP/1.0.0/body", "key=A.MD"),
    ):
        answer = client.post(address, content=form, headers=headers)
        assert (answer.status_code, b"FORREG" in answer.content) == (200, True), answer.text


def test_a_key_that_no_address_could_hold(client: TestClient) -> None:
    key = "A." + "+".join(f"X{number}" for number in range(9000)) + "+KG....."
    assert client.get(f"{V1}/{key}").status_code == 414
    answer = client.post(f"{V1}/body", content=f"key={key}", headers=FORM | {"Accept": CSV1})
    assert from_csv(answer.text) == KYRGYZSTAN


def test_a_form_may_be_compressed_and_never_is_unchanged(client: TestClient) -> None:
    first = client.post(f"{FLOW}/body", content="key=A.MD", headers=FORM)
    again = client.post(f"{FLOW}/body", content="key=A.MD", headers=FORM | {"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (200, first.content)
    assert first.headers["etag"] == client.get(f"{FLOW}/A.MD", headers={"Accept": V2_CSV}).headers["etag"]


@pytest.mark.parametrize(
    "address, form, status, said",
    [
        (f"{FLOW}/body", "", 400, "field “key”"),
        (FLOW, "key=A.MD", 400, "segment “body”"),
        (f"{FLOW}/body", "key=A.MD&key=A.KG", 400, "one field “key”"),
        (f"{FLOW}/body?limit=1", "key=*&limit=2", 400, "limit is given more than once"),
        (f"{FLOW}/body", "key=A%00", 400, "control characters"),
        (f"{FLOW}/body", "key=A.B.C.D.E.F.G.H.I", 400, "positions"),
        (f"{FLOW}/body", "key=A.MD/x", 404, "no data"),
        (f"{FLOW}/body", "key=" + "A," * 40_000, 413, "DSM_MAX_QUERY_BYTES"),
        (f"{FLOW}/body", "key=A.UZ", 404, "no data"),
    ],
)
def test_what_a_form_has_wrong(client: TestClient, address: str, form: str, status: int, said: str) -> None:
    answer = client.post(address, content=form, headers=FORM | {"Accept": "*/*"})
    assert answer.status_code == status, answer.text
    assert said in answer.text


def test_a_form_with_a_file_is_no_query(client: TestClient) -> None:
    answer = client.post(f"{FLOW}/body", files={"key": ("key.txt", b"A.MD")})
    assert answer.status_code == 400


@pytest.mark.parametrize("address", ["/sdmx/v2/data", "/sdmx/v2/structure/codelist", "/sdmx/v2", "/api/v1/submissions"])
def test_other_forms_of_foreign_pages_are_refused(client: TestClient, template: Template, address: str) -> None:
    headers = FORM | {"Origin": "https://evil.example", "Authorization": f"Bearer {template.administrator}"}
    assert client.post(address, content="key=A", headers=headers).status_code == 403


def test_a_form_reads_with_the_rights_of_its_sender(client: TestClient) -> None:
    answer = client.post(f"{FLOW}/body", content="key=A.MD", headers=FORM | {"Authorization": "Bearer nonsense"})
    assert answer.status_code == 401
