"""Requests for signatures and the files that are made for them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.migrations.guards import append_only

revision = "0040"
down_revision = "0030"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply it; there is no way back but the copy or backup made before."""
    _requests()
    _events()
    _files()
    for table in ("signing_event", "signing_file"):
        append_only(table)


def _requests() -> None:
    op.create_table(
        "signing_request",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column(
            "means",
            sa.Enum(
                "esign", "token", name="means", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "purpose",
            sa.Enum(
                "application",
                "decision",
                "test",
                name="purpose",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("subject", sa.String(length=48), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("number", sa.String(length=48), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("seat", sa.String(length=64), nullable=False),
        sa.Column("expected_name", sa.String(length=120), nullable=False),
        sa.Column("back", sa.String(length=200), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "preparing",
                "ready",
                "sent",
                "responded",
                "signed",
                "failed",
                "cancelled",
                "expired",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("room_from", KEY, nullable=False),
        sa.Column("room_to", KEY, nullable=False),
        sa.Column("consent", sa.String(length=16), nullable=False),
        sa.Column("consented_at", INSTANT, nullable=True),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("txn", sa.String(length=64), nullable=True),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("response", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("outcome_said", sa.String(length=400), nullable=False),
        sa.Column("signed_at", INSTANT, nullable=True),
        sa.Column("signer_name", sa.String(length=200), nullable=False),
        sa.Column("signer_serial", sa.String(length=64), nullable=False),
        sa.Column("signer_sha256", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "(status = 'signed') = (signed_at IS NOT NULL AND signer_sha256 <> '')",
            name=op.f("ck_signing_request_signed_has_signer"),
        ),
        sa.CheckConstraint(
            "status IN ('preparing', 'failed', 'cancelled', 'expired') OR digest <> ''",
            name=op.f("ck_signing_request_ready_has_digest"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('sent', 'responded', 'signed') OR consented_at IS NOT NULL",
            name=op.f("ck_signing_request_sent_with_consent"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["identity_person.id"],
            name=op.f("fk_signing_request_person_id_identity_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_request")),
        sa.UniqueConstraint("ref", name=op.f("uq_signing_request_ref")),
        sa.UniqueConstraint("txn", name=op.f("uq_signing_request_txn")),
    )
    op.create_index("ix_signing_request_open", "signing_request", ["status", "expires_at"])
    op.create_index(op.f("ix_signing_request_person_id"), "signing_request", ["person_id"])
    op.create_index(
        "ix_signing_request_subject", "signing_request", ["purpose", "subject", "status"]
    )


def _events() -> None:
    op.create_table(
        "signing_event",
        sa.Column("subject_id", KEY, nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("before", sa.String(length=32), nullable=False),
        sa.Column("after", sa.String(length=32), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("person_id", KEY, nullable=True),
        sa.Column("seat", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["signing_request.id"],
            name=op.f("fk_signing_event_subject_id_signing_request"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_event")),
    )
    op.create_index(op.f("ix_signing_event_subject_id"), "signing_event", ["subject_id"])


def _files() -> None:
    op.create_table(
        "signing_file",
        sa.Column("id", KEY, nullable=False),
        sa.Column("request_id", KEY, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "prepared",
                "signed",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("storage_key", sa.String(length=80), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", KEY, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["signing_request.id"],
            name=op.f("fk_signing_file_request_id_signing_request"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_file")),
        sa.UniqueConstraint("storage_key", name=op.f("uq_signing_file_storage_key")),
    )
    op.create_index(op.f("ix_signing_file_request_id"), "signing_file", ["request_id"])
    op.create_index(op.f("ix_signing_file_sha256"), "signing_file", ["sha256"])
