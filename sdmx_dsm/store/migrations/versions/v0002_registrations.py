"""Registrations, subscriptions and the notifications that are made of changes."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.String(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "registry_entries",
        sa.Column("change", NUMBER, primary_key=True, autoincrement=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("entry", TEXT, nullable=False),
        sa.Column("action", TEXT, nullable=False),
        sa.Column("time", NUMBER, nullable=False),
        sa.Column("until", NUMBER),
        sa.Column("user_name", TEXT, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("content", TEXT, nullable=False),
    )
    op.create_index("ix_registry_entries_kind", "registry_entries", ["kind", "until", "subject"])
    op.create_index("ix_registry_entries_entry", "registry_entries", ["kind", "entry"])
    op.create_table(
        "notified",
        sa.Column("source", TEXT, primary_key=True),
        sa.Column("number", NUMBER, nullable=False),
    )
    op.create_table(
        "notifications",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("subscription", TEXT, nullable=False, index=True),
        sa.Column("endpoint", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("made", NUMBER, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("attempts", NUMBER, nullable=False),
        sa.Column("due", NUMBER, nullable=False),
        sa.Column("outcome", TEXT, nullable=False),
    )
    op.create_index("ix_notifications_state", "notifications", ["state", "due"])
