"""Which answer an error gets, by where it happened: the SDMX API, what else programs ask for, or a page."""

from collections.abc import Sequence
from typing import cast

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from sdmx_dsm.errors import DsmError, QuerySyntaxError, SubmissionRejected, Unauthorised, Unavailable
from sdmx_dsm.model import Report, Text
from sdmx_dsm.service.checking import report_values
from sdmx_dsm.settings import Settings
from sdmx_dsm.web.portal import error_page
from sdmx_dsm.web.ranges import OutsideRange
from sdmx_dsm.web.responses import Side, incident, no_content, problem, sdmx_error, status_of
from sdmx_dsm.web.rest.negotiation import error_syntax
from sdmx_dsm.web.rest.targets import ROOTS, Target, root_of, split_target

_HEADERS = {
    Unauthorised: {"WWW-Authenticate": 'Bearer realm="sdmx-dsm"'},
    Unavailable: {"Retry-After": "10"},
}
# Where programs ask, and not people.
_PROGRAMS = ("/api/", "/health", "/ready")
_BESIDE_THE_API = ("/sdmx/", "/ws/")


def failure(request: Request, error: Exception, settings: Settings) -> Response:
    """The response to an error raised on purpose, by the framework, or by nobody's intention (which is logged)."""
    root = root_of(request.url.path) or ("/sdmx/v2" if _is_beside_the_api(request) else None)
    side: Side = ROOTS[root] if root else "api"
    headers: dict[str, str] = {}
    match error:
        case DsmError() if no_content(error, side, settings.sdmx_defaults):
            return Response(status_code=204)
        case DsmError():
            row = status_of(error)
            status, code, message = row.on(side), row.code, error.texts
            if status >= 500 and row.code == 500:
                message = incident(error)
            headers = next((found for kind, found in _HEADERS.items() if isinstance(error, kind)), {})
            if isinstance(error, OutsideRange):
                headers = {"Content-Range": f"{error.facts['unit']} */{error.facts['total']}"}
        case HTTPException():
            status, message = error.status_code, _sentence_of(error, request)
            code, headers = 100 if status == 404 else 1000 + status, dict(error.headers or {})
        case _:
            status, code, message = 500, 500, incident(error)
    facts = dict(error.facts) if isinstance(error, DsmError) else {}
    if root:
        target = _target(request, root)
        syntax, version = error_syntax(ROOTS[root], request.headers.get("accept"), target, settings.sdmx_defaults)
        code = code if side == "v1" else status
        details = cast("Sequence[str]", facts.get("details", ()))
        response = sdmx_error(status, code, message["en"], syntax, version, settings.hub_agency, details, facts)
    elif request.url.path.startswith(_PROGRAMS):
        if isinstance(error, SubmissionRejected) and isinstance(error.report, Report):
            facts["report"] = report_values(error.report)
        response = problem(status, message["en"], facts)
    else:
        response = error_page(request, status, message, settings)
    response.headers.update({"Cache-Control": "no-store", **headers})
    return response


def _sentence_of(error: HTTPException, request: Request) -> Text:
    match error.status_code:
        case 404:
            path, beside = request.url.path, _is_beside_the_api(request)
            return {
                "en": f"There is nothing at {path}." + beside * " The SDMX REST API is at /sdmx/v2 and /sdmx/v1.",
                "ru": f"По адресу {path} ничего нет."
                + beside * " SDMX REST API находится по адресам /sdmx/v2 и /sdmx/v1.",
            }
        case 405:
            method, path = request.method, request.url.path
            return {"en": f"{method} is not offered at {path}.", "ru": f"{method} по адресу {path} не предусмотрен."}
        case _:
            return {"en": error.detail}


def _is_beside_the_api(request: Request) -> bool:
    """Where a client asks that leaves the version out, or has it wrong."""
    return f"{request.url.path}/".startswith(_BESIDE_THE_API) and root_of(request.url.path) is None


def _target(request: Request, root: str) -> Target | None:
    try:
        return split_target(b"", request.scope["query_string"], root)
    except QuerySyntaxError:
        return None
