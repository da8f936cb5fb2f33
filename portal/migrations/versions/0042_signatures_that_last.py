"""Signed files get versions with a proof that lasts; until when a signer's certificate holds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.migrations.guards import append_only

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

CHECKS = """
ALTER TABLE signing_file DROP CONSTRAINT ck_signing_file_kind;
ALTER TABLE signing_file ADD CONSTRAINT ck_signing_file_kind
    CHECK (kind IN ('prepared', 'signed', 'lasting'));
ALTER TABLE signing_file ADD COLUMN based_on_id BIGINT
    CONSTRAINT fk_signing_file_based_on_id_signing_file REFERENCES signing_file (id)
    CONSTRAINT ck_signing_file_lasting_is_based
    CHECK ((kind = 'lasting') = (based_on_id IS NOT NULL))
"""
# SQLite changes no check in place, and Alembic's way of making a table anew forgets some.
ANEW = """
CREATE TABLE signing_file_anew (
    id INTEGER NOT NULL,
    request_id INTEGER NOT NULL,
    kind VARCHAR(32) NOT NULL,
    storage_key VARCHAR(80) NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    size INTEGER NOT NULL,
    made_at DATETIME NOT NULL,
    based_on_id INTEGER,
    CONSTRAINT pk_signing_file PRIMARY KEY (id),
    CONSTRAINT fk_signing_file_request_id_signing_request
        FOREIGN KEY (request_id) REFERENCES signing_request (id),
    CONSTRAINT fk_signing_file_based_on_id_signing_file
        FOREIGN KEY (based_on_id) REFERENCES signing_file (id),
    CONSTRAINT uq_signing_file_storage_key UNIQUE (storage_key),
    CONSTRAINT ck_signing_file_kind CHECK (kind IN ('prepared', 'signed', 'lasting')),
    CONSTRAINT ck_signing_file_lasting_is_based
        CHECK ((kind = 'lasting') = (based_on_id IS NOT NULL))
);
INSERT INTO signing_file_anew
    SELECT id, request_id, kind, storage_key, sha256, size, made_at, NULL FROM signing_file;
DROP TABLE signing_file;
ALTER TABLE signing_file_anew RENAME TO signing_file
"""


def upgrade() -> None:
    """Apply it; there is no way back but the copy or backup made before."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in (ANEW if is_sqlite else CHECKS).split(";"):
        op.execute(statement)
    if is_sqlite:  # they went with the table
        op.create_index("ix_signing_file_request_id", "signing_file", ["request_id"])
        op.create_index("ix_signing_file_sha256", "signing_file", ["sha256"])
        append_only("signing_file")
    op.create_index("uq_signing_file_based_on_id", "signing_file", ["based_on_id"], unique=True)
    op.add_column("signing_request", sa.Column("signer_ends_at", sa.DateTime(timezone=True)))
