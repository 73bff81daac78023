"""The hub's memory: one SQL database with the registry, files, submissions, observations and their history.

    Store(url)      `sqlite:///…` or `postgresql://…`; `migrate()` makes or renews the tables
    artefacts       every change is a revision; `registry` is the present, `registry_at` any past state
    entries         registrations and subscriptions; notifications wait in a queue until they are delivered
    files           by the digest of their content
    submissions     a queue with claims, and a diary
    observations    `publish` makes one release of one message; `data` reads the present, a past state or what changed

Every read of observations is made for a `Viewer`. All times are UTC."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import polars as pl

from sdmx_dsm.batches import DataSet
from sdmx_dsm.model import DataQuery, Maintainable, Reference, Release, Schema, Structures, Viewer
from sdmx_dsm.model.registrations import Registration, RegistryAction, Subscription
from sdmx_dsm.store import (
    answers,
    backup,
    conditions,
    counting,
    entries,
    files,
    index,
    notifications,
    publish,
    registry,
    releases,
    reversal,
    snapshots,
    submissions,
    tokens,
    usage,
)
from sdmx_dsm.store.backup import restore_backup
from sdmx_dsm.store.database import Database, recorded
from sdmx_dsm.store.interrupts import Interrupt
from sdmx_dsm.store.records import (
    UNFINISHED,
    ArtefactChange,
    Changes,
    Counts,
    Entry,
    EntryKind,
    Event,
    FileInfo,
    Finish,
    Holding,
    Notification,
    NotificationEvents,
    NotificationState,
    Part,
    State,
    Submission,
    SubmissionEvent,
    SubmissionState,
    Token,
)
from sdmx_dsm.store.selection import Question
from sdmx_dsm.store.snapshots import Decoded, Snapshot


class Store:
    """Safe to share between threads and, each with its own `Store`, between processes."""

    def __init__(self, url: str, *, index_bytes: int = 0) -> None:
        """`index_bytes`: how much memory the series index may take (`sdmx_dsm.store.index`); 0 for none."""
        self._database = Database(url, {index.INDEX_BYTES: index_bytes})
        self._decoded = Decoded()

    def migrate(self) -> None:
        """Brings the tables to this version. Safe when several processes do it at once."""
        self._database.migrate()

    def close(self) -> None:
        self._database.close()

    # --- registry -----------------------------------------------------------------------------------------------------

    def registry_revision(self) -> int:
        """Grows by one with every change of artefacts; 0 while there is none."""
        return registry.revision(self._database)

    def registry(self, known: Snapshot | None = None) -> Snapshot:
        """The registry as it is now: a source for `Structures`. Given an earlier one, only what has changed since is read; the
        earlier one itself comes back when nothing has."""
        return snapshots.take(self._database, self._decoded, known)

    def registry_at(self, at: datetime | int) -> Snapshot:
        """The registry as it was at a moment, or at a revision."""
        return snapshots.take_past(self._database, self._decoded, at)

    def artefacts(self) -> Iterator[Maintainable]:
        """All artefacts of now, by class, agency, id and version; decoded one by one."""
        return iter(Structures(source=self.registry()))

    def artefact(self, reference: Reference, revision: int | None = None) -> Maintainable | None:
        """One artefact, of now or as it was at a revision; None where it was not there. Its version is no wildcard."""
        return registry.artefact(self._database, reference, revision)

    def artefact_history(self, reference: Reference) -> list[ArtefactChange]:
        """All that was done to one version of an artefact, the oldest first; nothing where it never was there."""
        return registry.history(self._database, reference)

    def registry_changes(self, since: int = 0, limit: int = 100) -> list[ArtefactChange]:
        """What the `limit` revisions after `since` did, the oldest first."""
        return registry.changes(self._database, since, limit)

    def revise(
        self,
        put: Sequence[Maintainable] = (),
        delete: Sequence[Reference] = (),
        *,
        user: str,
        note: str = "",
        expected: int | None = None,
        expected_release: int | None = None,
    ) -> int:
        """Adds, changes and deletes artefacts, all or none, as one revision. Their past stays.

        `expected` and `expected_release`: the revision and the release for which the change was thought out; None where it fits
        any. Returns the new revision, or the present one when nothing differs from what is. Raises Conflict when the registry
        or the data are past these, NotFound when something to delete is not there."""
        return registry.revise(
            self._database, put, delete, user=user, note=note, expected=expected, expected_release=expected_release
        )

    # --- registrations, subscriptions, notifications --------------------------------------------------------------------

    def newest_change(self) -> int:
        """Grows by one with every change of registrations and subscriptions; 0 while there is none."""
        return entries.newest_change(self._database)

    def change_entry(
        self,
        kind: EntryKind,
        id: str,
        action: RegistryAction,
        *,
        subject: str,
        content: Registration | Subscription,
        user: str,
    ) -> Entry:
        """Adds (Append), changes (Replace) or deletes a registration or subscription; its past stays. Raises Conflict when one
        to add is there, NotFound when another is not."""
        return entries.change(self._database, kind, id, action, subject=subject, content=content, user=user)

    def entry(self, kind: EntryKind, id: str) -> Entry:
        """As it is now. Raises NotFound."""
        return entries.get(self._database, kind, id)

    def entries(
        self,
        kind: EntryKind,
        subjects: Collection[str] | None = None,
        after: datetime | None = None,
        before: datetime | None = None,
    ) -> list[Entry]:
        """Those of now, of some subjects, changed between two moments (both exclusive); the oldest change first."""
        return entries.current(self._database, kind, subjects, after, before)

    def entry_history(self, kind: EntryKind, id: str) -> list[Entry]:
        """All changes of one, the oldest first."""
        return entries.history(self._database, kind, id)

    def notification_events(self) -> NotificationEvents:
        """What has happened since notifications were last queued, or the first part of it."""
        return notifications.events(self._database)

    def queue_notifications(self, seen: NotificationEvents, messages: Sequence[tuple[str, str, str]]) -> bool:
        """Queues messages (id of the subscription, endpoint, body) for these events; false when another worker did."""
        return notifications.queue(self._database, seen, messages)

    def claim_notification(self, lease_seconds: float) -> Notification | None:
        """One that is due, for the time of the lease; None when there is none."""
        return notifications.claim(self._database, lease_seconds)

    def conclude_notification(
        self, notification: Notification, state: NotificationState, outcome: str, due: datetime | None = None
    ) -> None:
        """Records what came of an attempt; `due`: when to try again."""
        notifications.conclude(self._database, notification, state, outcome, due)

    def notifications(self, subscription: str | None = None, limit: int = 100) -> list[Notification]:
        """The newest first."""
        return notifications.newest(self._database, subscription, limit)

    # --- files --------------------------------------------------------------------------------------------------------

    def put_file(self, path: Path, *, name: str, media_type: str) -> FileInfo:
        """Keeps the content of a file. Content that is here already is not stored again: its first name stays."""
        return files.put(self._database, path, name=name, media_type=media_type)

    def file_info(self, digest: str) -> FileInfo:
        """Raises NotFound."""
        return files.info(self._database, digest)

    def iter_file(self, digest: str) -> Iterator[bytes]:
        """The content in pieces of at most 1 MiB. Raises NotFound at once."""
        return files.read(self._database, digest)

    # --- submissions --------------------------------------------------------------------------------------------------

    def add_submission(
        self,
        *,
        user: str,
        file_digest: str,
        file_name: str,
        structure: str = "",
        options: Mapping[str, str] | None = None,
        fingerprint: str | None = None,
        note: str = "",
    ) -> Submission:
        """Queues a submission of a stored file. Raises Conflict, with the id of the earlier `submission`, when its fingerprint
        is there already; NotFound when the file is not."""
        return submissions.add(
            self._database,
            user=user,
            file_digest=file_digest,
            file_name=file_name,
            structure=structure,
            options=options or {},
            fingerprint=fingerprint,
            note=note,
        )

    def submission(self, id: str) -> Submission:
        """Raises NotFound."""
        return submissions.get(self._database, id)

    def submissions(
        self, limit: int = 50, offset: int = 0, *, state: SubmissionState | None = None, user: str | None = None
    ) -> list[Submission]:
        """The newest first; of one state, of one sender."""
        return submissions.newest(self._database, limit, offset, state, user)

    def submission_with(self, fingerprint: str) -> Submission | None:
        """The submission of the identical file with identical options, unless it failed by our own fault."""
        return submissions.find(self._database, fingerprint)

    def submission_events(self, id: str) -> list[SubmissionEvent]:
        """Every step of a submission, the oldest first."""
        return submissions.events(self._database, id)

    def claim_submission(self, worker: str, lease_seconds: float) -> Submission | None:
        """The oldest submission that waits, or whose worker was silent for longer than its lease; now "checking" by `worker`.
        None when there is none. No two workers get the same."""
        return submissions.claim(self._database, worker, lease_seconds)

    def renew_claim(self, id: str, worker: str, lease_seconds: float) -> bool:
        """Extends a claim; false when it is no longer this worker's."""
        return submissions.renew(self._database, id, worker, lease_seconds)

    def finish_submission(self, id: str, finish: Finish, *, user: str) -> None:
        """Ends a submission that publishes nothing. Raises Conflict when it is finished, or `finish.worker` lost it."""
        with self._database.write() as connection:
            submissions.finish(connection, id, user, finish)

    def requeue_submission(self, id: str, *, user: str, comment: str = "") -> None:
        """Puts a claimed or failed submission back into the queue. Raises Conflict when it is in another state."""
        submissions.requeue(self._database, id, user=user, comment=comment)

    # --- observations -------------------------------------------------------------------------------------------------

    def publish(
        self,
        parts: Sequence[Part],
        *,
        submission: str,
        user: str,
        note: str = "",
        finish: Finish | None = None,
        expected: int | None = None,
    ) -> Release:
        """Makes one release of all parts, in one transaction: everything is changed and the submission finished, or nothing.

        Append, Merge and Information change the values that are given; Replace whole observations; rows that delete, patterns
        with null for "all" (see `sdmx_dsm.store.deletions`), come first in their part. Rows with `:default` true set
        attributes of series, groups and data set where none is stored. A row that does not differ keeps its release.

        Raises Conflict when a series belongs to another agreement (fact `series`: pairs of key and agreement, at most 100; ask
        `series_of_others` before), when the submission is finished already, or (fact `revision`) when the registry is past
        `expected`: the revision against which the parts were checked."""
        return publish.publish(
            self._database, parts, submission=submission, user=user, note=note, finish=finish, expected=expected
        )

    def roll_back(
        self, number: int, *, user: str, note: str = "", dataflow: Reference | None = None, agreement: str | None = None
    ) -> Release:
        """Makes a release that brings back the state after release `number`, of one dataflow or agreement (its short reference)
        or of all. Raises NotFound; Conflict where a series of the agreement is another's now."""
        return reversal.roll_back(self._database, number, user=user, note=note, dataflow=dataflow, agreement=agreement)

    def withdraw(
        self, number: int, *, user: str, note: str = "", dataflow: Reference | None = None, agreement: str | None = None
    ) -> Release:
        """Makes a release in which each value that still comes from release `number` is what it was before; what later releases
        changed stays. Arguments and errors as of `roll_back`."""
        return reversal.withdraw(self._database, number, user=user, note=note, dataflow=dataflow, agreement=agreement)

    def series_of_others(self, schema: Schema, agreement: str, keys: pl.DataFrame) -> pl.DataFrame:
        """Of some keys (a frame with the dimensions' columns) those whose series belong to another agreement, each once:
        dimensions and `:agreement`, its short reference."""
        return publish.series_of_others(self._database, schema, agreement, keys)

    def data(
        self,
        schema: Schema,
        query: DataQuery,
        viewer: Viewer,
        *,
        agreements: Collection[str] | None = None,
        state: State | None = None,
    ) -> list[DataSet]:
        """What a query selects of the schema's dataflow; its path (context, agencies, ids, versions) and `providers` are the
        caller's business: `agreements` keeps to the series of some, by short references.

        One data set, of action Replace, or Merge where the query leaves out a component. It is ordered: attributes of partial
        keys and of the data set that concern a selected series, then the series by the codes of their key, each with its
        attributes and its observations by time. The query's `attributes` and `measures` choose the columns; with nothing of the
        observation chosen come the rows of the series alone, and `limit` counts those.

        With `updated_after` a data set of action Delete comes before, with what is gone (patterns); the other has what is new or
        changed.

        With `include_history` these two for each release (of the dataflow, after `updated_after`, until `as_of`), the oldest
        first, where they hold anything: Delete with `valid_to`, the other with `valid_from`, the time of the release.

        The batches are read when they are asked for, from one snapshot of the database that ends with the iterator; they
        show `state` (see `holdings`), that of the call by default, even when something is published before. `header.prepared` is
        the time of its newest release. Raises QuerySemanticsError and PeriodError at once."""
        conditions.check(schema, query)
        state = state or releases.newest_state(self._database)
        question = Question(schema=schema, query=query, viewer=viewer, agreements=agreements, pinned=state.release)
        return answers.data(self._database, question, state.time)

    def count(
        self, schema: Schema, query: DataQuery, viewer: Viewer, *, agreements: Collection[str] | None = None
    ) -> Counts:
        """Observations that a query selects, and series that have any; `limit` and `offset` do not matter. With
        `include_history` those of all releases together."""
        conditions.check(schema, query)
        question = Question(schema=schema, query=query, viewer=viewer, agreements=agreements)
        return counting.count(self._database, question)

    def spread(
        self, schema: Schema, query: DataQuery, viewer: Viewer, *, agreements: Collection[str] | None = None
    ) -> dict[str, dict[str, int]]:
        """For each dimension but time the number of selected observations for each of its values; `limit` and `offset` do not
        matter, nor does the history."""
        conditions.check(schema, query)
        question = Question(schema=schema, query=query, viewer=viewer, agreements=agreements)
        return counting.spread(self._database, question)

    def available(
        self, schema: Schema, query: DataQuery, viewer: Viewer, *, agreements: Collection[str] | None = None
    ) -> dict[str, list[str]]:
        """The values of each dimension, sorted, in series that have a selected observation; for the time dimension the first
        and the last period. Empty when there is nothing."""
        conditions.check(schema, query)
        question = Question(schema=schema, query=query, viewer=viewer, agreements=agreements)
        return counting.available(self._database, question)

    def used_values(self, schema: Schema, id: str) -> Iterator[pl.Series]:
        """The values, as they are stored, that a component has anywhere in the present data of the schema's dataflow, whoever
        may see them; lazy, each at least once."""
        return usage.used_values(self._database, schema, id)

    def keys_without(self, schema: Schema, id: str, limit: int) -> list[str]:
        """What lacks a measure or attribute of the schema in the present data of its dataflow, at most `limit`: keys of
        observations with their period, of series or of groups ("*" for what is outside), or agreements."""
        return usage.keys_without(self._database, schema, id, limit)

    def contributing_agreements(self, schema: Schema, viewer: Viewer, query: DataQuery | None = None) -> list[str]:
        """Short references of the agreements, in the version that reported last, that have observations in the dataflow."""
        asked = query or DataQuery()
        conditions.check(schema, asked)
        return counting.contributing_agreements(self._database, Question(schema=schema, query=asked, viewer=viewer))

    def holdings(self, schemas: Sequence[Schema]) -> list[Holding]:
        """What there is of the dataflow of each schema, at one moment; cheap."""
        return releases.holdings(self._database, schemas)

    def data_revision(self, schema: Schema) -> int:
        """Number of the newest release that changed data of the dataflow (of the line of its version); 0 for none."""
        return releases.data_revision(self._database, schema)

    def last_release(self, dataflow: Reference | None = None) -> Release | None:
        """The newest release, or the newest that changed data of a dataflow in whatever version."""
        return releases.last(self._database, dataflow)

    def releases(self, limit: int = 50, before: int | None = None) -> list[Release]:
        """The newest first; `before`: of those with a smaller number."""
        return releases.newest(self._database, limit, before)

    def changes(self, release: int) -> list[Changes]:
        """What a release did, part by part."""
        return releases.changes(self._database, release)

    # --- tokens and audit ---------------------------------------------------------------------------------------------

    def add_token(self, name: str, secret_hash: str, roles: Mapping[str, str], *, user: str) -> None:
        """Raises Conflict when the same secret is there."""
        tokens.add(self._database, name, secret_hash, roles, user=user)

    def token(self, secret_hash: str) -> Token | None:
        return tokens.find(self._database, secret_hash)

    def revoke_tokens(self, name: str, *, user: str) -> int:
        """Ends all tokens of a name; how many there were."""
        return tokens.revoke(self._database, name, user=user)

    def events(self, limit: int = 100) -> list[Event]:
        """The audit, the newest first."""
        return recorded(self._database, limit)

    # --- backup -------------------------------------------------------------------------------------------------------

    def backup(self, path: Path) -> None:
        """Writes everything, as of one moment, into one file, which any database can be restored from."""
        backup.write_backup(self._database, path)


__all__ = [
    "UNFINISHED",
    "ArtefactChange",
    "Changes",
    "Counts",
    "Entry",
    "EntryKind",
    "Event",
    "FileInfo",
    "Finish",
    "Holding",
    "Interrupt",
    "Notification",
    "NotificationEvents",
    "NotificationState",
    "Part",
    "Snapshot",
    "State",
    "Store",
    "Submission",
    "SubmissionEvent",
    "SubmissionState",
    "Token",
    "restore_backup",
]
