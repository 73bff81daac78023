"""GET /api/v1/catalogue, and the document that sdmx1 finds the service by."""

import csv
import io
from dataclasses import replace
from typing import Any, cast

import httpx
import pytest
import sdmx
from starlette.applications import Starlette
from starlette.testclient import TestClient

from sdmx_dsm.model import Annotation, Dataflow, parse_reference
from sdmx_dsm.service import Hub
from tests.web.conftest import AGREEMENT_KG, Template, message

PATH = "/api/v1/catalogue"


def entry(client: TestClient, id: str = "FOREIGN_POP", headers: dict[str, str] | None = None) -> dict[str, Any]:
    found = client.get(PATH, headers=headers).json()["dataflows"]
    return next(each for each in found if each["id"] == id)


def test_a_dataflow_with_its_titles_countries_numbers_and_release(client: TestClient) -> None:
    found = entry(client)
    hub = cast("Hub", cast("Starlette", client.app).state.hub)
    release = hub.store.releases()[0]
    assert found["urn"].endswith("Dataflow=DSM:FOREIGN_POP(1.0.0)")
    assert found["titles"]["en"] == "Number of foreigners in the country"
    assert "ru" in found["titles"]
    assert (found["countries"], found["series"], found["observations"]) == (["KG", "MD"], 4, 6)
    assert found["last_release"] == release.number
    assert found["released"] == release.time.isoformat(timespec="milliseconds")
    assert (found["next_release"], found["mapped"]) == (None, None)


def test_a_dataflow_without_data_is_there_too(client: TestClient) -> None:
    found = entry(client, "ENTRIES")
    assert (found["countries"], found["observations"], found["last_release"]) == ([], 0, None)


def test_the_links_lead_somewhere(client: TestClient) -> None:
    for name, link in entry(client)["links"].items():
        assert client.get(link).status_code == 200, name


@pytest.mark.parametrize(
    ("path", "headers"), [(f"{PATH}?format=tsv", {}), (PATH, {"Accept": "text/tab-separated-values"})]
)
def test_the_same_as_a_table(client: TestClient, path: str, headers: dict[str, str]) -> None:
    answer = client.get(path, headers=headers)
    assert answer.headers["content-type"] == "text/tab-separated-values; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text), delimiter="\t", quoting=csv.QUOTE_NONE))
    assert len(rows) == len(client.get(PATH).json()["dataflows"])
    (row,) = (row for row in rows if row["id"] == "FOREIGN_POP")
    assert (row["countries"], row["observations"], row["title_en"]) == (
        "KG MD",
        "6",
        "Number of foreigners in the country",
    )
    assert client.get(row["data"]).status_code == 200


def test_another_format_is_refused(client: TestClient) -> None:
    answer = client.get(f"{PATH}?format=xml")
    assert (answer.status_code, "expected one of json, tsv" in answer.text) == (400, True)


def test_who_has_the_newest_catalogue_gets_no_other(client: TestClient) -> None:
    tag = client.get(PATH).headers["etag"]
    assert client.get(PATH, headers={"If-None-Match": tag}).status_code == 304
    assert client.get(f"{PATH}?format=tsv", headers={"If-None-Match": tag}).status_code == 200


def test_what_is_hidden_is_not_counted(writable: TestClient, template: Template) -> None:
    hub = cast("Hub", cast("Starlette", writable.app).state.hub)
    source = cast("Dataflow", hub.structures.find(parse_reference("DSM:FOREIGN_POP(1.0.0)", "Dataflow")))
    kept = tuple(each for each in source.annotations if (each.type, each.id) != ("CONFIDENTIALITY", "C"))
    hidden = Annotation(type="CONFIDENTIALITY", id="C", value="hidden")
    planned = Annotation(type="NEXT_RELEASE", value="2027-03-01")
    hub.store.revise([replace(source, annotations=(*kept, hidden, planned))], user="test")
    heading, row = message(AGREEMENT_KG, [("A.KG.UA._T._T._T.CENSUS", "2021", "13")]).split()
    headers = {"Authorization": f"Bearer {template.kyrgyzstan}"}
    content = f"{heading},CONF_STATUS\n{row},C\n"
    sent = writable.post("/api/v1/submissions", params={"wait": "20"}, content=content, headers=headers)
    assert sent.json()["state"] == "released"
    assert (entry(writable)["observations"], entry(writable)["series"]) == (6, 4)
    administrator = {"Authorization": f"Bearer {template.administrator}"}
    assert entry(writable, headers=administrator)["observations"] == 7
    assert entry(writable)["next_release"] == "2027-03-01"


def test_sdmx1_takes_the_document_and_gets_data(address: str) -> None:
    document = httpx.get(f"{address}/api/v1/sources/sdmx1.json")
    sdmx.add_source(document.text, override=True)
    client = sdmx.Client(document.json()["id"])
    assert "FOREIGN_POP" in client.dataflow().dataflow
    (dataset,) = client.data("FOREIGN_POP", key={"REF_AREA": "KG"}).data
    assert [str(observation.value) for observation in dataset.obs] == ["50012"]


def test_a_dataflow_whose_structure_is_not_here_does_not_stand_in_the_way(writable: TestClient) -> None:
    hub = cast("Hub", cast("Starlette", writable.app).state.hub)
    hub.store.revise([Dataflow(id="BARE", agency="DSM", version="1.0.0", names={"en": "Bare"})], user="test")
    assert (entry(writable, "BARE")["observations"], entry(writable)["observations"]) == (0, 6)
    assert writable.get("/en/").status_code == 200
