"""Lists of offices that administrators send in, row by row."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATES = ("wrong", "sound", "taken", "there", "left_out")


def upgrade() -> None:
    """Apply it; there is no way back but the copy or backup made before."""
    op.create_table(
        "agencies_upload",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.String(16), nullable=False),
        sa.Column("agency_id", KEY, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", KEY),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agencies_agency.id"],
            name=op.f("fk_agencies_upload_agency_id_agencies_agency"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["identity_person.id"],
            name=op.f("fk_agencies_upload_person_id_identity_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agencies_upload")),
        sa.UniqueConstraint("ref", name=op.f("uq_agencies_upload_ref")),
    )
    op.create_index("ix_agencies_upload_agency", "agencies_upload", ["agency_id", "id"])
    op.create_table(
        "agencies_upload_row",
        sa.Column("id", KEY, nullable=False),
        sa.Column("upload_id", KEY, nullable=False),
        sa.Column("line", KEY, nullable=False),
        sa.Column("cells", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["upload_id"],
            ["agencies_upload.id"],
            name=op.f("fk_agencies_upload_row_upload_id_agencies_upload"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agencies_upload_row")),
        sa.UniqueConstraint(
            "upload_id", "line", name=op.f("uq_agencies_upload_row_upload_id_line")
        ),
    )
