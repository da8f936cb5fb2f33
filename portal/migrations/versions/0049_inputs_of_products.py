"""The imported inputs of a product in a firm's book, as JSON."""

from __future__ import annotations

from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply it; there is no way back but the copy or backup made before."""
    op.execute("ALTER TABLE identity_product ADD COLUMN inputs TEXT NOT NULL DEFAULT '[]'")
