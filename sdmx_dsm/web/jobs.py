"""Answers that are made for later: how far they are, and their files.

GET /api/v1/jobs/{id}           its state; with `wait` the answer comes when it is over, or when so many seconds are
GET /api/v1/jobs/{id}/result    the file, in the format that was asked for"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sdmx_dsm.service import Hub
from sdmx_dsm.service.jobs import Job, Jobs
from sdmx_dsm.web.callers import base_url, viewer_of
from sdmx_dsm.web.parameters import number_of
from sdmx_dsm.web.ranges import asked_range
from sdmx_dsm.web.responses import json_response, work_status
from sdmx_dsm.web.streams import Finished

_ROOT: Final = "/api/v1/jobs"
_RETRY_SECONDS: Final = 5


def routes() -> list[Route]:
    return [Route(f"{_ROOT}/{{id}}", show), Route(f"{_ROOT}/{{id}}/result", result)]


def accepted(request: Request, job: Job, headers: Mapping[str, str]) -> Response:
    """The answer to whoever will come again for the file."""
    more = {"location": _address(request, job), "retry-after": str(_RETRY_SECONDS), "cache-control": "no-store"}
    return json_response(_values(request, job), work_status(finished=False), {**headers, **more})


def show(request: Request) -> Response:
    hub: Hub = request.app.state.hub
    jobs: Jobs = request.app.state.jobs
    wait = number_of(request.query_params, "wait", hub.settings.submission_wait_seconds, 0.0)
    job = jobs.wait_for(request.path_params["id"], viewer_of(request, hub), wait)
    more = {} if job.is_over else {"retry-after": str(_RETRY_SECONDS)}
    return json_response(_values(request, job), headers={"cache-control": "no-store", **more})


def result(request: Request) -> Response:
    hub: Hub = request.app.state.hub
    jobs: Jobs = request.app.state.jobs
    job = jobs.find(request.path_params["id"], viewer_of(request, hub))
    body = jobs.body(job)
    headers = {**job.headers, "etag": f'"{job.id}"', "accept-ranges": "bytes", "cache-control": "private, no-cache"}
    wish = asked_range(request, "bytes")
    return Finished(body, headers, wish.of(body.size) if wish else None)


def _address(request: Request, job: Job) -> str:
    return f"{base_url(request)}{_ROOT}/{job.id}"


def _values(request: Request, job: Job) -> dict[str, Any]:
    address = _address(request, job)
    links = {"self": address} | ({"result": f"{address}/result"} if job.state == "finished" else {})
    return {
        "id": job.id,
        "state": job.state,
        "created": datetime.fromtimestamp(job.created, UTC).isoformat(timespec="seconds"),
        "observations": job.observations,
        "done": min(job.done, job.observations),
        "bytes": job.size,
        **({"error": job.error} if job.error else {}),
        "links": links,
    }
