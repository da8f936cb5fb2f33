"""What a firm keeps ready for its applications: branches, consignees, signatories."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply it; there is no way back but the copy or backup made before."""
    _add_book(
        "identity_branch",
        sa.Column("address", sa.String(400), nullable=False),
        sa.Column("city", sa.String(80), nullable=False),
        sa.Column("state", sa.String(2), nullable=False),
        sa.Column("pin", sa.String(6), nullable=False),
        sa.Column("gstin", sa.String(15), nullable=False),
    )
    _add_book(
        "identity_party",
        sa.Column("address", sa.String(400), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
    )
    _add_book(
        "identity_signatory",
        sa.Column("designation", sa.String(80), nullable=False),
        sa.Column("place", sa.String(80), nullable=False),
    )


def _add_book(table: str, *columns: sa.Column[str]) -> None:
    op.create_table(
        table,
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.String(16), nullable=False),
        sa.Column("firm_id", KEY, nullable=False),
        sa.Column("name", sa.String(160), nullable=False),
        sa.Column("name_key", sa.String(160), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("archived_at", INSTANT),
        *columns,
        sa.ForeignKeyConstraint(
            ["firm_id"], ["identity_firm.id"], name=op.f(f"fk_{table}_firm_id_identity_firm")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("ref", name=op.f(f"uq_{table}_ref")),
    )
    live = sa.text("archived_at IS NULL")
    op.create_index(
        f"uq_{table}_live",
        table,
        ["firm_id", "name_key"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )
