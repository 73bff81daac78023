"""/api/v1/releases: what was released, and how it is taken back."""

from starlette.testclient import TestClient

from tests.web.conftest import AGREEMENT_KG, AGREEMENT_MD, Template, send
from tests.web.test_data_messages import KEY, values
from tests.web.test_submissions_api import bearer

PATH = "/api/v1/releases"


def test_releases_are_listed_the_newest_first(client: TestClient, template: Template) -> None:
    found = client.get(PATH, headers=bearer(template.administrator)).json()["releases"]
    assert [release["number"] for release in found] == [2, 1]
    (change,) = found[1]["changes"]
    assert change == {
        "dataflow": {"agency": "DSM", "id": "FOREIGN_POP", "version": "1.*"},
        "provision_agreement": AGREEMENT_MD,
        "inserted": 5,
        "updated": 0,
        "deleted": 0,
        "attributes": change["attributes"],
    }
    assert client.get(f"{PATH}?before=2&limit=5").json()["releases"][0]["number"] == 1
    assert client.get(found[0]["links"]["self"]).json()["time"] == found[0]["time"]
    assert client.get(found[0]["links"]["submission"], headers=bearer(template.administrator)).status_code == 200


def test_how_much_was_changed_is_for_those_who_report(client: TestClient, template: Template) -> None:
    """The numbers would tell of observations that are hidden."""
    for headers in ({}, bearer(template.kyrgyzstan), bearer(template.methodology)):
        release = client.get(f"{PATH}/1", headers=headers).json()
        assert sorted(release) == ["changes", "links", "number", "time"]
        assert sorted(release["changes"][0]) == ["dataflow", "provision_agreement"]
        assert sorted(release["links"]) == ["self"]
    assert client.get(f"{PATH}/1", headers=bearer(template.moldova)).json()["changes"][0]["inserted"] == 5


def test_a_release_that_there_is_not(client: TestClient) -> None:
    for number in ("7", "0", "-1", "x", "9" * 40):
        assert client.get(f"{PATH}/{number}").status_code == 404


def test_an_agreement_is_rolled_back_by_who_reports_for_it(writable: TestClient, template: Template) -> None:
    before = values(writable)
    send(writable, template.moldova, [(KEY, "2023", "1"), (KEY, "2030", "2")])
    answer = writable.post(
        f"{PATH}/2/rollback",
        params={"provision_agreement": AGREEMENT_MD, "note": "wrong file"},
        headers=bearer(template.moldova),
    )
    assert (answer.status_code, answer.json()["note"]) == (200, "wrong file")
    assert answer.headers["location"] == f"http://testserver{PATH}/4" == answer.json()["links"]["self"]
    (change,) = answer.json()["changes"]
    assert (change["inserted"], change["updated"], change["deleted"]) == (0, 1, 1)
    assert values(writable) == before


def test_a_release_is_withdrawn_and_what_came_later_stays(writable: TestClient, template: Template) -> None:
    before = values(writable)
    send(writable, template.moldova, [(KEY, "2023", "1"), (KEY, "2030", "2")])
    send(writable, template.moldova, [(KEY, "2031", "3")])
    answer = writable.post(f"{PATH}/3/withdrawal", headers=bearer(template.administrator))
    assert answer.status_code == 200
    kept = [*before, (KEY, "2031", "3")]
    assert sorted(values(writable)) == sorted(kept)


def test_one_dataflow_is_rolled_back_by_an_administrator(writable: TestClient, template: Template) -> None:
    answer = writable.post(
        f"{PATH}/1/rollback", params={"dataflow": "DSM:FOREIGN_POP(1.0.0)"}, headers=bearer(template.administrator)
    )
    assert answer.status_code == 200
    assert values(writable, "A.KG") == []
    assert len(values(writable)) == 5


def test_options_that_are_not_known_are_refused(writable: TestClient, template: Template) -> None:
    both = {"provision_agreement": AGREEMENT_KG, "dataflow": "DSM:FOREIGN_POP(1.0.0)"}
    for params in ({"flow": "DSM:FOREIGN_POP(1.0.0)"}, both):
        answer = writable.post(f"{PATH}/1/rollback", params=params, headers=bearer(template.administrator))
        assert answer.status_code == 400
    unknown = {"dataflow": "DSM:NONE(1.0.0)"}
    assert (
        writable.post(f"{PATH}/1/rollback", params=unknown, headers=bearer(template.administrator)).status_code == 404
    )
    assert writable.post(f"{PATH}/9/rollback", headers=bearer(template.administrator)).status_code == 404
    assert len(values(writable)) == 5
