"""The one place that knows status numbers: which error is answered how, and what else is answered by what.

An error under the SDMX API is an SDMX error in the syntax asked for, under `/api` a problem document (RFC 9457), elsewhere a
page. What nobody foresaw is told by a number that is in the log, never by a traceback."""

import json
import logging
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final, Literal
from xml.sax.saxutils import escape

from starlette.responses import Response

from sdmx_dsm.errors import (
    Conflict,
    DsmError,
    Forbidden,
    NoResults,
    NotAcceptable,
    NotFound,
    PeriodError,
    QuerySemanticsError,
    QuerySyntaxError,
    ReadError,
    SettingsError,
    SubmissionRejected,
    TooLarge,
    Unauthorised,
    Unavailable,
    Unsupported,
    UrnError,
    VersionError,
)
from sdmx_dsm.model import Text
from sdmx_dsm.web.ranges import OutsideRange

log = logging.getLogger(__name__)


ErrorSyntax = Literal["xml", "json"]
Side = Literal["v1", "v2", "api"]


class AddressTooLong(DsmError):
    """The request target is over DSM_MAX_URL_CHARS."""


class SenderSilent(DsmError):
    """Nothing more came of a body that is not complete."""


class ForeignHost(DsmError):
    """The request is addressed to another host."""


@dataclass(frozen=True, slots=True)
class Status:
    """HTTP status on REST 2, REST 1 and outside the SDMX API, and the code of REST 1's errors (`spec/REST.md` A11, B8)."""

    v2: int
    v1: int
    api: int
    code: int

    def on(self, side: Side) -> int:
        return {"v2": self.v2, "v1": self.v1, "api": self.api}[side]


# Codes from 1000 on are the service's own: for what the standard's list does not name.
STATUSES: Final[Mapping[type[Exception], Status]] = {
    NotFound: Status(404, 404, 404, 100),
    NoResults: Status(404, 404, 404, 100),  # 204 on v2 under DSM_SDMX_DEFAULTS=specification: see `no_content`
    QuerySyntaxError: Status(400, 400, 400, 140),
    QuerySemanticsError: Status(422, 403, 422, 150),
    VersionError: Status(400, 400, 400, 140),
    UrnError: Status(400, 400, 400, 140),
    PeriodError: Status(400, 400, 400, 140),
    NotAcceptable: Status(406, 406, 406, 1406),
    AddressTooLong: Status(414, 414, 414, 1414),
    SenderSilent: Status(408, 408, 408, 1408),
    ForeignHost: Status(421, 421, 421, 1421),
    OutsideRange: Status(416, 416, 416, 1416),
    TooLarge: Status(413, 413, 413, 510),
    Unauthorised: Status(401, 401, 401, 110),
    Forbidden: Status(403, 403, 403, 110),
    Conflict: Status(409, 409, 409, 1409),
    Unsupported: Status(501, 501, 415, 501),
    Unavailable: Status(503, 503, 503, 503),
    ReadError: Status(422, 400, 422, 140),
    SubmissionRejected: Status(422, 422, 422, 150),
    SettingsError: Status(500, 500, 500, 500),
    DsmError: Status(500, 500, 500, 500),
}


# What broke a rule of the registry -> the status of the artefact; of all other rules it is 409 (SDMX REST 2.2, maintenance).
RULE_STATUSES: Final[Mapping[str, int]] = {
    "not-found": 404,
    "wrong-agency": 403,
    "wrong-agreement": 403,
    "changed-meanwhile": 412,
    "wrong-identity": 422,
}


def result_status(action: str, *, refused: bool, rules: Sequence[str] = ()) -> int:
    """Of one artefact, registration or subscription that was sent."""
    if refused:
        return next((RULE_STATUSES[rule] for rule in rules if rule in RULE_STATUSES), 409)
    return 201 if action == "Append" else 200


def message_status(results: Iterable[tuple[int, bool]]) -> int:
    """Of an answer to several: each its status, and whether it was refused for a reason of its own. What they have in common;
    207 where some were done and others refused."""
    found = list(results)
    done = {status for status, _ in found if status < 400}
    reasons = {status for status, is_own in found if status >= 400 and is_own}
    if done and reasons:
        return 207
    if done:
        return max(done)
    return reasons.pop() if len(reasons) == 1 else 409


def status_of(error: DsmError) -> Status:
    """The row of the nearest class."""
    return next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)


def no_content(error: DsmError, side: Side, policy: str) -> bool:
    """Whether an error is no error by the specification: a v2 query that nothing matches is answered by 204."""
    return isinstance(error, NoResults) and side == "v2" and policy == "specification"


def sdmx_error(
    status: int,
    code: int,
    message: str,
    syntax: ErrorSyntax,
    version: str = "3.0",
    sender: str = "",
    details: Sequence[str] = (),
    facts: Mapping[str, object] | None = None,
) -> Response:
    """`message:Error` of SDMX-ML `version`, or the errors array of SDMX-JSON, which names its sender. `details` are further
    messages of the same error; `facts` that JSON can say become members of the first."""
    messages = (message, *details)
    if syntax == "xml":
        return Response(_error_xml(code, messages, version), status, media_type="application/xml")
    return Response(_error_json(code, messages, status, sender, facts), status, media_type="application/json")


def _error_xml(code: int, messages: Sequence[str], version: str) -> str:
    base = f"http://www.sdmx.org/resources/sdmxml/schemas/v{version.replace('.', '_')}"
    texts = (
        re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", message) for message in messages
    )
    inside = "".join(
        f'<message:ErrorMessage code="{code}"><common:Text xml:lang="en">{escape(text)}</common:Text></message:ErrorMessage>'
        for text in texts
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<message:Error xmlns:message="{base}/message" xmlns:common="{base}/common">'
        f"{inside}</message:Error>\n"
    )


def _error_json(
    code: int, messages: Sequence[str], status: int, sender: str, facts: Mapping[str, object] | None
) -> str:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    meta = {"id": f"ERR-{uuid.uuid4().hex}", "prepared": now, "test": False, "sender": {"id": sender or "Unknown"}}
    title = HTTPStatus(status).phrase
    errors: list[dict[str, object]] = [{"code": code, "title": title, "detail": message} for message in messages]
    errors[0] = {**_members(facts), **errors[0]}
    return json.dumps({"meta": meta, "errors": errors}, ensure_ascii=False)


def problem(status: int, message: str, facts: Mapping[str, object] | None = None) -> Response:
    """RFC 9457. `facts` that JSON can say become members of their own."""
    body = {
        **_members(facts),
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": message,
    }
    return Response(json.dumps(body, ensure_ascii=False), status, media_type="application/problem+json")


def _members(facts: Mapping[str, object] | None) -> dict[str, object]:
    return {name: value for name, value in (facts or {}).items() if isinstance(value, str | int | float | bool | dict)}


def json_response(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(json.dumps(value, ensure_ascii=False), status, headers, media_type="application/json")


def not_modified(headers: Mapping[str, str]) -> Response:
    """The caller's copy is good: the headers that keep it so, and no body."""
    return Response(status_code=304, headers={name: value for name, value in headers.items() if name != "content-type"})


def body_status(headers: Mapping[str, str]) -> int:
    """Of an answer with a body: the whole of it, or the part that its Content-Range tells."""
    return HTTPStatus.PARTIAL_CONTENT if "content-range" in headers else HTTPStatus.OK


def work_status(*, finished: bool) -> int:
    """The work on what was sent, or asked for, is done, or goes on."""
    return HTTPStatus.OK if finished else HTTPStatus.ACCEPTED


def incident(error: Exception) -> Text:
    """Logs what nobody foresaw, and what to tell the caller about it."""
    number = uuid.uuid4().hex[:12]
    log.error("Incident %s", number, exc_info=error)
    return {
        "en": f"Something went wrong here that should not have; it is in the log under {number}.",
        "ru": f"Произошёл непредвиденный сбой; он записан в журнал под номером {number}.",
    }
