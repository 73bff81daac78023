"""Sending a file to another hub: what is sent, and what its refusals become."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from sdmx_dsm.errors import Conflict, DsmError, Forbidden, NotFound, TooLarge, Unauthorised, Unavailable
from sdmx_dsm.service.remote import submit_remotely
from sdmx_dsm.service.submissions import SubmissionRequest


@pytest.fixture
def request_(tmp_path: Path) -> SubmissionRequest:
    path = tmp_path / "data.csv"
    path.write_text("content")
    return SubmissionRequest(path=path, file_name="данные.csv", structure="DSM:X(1.0.0)", dry_run=True)


def answering(monkeypatch: pytest.MonkeyPatch, response: httpx.Response | Exception) -> list[httpx.Request]:
    """The other hub gives this answer; what it was sent."""
    sent: list[httpx.Request] = []

    def post(url: str, *, timeout: float, **options: Any) -> httpx.Response:
        sent.append(httpx.Request("POST", url, **options))
        sent[-1].read()
        if isinstance(response, Exception):
            raise response
        return response

    monkeypatch.setattr(httpx, "post", post)
    return sent


def test_the_file_goes_as_a_form_with_its_options(monkeypatch: pytest.MonkeyPatch, request_: SubmissionRequest) -> None:
    sent = answering(monkeypatch, httpx.Response(200, json={"id": "1", "state": "released"}))
    assert submit_remotely(request_, "http://hub/", "secret", wait_seconds=3) == {"id": "1", "state": "released"}
    (call,) = sent
    assert str(call.url).partition("?")[0] == "http://hub/api/v1/submissions"
    assert dict(call.url.params) == {"structure": "DSM:X(1.0.0)", "accept": "all", "dry_run": "true", "wait": "3"}
    assert call.headers["authorization"] == "Bearer secret"
    assert b'name="file"; filename="' in call.content
    assert b"content" in call.content


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, Unauthorised), (403, Forbidden), (404, NotFound), (409, Conflict), (413, TooLarge), (400, DsmError)],
)
def test_a_refusal_is_the_error_that_it_is_there(
    monkeypatch: pytest.MonkeyPatch, request_: SubmissionRequest, status: int, error: type[DsmError]
) -> None:
    answering(monkeypatch, httpx.Response(status, json={"title": "No", "detail": "This is why."}))
    with pytest.raises(error, match="^This is why.$") as refusal:
        submit_remotely(request_, "http://hub", "")
    assert type(refusal.value) is error


@pytest.mark.parametrize(
    "response",
    [
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("late"),
        httpx.InvalidURL("wrong"),
        httpx.Response(200, text="<html>"),
        httpx.Response(502, text="Bad Gateway"),
        httpx.Response(200, json=["no object"]),
        httpx.Response(200, json={"status": "up"}),
        httpx.Response(500, json=[]),
    ],
    ids=repr,
)
def test_what_is_no_hub_is_not_available(
    monkeypatch: pytest.MonkeyPatch, request_: SubmissionRequest, response: httpx.Response | Exception
) -> None:
    answering(monkeypatch, response)
    with pytest.raises(Unavailable, match="http://hub"):
        submit_remotely(request_, "http://hub", "")
