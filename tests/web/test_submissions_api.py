"""POST /api/v1/submissions and what can be seen of a submission afterwards."""

import base64
import csv
import io
from typing import Any, cast

import anyio
import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Message

from sdmx_dsm.service import submissions
from sdmx_dsm.web import bodies
from sdmx_dsm.web.api import SUBMISSION_PARAMETERS
from tests.web.conftest import AGREEMENT_MD, Template, message, send

PATH = "/api/v1/submissions"
GOOD = [("A.MD.UA._T._T._T.FORREG", "2024", "11000.50")]
MIXED = [*GOOD, ("A.MD.UKR._T._T._T.FORREG", "2024", "7"), ("A.MD.RU._T._T._T.FORREG", "2024", "many")]
DATA = "/sdmx/v2/data/dataflow/DSM/FOREIGN_POP/1.0.0/A.MD.UA?c[TIME_PERIOD]=2024&format=csvdata"


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_good_file_is_released(writable: TestClient, template: Template) -> None:
    answer = send(writable, template.moldova, GOOD)
    assert answer.status_code == 200
    values = answer.json()
    assert (values["state"], values["user"], values["report"]["accepted"]) == ("released", "moldova", 1)
    assert answer.headers["location"] == f"http://testserver{PATH}/{values['id']}" == values["links"]["self"]
    (row,) = csv.DictReader(io.StringIO(writable.get(DATA).text))
    assert row["OBS_VALUE"] == "11000.50"


def test_a_file_in_a_form(writable: TestClient, template: Template) -> None:
    answer = writable.post(
        PATH,
        data={"provision_agreement": AGREEMENT_MD, "wait": "20", "dry_run": "true"},
        files={"file": ("C:\\reports\\Сведения.csv", message(AGREEMENT_MD, GOOD).encode())},
        headers=bearer(template.moldova),
    )
    values = answer.json()
    assert (answer.status_code, values["state"], values["file"]["name"]) == (200, "checked", "Сведения.csv")
    assert writable.get(DATA).status_code == 404


def test_without_waiting_the_address_of_the_submission_is_told(unattended: TestClient, template: Template) -> None:
    answer = send(unattended, template.moldova, GOOD, wait="0")
    assert (answer.status_code, answer.json()["state"], answer.json()["report"]) == (202, "received", None)
    where = answer.headers["location"]
    submissions.process_all(cast("Starlette", unattended.app).state.hub)
    later = unattended.get(where, headers=bearer(template.moldova))
    assert (later.status_code, later.json()["state"]) == (200, "released")


def test_the_identical_file_is_the_first_submission(writable: TestClient, template: Template) -> None:
    first, again = send(writable, template.moldova, GOOD), send(writable, template.moldova, GOOD)
    assert first.json()["id"] == again.json()["id"]


def test_errors_are_reported_with_their_place_and_nothing_is_stored(writable: TestClient, template: Template) -> None:
    values = send(writable, template.moldova, MIXED).json()
    report: Any = values["report"]
    places = [
        (finding["line"], finding["component"], finding["value"])
        for finding in report["findings"]
        if finding["severity"] == "error"
    ]
    assert (report["observations"], sorted(places)) == (3, [(3, "CITIZENSHIP", "UKR"), (4, "OBS_VALUE", "many")])
    assert all({"en", "ru"} <= set(finding["message"]) for finding in report["findings"])
    assert writable.get(DATA).status_code == 404
    table = writable.get(values["links"]["findings"], headers=bearer(template.moldova))
    assert table.headers["content-type"] == "text/csv"
    assert table.headers["content-disposition"].startswith("attachment")
    assert "UKR" in table.text


def test_the_good_rows_are_taken_where_the_sender_says_so(writable: TestClient, template: Template) -> None:
    values = send(writable, template.moldova, MIXED, accept="good").json()
    assert (values["state"], values["report"]["accepted"]) == ("released", 1)
    assert writable.get(DATA).status_code == 200


def test_the_source_comes_back_as_it_was_sent(writable: TestClient, template: Template) -> None:
    values = send(writable, template.moldova, GOOD, file_name='<b>"q".csv').json()
    source = writable.get(values["links"]["source"], headers=bearer(template.moldova))
    assert source.text == message(AGREEMENT_MD, GOOD)
    assert source.headers["content-type"] == "application/octet-stream"
    assert (
        source.headers["content-disposition"]
        == "attachment; filename=\"<b>_q_.csv\"; filename*=UTF-8''%3Cb%3E%22q%22.csv"
    )


def test_a_submission_is_seen_by_its_sender_and_by_administrators(writable: TestClient, template: Template) -> None:
    values = send(writable, template.moldova, GOOD).json()
    for link in values["links"].values():
        assert writable.get(link, headers=bearer(template.administrator)).status_code == 200
        assert writable.get(link, headers=bearer(template.kyrgyzstan)).status_code == 404
        assert writable.get(link).status_code == 401
    assert [row["id"] for row in writable.get(PATH, headers=bearer(template.moldova)).json()["submissions"]] == [
        values["id"]
    ]
    assert writable.get(PATH, headers=bearer(template.kyrgyzstan)).json() == {"submissions": []}
    everything = writable.get(PATH, headers=bearer(template.administrator), params={"limit": "2"}).json()["submissions"]
    assert [row["user"] for row in everything] == ["moldova", "test"]


def test_an_unknown_submission(client: TestClient, template: Template) -> None:
    answer = client.get(f"{PATH}/nothing", headers=bearer(template.administrator))
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong.token"},
        {"Authorization": "Bearer"},
        {"Authorization": "Digest x"},
        {"Authorization": "Basic ???"},
    ],
)
def test_who_may_send(client: TestClient, headers: dict[str, str]) -> None:
    answer = client.post(PATH, content=b"x", headers=headers)
    assert (answer.status_code, answer.json()["status"]) == (401, 401)
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_basic_takes_the_token_as_the_password(client: TestClient, template: Template) -> None:
    credentials = base64.b64encode(f"anybody:{template.moldova}".encode()).decode()
    assert client.get(PATH, headers={"Authorization": f"Basic {credentials}"}).status_code == 200


def test_a_sender_may_not_report_for_another(writable: TestClient, template: Template) -> None:
    answer = send(writable, template.kyrgyzstan, GOOD, provision_agreement=AGREEMENT_MD)
    assert answer.status_code == 403
    assert send(writable, template.kyrgyzstan, GOOD).json()["state"] != "released"
    assert writable.get(DATA).status_code == 404


def test_pages_of_others_send_nothing(client: TestClient, template: Template) -> None:
    headers = {**bearer(template.moldova), "Origin": "http://evil.example"}
    assert client.post(PATH, content=b"x", headers=headers).status_code == 403


@pytest.mark.parametrize(
    "options, status",
    [
        ({"accept": "some"}, 400),
        ({"dry_run": "perhaps"}, 400),
        ({"wait": "long"}, 400),
        ({"wait": "nan"}, 400),
        ({"action": "Explode"}, 400),
        ({"dataflow": "DSM"}, 400),
        ({"dryrun": "true"}, 400),
        ({"embargo": "2030-01-01T00:00:00Z"}, 400),
        ({"dataflow": "DSM:ENTRIES(1.0.0)", "provision_agreement": AGREEMENT_MD}, 400),
        ({"dataflow": "DSM:NONE(1.0.0)"}, 404),
        ({"mapping": "none"}, 404),
        ({"mapping": "../../secret"}, 404),
    ],
)
def test_wrong_options_are_problems(
    client: TestClient, template: Template, options: dict[str, str], status: int
) -> None:
    answer = send(client, template.administrator, GOOD, **options)
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_option_that_is_not_known_is_named(writable: TestClient, template: Template) -> None:
    """The file was released, although its sender asked for something else: a dry run, a later time."""
    answer = send(writable, template.moldova, GOOD, dryrun="true")
    assert answer.json()["detail"].startswith(
        "There is no option dryrun of a submission; there are provision_agreement,"
    )
    assert writable.get(DATA).status_code == 404


def test_every_option_that_is_described_is_known(client: TestClient) -> None:
    described = client.get("/api/v1/openapi.json").json()["paths"][PATH]["post"]["parameters"]
    assert {option["name"] for option in described} <= set(SUBMISSION_PARAMETERS)


@pytest.mark.parametrize("form", [False, True])
@pytest.mark.parametrize("announced", [False, True])
def test_a_file_over_the_limit(unattended: TestClient, template: Template, form: bool, announced: bool) -> None:
    body = b"x" * 200_000
    headers = bearer(template.moldova)
    if form:
        request = unattended.build_request("POST", PATH, files={"file": ("big.csv", body)}, headers=headers)
    else:
        request = unattended.build_request("POST", PATH, content=body, headers=headers)
    if not announced:
        del request.headers["content-length"]
    answer = unattended.send(request)
    assert answer.status_code == 413
    assert "100000" in answer.json()["detail"]
    assert answer.json()["setting"] == "DSM_MAX_UPLOAD_BYTES"


@pytest.mark.parametrize("leaves", [False, True])
@pytest.mark.parametrize("content_type", ["text/csv", "multipart/form-data; boundary=b"])
def test_a_sender_who_falls_silent_or_leaves_is_not_waited_for(
    unattended: TestClient, template: Template, monkeypatch: pytest.MonkeyPatch, content_type: str, leaves: bool
) -> None:
    """The connection was kept for ever; and who left was an incident."""
    monkeypatch.setattr(bodies, "SILENCE_SECONDS", 0.01)
    sent: list[Message] = []
    pieces = iter([{"type": "http.request", "body": b"--b\r\n", "more_body": True}])
    names = {"authorization": f"Bearer {template.moldova}", "host": "testserver", "content-type": content_type}
    scope = {
        "type": "http",
        "method": "POST",
        "path": PATH,
        "raw_path": PATH.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in names.items()],
    }

    async def receive() -> Message:
        for piece in pieces:
            return piece
        if leaves:
            return {"type": "http.disconnect"}
        await anyio.sleep_forever()
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    anyio.run(unattended.app, scope, receive, send)
    assert sent[0]["status"] == 408
    reason = (
        "The connection was closed before the file" if leaves else "Nothing came for 0.01 seconds; send the file again."
    )
    assert reason.encode() in sent[1]["body"]


def test_a_form_without_a_file(client: TestClient, template: Template) -> None:
    answer = client.post(PATH, files={"other": (None, "x")}, headers=bearer(template.moldova))
    assert (answer.status_code, answer.json()["detail"]) == (400, "The form has no file: send it as the part “file”.")


def test_a_broken_form(client: TestClient, template: Template) -> None:
    headers = {**bearer(template.moldova), "Content-Type": "multipart/form-data; boundary=x"}
    assert client.post(PATH, content=b"no form", headers=headers).status_code == 400


def test_the_description_has_every_route(client: TestClient) -> None:
    described = client.get("/api/v1/openapi.json").json()["paths"]
    routes = {
        (route.path, method.lower())
        for route in cast("Starlette", client.app).routes
        if isinstance(route, Route) and route.path.startswith("/api/")
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert {(path, method) for path, methods in described.items() for method in methods} == routes


@pytest.mark.parametrize("path, method, status", [("/api/v1/nothing", "GET", 404), (PATH, "DELETE", 405)])
def test_other_addresses_of_the_api(client: TestClient, path: str, method: str, status: int) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
