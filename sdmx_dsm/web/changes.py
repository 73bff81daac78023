"""The changes of the registry under /api/v1/changes: what each revision did, and how the artefacts differ since.

Open to all, like the structures themselves; who made a change, and the note about it, are for those who are signed in."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sdmx_dsm.errors import NotFound
from sdmx_dsm.service import Hub, history
from sdmx_dsm.service.history import Revision
from sdmx_dsm.web.callers import base_url, viewer_of
from sdmx_dsm.web.parameters import number_of
from sdmx_dsm.web.responses import json_response

PATH: Final = "/api/v1/changes"
_MOST: Final = 1000
_NEWEST_REVISION: Final = 1 << 62


def routes() -> list[Route]:
    return [Route(PATH, list_changes), Route(f"{PATH}/{{revision}}", show_change)]


def list_changes(request: Request) -> Response:
    """The first `limit` revisions after `since`, the oldest first; without `since` the newest."""
    hub: Hub = request.app.state.hub
    limit = int(number_of(request.query_params, "limit", _MOST, 100))
    if request.query_params.get("since"):
        since = int(number_of(request.query_params, "since", _NEWEST_REVISION, 0))
        found = history.revisions(hub, since=since, limit=limit)
    else:
        found = history.newest_revisions(hub, limit=limit)
    return json_response(
        {"newest": hub.store.registry_revision(), "changes": [_values(request, revision) for revision in found]}
    )


def show_change(request: Request) -> Response:
    """A revision with the differences that it made. Raises NotFound."""
    hub: Hub = request.app.state.hub
    text = request.path_params["revision"]
    if not text.isdecimal() or len(text) > len(str(_NEWEST_REVISION)) - 1:
        raise NotFound(f"There is no revision “{text}”: revisions are numbers.")
    revision = history.revision(hub, int(text))
    differences = [history.difference_values(found) for found in history.of_revision(hub, revision.number)]
    return json_response({**_values(request, revision), "differences": differences})


def _values(request: Request, revision: Revision) -> dict[str, Any]:
    hub: Hub = request.app.state.hub
    values: dict[str, Any] = {
        "revision": revision.number,
        "time": revision.time.isoformat(timespec="milliseconds"),
        "artefacts": [{"urn": change.reference.urn, "action": change.action} for change in revision.artefacts],
        "links": {"difference": f"{base_url(request)}{PATH}/{revision.number}"},
    }
    if not viewer_of(request, hub).is_anonymous:
        values |= {"user": revision.user, "note": revision.note}
    return values
