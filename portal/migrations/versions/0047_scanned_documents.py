"""Which documents a scanner for malware has looked at, and what it found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply it; there is no way back but the copy or backup made before."""
    op.create_table(
        "documents_scan",
        sa.Column("id", KEY, nullable=False),
        sa.Column("document_id", KEY, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finding", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["documents_document.id"],
            name="fk_documents_scan_document_id_documents_document",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_documents_scan"),
        sa.UniqueConstraint("document_id", name="uq_documents_scan_document_id"),
    )
