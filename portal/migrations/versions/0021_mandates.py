"""Mandates of firms to agents, and files that agents prepare."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply it; there is no way back but the copy or backup made before."""
    _add_mandates()
    op.create_table(
        "identity_mandate_agency",
        sa.Column("mandate_id", KEY, nullable=False),
        sa.Column("agency_id", KEY, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["mandate_id"],
            ["identity_mandate.id"],
            name=op.f("fk_identity_mandate_agency_mandate_id_identity_mandate"),
        ),
        sa.PrimaryKeyConstraint("mandate_id", "agency_id", name=op.f("pk_identity_mandate_agency")),
    )
    _refer("identity_session", "mandate_id", "identity_mandate")
    _refer("filing_application", "agent_id", "identity_agent")
    _refer("filing_application", "mandate_id", "identity_mandate")
    op.create_index("ix_filing_application_agent", "filing_application", ["agent_id", "firm_id"])
    op.create_index("ix_filing_application_mandate", "filing_application", ["mandate_id"])


def _refer(table: str, column: str, target: str) -> None:
    """Add a nullable column with its foreign key in one statement.

    Alembic would make SQLite's table anew for it, and that forgets its checks.
    """
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    name = f"fk_{table}_{column}_{target}"
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} {kind} CONSTRAINT {name} REFERENCES {target} (id)"
    )


def _add_mandates() -> None:
    op.create_table(
        "identity_mandate",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.String(16), nullable=False),
        sa.Column("firm_id", KEY, nullable=False),
        sa.Column("agent_id", KEY, nullable=False),
        sa.Column("may_submit", sa.Boolean(), nullable=False),
        sa.Column("all_agencies", sa.Boolean(), nullable=False),
        sa.Column("limit_paise", sa.BigInteger()),
        sa.Column("valid_from", INSTANT, nullable=False),
        sa.Column("valid_until", INSTANT),
        sa.Column("given_by", KEY, nullable=False),
        sa.Column("given_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT),
        sa.Column("revoked_by", KEY),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until > valid_from",
            name=op.f("ck_identity_mandate_ends_after_its_beginning"),
        ),
        sa.CheckConstraint(
            "limit_paise IS NULL OR limit_paise > 0",
            name=op.f("ck_identity_mandate_limit_above_zero"),
        ),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_by IS NULL)",
            name=op.f("ck_identity_mandate_revoked_by_somebody"),
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{target}.id"], name=op.f(f"fk_identity_mandate_{column}_{target}")
            )
            for column, target in (
                ("firm_id", "identity_firm"),
                ("agent_id", "identity_agent"),
                ("given_by", "identity_person"),
                ("revoked_by", "identity_person"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_mandate")),
        sa.UniqueConstraint("ref", name=op.f("uq_identity_mandate_ref")),
    )
    op.create_index("ix_identity_mandate_firm", "identity_mandate", ["firm_id", "agent_id"])
    op.create_index("ix_identity_mandate_agent", "identity_mandate", ["agent_id", "revoked_at"])
