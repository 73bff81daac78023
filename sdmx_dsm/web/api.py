"""The hub's own API under /api/v1: submissions, changes (`sdmx_dsm.web.changes`), conversion (`sdmx_dsm.web.conversion`), the
catalogue (`sdmx_dsm.web.catalogue`), and the document that describes it."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sdmx_dsm.errors import NotFound, QuerySyntaxError, Unauthorised
from sdmx_dsm.service import Hub, Submission, notifications, submissions
from sdmx_dsm.service.people import check_may_submit
from sdmx_dsm.service.submissions import SubmissionRequest
from sdmx_dsm.web import catalogue, changes, conversion, jobs, releases
from sdmx_dsm.web.bodies import received
from sdmx_dsm.web.callers import base_url, viewer_of
from sdmx_dsm.web.openapi import DOCUMENT
from sdmx_dsm.web.parameters import choice_of, number_of
from sdmx_dsm.web.responses import json_response, work_status
from sdmx_dsm.web.streams import Stream

ROOT: Final = "/api/v1"
STRUCTURE_PARAMETERS: Final = ("provision_agreement", "dataflow", "structure")
SUBMISSION_PARAMETERS: Final = (
    *STRUCTURE_PARAMETERS, "mapping", "action", "accept", "dry_run", "wait", "file_name", "note"
)  # fmt: skip


def routes() -> list[Route]:
    one = f"{ROOT}/submissions/{{id}}"
    return [
        Route(f"{ROOT}/submissions", submit, methods=["POST"]),
        Route(f"{ROOT}/submissions", list_submissions),
        Route(one, show_submission),
        Route(f"{one}/report.csv", show_findings),
        Route(f"{one}/source", show_source),
        *changes.routes(),
        *releases.routes(),
        *conversion.routes(),
        *catalogue.routes(),
        *jobs.routes(),
        Route(f"{ROOT}/notifications", list_notifications),
        Route(f"{ROOT}/openapi.json", show_description),
    ]


async def submit(request: Request) -> Response:
    """A file as the body or as the part `file` of a form; options in the query or in the form. With `wait` the answer comes when
    the submission is finished, or when so many seconds are over."""
    hub: Hub = request.app.state.hub
    viewer = await run_in_threadpool(viewer_of, request, hub)
    check_may_submit(viewer)
    async with received(request, hub.settings) as upload:
        options = {**request.query_params, **upload.fields}
        _check_options(options)
        wait = number_of(options, "wait", hub.settings.submission_wait_seconds, 0.0)
        wanted = SubmissionRequest(
            path=upload.path,
            file_name=upload.file_name,
            structure=next((options[name] for name in STRUCTURE_PARAMETERS if options.get(name)), ""),
            mapping=options.get("mapping", ""),
            action=options.get("action", ""),
            accept=choice_of(options, "accept", ("all", "good")),
            dry_run=choice_of(options, "dry_run", ("false", "true")) == "true",
            note=options.get("note", ""),
        )
        submission = await run_in_threadpool(submissions.receive, hub, wanted, viewer)
    if wait:
        submission = await run_in_threadpool(submissions.wait_for, hub, submission.id, wait)
    values = _with_links(request, submissions.submission_values(submission))
    status = work_status(finished=submission.is_finished)
    return json_response(values, status, {"Location": values["links"]["self"]})


def list_submissions(request: Request) -> Response:
    """The caller's own, all of them for an administrator; newest first."""
    hub: Hub = request.app.state.hub
    viewer = viewer_of(request, hub)
    check_may_submit(viewer)
    limit = int(number_of(request.query_params, "limit", 1000, 100))
    offset = int(number_of(request.query_params, "offset", 1 << 31, 0))
    found = hub.store.submissions(user=None if viewer.is_administrator else viewer.name, limit=limit, offset=offset)
    rows = [_with_links(request, submissions.submission_values(submission)) for submission in found]
    return json_response({"submissions": [{k: v for k, v in row.items() if k != "report"} for row in rows]})


def show_submission(request: Request) -> Response:
    submission = _submission(request)
    return json_response(_with_links(request, submissions.submission_values(submission)))


def show_findings(request: Request) -> Response:
    """All findings, one a row."""
    submission = _submission(request)
    pieces = submissions.iter_findings(request.app.state.hub, submission)
    return Stream(pieces, _as_file("text/csv", f"{submission.id}.csv"))


def show_source(request: Request) -> Response:
    """The file as it was sent, never shown but saved: it may hold anything."""
    submission = _submission(request)
    pieces = request.app.state.hub.store.iter_file(submission.file_digest)
    return Stream(pieces, _as_file("application/octet-stream", submission.file_name))


def list_notifications(request: Request) -> Response:
    """Those of the caller's subscriptions, of all for an administrator; newest first, each with what came of it."""
    hub: Hub = request.app.state.hub
    viewer = viewer_of(request, hub)
    if viewer.is_anonymous:
        raise Unauthorised("Notifications need a token: send it as “Authorization: Bearer …”.")
    limit = int(number_of(request.query_params, "limit", 1000, 100))
    found = notifications.listed(hub, viewer, limit)
    return json_response({"notifications": [notifications.values_of(each) for each in found]})


async def show_description(_: Request) -> Response:
    return json_response(DOCUMENT)


def _submission(request: Request) -> Submission:
    """The submission of the path, for its sender and for administrators; for others there is none.

    Raises Unauthorised, NotFound."""
    hub: Hub = request.app.state.hub
    viewer = viewer_of(request, hub)
    check_may_submit(viewer)
    id = request.path_params["id"]
    submission = hub.store.submission(id)
    if not submissions.may_see(viewer, submission):
        raise NotFound(f"There is no submission {id}.", submission=id)
    return submission


def _with_links(request: Request, values: Mapping[str, Any]) -> dict[str, Any]:
    address = f"{base_url(request)}{ROOT}/submissions/{quote(str(values['id']))}"
    links = {"self": address, "findings": f"{address}/report.csv", "source": f"{address}/source"}
    return {**values, "links": links}


def _as_file(media_type: str, name: str) -> dict[str, str]:
    plain = "".join(sign if sign.isascii() and sign not in '"\\' else "_" for sign in name)
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return {"content-type": media_type, "content-disposition": disposition, "cache-control": "private, no-cache"}


def _check_options(options: Mapping[str, str]) -> None:
    """An option that is not known is refused: a file sent with `dryrun=true` would be released. Raises QuerySyntaxError."""
    if unknown := sorted(options.keys() - set(SUBMISSION_PARAMETERS)):
        raise QuerySyntaxError(
            f"There is no option {', '.join(unknown)} of a submission; there are {', '.join(SUBMISSION_PARAMETERS)}."
        )
    given = [name for name in STRUCTURE_PARAMETERS if options.get(name)]
    if len(given) > 1:
        raise QuerySyntaxError(f"{' and '.join(given)} are given; one of them says what the file reports for.")
