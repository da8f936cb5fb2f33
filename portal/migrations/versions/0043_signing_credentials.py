"""People's signing credentials, and whether an office's officers sign by their own tokens."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.migrations.guards import append_only

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)

# One statement a column: Alembic would make SQLite's table anew, which forgets triggers and checks.
SEALS_WITH = """
ALTER TABLE agencies_office ADD COLUMN seals_with VARCHAR(32) NOT NULL DEFAULT 'office_key'
    CONSTRAINT ck_agencies_office_seals_with CHECK (seals_with IN ('office_key', 'officer_token'))
"""


def upgrade() -> None:
    """Apply it; there is no way back but the copy or backup made before."""
    op.execute(SEALS_WITH)
    _credentials()
    _events()
    append_only("signing_credential_event")


def _credentials() -> None:
    op.create_table(
        "signing_credential",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("serial", sa.String(length=64), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.Column("grade", KEY, nullable=False),
        sa.Column("valid_from", INSTANT, nullable=False),
        sa.Column("valid_to", INSTANT, nullable=False),
        sa.Column("binding", _chosen("binding", "pan", "organisation", "iec"), nullable=True),
        sa.Column("bound_to", sa.String(length=200), nullable=False),
        sa.Column(
            "status",
            _chosen("status", "candidate", "refused", "active", "withdrawn", "expired", "revoked"),
            nullable=False,
        ),
        sa.Column("faults", sa.String(length=120), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("judged_at", INSTANT, nullable=False),
        sa.Column("registered_at", INSTANT, nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("warned_days", KEY, nullable=False),
        sa.Column("request_id", KEY, nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("chain", sa.Text(), nullable=False),
        *_checks(),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["identity_person.id"],
            name=op.f("fk_signing_credential_person_id_identity_person"),
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["signing_request.id"],
            name=op.f("fk_signing_credential_request_id_signing_request"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_credential")),
        sa.UniqueConstraint("ref", name=op.f("uq_signing_credential_ref")),
        sa.UniqueConstraint(
            "person_id", "sha256", name=op.f("uq_signing_credential_person_id_sha256")
        ),
    )
    op.create_index(op.f("ix_signing_credential_person_id"), "signing_credential", ["person_id"])
    op.create_index("ix_signing_credential_watched", "signing_credential", ["status", "valid_to"])


def _chosen(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _checks() -> list[sa.CheckConstraint]:
    rules = {
        "in_order": "valid_from <= valid_to",
        "bound": "(binding IS NULL) = (bound_to = '')",
        "active_is_sound": "status <> 'active'"
        " OR (registered_at IS NOT NULL AND binding IS NOT NULL AND faults = '')",
        "refused_has_fault": "(status = 'refused') = (faults <> '')",
        "revoked_has_time": "(status = 'revoked') = (revoked_at IS NOT NULL)",
        "a_warning": "warned_days IN (0, 7, 30)",
    }
    return [
        sa.CheckConstraint(rule, name=op.f(f"ck_signing_credential_{name}"))
        for name, rule in rules.items()
    ]


def _events() -> None:
    op.create_table(
        "signing_credential_event",
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
            ["signing_credential.id"],
            name=op.f("fk_signing_credential_event_subject_id_signing_credential"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_credential_event")),
    )
    op.create_index(
        op.f("ix_signing_credential_event_subject_id"), "signing_credential_event", ["subject_id"]
    )
