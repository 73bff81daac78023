"""The main job, end to end, on the workbooks of fixtures/legacy/: a hub from nothing, with data in it.

Content into the registry, a token, each workbook through the mapping of its name into an SDMX message (kept in
DATA_DIR/messages) and as a submission to its release. A second run finds what is there."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sdmx_dsm.errors import NotFound, Unauthorised
from sdmx_dsm.formats import by_name
from sdmx_dsm.model import ProvisionAgreement, Reference, Viewer, parse_reference
from sdmx_dsm.service.checking import CheckOptions
from sdmx_dsm.service.content import load_content
from sdmx_dsm.service.conversion import convert, message_options, write_whole
from sdmx_dsm.service.hub import Hub
from sdmx_dsm.service.people import create_token, viewer_of_token
from sdmx_dsm.service.submissions import SubmissionRequest, process_all, receive
from sdmx_dsm.settings import Settings
from sdmx_dsm.store import Submission

MESSAGE_FORMAT: Final = "sdmx-ml-3.0"
TOKEN_NAME: Final = "demo"
_PLURALS: Final = {"error": "errors", "warning": "warnings", "information": "remarks"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """One workbook of the demonstration: what it was reported for, and how it ended."""

    workbook: str
    dataflows: tuple[Reference, ...]
    providers: tuple[str, ...]
    submission: Submission

    @property
    def row(self) -> tuple[str, ...]:
        """For the table: dataflows, providers, workbook, observations, findings, outcome."""
        report = self.submission.report
        counts = report.severities if report else {}
        findings = ", ".join(f"{n} {_PLURALS[severity]}" for severity, n in counts.items() if n)
        observations = str(report.accepted if self.submission.release else report.observations) if report else ""
        return (
            ", ".join(dict.fromkeys(flow.id for flow in self.dataflows)),
            ", ".join(self.providers),
            self.workbook,
            observations,
            findings or "none",
            self.submission.state,
        )


def prepare(hub: Hub) -> Iterator[Loaded]:
    """Does the whole job, one workbook after the other. Raises NotFound where the workbooks did not come with the package."""
    load_content(hub)
    viewer = viewer_of_token(hub, demo_token(hub))
    folder = _folder(hub.settings)
    workbooks = sorted((*folder.glob("*.xls"), *folder.glob("*.xlsx")))
    if not workbooks:
        raise NotFound(f"There are no workbooks in {folder}.")
    for workbook in workbooks:
        yield _load(hub, workbook, viewer)


def demo_token(hub: Hub) -> str:
    """The administrator's token in DATA_DIR/demo-token, made when it is not there or not valid."""
    path = hub.settings.data_path / "demo-token"
    if path.exists():
        token = path.read_text("ascii").strip()
        try:
            viewer_of_token(hub, token)
        except Unauthorised:
            pass
        else:
            return token
    token = create_token(hub, TOKEN_NAME, administrator=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{token}\n")
    return token


def _load(hub: Hub, workbook: Path, viewer: Viewer) -> Loaded:
    mapping = hub.mapping(workbook.stem)
    request = SubmissionRequest(path=workbook, file_name=workbook.name, mapping=workbook.stem)
    submission = receive(hub, request, viewer)
    process_all(hub)
    messages = hub.settings.data_path / "messages"
    message = messages / f"{workbook.stem}.xml"
    if not message.exists():
        messages.mkdir(exist_ok=True)
        options = CheckOptions(mapping=mapping, limits=hub.limits)
        header = hub.header(id=workbook.stem, prepared=submission.received.isoformat(timespec="seconds"))
        pieces = convert(workbook, hub.structures, options, by_name(MESSAGE_FORMAT), message_options(header))
        write_whole(pieces, message)
    agreements = [
        hub.structures.resolve(parse_reference(text, "ProvisionAgreement"), ProvisionAgreement)
        for text in mapping.agreements
    ]
    flows = [hub.structures.identify(agreement.dataflow) for agreement in agreements if agreement.dataflow]
    return Loaded(
        workbook=workbook.name,
        dataflows=tuple(flow for flow in flows if flow),
        providers=tuple(dict.fromkeys(each.data_provider.item for each in agreements if each.data_provider)),
        submission=hub.store.submission(submission.id),
    )


def tour(settings: Settings, loaded: Sequence[Loaded]) -> str:
    """What to open and to try, for a person who has just run `make demo`: the dataflow of the first workbook, and the sending of
    one that was returned, where there is one."""
    base = settings.base_url or f"http://{settings.host}:{settings.port}"
    flow = loaded[0].dataflows[0]
    path = f"{flow.agency}/{flow.id}/{flow.version}"
    data = f"{base}/sdmx/v2/data/dataflow/{path}/*?lastNObservations=1"
    old = f"{base}/sdmx/v1/data/{path.replace('/', ',')}/all?lastNObservations=1"
    token = settings.data_path / "demo-token"
    returned = [one.workbook for one in loaded if one.submission.state == "returned"]
    workbook = _folder(settings) / (returned or [loaded[0].workbook])[0]
    return f"""
Open in a browser
  {"   ".join(f"{base}/{language.strip()}/" for language in settings.languages.split(","))}
Ask for data
  curl -H 'Accept: application/vnd.sdmx.data+csv;version=2.0.0' '{data}'
  curl -H 'Accept: application/vnd.sdmx.data+xml;version=3.0.0' '{data}'
  curl -H 'Accept: application/vnd.sdmx.data+json;version=2.0.0' '{data}'
  curl -H 'Accept: application/vnd.sdmx.genericdata+xml;version=2.1' '{old}'
  curl '{base}/sdmx/v2/structure/dataflow/{path}?references=all'
Send a file{", here one with mistakes," if returned else ""} and have the report (the page Send asks for the token in {token})
  curl -H "Authorization: Bearer $(cat '{token}')" -F 'file=@{workbook}' \\
    '{base}/api/v1/submissions?mapping={workbook.stem}&wait=20'
The messages that the workbooks became are in {settings.data_path / "messages"}."""


def _folder(settings: Settings) -> Path:
    """Of the workbooks."""
    return settings.content_path / "fixtures" / "legacy"
