"""The inbox: messages, and whether a topic also goes by mail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0006"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
TOPICS = ("security", "access", "files")


def upgrade() -> None:
    """Apply it; there is no way back but the copy or backup made before."""
    op.create_table(
        "notifications_message",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("topic", _topic(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("path", sa.String(200), nullable=False),
        sa.Column("read_at", INSTANT),
        sa.Column("mailed_at", INSTANT),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["identity_person.id"],
            name=op.f("fk_notifications_message_person_id_identity_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notifications_message")),
    )
    op.create_index("ix_notifications_message_inbox", "notifications_message", ["person_id", "id"])
    op.create_table(
        "notifications_preference",
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("topic", _topic(), nullable=False),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["identity_person.id"],
            name=op.f("fk_notifications_preference_person_id_identity_person"),
        ),
        sa.PrimaryKeyConstraint("person_id", "topic", name=op.f("pk_notifications_preference")),
    )


def _topic() -> sa.Enum:
    return sa.Enum(*TOPICS, name="topic", native_enum=False, create_constraint=True, length=32)
