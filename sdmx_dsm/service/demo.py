"""The main job, end to end, on the workbooks of fixtures/legacy/: a hub from nothing, with data in it.

Content into the registry, a token, each workbook through the mapping of its name into an SDMX message (kept in
DATA_DIR/messages) and as a submission to its release. A second run finds what is there."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sdmx_dsm.errors import NotFound, Unauthorised
from sdmx_dsm.formats import by_name
from sdmx_dsm.model import ProvisionAgreement, Viewer, parse_reference
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
    agreements: tuple[str, ...]
    submission: Submission

    def row(self, hub: Hub) -> tuple[str, ...]:
        """For the table: dataflows, providers, workbook, observations, findings, outcome."""
        agreements = [
            hub.structures.resolve(parse_reference(text, "ProvisionAgreement"), ProvisionAgreement)
            for text in self.agreements
        ]
        flows = dict.fromkeys(agreement.dataflow.id for agreement in agreements if agreement.dataflow)
        providers = dict.fromkeys(agreement.data_provider.item for agreement in agreements if agreement.data_provider)
        report = self.submission.report
        counts = report.severities if report else {}
        findings = ", ".join(f"{n} {_PLURALS[severity]}" for severity, n in counts.items() if n)
        observations = str(report.accepted if self.submission.release else report.observations) if report else ""
        return (
            ", ".join(flows),
            ", ".join(providers),
            self.workbook,
            observations,
            findings or "none",
            self.submission.state,
        )


def prepare(hub: Hub) -> Iterator[Loaded]:
    """Does the whole job, one workbook after the other. Raises NotFound where the workbooks did not come with the package."""
    load_content(hub)
    viewer = viewer_of_token(hub, demo_token(hub))
    folder = hub.settings.content_path / "fixtures" / "legacy"
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
    return Loaded(
        workbook=workbook.name,
        agreements=mapping.agreements,
        submission=hub.store.submission(submission.id),
    )


def tour(settings: Settings) -> str:
    """What to open and to try, for a person who has just run `make demo`."""
    base = settings.base_url or f"http://{settings.host}:{settings.port}"
    data = f"{base}/sdmx/v2/data/dataflow/DSM/FOREIGN_POP/1.0.0/A.MD"
    token = settings.data_path / "demo-token"
    mistakes = settings.content_path / "fixtures" / "legacy" / "tm_foreigners_with_mistakes.xlsx"
    return f"""
Open in a browser
  {base}/en/   {base}/ru/
Ask for data
  curl -H 'Accept: application/vnd.sdmx.data+csv;version=2.0.0' '{data}'
  curl -H 'Accept: application/vnd.sdmx.data+xml;version=3.0.0' '{data}'
  curl -H 'Accept: application/vnd.sdmx.data+json;version=2.0.0' '{data}'
  curl -H 'Accept: application/vnd.sdmx.genericdata+xml;version=2.1' '{base}/sdmx/v1/data/DSM,FOREIGN_POP,1.0.0/A.MD.....'
  curl '{base}/sdmx/v2/structure/dataflow/DSM/FOREIGN_POP/1.0.0?references=all'
Send a file, here the one with mistakes, and have the report (the page Send asks for the token in {token})
  curl -H "Authorization: Bearer $(cat '{token}')" -F 'file=@{mistakes}' \\
    '{base}/api/v1/submissions?mapping={mistakes.stem}&wait=20'
The messages that the workbooks became are in {settings.data_path / "messages"}. Ctrl+C ends the hub; its data stay.
"""
