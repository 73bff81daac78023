"""The releases of data under /api/v1/releases, and what takes them back.

GET    /api/v1/releases                         the newest first
GET    /api/v1/releases/{number}                one
POST   /api/v1/releases/{number}/rollback       the state after it, as a new release
POST   /api/v1/releases/{number}/withdrawal     what it did taken back, as a new release"""

from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sdmx_dsm.errors import NotFound, QuerySyntaxError
from sdmx_dsm.service import Hub, releases
from sdmx_dsm.service.releases import Reversal
from sdmx_dsm.web.callers import base_url, viewer_of
from sdmx_dsm.web.parameters import number_of
from sdmx_dsm.web.responses import json_response

PATH: Final = "/api/v1/releases"
OPTIONS: Final = ("provision_agreement", "dataflow", "note")
_MOST: Final = 1000
_DIGITS: Final = 18


def routes() -> list[Route]:
    one = f"{PATH}/{{number}}"
    return [
        Route(PATH, list_releases),
        Route(one, show_release),
        Route(f"{one}/rollback", partial(take_back, kind="rollback"), methods=["POST"]),
        Route(f"{one}/withdrawal", partial(take_back, kind="withdrawal"), methods=["POST"]),
    ]


def list_releases(request: Request) -> Response:
    """`limit` of them, from the one before the number `before` on."""
    hub: Hub = request.app.state.hub
    limit = int(number_of(request.query_params, "limit", _MOST, 100))
    before = int(number_of(request.query_params, "before", 10.0**_DIGITS, 0)) or None
    found = releases.listed(hub, viewer_of(request, hub), limit=limit, before=before)
    return json_response({"releases": [_with_links(request, values) for values in found]})


def show_release(request: Request) -> Response:
    """Raises NotFound."""
    hub: Hub = request.app.state.hub
    return json_response(_with_links(request, releases.release(hub, _number(request), viewer_of(request, hub))))


def take_back(request: Request, kind: Reversal) -> Response:
    """The release that takes back. Raises Unauthorised, Forbidden, NotFound, Conflict, QuerySyntaxError for an option that is not
    known: what was meant for one dataflow would be done to all."""
    hub: Hub = request.app.state.hub
    options = request.query_params
    if unknown := sorted(options.keys() - set(OPTIONS)):
        raise QuerySyntaxError(f"There is no option {', '.join(unknown)} here; there are {', '.join(OPTIONS)}.")
    viewer = viewer_of(request, hub)
    made = releases.take_back(hub, kind, _number(request), viewer, **options)
    values = _with_links(request, releases.release(hub, made.number, viewer))
    return json_response(values, headers={"Location": values["links"]["self"]})


def _number(request: Request) -> int:
    text: str = request.path_params["number"]
    if not text.isdecimal() or len(text) > _DIGITS:
        raise NotFound(f"There is no release “{text}”: releases are numbers.")
    return int(text)


def _with_links(request: Request, values: dict[str, object]) -> dict[str, Any]:
    links = {"self": f"{base_url(request)}{PATH}/{values['number']}"}
    if values.get("submission"):
        links["submission"] = f"{base_url(request)}/api/v1/submissions/{values['submission']}"
    return {**values, "links": links}
