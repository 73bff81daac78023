"""What the store takes and gives: plain values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

import polars as pl

from sdmx_dsm.batches import Action
from sdmx_dsm.model import Reference, Report, Schema
from sdmx_dsm.model.registrations import Registration, RegistryAction, Subscription

EntryKind = Literal["registration", "subscription"]
NotificationState = Literal["waiting", "delivered", "failed", "not delivered"]
SubmissionState = Literal["received", "checking", "checked", "released", "returned", "failed"]
"""received → checking → checked (a dry run: good, nothing stored), released, returned (its data are not good) or failed (by
our own fault: it may be sent again)."""
UNFINISHED: Final[tuple[SubmissionState, ...]] = ("received", "checking")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileInfo:
    """`digest`: SHA-256 of the content, hexadecimal."""

    digest: str
    name: str
    media_type: str
    size: int
    received: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """`structure`: short reference of what the file was sent for, "" when the file says so itself. `findings_digest`: the
    file with all findings. `release`: the number of the release that it became."""

    id: str
    received: datetime
    user: str
    file_digest: str
    file_name: str
    structure: str
    options: Mapping[str, str] = field(default_factory=dict)
    fingerprint: str | None = None
    state: SubmissionState = "received"
    attempts: int = 0
    report: Report | None = None
    findings_digest: str | None = None
    release: int | None = None
    note: str = ""

    @property
    def is_finished(self) -> bool:
        return self.state not in UNFINISHED


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionEvent:
    time: datetime
    user: str
    state: str
    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """How a submission ends; given to `publish`, it ends in the same transaction, and its report tells how many
    observations were deleted. `worker`: who holds the claim; None when nobody has to."""

    state: SubmissionState
    report: Report | None = None
    findings_digest: str | None = None
    worker: str | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The data of one agreement for one dataflow, checked and with defaults filled.

    `schema`: of the dataflow or agreement. `agreement`: its short reference. `batches` is read twice (a list, a spool):
    rows that delete come first, whatever their place. `:action` of a row wins over `action`."""

    schema: Schema
    agreement: str
    action: Action
    batches: Iterable[pl.DataFrame]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What one release did to one dataflow for one agreement, in observations; `attributes`: rows of attributes of series,
    groups and data set."""

    dataflow: Reference
    agreement: str
    inserted: int
    updated: int
    deleted: int
    attributes: int


@dataclass(frozen=True, slots=True)
class State:
    """Of all data: the newest release, its number and its time (ISO 8601), 0 and "" before the first."""

    release: int = 0
    time: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What there is of a dataflow (of the line of its version). `revision`: the newest release that changed it, 0 for none.
    `observations`: how many are stored, whoever may see them. `agreements`: short references of those that ever reported.
    `state`: of all data when this was so; two that differ by it alone are equal."""

    revision: int = 0
    released: datetime | None = None
    observations: int = 0
    agreements: tuple[str, ...] = ()
    state: State = field(default=State(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    series: int
    observations: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """`roles`: role to what it is for (an agency, an agreement, "" for the hub)."""

    name: str
    roles: Mapping[str, str]
    created: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An audit record. `details` is JSON."""

    time: datetime
    user: str
    action: str
    subject: str
    details: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A change of a registration or subscription, and what it made of it (for Delete: what it was). `subject`: the short
    reference of the provision agreement, or the URN of the organisation."""

    change: int
    id: str
    action: RegistryAction
    time: datetime
    user: str
    subject: str
    content: Registration | Subscription


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtefactChange:
    """What a revision of the registry did to one artefact, and by whom."""

    revision: int
    time: datetime
    user: str
    note: str
    reference: Reference
    action: RegistryAction


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationEvents:
    """What has happened since notifications were last made; `revision` and `change` are how far it goes, `since_revision` and
    `since_change` where it begins."""

    since_revision: int
    since_change: int
    revision: int
    change: int
    artefacts: tuple[ArtefactChange, ...] = ()
    registrations: tuple[Entry, ...] = ()

    @property
    def is_empty(self) -> bool:
        return (self.revision, self.change) == (self.since_revision, self.since_change)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One message for one endpoint. `due`: when it is tried (again); `outcome`: what came of the last attempt."""

    id: str
    subscription: str
    endpoint: str
    body: str
    made: datetime
    state: NotificationState
    attempts: int
    due: datetime
    outcome: str
