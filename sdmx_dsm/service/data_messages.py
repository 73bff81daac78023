"""Data that come as a message of the SDMX API (SDMX REST 2.2, maintenance): a submission whose outcome is the answer.

The whole message is one transaction. What is wrong with it is an error of the API with the findings as its `details`, not a
report to look up."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sdmx_dsm.errors import Conflict, DsmError, Forbidden, NotFound, SubmissionRejected, Unavailable
from sdmx_dsm.model import Report, Viewer
from sdmx_dsm.service.checking import report_values
from sdmx_dsm.service.hub import Hub
from sdmx_dsm.service.submissions import SubmissionRequest, receive, wait_for
from sdmx_dsm.store import Submission
from sdmx_dsm.validation import render

# What an error is called where findings of one code alone are to blame; any other is SubmissionRejected.
_ERRORS: Final[Mapping[str, type[DsmError]]] = {
    "unknown-dataflow": NotFound,
    "agreement-not-granted": Forbidden,
    "series-owned": Conflict,
}


def submit(hub: Hub, path: Path, viewer: Viewer, *, dry_run: bool = False, note: str = "") -> Submission:
    """The submission that a message became: released, or checked where that was all that was wished; unfinished when it takes
    longer than `DSM_SUBMISSION_WAIT_SECONDS`.

    Raises what `receive` does; NotFound (a structure that there is not), Forbidden (an agreement of others), Conflict (a series
    of others), SubmissionRejected, each with the findings as `details`; Unavailable after a fault of ours."""
    request = SubmissionRequest(path=path, file_name="message", dry_run=dry_run, note=note, is_message=True)
    submission = wait_for(hub, receive(hub, request, viewer).id, hub.settings.submission_wait_seconds)
    if submission.state == "failed":
        raise Unavailable(
            f"A fault of this service ended submission {submission.id}; send the message again.",
            ru=f"Отправка {submission.id} прервана из-за сбоя этой службы; отправьте сообщение снова.",
        )
    if submission.state == "returned" and submission.report:
        raise _refusal(submission, submission.report)
    return submission


def _refusal(submission: Submission, report: Report) -> DsmError:
    errors = [finding for finding in report.findings if finding.severity == "error"]
    kinds = {_ERRORS.get(finding.code, SubmissionRejected) for finding in errors}
    kind = kinds.pop() if len(kinds) == 1 else SubmissionRejected
    details = tuple(
        f"{f'{finding.place}: ' if str(finding.place) else ''}{' '.join(render(finding, 'en'))} [{finding.code}]"
        for finding in errors
    )
    return kind(
        f"Nothing was changed: {report.errors} errors, all of which are in the report of submission {submission.id}.",
        ru=f"Ничего не изменено; ошибок: {report.errors}, все они — в отчёте об отправке {submission.id}.",
        report=report,
        details=details,
        submission=submission.id,
    )


def outcome_values(hub: Hub, submission: Submission) -> dict[str, object]:
    """What a message did, as JSON values: by dataflow and agreement, in observations and in rows of attributes above them."""
    changes = hub.store.changes(submission.release) if submission.release else []
    return {
        "submission": {"id": submission.id, "state": submission.state, "release": submission.release},
        "submissionResults": [
            {
                "submittedData": {
                    "dataflow": change.dataflow.urn,
                    "provisionAgreement": change.agreement,
                    "inserted": change.inserted,
                    "updated": change.updated,
                    "deleted": change.deleted,
                    "attributes": change.attributes,
                },
                "statusMessage": {"status": "Success", "messageTexts": [{"code": "200"}]},
            }
            for change in changes
        ],
        "report": report_values(submission.report) if submission.report else None,
    }
