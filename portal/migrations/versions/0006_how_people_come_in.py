"""How people come in: registration, codes, claims to a firm, invitations; more roles and seats."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
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
SEATS = ["firm", "office", "agency", "agent", "person", "directorate", "system"]
STATUSES = ["active", "deactivated", "suspended", "cancelled", "denied"]


def upgrade() -> None:
    """Apply it; there is no way back but the copy or backup made before."""
    _widen_people()
    _widen_firms()
    _widen("identity_membership", {"role": ROLES})
    _widen("identity_session", {"seat_kind": SEATS, "seat_role": ROLES})
    _widen_officers()
    _add_ways_in()


def _checked(name: str, values: list[str]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _widen_people() -> None:
    for column in (
        sa.Column("mobile", sa.String(16), nullable=False, server_default=""),
        sa.Column("totp_secret", sa.String(200), nullable=False, server_default=""),
        sa.Column("totp_on_at", INSTANT),
        sa.Column("totp_last_step", KEY, nullable=False, server_default="0"),
        sa.Column("privacy_version", sa.String(16), nullable=False, server_default=""),
        sa.Column("privacy_accepted_at", INSTANT),
    ):
        op.add_column("identity_person", column)
    for column in (
        sa.Column("waits_for_factor", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("device", sa.String(80), nullable=False, server_default=""),
    ):
        op.add_column("identity_session", column)


def _widen_firms() -> None:
    # SQLite makes the table anew and forgets the checks that it isn't told.
    ten = sa.CheckConstraint(
        "length(iec) = 10", name=op.f("ck_identity_firm_iec_has_ten_characters")
    )
    told = (ten,) if op.get_bind().dialect.name == "sqlite" else ()
    with op.batch_alter_table("identity_firm", table_args=told) as batch:
        batch.add_column(sa.Column("checked_at", INSTANT))
        batch.add_column(
            sa.Column(
                "status", _checked("status", STATUSES), nullable=False, server_default="active"
            )
        )


def _widen(table: str, columns: dict[str, list[str]], *checks: sa.CheckConstraint) -> None:
    """Let columns with a listed value take more of them; `checks` are those of the table."""
    if op.get_bind().dialect.name != "sqlite":
        for name in columns:
            op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
            listed = ", ".join(f"'{value}'" for value in columns[name])
            op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, f"{name} IN ({listed})")
        return
    with op.batch_alter_table(table, table_args=checks, recreate="always") as batch:
        for name, values in columns.items():
            batch.alter_column(name, existing_type=sa.String(32), type_=_checked(name, values))


def _widen_officers() -> None:
    of_an_office = "role IN ('officer', 'supervisor', 'manager')"
    check = op.f("ck_agencies_officer_of_an_office")
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(
            op.f("ck_agencies_officer_officer_or_supervisor"), "agencies_officer", type_="check"
        )
        op.create_check_constraint(check, "agencies_officer", of_an_office)
    _widen("agencies_officer", {"role": ROLES}, sa.CheckConstraint(of_an_office, name=check))


def _add_ways_in() -> None:
    op.create_table(
        "identity_code",
        sa.Column("id", KEY, nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "email",
                "mobile",
                "iec",
                "password",
                "dispute",
                name="purpose",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("tries", KEY, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_code")),
    )
    op.create_index("ix_identity_code_subject", "identity_code", ["purpose", "subject"])

    op.create_table(
        "identity_registration",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.String(length=32), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("mobile", sa.String(length=16), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("privacy_version", sa.String(length=16), nullable=False),
        sa.Column("is_known", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_registration")),
        sa.UniqueConstraint("ref", name=op.f("uq_identity_registration_ref")),
    )
    op.create_index(op.f("ix_identity_registration_email"), "identity_registration", ["email"])

    op.create_table(
        "identity_dispute",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.String(length=32), nullable=False),
        sa.Column("firm_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("raised_by", KEY, nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("raised_at", INSTANT, nullable=False),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("settled_by", KEY, nullable=True),
        sa.Column("is_upheld", sa.Boolean(), nullable=True),
        sa.Column("outcome", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(
            ["firm_id"],
            ["identity_firm.id"],
            name=op.f("fk_identity_dispute_firm_id_identity_firm"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["identity_person.id"],
            name=op.f("fk_identity_dispute_person_id_identity_person"),
        ),
        sa.ForeignKeyConstraint(
            ["raised_by"],
            ["identity_person.id"],
            name=op.f("fk_identity_dispute_raised_by_identity_person"),
        ),
        sa.ForeignKeyConstraint(
            ["settled_by"],
            ["identity_person.id"],
            name=op.f("fk_identity_dispute_settled_by_identity_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_dispute")),
        sa.UniqueConstraint("ref", name=op.f("uq_identity_dispute_ref")),
    )
    op.create_index("ix_identity_dispute_open", "identity_dispute", ["firm_id", "settled_at"])
    op.create_index(op.f("ix_identity_dispute_person_id"), "identity_dispute", ["person_id"])

    op.create_table(
        "identity_iec_claim",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.String(length=32), nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("iec", sa.String(length=10), nullable=False),
        sa.Column("firm_name", sa.String(length=160), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "code_sent",
                "judged_later",
                "linked",
                "refused",
                "given_up",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "proof",
            sa.Enum(
                "email",
                "mobile",
                "letter",
                "credential",
                name="proof",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("sent_to", sa.String(length=80), nullable=False),
        sa.Column("letter_key", sa.String(length=64), nullable=False),
        sa.Column("letter_name", sa.String(length=120), nullable=False),
        sa.Column("claimed_at", INSTANT, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_by", KEY, nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by"],
            ["identity_person.id"],
            name=op.f("fk_identity_iec_claim_decided_by_identity_person"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["identity_person.id"],
            name=op.f("fk_identity_iec_claim_person_id_identity_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_iec_claim")),
        sa.UniqueConstraint("ref", name=op.f("uq_identity_iec_claim_ref")),
    )
    op.create_index(op.f("ix_identity_iec_claim_iec"), "identity_iec_claim", ["iec"])
    op.create_index(op.f("ix_identity_iec_claim_person_id"), "identity_iec_claim", ["person_id"])

    op.create_table(
        "identity_invitation",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.String(length=32), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "firm",
                "office",
                "agency",
                "agent",
                "person",
                "directorate",
                "system",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("seat_id", KEY, nullable=False),
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
                "manager",
                "administrator",
                "deputy",
                "agent_owner",
                "agent",
                "person",
                "directorate",
                "system",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("detail", sa.String(length=200), nullable=False),
        sa.Column("invited_by", KEY, nullable=True),
        sa.Column("invited_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("sent_at", INSTANT, nullable=True),
        sa.Column("accepted_at", INSTANT, nullable=True),
        sa.Column("accepted_by", KEY, nullable=True),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["accepted_by"],
            ["identity_person.id"],
            name=op.f("fk_identity_invitation_accepted_by_identity_person"),
        ),
        sa.ForeignKeyConstraint(
            ["invited_by"],
            ["identity_person.id"],
            name=op.f("fk_identity_invitation_invited_by_identity_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_invitation")),
        sa.UniqueConstraint("ref", name=op.f("uq_identity_invitation_ref")),
    )
    op.create_index("ix_identity_invitation_seat", "identity_invitation", ["kind", "seat_id"])
    op.create_index(
        op.f("ix_identity_invitation_token_hash"), "identity_invitation", ["token_hash"]
    )

    op.create_table(
        "identity_recovery_code",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["identity_person.id"],
            name=op.f("fk_identity_recovery_code_person_id_identity_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_recovery_code")),
    )
    op.create_index(
        op.f("ix_identity_recovery_code_person_id"), "identity_recovery_code", ["person_id"]
    )
