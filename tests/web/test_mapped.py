"""Mapped dataflows: Eurostat's structure over the foreigners in the country, live."""

import csv
import io
from dataclasses import replace
from typing import cast
from urllib.parse import quote

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from sdmx_dsm.model import PUBLIC, Annotation, Dataflow, DataQuery, Reference, parse_reference
from sdmx_dsm.service import Hub
from sdmx_dsm.service.data import availability
from tests.web.conftest import AGREEMENT_KG, AGREEMENT_MD, Template, message, send

FLOW = "DSM/FOREIGN_POP_ESTAT/1.0.0"
DATA = f"/sdmx/v2/data/dataflow/{FLOW}"


def hub_of(client: TestClient) -> Hub:
    return cast("Hub", cast("Starlette", client.app).state.hub)


def mapped_flow(map: str, id: str) -> Dataflow:
    return Dataflow(
        id=id,
        agency="DSM",
        version="1.0.0",
        names={"en": "Foreigners in Eurostat's structure"},
        annotations=(Annotation(type="MAPPED", value=map),),
        structure=Reference("DataStructure", "ESTAT", "MIGR_POP1CTZ", "1.0.0"),
    )


@pytest.fixture
def client(writable: TestClient) -> TestClient:
    return writable


def rows(client: TestClient, path: str = "", **parameters: str) -> list[tuple[str, ...]]:
    """Key and value of each observation, the action before those that are changes."""
    answer = client.get(DATA + path, params={"format": "csvdata", **parameters})
    assert answer.status_code in (200, 404), answer.text
    if answer.status_code == 404:
        return []
    return [
        (row["ACTION"], ".".join(row[id] for id in ("CITIZEN", "SEX", "GEO", "TIME_PERIOD")), row["OBS_VALUE"])
        for row in csv.DictReader(io.StringIO(answer.text))
    ]


ALL = [
    ("R", "FOR_STLS.T.KG.2022", "50012"),
    ("R", "FOR_STLS.T.MD.2022", "21000"),
    ("R", "FOR_STLS.T.MD.2023", "21873"),
    ("R", "RU.F.MD.2023", "1841"),
    ("R", "UA.T.MD.2022", "9070.0"),
    ("R", "UA.T.MD.2023", "10250.50"),
]


def test_it_shows_the_data_of_its_source(client: TestClient) -> None:
    assert sorted(rows(client)) == ALL


def test_keys_filters_and_numbers_are_those_of_any_dataflow(client: TestClient) -> None:
    schema = hub_of(client).schema(hub_of(client).dataflow("DSM:FOREIGN_POP_ESTAT"))
    key = ".".join({"CITIZEN": "UA", "GEO": "MD"}.get(id, "*") for id in schema.dimension_ids)
    assert rows(client, f"/{key}") == ALL[4:]
    assert rows(client, **{"c[TIME_PERIOD]": "ge:2023", "c[CITIZEN]": "RU,UA"}) == [ALL[3], ALL[5]]
    assert rows(client, **{"c[GEO]": "MD", "lastNObservations": "1"}) == [ALL[2], ALL[3], ALL[5]]
    assert len(rows(client, limit="2")) == 2


def test_availability_is_that_of_the_mapped_data(client: TestClient) -> None:
    query = DataQuery(agencies=("DSM",), ids=("FOREIGN_POP_ESTAT",))
    for mode in ("exact", "available"):
        (found,) = availability(hub_of(client), query, PUBLIC, mode=mode)
        values = {selection.id: selection.values for selection in found.cube_regions[0].keys}
        assert (set(values["CITIZEN"]), values["GEO"]) == ({"FOR_STLS", "RU", "UA"}, ("KG", "MD"))
        assert (found.series_count, found.obs_count) == (4, 6)


def test_a_release_of_the_source_changes_it_and_its_tag(client: TestClient, template: Template) -> None:
    before = client.get(DATA)
    assert client.get(DATA, headers={"If-None-Match": before.headers["etag"]}).status_code == 304
    send(client, template.moldova, [("A.MD.UA._T._T._T.FORREG", "2023", "7")])
    after = client.get(DATA, headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    assert ("R", "UA.T.MD.2023", "7") in rows(client)


def test_several_sources_of_one_number_leave_it_out(client: TestClient, template: Template) -> None:
    send(client, template.moldova, [("A.MD.UA._T._T._T.CENSUS", "2023", "7")])
    assert sorted(rows(client)) == [row for row in ALL if row[1] != "UA.T.MD.2023"]


def test_what_changed_is_deleted_and_replaced(client: TestClient, template: Template) -> None:
    since = hub_of(client).store.releases()[0].time
    headers = {"Authorization": f"Bearer {template.moldova}"}
    gone = message(AGREEMENT_MD, [("A.MD.RU.F._T._T.FORREG", "2023", "")]).replace(",R,", ",D,")
    client.post("/api/v1/submissions", params={"wait": "20"}, content=gone, headers=headers)
    new = [("A.MD.UA._T._T._T.FORREG", "2023", "7"), ("A.MD.BY._T._T._T.FORREG", "2023", "1")]
    # A second source takes a number away that was there.
    send(client, template.moldova, [*new, ("A.MD._T._T._T._T.CENSUS", "2022", "5")])
    found = rows(client, updatedAfter=since.isoformat())
    assert [(action, key.rstrip("."), value) for action, key, value in found if action == "D"] == [
        ("D", "RU.F.MD", ""),
        ("D", "FOR_STLS.T.MD.2022", ""),
    ]
    assert sorted(row for row in found if row[0] != "D") == [("R", "BY.T.MD.2023", "1"), ("R", "UA.T.MD.2023", "7")]


def test_a_past_state_is_that_of_the_source(client: TestClient, template: Template) -> None:
    moment = hub_of(client).store.releases()[0].time
    send(client, template.moldova, [("A.MD.UA._T._T._T.FORREG", "2023", "7")])
    assert sorted(rows(client, asOf=moment.isoformat())) == ALL


def test_who_may_not_see_the_source_does_not_see_it_mapped(client: TestClient, template: Template) -> None:
    hub = hub_of(client)
    source = cast("Dataflow", hub.structures.find(parse_reference("DSM:FOREIGN_POP(1.0.0)", "Dataflow")))
    hidden = Annotation(type="CONFIDENTIALITY", id="C", value="hidden")
    others = tuple(each for each in source.annotations if (each.type, each.id) != ("CONFIDENTIALITY", "C"))
    hub.store.revise([replace(source, annotations=(*others, hidden))], user="test")
    csv_text = message(AGREEMENT_KG, [("A.KG.UA._T._T._T.CENSUS", "2022", "13")])
    secret = "\n".join(
        f"{line},{'CONF_STATUS' if number == 0 else 'C'}" for number, line in enumerate(csv_text.strip().splitlines())
    )
    headers = {"Authorization": f"Bearer {template.kyrgyzstan}"}
    sent = client.post("/api/v1/submissions", params={"wait": "20"}, content=secret + "\n", headers=headers)
    assert sent.json()["state"] == "released", sent.text
    key = ("R", "UA.T.KG.2022", "13")
    assert key not in rows(client)
    answer = client.get(
        DATA, params={"format": "csvdata"}, headers={"Authorization": f"Bearer {template.administrator}"}
    )
    assert ",13," in answer.text or ",13\n" in answer.text or ",13\r" in answer.text


def test_it_has_no_history_of_its_own(client: TestClient) -> None:
    answer = client.get(DATA, params={"includeHistory": "true"})
    assert answer.status_code == 501
    assert "DSM:FOREIGN_POP" in answer.text


def test_a_dataflow_whose_map_cannot_be_run_has_no_data(client: TestClient) -> None:
    hub_of(client).store.revise([mapped_flow("DSM:NONE", "BROKEN")], user="test")
    assert client.get("/sdmx/v2/data/dataflow/DSM/BROKEN/1.0.0").status_code == 404
    assert client.get(f"/sdmx/v2/data/dataflow/DSM/{quote('BROKEN,FOREIGN_POP_ESTAT')}/1.0.0").status_code == 200


def test_the_page_of_a_mapped_dataflow_shows_it_too(client: TestClient) -> None:
    page = client.get(f"/en/data/{FLOW}")
    assert (page.status_code, ">10,250.50<" in page.text) == (200, True)


def test_every_format_shows_it(client: TestClient) -> None:
    for format in ("sdmx_3.0_structured", "sdmx_2.1_generic", "jsondata", "csvdata"):
        answer = client.get(DATA, params={"format": format})
        assert "10250.50" in answer.text, format
