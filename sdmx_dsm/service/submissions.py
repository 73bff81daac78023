"""The way of a submission: received, checked, then released or returned with its report.

    receive(hub, request)    the file into the database, a row in the queue; the identical request gives the earlier submission
    process(hub, submission) read, fill defaults, check, spool; then publish in one transaction, which also ends the submission
    run_worker(hub, stop)    claims one submission after another; a claim expires, so that a killed worker's work is done again

Nothing is stored of a submission with errors unless the sender asked for the good rows (`accept="good"`)."""

import hashlib
import json
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Final, Literal, Protocol, get_args

from sdmx_dsm import __version__
from sdmx_dsm.batches import Action
from sdmx_dsm.errors import Conflict, DsmError, NotFound, QuerySyntaxError, TooLarge, Unavailable
from sdmx_dsm.model import Dataflow, ProvisionAgreement, Report, Schema, Structures, Viewer
from sdmx_dsm.service.checking import Checked, CheckOptions, check, report_values, reported_reference
from sdmx_dsm.service.hub import Hub, Registry
from sdmx_dsm.service.people import check_may_submit
from sdmx_dsm.store import Finish, Part, Submission, SubmissionState
from sdmx_dsm.validation import make_finding

LEASE_SECONDS: Final = 15
MAX_ATTEMPTS: Final = 3
_ATTEMPTS: Final = 10  # to check data whose structures others change meanwhile
log = logging.getLogger(__name__)
_INTERNAL_OPTIONS: Final = ("granted", "rules")
ACTIONS: Final[tuple[str, ...]] = get_args(Action)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionRequest:
    """`structure`: a dataflow or provision agreement (URN or short form), "" where the file or the mapping says it.
    `mapping`: id of a mapping document, for a workbook. `action`: stands in where the file has none. `is_message`: what the file
    says is to be done, also when it was done before and the hub has changed since."""

    path: Path
    file_name: str
    structure: str = ""
    mapping: str = ""
    action: str = ""
    accept: Literal["all", "good"] = "all"
    dry_run: bool = False
    note: str = ""
    is_message: bool = False

    @property
    def options(self) -> dict[str, str]:
        """As they are kept with the submission; what is not given is left out."""
        given = {
            "structure": self.structure,
            "mapping": self.mapping,
            "action": self.action,
            "accept": self.accept,
            "dry_run": "true" if self.dry_run else "",
        }
        return {name: value for name, value in given.items() if value}


def receive(hub: Hub, request: SubmissionRequest, viewer: Viewer) -> Submission:
    """Keeps the file and queues it. The identical file from the same sender, with the same options, gives the submission that it
    made the first time. One that was returned or only checked is judged again when structures, mapping or rights have changed; a
    message is applied again unless it is the newest release.

    Raises Unauthorised, Forbidden, NotFound (structure, mapping), QuerySyntaxError (options), TooLarge."""
    if request.action and request.action not in ACTIONS:
        raise QuerySyntaxError(
            f"“{request.action}” is no action; expected one of {', '.join(ACTIONS)}.",
            ru=f"«{request.action}» — не действие; ожидается одно из {', '.join(ACTIONS)}.",
        )
    size = request.path.stat().st_size
    if size > hub.settings.max_upload_bytes:
        raise TooLarge(
            f"The file has {size} bytes; the limit DSM_MAX_UPLOAD_BYTES is {hub.settings.max_upload_bytes}.",
            ru=f"Размер файла в байтах: {size}; предел DSM_MAX_UPLOAD_BYTES: {hub.settings.max_upload_bytes}.",
        )
    reference = reported_reference(request.structure, hub.structures) if request.structure else None
    if reference:
        artefact = hub.structures.find(reference)
        if artefact is None:
            raise hub.registry.not_found(request.structure, ProvisionAgreement, Dataflow)
        check_may_submit(viewer, artefact if isinstance(artefact, ProvisionAgreement) else None)
    else:
        check_may_submit(viewer)
    mapping = ""
    if request.mapping:
        hub.mapping(request.mapping)
        mapping = hashlib.sha256(hub.mapping_document(request.mapping)).hexdigest()
    info = hub.store.put_file(request.path, name=request.file_name, media_type="application/octet-stream")
    granted = "*" if viewer.is_administrator else " ".join(sorted(viewer.agreements))
    options = request.options
    rules = _fingerprint(__version__, hub.registry.revision, mapping, granted)
    fingerprint = _fingerprint(info.digest, options, viewer.name)
    earlier = hub.store.submission_with(fingerprint)
    if earlier and earlier.state in ("returned", "checked") and earlier.options.get("rules") != rules:
        fingerprint = _fingerprint(fingerprint, rules)  # it may be right by what holds now
        earlier = hub.store.submission_with(fingerprint)
    if request.is_message:
        newest = hub.store.last_release()
        while earlier and earlier.is_finished and (newest is None or earlier.release != newest.number):
            fingerprint = _fingerprint(fingerprint, earlier.id)
            earlier = hub.store.submission_with(fingerprint)
    if earlier:
        return earlier
    try:
        return hub.store.add_submission(
            user=viewer.name,
            file_digest=info.digest,
            file_name=request.file_name,
            structure=reference.short if reference else "",
            options={**options, "granted": granted, "rules": rules},
            fingerprint=fingerprint,
            note=request.note,
        )
    except Conflict as sent_at_once:
        return hub.store.submission(str(sent_at_once.facts["submission"]))


def _fingerprint(*facts: object) -> str:
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def wait_for(hub: Hub, id: str, seconds: float) -> Submission:
    """The submission when it is finished, or as it is when `seconds` are over."""
    until = time.monotonic() + min(seconds, hub.settings.submission_wait_seconds)
    while True:
        submission = hub.store.submission(id)
        if submission.is_finished or time.monotonic() >= until:
            return submission
        time.sleep(0.05)


class Stop(Protocol):
    """An event of this process or of several."""

    def is_set(self) -> bool: ...

    def wait(self, timeout: float | None = None) -> bool: ...


def run_worker(hub: Hub, stop: Stop, *, name: str = "worker", poll_seconds: float = 0.2) -> None:
    """Processes what is queued until `stop` is set."""
    while not stop.is_set():
        if not _process_next(hub, name):
            stop.wait(poll_seconds)


def process_all(hub: Hub) -> None:
    """Processes what is queued now, in this process."""
    while _process_next(hub, "main"):
        pass


def _process_next(hub: Hub, worker: str) -> bool:
    """Claims and processes one submission; False when none waits. A fault of ours ends the submission as failed."""
    submission = hub.store.claim_submission(worker, LEASE_SECONDS)
    if submission is None:
        return False
    try:
        if submission.attempts > MAX_ATTEMPTS:
            raise Unavailable(
                f"Given up: {MAX_ATTEMPTS} attempts ended without an answer.",
                ru=f"Обработка прекращена: попыток без результата — {MAX_ATTEMPTS}.",
            )
        with _renewed(hub, submission, worker):
            process(hub, submission, worker)
    except Exception as error:
        log.exception("submission %s failed", submission.id)
        fault = make_finding("internal-error", arguments={"message": type(error).__name__})
        report = Report(counts={fault.code: 1}, severities={"error": 1}, findings=(fault,))
        with suppress(Conflict):  # finished after all, or taken over by another worker
            hub.store.finish_submission(
                submission.id, Finish(state="failed", report=report, worker=worker), user=submission.user
            )
    return True


@contextmanager
def _renewed(hub: Hub, submission: Submission, worker: str) -> Iterator[None]:
    """Keeps the claim while the work goes on, so that nobody else takes it."""
    done = Event()

    def renew() -> None:
        while not done.wait(LEASE_SECONDS / 3):
            hub.store.renew_claim(submission.id, worker, LEASE_SECONDS)

    thread = Thread(target=renew, name=f"renew-{submission.id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def process(hub: Hub, submission: Submission, worker: str) -> None:
    """Checks a submission that `worker` has claimed to the end, and releases or returns it.

    Raises Unavailable when the structures of its data keep changing."""
    with TemporaryDirectory(prefix="dsm-submission-") as name:
        folder = Path(name)
        source = folder / "source"
        with source.open("wb") as file:
            file.writelines(hub.store.iter_file(submission.file_digest))
        for _ in range(_ATTEMPTS):
            registry = hub.registry
            options = _check_options(hub, submission, registry.structures)
            with check(source, registry.structures, options, folder) as checked:
                if _conclude(hub, submission, checked, registry, worker):
                    return
    raise Unavailable(
        "Others keep changing the structures of these data: send them again in a minute.",
        ru="Структуры этих данных беспрерывно меняют: отправьте данные снова через минуту.",
    )


def _conclude(hub: Hub, submission: Submission, checked: Checked, registry: Registry, worker: str) -> bool:
    """False when the data are to be checked again: `registry`, against which they were, is outdated."""
    report = checked.report
    accepted = not report.errors or (submission.options.get("accept") == "good" and report.accepted > 0)
    dry_run = "dry_run" in submission.options
    state: SubmissionState = "returned" if not accepted else "checked" if dry_run else "released"
    finish = Finish(
        state=state,
        report=report,
        findings_digest=hub.store.put_file(checked.findings, name="report.csv", media_type="text/csv").digest,
        worker=worker,
    )
    if finish.state != "released":
        hub.store.finish_submission(submission.id, finish, user=submission.user)
        return True
    parts = [
        Part(
            schema=registry.structures.schema(part.dataflow.reference),
            agreement=part.agreement.reference.short,
            action=part.action,
            batches=part.spool,
        )
        for part in checked.parts
    ]
    while True:
        try:
            hub.store.publish(
                parts,
                submission=submission.id,
                user=submission.user,
                note=submission.note,
                finish=finish,
                expected=registry.revision,
            )
        except Conflict as conflict:
            if "revision" not in conflict.facts:
                raise
            newer = hub.registry
            if _rules_of(newer, checked) != _rules_of(registry, checked):
                return False
            registry = newer
        else:
            return True


def _rules_of(registry: Registry, checked: Checked) -> list[Schema] | None:
    """What the data were held against; None where it is not whole any more."""
    try:
        return [registry.structures.schema(part.agreement.reference) for part in checked.parts]
    except DsmError:
        return None


def _check_options(hub: Hub, submission: Submission, structures: Structures) -> CheckOptions:
    options = submission.options
    granted = options.get("granted", "")
    return CheckOptions(
        reference=reported_reference(options["structure"], structures) if "structure" in options else None,
        mapping=hub.mapping(options["mapping"]) if "mapping" in options else None,
        action=options.get("action", ""),
        granted=None if granted == "*" else frozenset(granted.split()),
        series_of_others=hub.store.series_of_others,
        limits=hub.limits,
    )


def may_see(viewer: Viewer, submission: Submission) -> bool:
    """A submission is its sender's and the administrators' to see."""
    return viewer.is_administrator or (not viewer.is_anonymous and submission.user == viewer.name)


def submission_values(submission: Submission) -> dict[str, object]:
    """The submission and its report as JSON values, sentences in English and Russian."""
    report = submission.report
    return {
        "id": submission.id,
        "state": submission.state,
        "received": submission.received.isoformat(),
        "user": submission.user,
        "file": {"name": submission.file_name, "sha256": submission.file_digest},
        "options": {name: value for name, value in submission.options.items() if name not in _INTERNAL_OPTIONS},
        "release": submission.release,
        "report": report_values(report) if report else None,
    }


def iter_findings(hub: Hub, submission: Submission) -> Iterator[bytes]:
    """All findings as CSV. Raises NotFound before the submission is checked."""
    if submission.findings_digest is None:
        raise NotFound(
            f"The submission {submission.id} has not been checked yet.",
            ru=f"Отправка {submission.id} ещё не проверена.",
        )
    return hub.store.iter_file(submission.findings_digest)
