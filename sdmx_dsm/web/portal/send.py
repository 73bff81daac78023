"""Send: a file goes in, its report comes back on the same page."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from babel import Locale
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from sdmx_dsm import excel
from sdmx_dsm.errors import DsmError, Forbidden, QuerySyntaxError, ReadError, TooLarge, Unauthorised
from sdmx_dsm.model import ProvisionAgreement, Text, Viewer, localise
from sdmx_dsm.service import people, submissions
from sdmx_dsm.service.submissions import SubmissionRequest
from sdmx_dsm.web.bodies import Upload, received
from sdmx_dsm.web.portal import display
from sdmx_dsm.web.portal.forms import TOKEN_COOKIE, keep
from sdmx_dsm.web.portal.reports import context_of, visible_submission
from sdmx_dsm.web.portal.site import Page
from sdmx_dsm.web.portal.translations import TEXTS
from sdmx_dsm.web.responses import status_of

WAIT_SECONDS: Final = 10.0
FIELDS: Final = ("agreement", "mapping", "dry_run", "accept")


class Problem(Exception):
    """Why a form is shown again: the key of a text, and the error whose status the answer gets."""

    def __init__(self, key: str, error: DsmError) -> None:
        super().__init__(key)
        self.key = key
        self.error = error


def form(page: Page) -> Response:
    """The form; with `submission=` the report of what was sent stands above it."""
    id = page.request.query_params.get("submission", "")
    found = visible_submission(page, id) if id else None
    return _form(page, {}, submission=context_of(page, found) if found else {})


async def send(page: Page) -> Response:
    """Takes the form: a token to keep or to forget, or a file to check."""
    try:
        async with received(page.request, page.hub.settings) as upload:
            return await run_in_threadpool(_take, page, upload)
    except (QuerySyntaxError, TooLarge) as error:  # no file, or more than may be sent
        key = "error.413" if isinstance(error, TooLarge) else "send.error.file"
        return await run_in_threadpool(_form, page, {}, problem=Problem(key, error))


def _take(page: Page, upload: Upload) -> Response:
    fields = upload.fields
    try:
        if not page.site.seals.is_ours(page.request, fields.get("seal", "")):
            raise Problem("send.error.form", Forbidden(""))
        if fields.get("step") == "forget":
            return _kept(page, page.address("send"), "")
        token, viewer = _sender(page, fields.get("token", "").strip())
        if fields.get("step") == "token":
            return _kept(page, page.address("send"), token)
        if not upload.path.stat().st_size and upload.file_name == "body":
            raise Problem("send.error.file", QuerySyntaxError(""))
        found = submissions.receive(page.hub, _request(page, upload), viewer)
    except Problem as problem:
        return _form(page, fields, problem=problem)
    except DsmError as error:
        key = f"error.{status_of(error).api}"
        return _form(page, fields, problem=Problem(key if key in TEXTS else "error.400", error))
    found = submissions.wait_for(page.hub, found.id, WAIT_SECONDS)
    return _kept(page, page.address("send", submission=found.id), token)


def _sender(page: Page, token: str) -> tuple[str, Viewer]:
    """The token of the form, else the one that the browser keeps."""
    token = token or page.site.seals.token(page.request)
    if not token:
        raise Problem("send.error.token", Unauthorised(""))
    try:
        return token, people.viewer_of_token(page.hub, token)
    except Unauthorised as error:
        raise Problem("error.401", error) from error


def _kept(page: Page, address: str, token: str) -> Response:
    response = RedirectResponse(address, HTTPStatus.SEE_OTHER)
    keep(response, page.request, TOKEN_COOKIE, page.site.seals.sealed_token(token) if token else "")
    return response


def _request(page: Page, upload: Upload) -> SubmissionRequest:
    """A workbook without a mapping gets the one that names its agreement. A mapping names the agreements of its tables
    itself, so that none is sent beside it where it has several."""
    fields = upload.fields
    agreement, mapping = fields.get("agreement", ""), fields.get("mapping", "")
    if excel.is_workbook(upload.path):
        reported = _reported(page)
        if not mapping:
            fitting = [id for id, named in reported.items() if agreement in named]
            if len(fitting) != 1:
                raise Problem("send.error.mapping", QuerySyntaxError(""))
            (mapping,) = fitting
        if agreement in reported.get(mapping, ()) and len(reported[mapping]) > 1:
            agreement = ""
    else:
        mapping = ""
    return SubmissionRequest(
        path=upload.path,
        file_name=upload.file_name,
        structure=agreement,
        mapping=mapping,
        accept="good" if fields.get("accept") == "good" else "all",
        dry_run=bool(fields.get("dry_run")),
    )


def _reported(page: Page) -> dict[str, tuple[str, ...]]:
    """What each mapping reports for: short references."""
    return {id: page.hub.mapping(id).agreements for id in page.hub.mappings()}


def _form(
    page: Page,
    chosen: Mapping[str, str],
    *,
    problem: Problem | None = None,
    submission: Mapping[str, Any] | None = None,
) -> Response:
    return page.render_form(
        "send.html",
        status_of(problem.error).api if problem else HTTPStatus.OK,
        problem=page.text(problem.key) if problem else "",
        detail=problem.error.texts if problem else {},
        chosen={field: chosen.get(field, "") for field in FIELDS},
        limit=display.size(page.hub.settings.max_upload_bytes, page.language),
        countries=_countries(page),
        mappings=_mappings(page),
        **{"submission": None, "groups": [], "dataflows": [], **(submission or {})},
    )


def _mappings(page: Page) -> list[tuple[str, Text]]:
    """Ids with names. A faulty document has none."""
    found: list[tuple[str, Text]] = []
    for id in page.hub.mappings():
        try:
            found.append((id, page.hub.mapping(id).name))
        except ReadError:
            found.append((id, {}))
    return found


def _countries(page: Page) -> list[tuple[str, list[ProvisionAgreement]]]:
    """The agreements that the sender may send for (all, as long as nobody is known), by country.

    The country is that of the provider's id, where it begins with one (`PT_INE`)."""
    viewer = page.viewer
    groups: dict[str, list[ProvisionAgreement]] = {}
    for agreement in page.hub.structures.of_class(ProvisionAgreement):
        if viewer.is_anonymous or viewer.is_administrator or agreement.reference.short in viewer.agreements:
            provider = agreement.data_provider.item if agreement.data_provider else ""
            country = Locale(page.language).territories.get(provider.partition("_")[0], "")
            groups.setdefault(country, []).append(agreement)
    named = sorted(
        (country or page.text("send.other_country"), country == "", found) for country, found in groups.items()
    )
    return [
        (country, sorted(found, key=lambda agreement: localise(agreement.names, page.languages)))
        for country, _, found in sorted(named, key=lambda group: (group[1], group[0]))
    ]
