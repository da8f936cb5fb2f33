"""Whose key a certificate is sealed with, as frozen at its approval."""

from __future__ import annotations

from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

# One statement: Alembic would make SQLite's table anew, which forgets triggers and checks.
SEALS_WITH = """
ALTER TABLE certificates_certificate ADD COLUMN seals_with VARCHAR(32) NOT NULL
    DEFAULT 'office_key' CONSTRAINT ck_certificates_certificate_seals_with
    CHECK (seals_with IN ('office_key', 'officer_token'))
"""


def upgrade() -> None:
    """Apply it; there is no way back but the copy or backup made before."""
    op.execute(SEALS_WITH)
