"""The tables of the portal as it begins."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply it; there is no way back but the copy or backup made before."""
    op.create_table(
        "agencies_agency",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("city", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=80), nullable=False),
        sa.Column("is_invented", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agencies_agency")),
        sa.UniqueConstraint("code", name=op.f("uq_agencies_agency_code")),
    )
    op.create_table(
        "core_audit_head",
        sa.Column("stream", sa.String(length=64), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("stream", name=op.f("pk_core_audit_head")),
    )
    op.create_table(
        "core_audit_seal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("stream", sa.String(length=64), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_audit_seal")),
        sa.UniqueConstraint("day", "stream", name=op.f("uq_core_audit_seal_day_stream")),
    )
    op.create_table(
        "core_heartbeat",
        sa.Column("process", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("process", name=op.f("pk_core_heartbeat")),
    )
    op.create_table(
        "core_nightly_run",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_core_nightly_run")),
    )
    op.create_table(
        "core_outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("fact", sa.String(length=64), nullable=False),
        sa.Column("job", sa.String(length=96), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["fact_id"], ["core_outbox.id"], name=op.f("fk_core_outbox_fact_id_core_outbox")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_outbox")),
        sa.UniqueConstraint("fact_id", "job", name=op.f("uq_core_outbox_fact_id_job")),
    )
    with op.batch_alter_table("core_outbox", schema=None) as batch_op:
        batch_op.create_index("ix_core_outbox_waiting", ["done_at", "due_at"], unique=False)

    op.create_table(
        "documents_document",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("storage_key", sa.String(length=80), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pages", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("firm_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_documents_document_not_empty")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents_document")),
        sa.UniqueConstraint("ref", name=op.f("uq_documents_document_ref")),
        sa.UniqueConstraint("storage_key", name=op.f("uq_documents_document_storage_key")),
    )
    op.create_table(
        "identity_firm",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("iec", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("pan", sa.String(length=10), nullable=False),
        sa.Column("gstin", sa.String(length=15), nullable=False),
        sa.Column("address", sa.String(length=400), nullable=False),
        sa.Column("city", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=80), nullable=False),
        sa.Column("pin", sa.String(length=6), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "length(iec) = 10", name=op.f("ck_identity_firm_iec_has_ten_characters")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_firm")),
        sa.UniqueConstraint("iec", name=op.f("uq_identity_firm_iec")),
    )
    op.create_table(
        "identity_person",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_person")),
        sa.UniqueConstraint("email", name=op.f("uq_identity_person_email")),
    )
    op.create_table(
        "identity_sign_in_try",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_sign_in_try")),
    )
    with op.batch_alter_table("identity_sign_in_try", schema=None) as batch_op:
        batch_op.create_index("ix_identity_sign_in_try_recent", ["who", "at"], unique=False)

    op.create_table(
        "notices_notice",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("link", sa.String(length=400), nullable=False),
        sa.Column("certainty", sa.String(length=1), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices_notice")),
        sa.UniqueConstraint("number", name=op.f("uq_notices_notice_number")),
    )
    op.create_table(
        "reference_country",
        sa.Column("code", sa.String(length=2), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_reference_country")),
    )
    op.create_table(
        "reference_currency",
        sa.Column("code", sa.String(length=3), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("exponent", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_reference_currency")),
    )
    op.create_table(
        "reference_hs",
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_reference_hs")),
    )
    op.create_table(
        "reference_incoterm",
        sa.Column("code", sa.String(length=3), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_reference_incoterm")),
    )
    op.create_table(
        "reference_national_line",
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("successors", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("certainty", sa.String(length=1), nullable=False),
        sa.PrimaryKeyConstraint("code", "valid_from", name=op.f("pk_reference_national_line")),
    )
    op.create_table(
        "reference_station",
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=2), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_reference_station")),
    )
    op.create_table(
        "reference_unit",
        sa.Column("code", sa.String(length=3), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_reference_unit")),
    )
    op.create_table(
        "trade_agreements_agreement",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("full_name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "in_force",
                "not_settled",
                "unilateral",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("partners_note", sa.String(length=120), nullable=False),
        sa.Column("signed", sa.Date(), nullable=True),
        sa.Column("in_force", sa.Date(), nullable=True),
        sa.Column("since_note", sa.String(length=120), nullable=False),
        sa.Column("status_note", sa.String(length=200), nullable=False),
        sa.Column("open_point", sa.Text(), nullable=False),
        sa.Column("proof", sa.String(length=200), nullable=False),
        sa.Column("instrument", sa.String(length=160), nullable=False),
        sa.Column("official_url", sa.String(length=400), nullable=False),
        sa.Column("evidence_url", sa.String(length=400), nullable=False),
        sa.Column(
            "certainty",
            sa.Enum(
                "V",
                "P",
                "S",
                "K",
                name="certainty",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("unconfirmed", sa.String(length=120), nullable=False),
        sa.Column("remark", sa.String(length=200), nullable=False),
        sa.Column("verified_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "state <> 'not_settled' OR in_force IS NULL",
            name=op.f("ck_trade_agreements_agreement_unsettled_has_no_date"),
        ),
        sa.CheckConstraint(
            "state <> 'not_settled' OR open_point <> ''",
            name=op.f("ck_trade_agreements_agreement_unsettled_says_why"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade_agreements_agreement")),
        sa.UniqueConstraint("slug", name=op.f("uq_trade_agreements_agreement_slug")),
    )
    op.create_table(
        "trade_events_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("edition", sa.String(length=20), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("city", sa.String(length=80), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("country_name", sa.String(length=80), nullable=False),
        sa.Column("venue", sa.String(length=160), nullable=False),
        sa.Column("organiser", sa.String(length=160), nullable=False),
        sa.Column("sector", sa.String(length=80), nullable=False),
        sa.Column("source", sa.String(length=400), nullable=False),
        sa.Column("verified_on", sa.Date(), nullable=False),
        sa.CheckConstraint("ends >= starts", name=op.f("ck_trade_events_event_in_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade_events_event")),
        sa.UniqueConstraint("slug", name=op.f("uq_trade_events_event_slug")),
    )
    with op.batch_alter_table("trade_events_event", schema=None) as batch_op:
        batch_op.create_index("ix_trade_events_event_ends", ["ends", "starts"], unique=False)

    op.create_table(
        "wallet_account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "available",
                "held",
                "owed_to_agency",
                "specimen_funds",
                "gateway",
                name="account_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("owner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("balance_paise", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "balance_paise >= 0 OR kind IN ('specimen_funds', 'gateway')",
            name=op.f("ck_wallet_account_not_below_zero"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wallet_account")),
        sa.UniqueConstraint("kind", "owner_id", name=op.f("uq_wallet_account_kind_owner_id")),
    )
    op.create_table(
        "wallet_hold",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("firm_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("amount_paise", sa.BigInteger(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "held",
                "captured",
                "released",
                name="hold_status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status = 'held') = (ended_at IS NULL)",
            name=op.f("ck_wallet_hold_ended_when_captured_or_released"),
        ),
        sa.CheckConstraint("amount_paise > 0", name=op.f("ck_wallet_hold_amount_above_zero")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wallet_hold")),
        sa.UniqueConstraint("ref", name=op.f("uq_wallet_hold_ref")),
    )
    with op.batch_alter_table("wallet_hold", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_wallet_hold_firm_id"), ["firm_id"], unique=False)

    op.create_table(
        "wallet_transfer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("facts_digest", sa.String(length=64), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "specimen_credit",
                "hold",
                "release",
                "capture",
                name="transfer_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wallet_transfer")),
        sa.UniqueConstraint("key", name=op.f("uq_wallet_transfer_key")),
    )
    op.create_table(
        "agencies_administrator",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "agency_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agencies_agency.id"],
            name=op.f("fk_agencies_administrator_agency_id_agencies_agency"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["identity_person.id"],
            name=op.f("fk_agencies_administrator_person_id_identity_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agencies_administrator")),
    )
    with op.batch_alter_table("agencies_administrator", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_agencies_administrator_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "agencies_office",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "agency_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("city", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=80), nullable=False),
        sa.Column("seal_key_id", sa.String(length=64), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agencies_agency.id"],
            name=op.f("fk_agencies_office_agency_id_agencies_agency"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agencies_office")),
        sa.UniqueConstraint("agency_id", "code", name=op.f("uq_agencies_office_agency_id_code")),
    )
    op.create_table(
        "core_audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stream", sa.String(length=64), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("act", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("seat", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["stream"],
            ["core_audit_head.stream"],
            name=op.f("fk_core_audit_stream_core_audit_head"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_audit")),
        sa.UniqueConstraint("stream", "position", name=op.f("uq_core_audit_stream_position")),
    )
    op.create_table(
        "identity_membership",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("firm_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "owner",
                "signatory",
                "preparer",
                "finance",
                "viewer",
                "officer",
                "supervisor",
                "administrator",
                "directorate",
                "system",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["firm_id"],
            ["identity_firm.id"],
            name=op.f("fk_identity_membership_firm_id_identity_firm"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["identity_person.id"],
            name=op.f("fk_identity_membership_person_id_identity_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_membership")),
        sa.UniqueConstraint(
            "person_id",
            "firm_id",
            "role",
            "started_at",
            name=op.f("uq_identity_membership_person_id_firm_id_role_started_at"),
        ),
    )
    with op.batch_alter_table("identity_membership", schema=None) as batch_op:
        batch_op.create_index(
            "ix_identity_membership_person", ["person_id", "ended_at"], unique=False
        )

    op.create_table(
        "identity_session",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "seat_kind",
            sa.Enum(
                "firm",
                "office",
                "agency",
                "directorate",
                "system",
                name="seat_kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("seat_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "seat_role",
            sa.Enum(
                "owner",
                "signatory",
                "preparer",
                "finance",
                "viewer",
                "officer",
                "supervisor",
                "administrator",
                "directorate",
                "system",
                name="seat_role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["identity_person.id"],
            name=op.f("fk_identity_session_person_id_identity_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_identity_session_token_hash")),
    )
    with op.batch_alter_table("identity_session", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_identity_session_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "identity_staff",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["identity_person.id"],
            name=op.f("fk_identity_staff_person_id_identity_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_staff")),
        sa.UniqueConstraint("person_id", name=op.f("uq_identity_staff_person_id")),
    )
    op.create_table(
        "notices_rule",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "notice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until > valid_from", name=op.f("ck_notices_rule_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["notices_notice.id"],
            name=op.f("fk_notices_rule_notice_id_notices_notice"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices_rule")),
    )
    with op.batch_alter_table("notices_rule", schema=None) as batch_op:
        batch_op.create_index("ix_notices_rule_name", ["name", "valid_from"], unique=True)

    op.create_table(
        "trade_agreements_member",
        sa.Column(
            "agreement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column(
            "certainty",
            sa.Enum(
                "V",
                "P",
                "S",
                "K",
                name="certainty",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["trade_agreements_agreement.id"],
            name=op.f("fk_trade_agreements_member_agreement_id_trade_agreements_agreement"),
        ),
        sa.PrimaryKeyConstraint("agreement_id", "country", name=op.f("pk_trade_agreements_member")),
    )
    with op.batch_alter_table("trade_agreements_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_trade_agreements_member_name"), ["name"], unique=False)

    op.create_table(
        "trade_agreements_origin_rule",
        sa.Column(
            "agreement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("general", sa.String(length=300), nullable=False),
        sa.Column("value_threshold", sa.String(length=120), nullable=False),
        sa.Column("value_basis", sa.String(length=80), nullable=False),
        sa.Column("tariff_shift", sa.String(length=40), nullable=False),
        sa.Column("de_minimis", sa.String(length=200), nullable=False),
        sa.Column("de_minimis_textiles", sa.String(length=80), nullable=False),
        sa.Column("cumulation", sa.String(length=120), nullable=False),
        sa.Column("consignment", sa.String(length=120), nullable=False),
        sa.Column(
            "validity_months", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("issue_window", sa.String(length=120), nullable=False),
        sa.Column("retrospective", sa.String(length=120), nullable=False),
        sa.Column("retention", sa.String(length=80), nullable=False),
        sa.Column("form", sa.String(length=400), nullable=False),
        sa.Column("source", sa.String(length=400), nullable=False),
        sa.Column(
            "certainty",
            sa.Enum(
                "V",
                "P",
                "S",
                "K",
                name="certainty",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("unconfirmed", sa.String(length=120), nullable=False),
        sa.Column("remark", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["trade_agreements_agreement.id"],
            name=op.f("fk_trade_agreements_origin_rule_agreement_id_trade_agreements_agreement"),
        ),
        sa.PrimaryKeyConstraint("agreement_id", name=op.f("pk_trade_agreements_origin_rule")),
    )
    op.create_table(
        "trade_agreements_product_rule",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "agreement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hs", sa.String(length=12), nullable=False),
        sa.Column("goods", sa.String(length=120), nullable=False),
        sa.Column("rule", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column(
            "certainty",
            sa.Enum(
                "V",
                "P",
                "S",
                "K",
                name="certainty",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("remark", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["trade_agreements_agreement.id"],
            name=op.f("fk_trade_agreements_product_rule_agreement_id_trade_agreements_agreement"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trade_agreements_product_rule")),
        sa.UniqueConstraint(
            "agreement_id",
            "position",
            name=op.f("uq_trade_agreements_product_rule_agreement_id_position"),
        ),
    )
    op.create_table(
        "wallet_posting",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "transfer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "destination_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("amount_paise", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_paise > 0", name=op.f("ck_wallet_posting_amount_above_zero")),
        sa.CheckConstraint(
            "source_id <> destination_id", name=op.f("ck_wallet_posting_two_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["destination_id"],
            ["wallet_account.id"],
            name=op.f("fk_wallet_posting_destination_id_wallet_account"),
        ),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["wallet_account.id"],
            name=op.f("fk_wallet_posting_source_id_wallet_account"),
        ),
        sa.ForeignKeyConstraint(
            ["transfer_id"],
            ["wallet_transfer.id"],
            name=op.f("fk_wallet_posting_transfer_id_wallet_transfer"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wallet_posting")),
    )
    with op.batch_alter_table("wallet_posting", schema=None) as batch_op:
        batch_op.create_index("ix_wallet_posting_destination", ["destination_id"], unique=False)
        batch_op.create_index("ix_wallet_posting_source", ["source_id"], unique=False)

    op.create_table(
        "agencies_officer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "role",
            sa.Enum(
                "owner",
                "signatory",
                "preparer",
                "finance",
                "viewer",
                "officer",
                "supervisor",
                "administrator",
                "directorate",
                "system",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("designation", sa.String(length=80), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "role IN ('officer', 'supervisor')",
            name=op.f("ck_agencies_officer_officer_or_supervisor"),
        ),
        sa.ForeignKeyConstraint(
            ["office_id"],
            ["agencies_office.id"],
            name=op.f("fk_agencies_officer_office_id_agencies_office"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["identity_person.id"],
            name=op.f("fk_agencies_officer_person_id_identity_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agencies_officer")),
    )
    with op.batch_alter_table("agencies_officer", schema=None) as batch_op:
        batch_op.create_index("ix_agencies_officer_person", ["person_id", "ended_at"], unique=False)

    op.create_table(
        "agencies_series",
        sa.Column(
            "office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("year", sa.String(length=4), nullable=False),
        sa.Column("last", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id"],
            ["agencies_office.id"],
            name=op.f("fk_agencies_series_office_id_agencies_office"),
        ),
        sa.PrimaryKeyConstraint("office_id", "kind", "year", name=op.f("pk_agencies_series")),
    )
    op.create_table(
        "filing_application",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("number", sa.String(length=48), nullable=True),
        sa.Column("firm_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "signing",
                "awaiting_payment",
                "submitted",
                "in_scrutiny",
                "questioned",
                "approved",
                "issued",
                "rejected",
                "withdrawn",
                "lapsed",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("fee_paise", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("consignee_name", sa.String(length=160), nullable=False),
        sa.Column("consignee_address", sa.Text(), nullable=False),
        sa.Column("consignee_country", sa.String(length=2), nullable=False),
        sa.Column("transport_mode", sa.String(length=16), nullable=False),
        sa.Column("vessel", sa.String(length=120), nullable=False),
        sa.Column("departs_on", sa.Date(), nullable=True),
        sa.Column("port_of_loading", sa.String(length=6), nullable=False),
        sa.Column("port_of_discharge", sa.String(length=120), nullable=False),
        sa.Column("destination_country", sa.String(length=2), nullable=False),
        sa.Column("invoice_number", sa.String(length=60), nullable=False),
        sa.Column("invoice_date", sa.Date(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("incoterm", sa.String(length=3), nullable=False),
        sa.Column("signatory", sa.String(length=120), nullable=False),
        sa.Column("signatory_designation", sa.String(length=80), nullable=False),
        sa.Column("declaration_place", sa.String(length=80), nullable=False),
        sa.CheckConstraint(
            "(number IS NULL) = (status IN ('draft', 'signing', 'awaiting_payment') OR (status = 'withdrawn' AND submitted_at IS NULL))",
            name=op.f("ck_filing_application_numbered_when_submitted"),
        ),
        sa.CheckConstraint(
            "(status IN ('approved', 'issued', 'rejected')) = (decided_at IS NOT NULL)",
            name=op.f("ck_filing_application_decided_has_instant"),
        ),
        sa.CheckConstraint(
            "status <> 'rejected' OR reason <> ''",
            name=op.f("ck_filing_application_rejected_with_reason"),
        ),
        sa.CheckConstraint(
            "status <> 'submitted' OR officer_id IS NULL",
            name=op.f("ck_filing_application_queued_unclaimed"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('in_scrutiny', 'questioned', 'approved', 'issued', 'rejected') OR officer_id IS NOT NULL",
            name=op.f("ck_filing_application_decided_by_an_officer"),
        ),
        sa.CheckConstraint(
            "number IS NULL OR (submitted_at IS NOT NULL AND fee_paise IS NOT NULL)",
            name=op.f("ck_filing_application_submitted_with_fee"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["identity_person.id"],
            name=op.f("fk_filing_application_created_by_identity_person"),
        ),
        sa.ForeignKeyConstraint(
            ["firm_id"],
            ["identity_firm.id"],
            name=op.f("fk_filing_application_firm_id_identity_firm"),
        ),
        sa.ForeignKeyConstraint(
            ["office_id"],
            ["agencies_office.id"],
            name=op.f("fk_filing_application_office_id_agencies_office"),
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"],
            ["identity_person.id"],
            name=op.f("fk_filing_application_officer_id_identity_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing_application")),
        sa.UniqueConstraint("number", name=op.f("uq_filing_application_number")),
        sa.UniqueConstraint("ref", name=op.f("uq_filing_application_ref")),
    )
    with op.batch_alter_table("filing_application", schema=None) as batch_op:
        batch_op.create_index("ix_filing_application_firm", ["firm_id", "id"], unique=False)
        batch_op.create_index(
            "ix_filing_application_officer", ["officer_id", "status"], unique=False
        )
        batch_op.create_index(
            "ix_filing_application_queue", ["office_id", "status", "submitted_at"], unique=False
        )

    op.create_table(
        "certificates_certificate",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=48), nullable=False),
        sa.Column("check_code", sa.String(length=16), nullable=False),
        sa.Column("qr_id", sa.String(length=16), nullable=False),
        sa.Column(
            "application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "status",
            sa.Enum(
                "allotted",
                "sealed",
                "issued",
                "superseded",
                "cancelled",
                "void",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column(
            "officer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("seal_key_id", sa.String(length=64), nullable=False),
        sa.Column("allotted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(status IN ('issued', 'superseded', 'cancelled')) = (issued_at IS NOT NULL)",
            name=op.f("ck_certificates_certificate_issued_has_instant"),
        ),
        sa.CheckConstraint(
            "status <> 'void' OR void_reason <> ''",
            name=op.f("ck_certificates_certificate_void_with_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["filing_application.id"],
            name=op.f("fk_certificates_certificate_application_id_filing_application"),
        ),
        sa.ForeignKeyConstraint(
            ["office_id"],
            ["agencies_office.id"],
            name=op.f("fk_certificates_certificate_office_id_agencies_office"),
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"],
            ["identity_person.id"],
            name=op.f("fk_certificates_certificate_officer_id_identity_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates_certificate")),
        sa.UniqueConstraint("number", name=op.f("uq_certificates_certificate_number")),
        sa.UniqueConstraint("qr_id", name=op.f("uq_certificates_certificate_qr_id")),
    )
    with op.batch_alter_table("certificates_certificate", schema=None) as batch_op:
        batch_op.create_index(
            "uq_certificates_certificate_live",
            ["application_id"],
            unique=True,
            sqlite_where=sa.text("status <> 'void'"),
            postgresql_where=sa.text("status <> 'void'"),
        )

    op.create_table(
        "filing_attachment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["filing_application.id"],
            name=op.f("fk_filing_attachment_application_id_filing_application"),
        ),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents_document.id"],
            name=op.f("fk_filing_attachment_document_id_documents_document"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing_attachment")),
    )
    with op.batch_alter_table("filing_attachment", schema=None) as batch_op:
        batch_op.create_index(
            "uq_filing_attachment_current",
            ["application_id", "kind"],
            unique=True,
            sqlite_where=sa.text("replaced_at IS NULL"),
            postgresql_where=sa.text("replaced_at IS NULL"),
        )

    op.create_table(
        "filing_event",
        sa.Column(
            "subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("before", sa.String(length=32), nullable=False),
        sa.Column("after", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("seat", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["filing_application.id"],
            name=op.f("fk_filing_event_subject_id_filing_application"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing_event")),
    )
    with op.batch_alter_table("filing_event", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_filing_event_subject_id"), ["subject_id"], unique=False
        )

    op.create_table(
        "filing_goods_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hs_code", sa.String(length=8), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("marks", sa.Text(), nullable=False),
        sa.Column("packages", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("package_kind", sa.String(length=40), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(length=3), nullable=False),
        sa.Column("gross_weight", sa.BigInteger(), nullable=False),
        sa.Column("net_weight", sa.BigInteger(), nullable=False),
        sa.Column("fob_minor", sa.BigInteger(), nullable=False),
        sa.Column("criterion", sa.String(length=32), nullable=False),
        sa.CheckConstraint(
            "gross_weight >= net_weight", name=op.f("ck_filing_goods_line_gross_not_below_net")
        ),
        sa.CheckConstraint(
            "quantity > 0 AND net_weight > 0 AND packages > 0",
            name=op.f("ck_filing_goods_line_above_zero"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["filing_application.id"],
            name=op.f("fk_filing_goods_line_application_id_filing_application"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing_goods_line")),
        sa.UniqueConstraint(
            "application_id", "position", name=op.f("uq_filing_goods_line_application_id_position")
        ),
    )
    op.create_table(
        "filing_question",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "answered_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint(
            "(answer = '') = (answered_at IS NULL)",
            name=op.f("ck_filing_question_answered_with_instant"),
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"],
            ["identity_person.id"],
            name=op.f("fk_filing_question_answered_by_identity_person"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["filing_application.id"],
            name=op.f("fk_filing_question_application_id_filing_application"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"],
            ["identity_person.id"],
            name=op.f("fk_filing_question_asked_by_identity_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing_question")),
    )
    with op.batch_alter_table("filing_question", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_filing_question_application_id"), ["application_id"], unique=False
        )

    op.create_table(
        "filing_version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("particulars", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["filing_application.id"],
            name=op.f("fk_filing_version_application_id_filing_application"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["identity_person.id"],
            name=op.f("fk_filing_version_person_id_identity_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing_version")),
        sa.UniqueConstraint(
            "application_id", "number", name=op.f("uq_filing_version_application_id_number")
        ),
    )
    op.create_table(
        "certificates_event",
        sa.Column(
            "subject_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("before", sa.String(length=32), nullable=False),
        sa.Column("after", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("seat", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["certificates_certificate.id"],
            name=op.f("fk_certificates_event_subject_id_certificates_certificate"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates_event")),
    )
    with op.batch_alter_table("certificates_event", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_certificates_event_subject_id"), ["subject_id"], unique=False
        )

    op.create_table(
        "certificates_file",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "certificate_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("storage_key", sa.String(length=80), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificates_certificate.id"],
            name=op.f("fk_certificates_file_certificate_id_certificates_certificate"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates_file")),
        sa.UniqueConstraint("storage_key", name=op.f("uq_certificates_file_storage_key")),
    )
    with op.batch_alter_table("certificates_file", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_certificates_file_certificate_id"), ["certificate_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_certificates_file_sha256"), ["sha256"], unique=False)
