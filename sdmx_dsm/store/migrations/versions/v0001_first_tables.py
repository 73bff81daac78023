"""The first tables: registry, files, submissions, the catalogue of table sets, releases, tokens and events."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.String(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "revisions",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=False),
        sa.Column("time", NUMBER, nullable=False),
        sa.Column("user_name", TEXT, nullable=False),
        sa.Column("note", TEXT, nullable=False),
    )
    op.create_table(
        "artefacts",
        sa.Column("artefact_class", TEXT, primary_key=True),
        sa.Column("agency", TEXT, primary_key=True),
        sa.Column("artefact_id", TEXT, primary_key=True),
        sa.Column("version", TEXT, primary_key=True),
        sa.Column("revision", NUMBER, primary_key=True),
        sa.Column("until", NUMBER, index=True),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "files",
        sa.Column("digest", TEXT, primary_key=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("media_type", TEXT, nullable=False),
        sa.Column("size", NUMBER, nullable=False),
        sa.Column("received", NUMBER, nullable=False),
    )
    op.create_table(
        "file_chunks",
        sa.Column("digest", TEXT, sa.ForeignKey("files.digest"), primary_key=True),
        sa.Column("number", NUMBER, primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "submissions",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("received", NUMBER, nullable=False),
        sa.Column("user_name", TEXT, nullable=False),
        sa.Column("file_digest", TEXT, sa.ForeignKey("files.digest"), nullable=False),
        sa.Column("file_name", TEXT, nullable=False),
        sa.Column("structure", TEXT, nullable=False),
        sa.Column("options", TEXT, nullable=False),
        sa.Column("fingerprint", TEXT),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("worker", TEXT),
        sa.Column("lease_until", NUMBER),
        sa.Column("attempts", NUMBER, nullable=False),
        sa.Column("report", TEXT),
        sa.Column("findings_digest", TEXT, sa.ForeignKey("files.digest")),
        sa.Column("release", NUMBER),
        sa.Column("note", TEXT, nullable=False),
    )
    op.create_index("ix_submissions_state", "submissions", ["state", "id"])
    op.create_index(
        "uq_submissions_fingerprint",
        "submissions",
        ["fingerprint"],
        unique=True,
        sqlite_where=sa.text("state <> 'failed'"),
        postgresql_where=sa.text("state <> 'failed'"),
    )
    op.create_table(
        "submission_events",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("submission", TEXT, sa.ForeignKey("submissions.id"), nullable=False, index=True),
        sa.Column("time", NUMBER, nullable=False),
        sa.Column("user_name", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("comment", TEXT, nullable=False),
    )
    op.create_table(
        "agreements",
        sa.Column("id", NUMBER, primary_key=True, autoincrement=False),
        sa.Column("owner", TEXT, nullable=False, unique=True),
        sa.Column("reference", TEXT, nullable=False),
    )
    op.create_table(
        "table_sets",
        sa.Column("id", NUMBER, primary_key=True, autoincrement=False),
        sa.Column("agency", TEXT, nullable=False),
        sa.Column("dataflow", TEXT, nullable=False),
        sa.Column("line", TEXT, nullable=False),
        sa.Column("salt", TEXT, nullable=False),
        sa.UniqueConstraint("agency", "dataflow", "line"),
    )
    op.create_table(
        "set_columns",
        sa.Column("table_set", NUMBER, sa.ForeignKey("table_sets.id"), primary_key=True),
        sa.Column("number", NUMBER, primary_key=True),
        sa.Column("component", TEXT, nullable=False),
        sa.Column("place", TEXT, nullable=False),
        sa.Column("is_numeric", NUMBER, nullable=False),
        sa.UniqueConstraint("table_set", "place", "component"),
    )
    op.create_table(
        "releases",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=False),
        sa.Column("time", NUMBER, nullable=False, index=True),
        sa.Column("submission", TEXT, nullable=False),
        sa.Column("user_name", TEXT, nullable=False),
        sa.Column("note", TEXT, nullable=False),
    )
    op.create_table(
        "release_parts",
        sa.Column("release", NUMBER, sa.ForeignKey("releases.number"), primary_key=True),
        sa.Column("part", NUMBER, primary_key=True),
        sa.Column("table_set", NUMBER, sa.ForeignKey("table_sets.id"), nullable=False),
        sa.Column("agreement", NUMBER, sa.ForeignKey("agreements.id"), nullable=False),
        sa.Column("inserted", NUMBER, nullable=False),
        sa.Column("updated", NUMBER, nullable=False),
        sa.Column("deleted", NUMBER, nullable=False),
        sa.Column("attributes", NUMBER, nullable=False),
    )
    op.create_index("ix_release_parts_table_set", "release_parts", ["table_set", "release"])
    op.create_table(
        "tokens",
        sa.Column("secret_hash", TEXT, primary_key=True),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("roles", TEXT, nullable=False),
        sa.Column("created", NUMBER, nullable=False),
        sa.Column("revoked", NUMBER),
    )
    op.create_table(
        "events",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("time", NUMBER, nullable=False),
        sa.Column("user_name", TEXT, nullable=False),
        sa.Column("action", TEXT, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("details", TEXT, nullable=False),
    )
