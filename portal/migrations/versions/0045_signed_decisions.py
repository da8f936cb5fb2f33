"""An office may set that its key seals only what an officer's signed decision stands behind."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

TABLES = ("agencies_office", "certificates_certificate")
VALUES = "('office_key', 'signed_decision', 'officer_token')"


def upgrade() -> None:
    """Apply it; there is no way back but the copy or backup made before."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in TABLES:
        (_anew if is_sqlite else _in_place)(table)
    allotted = sa.text("status = 'allotted'")
    op.create_index(
        "ix_certificates_certificate_allotted",
        "certificates_certificate",
        ["allotted_at"],
        sqlite_where=allotted,
        postgresql_where=allotted,
    )


def _in_place(table: str) -> None:
    name = f"ck_{table}_seals_with"
    op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK (seals_with IN {VALUES})")


def _anew(table: str) -> None:
    """SQLite changes no check in place; the column's own check goes with the column."""
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN seals_with_anew VARCHAR(32) NOT NULL DEFAULT 'office_key' "
        f"CONSTRAINT ck_{table}_seals_with CHECK (seals_with_anew IN {VALUES})"
    )
    op.execute(f"UPDATE {table} SET seals_with_anew = seals_with")
    op.execute(f"ALTER TABLE {table} DROP COLUMN seals_with")
    op.execute(f"ALTER TABLE {table} RENAME COLUMN seals_with_anew TO seals_with")
