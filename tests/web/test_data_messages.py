"""POST /sdmx/v2/data: messages of data are applied as their actions say, in order, all or nothing."""

import csv
import io
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from lxml import etree
from starlette.testclient import TestClient

from sdmx_dsm.model import ProvisionAgreement
from sdmx_dsm.service import people
from tests.conftest import Databases
from tests.helpers.schemas import EXAMPLE_AGREEMENT
from tests.store.lines import TJ, publish
from tests.web.conftest import AGREEMENT_KG, AGREEMENT_MD, HEADING, KYRGYZSTAN, Template, message, working
from tests.web.test_harvester import example_client, hub_of
from tests.web.test_submissions_api import bearer

PATH = "/sdmx/v2/data"
KEY = "A.MD.UA._T._T._T.FORREG"
OTHER = "A.MD.RU.F._T._T.FORREG"


def row(action: str, key: str, period: str = "", value: str = "", agreement: str = AGREEMENT_MD) -> str:
    return ",".join(("dataprovision", agreement, action, *key.replace("*", "").split("."), period, value))


def csv_of(*rows: str) -> bytes:
    return "\n".join((HEADING, *rows, "")).encode()


def post(client: TestClient, token: str, content: bytes, query: str = "", **headers: str) -> httpx.Response:
    return client.post(f"{PATH}{query}", content=content, headers={**bearer(token), **headers})


def values(client: TestClient, key: str = "A.MD") -> list[tuple[str, str, str]]:
    answer = client.get(f"{PATH}/dataflow/DSM/FOREIGN_POP/1.0.0/{key}?format=csvdata&attributes=none")
    if answer.status_code == 404:
        return []
    ids = HEADING.split(",")[3:-2]
    rows = csv.DictReader(io.StringIO(answer.text))
    return [(".".join(found[id] for id in ids), found["TIME_PERIOD"], found["OBS_VALUE"]) for found in rows]


def test_a_message_is_released_and_the_answer_tells_what_it_did(writable: TestClient, template: Template) -> None:
    content = csv_of(row("M", KEY, "2023", "1"), row("M", KEY, "2024", "2"))
    answer = post(writable, template.moldova, content)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert datetime.fromisoformat(answer.json()["meta"]["prepared"])
    told = answer.json()["data"]
    (result,) = told["submissionResults"]
    assert result["submittedData"] == {
        "dataflow": "urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow=DSM:FOREIGN_POP(1.*)",
        "provisionAgreement": AGREEMENT_MD,
        "inserted": 1,
        "updated": 1,
        "deleted": 0,
        "attributes": 0,
    }
    assert result["statusMessage"]["status"] == "Success"
    submission = writable.get(answer.headers["location"], headers=bearer(template.moldova)).json()
    assert (submission["id"], submission["state"]) == (told["submission"]["id"], "released")
    assert submission["release"] == told["submission"]["release"]
    assert [found for found in values(writable) if found[0] == KEY][1:] == [(KEY, "2023", "1"), (KEY, "2024", "2")]


def test_the_data_sets_of_a_message_are_applied_in_order(writable: TestClient, template: Template) -> None:
    content = csv_of(
        row("M", KEY, "2030", "1"),
        row("D", "*.MD.*.*.*.*.*"),
        row("M", KEY, "2031", "2"),
        row("D", KEY, "2031"),
        row("R", OTHER, "2032", "3"),
    )
    answer = post(writable, template.moldova, content)
    assert answer.status_code == 200
    assert values(writable) == [(OTHER, "2032", "3")]
    assert values(writable, "A.KG") == KYRGYZSTAN
    assert len(answer.json()["data"]["submissionResults"]) == 3


def test_one_message_reports_for_several_agreements_in_one_release(writable: TestClient, template: Template) -> None:
    key = KYRGYZSTAN[0][0]
    content = csv_of(row("M", KEY, "2030", "1"), row("M", key, "2030", "2", AGREEMENT_KG))
    told = post(writable, template.administrator, content).json()["data"]
    agreements = [result["submittedData"]["provisionAgreement"] for result in told["submissionResults"]]
    assert agreements == [AGREEMENT_MD, AGREEMENT_KG]
    assert (KEY, "2030", "1") in values(writable)
    assert (key, "2030", "2") in values(writable, "A.KG")


def test_nothing_is_done_of_a_message_with_an_error(writable: TestClient, template: Template) -> None:
    before = values(writable)
    content = csv_of(row("M", KEY, "2030", "1"), row("M", KEY, "2031", "many"), row("M", KEY, "soon", "1"))
    answer = post(writable, template.moldova, content, Accept="application/json")
    assert answer.status_code == 422
    first, *details = [error["detail"] for error in answer.json()["errors"]]
    assert first.startswith("Nothing was changed: 2 errors")
    assert [detail.partition(":")[0] for detail in details] == ["3", "4"]
    assert [detail.rpartition("[")[2] for detail in details] == ["not-a-number]", "not-a-period]"]
    assert values(writable) == before
    answer = post(writable, template.moldova, content, Accept="application/xml")
    texts = etree.fromstring(answer.content).findall("{*}ErrorMessage/{*}Text")
    assert (answer.status_code, len(texts)) == (422, 3)


def test_a_structure_that_there_is_not_is_not_found(writable: TestClient, template: Template) -> None:
    content = csv_of(row("M", KEY, "2030", "1", "DSM:NONE(1.0.0)"))
    assert post(writable, template.administrator, content).status_code == 404


def test_a_series_of_others_is_a_conflict(databases: Databases, tmp_path: Path) -> None:
    heading = "STRUCTURE,STRUCTURE_ID,ACTION,FREQ,REF_AREA,SEX,TIME_PERIOD,OBS_VALUE,OBS_STATUS,UNIT_MEASURE"
    content = f"{heading}\ndataprovision,{TJ},M,A,KG,F,2021,1,A,PS\n".encode()
    with databases.new("sqlite") as url, example_client(url, tmp_path) as client:
        hub = hub_of(client)
        ours = hub.structures.resolve(EXAMPLE_AGREEMENT, ProvisionAgreement)
        hub.store.revise([replace(ours, id="EXAMPLE_TJ")], user="test")
        publish(hub.store, "A.KG.F 2020 OBS_VALUE=1")
        token = people.create_token(hub, "tj", agreements=[TJ])
        with working(hub):
            answer = post(client, token, content, Accept="application/json")
    assert answer.status_code == 409
    assert "[series-owned]" in answer.json()["errors"][1]["detail"]


def test_what_is_no_message_of_data_is_refused(writable: TestClient, template: Template) -> None:
    assert post(writable, template.moldova, b"<a/>").status_code == 422
    assert post(writable, template.moldova, b"").status_code == 422


def test_a_dry_run_says_what_would_be_and_changes_nothing(writable: TestClient, template: Template) -> None:
    before = values(writable)
    content = csv_of(row("M", KEY, "2030", "1"))
    answer = post(writable, template.moldova, content, "?dry_run=true")
    told = answer.json()["data"]
    assert (answer.status_code, told["submission"]["state"], told["report"]["accepted"]) == (200, "checked", 1)
    assert values(writable) == before
    wrong = csv_of(row("M", KEY, "2030", "many"))
    assert post(writable, template.moldova, wrong, "?dry_run=true").status_code == 422


def test_a_message_that_came_before_is_applied_again_when_the_hub_has_changed(
    writable: TestClient, template: Template
) -> None:
    """The identical file is the first submission elsewhere: who took a revision back by sending the old value was told that all
    was well, and the hub kept the revision."""

    def release(value: str) -> int:
        answer = post(writable, template.moldova, csv_of(row("M", KEY, "2030", value)))
        return int(answer.json()["data"]["submission"]["release"])

    first = release("1")
    assert release("1") == first
    second = release("2")
    third = release("1")
    assert (second, third) == (first + 1, first + 2)
    assert (KEY, "2030", "1") in values(writable)
    assert release("1") == third


@pytest.mark.parametrize("query", ["?dryrun=true", "?all_or_nothing=false"])
def test_a_parameter_that_there_is_not_is_refused(writable: TestClient, template: Template, query: str) -> None:
    before = values(writable)
    assert post(writable, template.moldova, csv_of(row("M", KEY, "2030", "1")), query).status_code == 400
    assert values(writable) == before


def test_without_a_worker_the_answer_says_where_to_look(
    unattended: TestClient, template: Template, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sdmx_dsm.service.data_messages.wait_for", lambda hub, id, _: hub.store.submission(id))
    answer = post(unattended, template.moldova, message(AGREEMENT_MD, [(KEY, "2030", "1")]).encode())
    assert (answer.status_code, answer.json()["data"]["submission"]["state"]) == (202, "received")
    assert unattended.get(answer.headers["location"], headers=bearer(template.moldova)).status_code == 200
