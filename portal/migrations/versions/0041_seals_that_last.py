"""Versions of a certificate's file, until when the newest proves itself, when office keys end."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

# One statement a column: Alembic would make SQLite's table anew, which forgets triggers and checks.
COLUMNS = """
ALTER TABLE certificates_file ADD COLUMN level VARCHAR(32) NOT NULL DEFAULT 'sealed'
    CONSTRAINT ck_certificates_file_level CHECK (level IN ('sealed', 'lasting'));
ALTER TABLE certificates_file ADD COLUMN based_on_id {key}
    CONSTRAINT fk_certificates_file_based_on_id_certificates_file REFERENCES certificates_file (id)
    CONSTRAINT ck_certificates_file_lasting_is_based
    CHECK ((level = 'lasting') = (based_on_id IS NOT NULL));
ALTER TABLE certificates_certificate ADD COLUMN proven_until {instant}
    CONSTRAINT ck_certificates_certificate_proven_is_issued
    CHECK (proven_until IS NULL OR issued_at IS NOT NULL);
ALTER TABLE agencies_office ADD COLUMN seal_ends_at {instant}
"""


def upgrade() -> None:
    """Apply it; there is no way back but the copy or backup made before."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    key = "INTEGER" if is_sqlite else "BIGINT"
    instant = "DATETIME" if is_sqlite else "TIMESTAMP WITH TIME ZONE"
    for statement in COLUMNS.format(key=key, instant=instant).split(";"):
        op.execute(statement)
    op.create_index(
        "uq_certificates_file_based_on_id", "certificates_file", ["based_on_id"], unique=True
    )
    unproven = sa.text("proven_until IS NULL AND issued_at IS NOT NULL")
    op.create_index(
        "ix_certificates_certificate_unproven",
        "certificates_certificate",
        ["issued_at"],
        sqlite_where=unproven,
        postgresql_where=unproven,
    )
    op.create_index(
        "ix_certificates_certificate_proven_until", "certificates_certificate", ["proven_until"]
    )
