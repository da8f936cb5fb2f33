"""Where the goods of merchanting trade are loaded: they never were in India."""

from __future__ import annotations

from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply it; there is no way back but the copy or backup made before."""
    op.execute(
        "ALTER TABLE filing_application ADD COLUMN loading_abroad VARCHAR(120) NOT NULL DEFAULT ''"
    )
    op.execute(
        "UPDATE filing_application SET port_of_loading = ''"
        " WHERE status = 'draft' AND kind = 'back_to_back' AND trade = 'merchanting'"
    )
