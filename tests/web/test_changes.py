"""/api/v1/changes."""

from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from sdmx_dsm.model import Code, Codelist
from sdmx_dsm.service.maintenance import submit
from tests.web.conftest import Template

PATH = "/api/v1/changes"
AREAS = Codelist(id="CL_TEST", agency="DSM", version="1.0", names={"en": "Areas"}, items=(Code(id="KG"),))


@pytest.fixture
def changed(unattended: TestClient) -> TestClient:
    """With a codelist that came in one revision and has another name since the next."""
    hub = unattended.app.state.hub  # type: ignore[attr-defined]
    submit(hub, [AREAS], user="A", note="for the test")
    submit(hub, [replace(AREAS, names={"en": "Areas", "ru": "Области"})], user="B")
    return unattended


def test_changes_are_listed_with_links_to_their_differences(changed: TestClient) -> None:
    answer = changed.get(PATH, params={"since": 1}).json()
    assert answer["newest"] == 3
    assert [(one["revision"], one["artefacts"]) for one in answer["changes"]] == [
        (2, [{"urn": AREAS.reference.urn, "action": "Append"}]),
        (3, [{"urn": AREAS.reference.urn, "action": "Replace"}]),
    ]
    link = answer["changes"][1]["links"]["difference"]
    (found,) = changed.get(link).json()["differences"]
    assert (found["bump"], [change["message"]["en"] for change in found["changes"]]) == (
        "patch",
        ["name (ru): added (“Области”)"],
    )


def test_without_since_come_the_newest(changed: TestClient) -> None:
    answer = changed.get(PATH, params={"limit": 1}).json()
    assert [one["revision"] for one in answer["changes"]] == [3]


def test_who_made_a_change_is_told_to_those_who_are_signed_in(changed: TestClient, template: Template) -> None:
    assert "user" not in changed.get(f"{PATH}/2").json()
    told = changed.get(f"{PATH}/2", headers={"Authorization": f"Bearer {template.moldova}"}).json()
    assert (told["user"], told["note"]) == ("A", "for the test")


@pytest.mark.parametrize("revision", ["4", "0", "x", "-1", "9" * 30])
def test_there_is_no_other_revision(changed: TestClient, revision: str) -> None:
    answer = changed.get(f"{PATH}/{revision}")
    assert (answer.status_code, answer.json()["detail"].startswith("There is no revision")) == (404, True)


@pytest.mark.parametrize("parameters", [{"since": "x"}, {"limit": "-1"}])
def test_parameters_are_numbers(client: TestClient, parameters: dict[str, str]) -> None:
    assert client.get(PATH, params=parameters).status_code == 400
