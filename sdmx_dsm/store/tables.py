"""The tables that every hub has. Those of a dataflow are made when its first data come: see `sdmx_dsm.store.sets`.

Times are milliseconds since 1970 (UTC) as integers: they compare alike in both databases. Nothing counts by a sequence of
the database: numbers are given under a lock, other ids by `sortable_id`, so that a backup carries them over unchanged."""

import secrets
import time
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeEngine

# Text compares by its bytes in both databases: sorting and ranges agree, and indexes serve them.
TEXT: Final[TypeEngine[str]] = Text().with_variant(String(collation="C"), "postgresql")
# SQLite makes a column its row id only when its type is spelled INTEGER.
NUMBER: Final[TypeEngine[int]] = BigInteger().with_variant(Integer(), "sqlite")

metadata: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(column_0_label)s",
    }
)

revisions = Table(
    "revisions",
    metadata,
    Column("number", NUMBER, primary_key=True, autoincrement=False),
    Column("time", NUMBER, nullable=False),
    Column("user_name", TEXT, nullable=False),
    Column("note", TEXT, nullable=False),
)

artefacts = Table(  # a row for each state of each version
    "artefacts",
    metadata,
    Column("id", NUMBER, primary_key=True, autoincrement=False),
    Column("artefact_class", TEXT, nullable=False),
    Column("agency", TEXT, nullable=False),
    Column("artefact_id", TEXT, nullable=False),
    Column("version", TEXT, nullable=False),
    Column("model_class", TEXT, nullable=False),  # differs from the class in references for geographic codelists alone
    Column("revision", NUMBER, nullable=False, index=True),
    Column("action", TEXT, nullable=False),  # what the revision did: Append or Replace
    Column("until", NUMBER, index=True),  # the revision that changed or deleted it; null: it is current
    Column("is_deleted", NUMBER, nullable=False),  # 1 where that revision deleted it
    Column("digest", TEXT, nullable=False),
    Column("size", NUMBER, nullable=False),  # of the content as JSON, in bytes
    Column(
        "outline", LargeBinary, nullable=False
    ),  # the artefact as JSON, an item scheme without items, others as a stub
    Column("content", LargeBinary, nullable=False),
    UniqueConstraint("artefact_class", "agency", "artefact_id", "version", "revision"),
)

artefact_references = Table(  # what a state refers to, each artefact once, in the order of the document
    "artefact_references",
    metadata,
    Column("source", NUMBER, ForeignKey("artefacts.id"), primary_key=True),
    Column("number", NUMBER, primary_key=True),
    Column("artefact_class", TEXT, nullable=False),
    Column("agency", TEXT, nullable=False),
    Column("artefact_id", TEXT, nullable=False),
    Column("version", TEXT, nullable=False),  # as written: a wildcard is resolved when it is asked
    Index("ix_artefact_references_target", "artefact_class", "agency", "artefact_id"),
)

artefact_items = Table(  # of current states alone; number 0, with an empty path, is the artefact itself
    "artefact_items",
    metadata,
    Column("source", NUMBER, ForeignKey("artefacts.id"), primary_key=True),
    Column("number", NUMBER, primary_key=True),
    Column("path", TEXT, nullable=False),
    Column("content", TEXT, nullable=False),  # the item as JSON, without those that it holds
    Column("words", TEXT, nullable=False),  # its names and its id, folded, a line each: what it is found by
    Index("ix_artefact_items_path", "source", "path"),
)

# Registrations and subscriptions: each change is a row, numbered by one, hub-wide.
registry_entries = Table(
    "registry_entries",
    metadata,
    Column("change", NUMBER, primary_key=True, autoincrement=False),
    Column("kind", TEXT, nullable=False),
    Column("entry", TEXT, nullable=False),  # the id of what is registered or subscribed
    Column("action", TEXT, nullable=False),
    Column("time", NUMBER, nullable=False),
    Column("until", NUMBER),  # the change that came after it; null: it is the newest of its entry
    Column("user_name", TEXT, nullable=False),
    Column("subject", TEXT, nullable=False),  # short reference of the provision agreement, URN of the organisation
    Column("content", TEXT, nullable=False),
    Index("ix_registry_entries_kind", "kind", "until", "subject"),
    Index("ix_registry_entries_entry", "kind", "entry"),
)

# How far changes have been made into notifications: the newest revision, the newest change of entries.
notified = Table(
    "notified",
    metadata,
    Column("source", TEXT, primary_key=True),
    Column("number", NUMBER, nullable=False),
)

notifications = Table(
    "notifications",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("subscription", TEXT, nullable=False, index=True),
    Column("endpoint", TEXT, nullable=False),
    Column("body", TEXT, nullable=False),
    Column("made", NUMBER, nullable=False),
    Column("state", TEXT, nullable=False),
    Column("attempts", NUMBER, nullable=False),
    Column("due", NUMBER, nullable=False),
    Column("outcome", TEXT, nullable=False),
    Index("ix_notifications_state", "state", "due"),
)

files = Table(
    "files",
    metadata,
    Column("digest", TEXT, primary_key=True),
    Column("name", TEXT, nullable=False),
    Column("media_type", TEXT, nullable=False),
    Column("size", NUMBER, nullable=False),
    Column("received", NUMBER, nullable=False),
)

file_chunks = Table(
    "file_chunks",
    metadata,
    Column("digest", TEXT, ForeignKey("files.digest"), primary_key=True),
    Column("number", NUMBER, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

submissions = Table(
    "submissions",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("received", NUMBER, nullable=False),
    Column("user_name", TEXT, nullable=False),
    Column("file_digest", TEXT, ForeignKey("files.digest"), nullable=False),
    Column("file_name", TEXT, nullable=False),
    Column("structure", TEXT, nullable=False),
    Column("options", TEXT, nullable=False),
    Column("fingerprint", TEXT),
    Column("state", TEXT, nullable=False),
    Column("worker", TEXT),
    Column("lease_until", NUMBER),
    Column("attempts", NUMBER, nullable=False),
    Column("report", TEXT),
    Column("findings_digest", TEXT, ForeignKey("files.digest")),
    Column("release", NUMBER),
    Column("note", TEXT, nullable=False),
    Index("ix_submissions_state", "state", "id"),
    # The identical file with identical options is one submission, unless the first failed by our own fault.
    Index(
        "uq_submissions_fingerprint",
        "fingerprint",
        unique=True,
        sqlite_where=text("state <> 'failed'"),
        postgresql_where=text("state <> 'failed'"),
    ),
)

submission_events = Table(
    "submission_events",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("submission", TEXT, ForeignKey("submissions.id"), nullable=False, index=True),
    Column("time", NUMBER, nullable=False),
    Column("user_name", TEXT, nullable=False),
    Column("state", TEXT, nullable=False),
    Column("comment", TEXT, nullable=False),
)

agreements = Table(
    "agreements",
    metadata,
    Column("id", NUMBER, primary_key=True, autoincrement=False),
    Column("owner", TEXT, nullable=False, unique=True),  # AGENCY:ID: a new version of an agreement keeps its series
    Column("reference", TEXT, nullable=False),  # the version that reported last
)

table_sets = Table(
    "table_sets",
    metadata,
    Column("id", NUMBER, primary_key=True, autoincrement=False),
    Column("agency", TEXT, nullable=False),
    Column("dataflow", TEXT, nullable=False),
    Column("line", TEXT, nullable=False),
    Column("salt", TEXT, nullable=False),
    UniqueConstraint("agency", "dataflow", "line"),
)

set_columns = Table(
    "set_columns",
    metadata,
    Column("table_set", NUMBER, ForeignKey("table_sets.id"), primary_key=True),
    Column("number", NUMBER, primary_key=True),
    Column("component", TEXT, nullable=False),
    Column("place", TEXT, nullable=False),
    Column("is_numeric", NUMBER, nullable=False),
    UniqueConstraint("table_set", "place", "component"),
)

releases = Table(
    "releases",
    metadata,
    Column("number", NUMBER, primary_key=True, autoincrement=False),
    Column("time", NUMBER, nullable=False, index=True),
    Column("submission", TEXT, nullable=False),
    Column("user_name", TEXT, nullable=False),
    Column("note", TEXT, nullable=False),
)

release_parts = Table(
    "release_parts",
    metadata,
    Column("release", NUMBER, ForeignKey("releases.number"), primary_key=True),
    Column("part", NUMBER, primary_key=True),
    Column("table_set", NUMBER, ForeignKey("table_sets.id"), nullable=False),
    Column("agreement", NUMBER, ForeignKey("agreements.id"), nullable=False),
    Column("inserted", NUMBER, nullable=False),
    Column("updated", NUMBER, nullable=False),
    Column("deleted", NUMBER, nullable=False),
    Column("attributes", NUMBER, nullable=False),
    Index("ix_release_parts_table_set", "table_set", "release"),
)

tokens = Table(
    "tokens",
    metadata,
    Column("secret_hash", TEXT, primary_key=True),
    Column("name", TEXT, nullable=False),
    Column("roles", TEXT, nullable=False),
    Column("created", NUMBER, nullable=False),
    Column("revoked", NUMBER),
)

events = Table(
    "events",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("time", NUMBER, nullable=False),
    Column("user_name", TEXT, nullable=False),
    Column("action", TEXT, nullable=False),
    Column("subject", TEXT, nullable=False),
    Column("details", TEXT, nullable=False),
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def sortable_id() -> str:
    """A new id of 24 hexadecimal digits; later ones sort behind."""
    return f"{time.time_ns():016x}{secrets.token_hex(4)}"


def milliseconds(moment: datetime) -> int:
    """A moment without a zone is taken as UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - _EPOCH) // timedelta(milliseconds=1)


def moment(time_ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=time_ms)


def now() -> int:
    return time.time_ns() // 1_000_000
