"""Customs brokers and forwarders, and who belongs to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0013"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
ROLES = [
    "owner",
    "signatory",
    "preparer",
    "finance",
    "viewer",
    "officer",
    "supervisor",
    "manager",
    "administrator",
    "deputy",
    "agent_owner",
    "agent",
    "person",
    "directorate",
    "system",
]


def upgrade() -> None:
    """Apply it; there is no way back but the copy or backup made before."""
    op.create_table(
        "identity_agent",
        sa.Column("id", KEY, nullable=False),
        sa.Column("pan", sa.String(10), nullable=False),
        sa.Column("licence", sa.String(30), nullable=False),
        sa.Column("name", sa.String(160), nullable=False),
        sa.Column("address", sa.String(400), nullable=False),
        sa.Column("city", sa.String(80), nullable=False),
        sa.Column("state", sa.String(80), nullable=False),
        sa.Column("pin", sa.String(6), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("mobile", sa.String(16), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "length(pan) = 10", name=op.f("ck_identity_agent_pan_has_ten_characters")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_agent")),
        sa.UniqueConstraint("pan", name=op.f("uq_identity_agent_pan")),
        sa.UniqueConstraint("licence", name=op.f("uq_identity_agent_licence")),
    )
    role = sa.Enum(*ROLES, name="role", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        "identity_agent_member",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("agent_id", KEY, nullable=False),
        sa.Column("role", role, nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.CheckConstraint(
            "role IN ('agent_owner', 'agent')", name=op.f("ck_identity_agent_member_of_an_agent")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["identity_person.id"],
            name=op.f("fk_identity_agent_member_person_id_identity_person"),
        ),
        sa.ForeignKeyConstraint(
            ["agent_id"],
            ["identity_agent.id"],
            name=op.f("fk_identity_agent_member_agent_id_identity_agent"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_agent_member")),
        sa.UniqueConstraint(
            "person_id",
            "agent_id",
            "role",
            "started_at",
            name=op.f("uq_identity_agent_member_person_id_agent_id_role_started_at"),
        ),
    )
    op.create_index(
        "ix_identity_agent_member_person", "identity_agent_member", ["person_id", "ended_at"]
    )
    op.create_index(
        op.f("ix_identity_agent_member_agent_id"), "identity_agent_member", ["agent_id"]
    )
