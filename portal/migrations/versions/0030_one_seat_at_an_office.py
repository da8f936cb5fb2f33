"""Managers sit at offices in SQLite, too, and a person holds one seat at an office at a time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0022"
branch_labels = None
depends_on = None

# Of two seats that somebody still holds at one office the newer one counts.
END_OLDER = """
UPDATE agencies_officer SET ended_at = (
    SELECT MAX(newer.started_at) FROM agencies_officer AS newer
    WHERE newer.person_id = agencies_officer.person_id
    AND newer.office_id = agencies_officer.office_id
    AND newer.ended_at IS NULL AND newer.id > agencies_officer.id
)
WHERE ended_at IS NULL AND EXISTS (
    SELECT 1 FROM agencies_officer AS newer
    WHERE newer.person_id = agencies_officer.person_id
    AND newer.office_id = agencies_officer.office_id
    AND newer.ended_at IS NULL AND newer.id > agencies_officer.id
)
"""


def upgrade() -> None:
    """Apply it; there is no way back but the copy or backup made before."""
    op.execute(END_OLDER)
    # An earlier migration made the table anew with the wider check and kept the narrow one.
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("agencies_officer", recreate="always") as batch:
            batch.drop_constraint(op.f("ck_agencies_officer_officer_or_supervisor"), type_="check")
    live = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_agencies_officer_seat",
        "agencies_officer",
        ["person_id", "office_id"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )
