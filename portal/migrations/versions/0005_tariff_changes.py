"""What the directorate changes in the tariff: who, what, where it is written, and why."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.migrations.guards import append_only

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply it; there is no way back but the copy or backup made before."""
    op.create_table(
        "reference_tariff_change",
        sa.Column("id", KEY, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", KEY),
        sa.Column("code", sa.String(8), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("successors", sa.String(200), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reference_tariff_change")),
    )
    op.create_index(op.f("ix_reference_tariff_change_code"), "reference_tariff_change", ["code"])
    append_only("reference_tariff_change")
