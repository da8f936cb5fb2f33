"""An agency's own desk: who looks after it, offices with hours, images, where fees are paid."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
ROLES = (
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
)


def upgrade() -> None:
    """Apply it; there is no way back but the copy or backup made before."""
    _widen_administrators()
    _widen_offices()
    _add_accounts()
    _add_holidays()
    _add_hours()
    _add_images()
    _add_registrations()


def _widen_administrators() -> None:
    role = sa.Enum(*ROLES, name="role", native_enum=False, create_constraint=True, length=32)
    with op.batch_alter_table("agencies_administrator") as batch:
        batch.add_column(sa.Column("role", role, nullable=False, server_default="administrator"))
        batch.create_check_constraint(
            op.f("ck_agencies_administrator_of_an_agency"), "role IN ('administrator', 'deputy')"
        )
    op.create_index(
        "uq_agencies_administrator_active",
        "agencies_administrator",
        ["agency_id", "role"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _widen_offices() -> None:
    for column in (
        sa.Column("gstin", sa.String(15), nullable=False, server_default=""),
        sa.Column("email", sa.String(254), nullable=False, server_default=""),
        sa.Column("phone", sa.String(20), nullable=False, server_default=""),
        sa.Column("away_until", sa.Date()),
    ):
        op.add_column("agencies_office", column)


def _add_accounts() -> None:
    op.create_table(
        "agencies_account",
        sa.Column("id", KEY, nullable=False),
        sa.Column("agency_id", KEY, nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("last_digits", sa.String(length=4), nullable=False),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.Column("person_id", KEY, nullable=True),
        sa.Column("replaced_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agencies_agency.id"],
            name=op.f("fk_agencies_account_agency_id_agencies_agency"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["identity_person.id"],
            name=op.f("fk_agencies_account_person_id_identity_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agencies_account")),
    )
    op.create_index(
        "uq_agencies_account_present",
        "agencies_account",
        ["agency_id"],
        unique=True,
        sqlite_where=sa.text("replaced_at IS NULL"),
        postgresql_where=sa.text("replaced_at IS NULL"),
    )


def _add_registrations() -> None:
    op.create_table(
        "agencies_registration",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("agency_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("document_id", KEY, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_by", KEY, nullable=True),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "approved IS NULL OR approved OR reason <> ''",
            name=op.f("ck_agencies_registration_sent_back_with_reason"),
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (approved IS NULL)",
            name=op.f("ck_agencies_registration_decided_has_answer"),
        ),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agencies_agency.id"],
            name=op.f("fk_agencies_registration_agency_id_agencies_agency"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["identity_person.id"],
            name=op.f("fk_agencies_registration_decided_by_identity_person"),
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents_document.id"],
            name=op.f("fk_agencies_registration_document_id_documents_document"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["identity_person.id"],
            name=op.f("fk_agencies_registration_person_id_identity_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agencies_registration")),
        sa.UniqueConstraint("ref", name=op.f("uq_agencies_registration_ref")),
    )
    op.create_index(
        "ix_agencies_registration_person_id", "agencies_registration", ["person_id"], unique=False
    )
    op.create_index(
        "uq_agencies_registration_waiting",
        "agencies_registration",
        ["agency_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("decided_at IS NULL"),
        postgresql_where=sa.text("decided_at IS NULL"),
    )


def _add_holidays() -> None:
    op.create_table(
        "agencies_holiday",
        sa.Column("id", KEY, nullable=False),
        sa.Column("office_id", KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("words", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id"],
            ["agencies_office.id"],
            name=op.f("fk_agencies_holiday_office_id_agencies_office"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agencies_holiday")),
        sa.UniqueConstraint("office_id", "day", name=op.f("uq_agencies_holiday_office_id_day")),
    )


def _add_hours() -> None:
    op.create_table(
        "agencies_hours",
        sa.Column("office_id", KEY, nullable=False),
        sa.Column("weekday", KEY, nullable=False),
        sa.Column("opens", KEY, nullable=False),
        sa.Column("closes", KEY, nullable=False),
        sa.CheckConstraint(
            "0 <= opens AND opens < closes AND closes <= 1440",
            name=op.f("ck_agencies_hours_in_order"),
        ),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_agencies_hours_a_weekday")),
        sa.ForeignKeyConstraint(
            ["office_id"],
            ["agencies_office.id"],
            name=op.f("fk_agencies_hours_office_id_agencies_office"),
        ),
        sa.PrimaryKeyConstraint("office_id", "weekday", name=op.f("pk_agencies_hours")),
    )


def _add_images() -> None:
    op.create_table(
        "agencies_image",
        sa.Column("id", KEY, nullable=False),
        sa.Column("office_id", KEY, nullable=False),
        sa.Column("officer_id", KEY, nullable=True),
        sa.Column("storage_key", sa.String(length=80), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", KEY, nullable=False),
        sa.Column("width", KEY, nullable=False),
        sa.Column("height", KEY, nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("person_id", KEY, nullable=True),
        sa.Column("replaced_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["office_id"],
            ["agencies_office.id"],
            name=op.f("fk_agencies_image_office_id_agencies_office"),
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"],
            ["agencies_officer.id"],
            name=op.f("fk_agencies_image_officer_id_agencies_officer"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["identity_person.id"],
            name=op.f("fk_agencies_image_person_id_identity_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agencies_image")),
        sa.UniqueConstraint("storage_key", name=op.f("uq_agencies_image_storage_key")),
    )
    op.create_index(
        "uq_agencies_image_signature",
        "agencies_image",
        ["officer_id"],
        unique=True,
        sqlite_where=sa.text("replaced_at IS NULL AND officer_id IS NOT NULL"),
        postgresql_where=sa.text("replaced_at IS NULL AND officer_id IS NOT NULL"),
    )
    op.create_index(
        "uq_agencies_image_stamp",
        "agencies_image",
        ["office_id"],
        unique=True,
        sqlite_where=sa.text("replaced_at IS NULL AND officer_id IS NULL"),
        postgresql_where=sa.text("replaced_at IS NULL AND officer_id IS NULL"),
    )
