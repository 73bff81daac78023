"""A submission and its report: on its own page, and in place on the page Send."""

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from sdmx_dsm.errors import Forbidden, Unauthorised
from sdmx_dsm.model import SEVERITIES, Dataflow, Finding, Report, Severity
from sdmx_dsm.service import Submission, people, search, submissions
from sdmx_dsm.validation import CATALOGUE, render
from sdmx_dsm.web.portal.forms import TOKEN_COOKIE, keep
from sdmx_dsm.web.portal.site import Page
from sdmx_dsm.web.responses import status_of
from sdmx_dsm.web.streams import Stream


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingGroup:
    """Findings of one kind: how many there are, and the first of them with sentence and remedy. `remedy`: theirs, where all
    have the same."""

    severity: Severity
    title: str
    count: int
    findings: tuple[tuple[Finding, str, str], ...]
    remedy: str


def submission(page: Page) -> Response:
    """For its sender and for administrators; others are asked for their token."""
    found = visible_submission(page, page.request.path_params["id"])
    if found is None and page.viewer.is_anonymous:
        return _ask_for_token(page, "", Unauthorised(""))
    if found is None:
        return _ask_for_token(page, page.text("submission.not_yours"), Forbidden(""))
    return page.render("submission.html", **context_of(page, found), problem="")


async def present_token(page: Page) -> Response:
    """The token that was asked for: kept, and the submission shown."""
    async with page.request.form(max_files=0, max_fields=4) as form:
        token, seal = form.get("token", ""), form.get("seal", "")
    if isinstance(token, UploadFile) or isinstance(seal, UploadFile) or not page.site.seals.is_ours(page.request, seal):
        return _ask_for_token(page, page.text("send.error.form"), Forbidden(""))
    try:
        await run_in_threadpool(people.viewer_of_token, page.hub, token.strip())
    except Unauthorised as error:
        return _ask_for_token(page, page.text("error.401"), error)
    response = RedirectResponse(page.request.url.path, HTTPStatus.SEE_OTHER)
    keep(response, page.request, TOKEN_COOKIE, page.site.seals.sealed_token(token.strip()))
    return response


def findings_file(page: Page) -> Response:
    """All findings as CSV."""
    found = visible_submission(page, page.request.path_params["id"])
    if found is None:
        raise Unauthorised(
            "A submission is shown to its sender and to administrators: open its page first.",
            ru="Отправка видна её отправителю и администраторам: сначала откройте её страницу.",
        )
    headers = {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": f'attachment; filename="{found.id}.csv"',
        "cache-control": "no-store",
    }
    return Stream(submissions.iter_findings(page.hub, found), headers)


def _ask_for_token(page: Page, problem: str, error: Unauthorised | Forbidden) -> Response:
    address = page.address("submissions", page.request.path_params["id"])
    return page.render_form(
        "submission.html", status_of(error).api, submission=None, groups=(), problem=problem, address=address
    )


def visible_submission(page: Page, id: str) -> Submission | None:
    """The submission for its sender or an administrator, None for anybody else. Raises NotFound, for them alone."""
    if page.viewer.is_anonymous:
        return None
    found = page.hub.store.submission(id)
    return found if submissions.may_see(page.viewer, found) else None


def context_of(page: Page, found: Submission) -> dict[str, Any]:
    """What the templates need to show a submission with its report."""
    return {
        "submission": found,
        "groups": list(_groups(found.report, page.language)) if found.report else [],
        "dataflows": _dataflows(page, found),
    }


def _dataflows(page: Page, found: Submission) -> list[Dataflow]:
    """What a released submission changed."""
    changes = page.hub.store.changes(found.release) if found.release else []
    flows = {change.dataflow: search.changed_dataflow(page.hub, change.dataflow) for change in changes}
    return [flow for flow in flows.values() if flow]


def _groups(report: Report, language: str) -> Iterator[FindingGroup]:
    """Errors first, in each severity the most frequent first."""
    findings: dict[str, list[tuple[Finding, str, str]]] = {}
    for finding in report.findings:
        findings.setdefault(finding.code, []).append((finding, *render(finding, language)))
    kinds = []
    for code, count in report.counts.items():
        entry = CATALOGUE.get(code)
        shown = tuple(findings.get(code, ()))
        remedies = {remedy for _, _, remedy in shown}
        kinds.append(
            FindingGroup(
                severity=shown[0][0].severity if shown else entry.severity if entry else "error",
                title=(entry.title[language] if entry and language in entry.title else code),
                count=count,
                findings=shown,
                remedy=remedies.pop() if len(remedies) == 1 else "",
            )
        )
    yield from sorted(kinds, key=lambda group: (SEVERITIES.index(group.severity), -group.count))
