"""The register of notices in full, with its corrections, and the register of eCoO 1.0."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = ("trade_notice", "public_notice", "notification", "circular", "handbook", "policy")
STATUSES = ("pending", "issued", "rejected", "cancelled")


def upgrade() -> None:
    """Apply it; there is no way back but the copy or backup made before."""
    _widen_notices()
    _fill_notices()
    _tighten_notices()
    _add_corrections()
    _add_legacy()


def _widen_notices() -> None:
    with op.batch_alter_table("notices_notice") as batch:
        batch.add_column(sa.Column("slug", sa.String(80)))
        batch.add_column(sa.Column("kind", sa.String(32)))
        batch.add_column(sa.Column("published_on", sa.Date()))
        batch.add_column(sa.Column("summary", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("source", sa.String(400), nullable=False, server_default=""))
        batch.add_column(sa.Column("entered_at", sa.DateTime(timezone=True)))


def _fill_notices() -> None:
    """Rows of before were public notices that came with the portal."""
    notices = sa.table(
        "notices_notice",
        sa.column("id", KEY),
        sa.column("number", sa.String),
        sa.column("dated", sa.Date),
        sa.column("slug", sa.String),
        sa.column("kind", sa.String),
        sa.column("entered_at", sa.DateTime(timezone=True)),
    )
    bind = op.get_bind()
    for row in bind.execute(sa.select(notices.c.id, notices.c.number)).all():
        plain = "".join(c.lower() if c.isalnum() else "-" for c in row.number)
        slug = "-".join(part for part in plain.split("-") if part)
        bind.execute(
            sa.update(notices)
            .where(notices.c.id == row.id)
            .values(slug=slug, kind="public_notice", entered_at=sa.func.current_timestamp())
        )


def _tighten_notices() -> None:
    kind = sa.Enum(*KINDS, name="kind", native_enum=False, create_constraint=True, length=32)
    certainty = sa.Enum(
        *"VPSK", name="certainty", native_enum=False, create_constraint=True, length=32
    )
    with op.batch_alter_table("notices_notice") as batch:
        batch.alter_column("slug", existing_type=sa.String(80), nullable=False)
        batch.alter_column("kind", existing_type=sa.String(32), type_=kind, nullable=False)
        batch.alter_column("certainty", existing_type=sa.String(1), type_=certainty)
        batch.alter_column("summary", existing_type=sa.Text(), server_default=None)
        batch.alter_column("source", existing_type=sa.String(400), server_default=None)
        batch.alter_column("entered_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        batch.create_unique_constraint(op.f("uq_notices_notice_slug"), ["slug"])
        batch.create_index(op.f("ix_notices_notice_dated"), ["dated"])


def _add_corrections() -> None:
    op.create_table(
        "notices_correction",
        sa.Column("id", KEY, nullable=False),
        sa.Column("notice_id", KEY, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", KEY),
        sa.Column("what", sa.String(80), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["notices_notice.id"],
            name=op.f("fk_notices_correction_notice_id_notices_notice"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices_correction")),
    )
    op.create_index(op.f("ix_notices_correction_notice_id"), "notices_correction", ["notice_id"])
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER notices_correction_no_{act.lower()} BEFORE {act} "
                "ON notices_correction "
                "BEGIN SELECT RAISE(ABORT, 'notices_correction is append-only'); END"
            )
        return
    op.execute(
        "CREATE TRIGGER notices_correction_append_only BEFORE UPDATE OR DELETE "
        "ON notices_correction FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER notices_correction_no_truncate BEFORE TRUNCATE "
        "ON notices_correction FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def _add_legacy() -> None:
    op.create_table(
        "legacy_file",
        sa.Column("id", KEY, nullable=False),
        sa.Column("file_number", sa.String(80), nullable=False),
        sa.Column("certificate_number", sa.String(80)),
        sa.Column("iec", sa.String(10), nullable=False),
        sa.Column("exporter", sa.String(160), nullable=False),
        sa.Column("agency", sa.String(160), nullable=False),
        sa.Column(
            "status",
            sa.Enum(*STATUSES, name="status", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("submitted_on", sa.Date(), nullable=False),
        sa.Column("issued_on", sa.Date()),
        sa.Column("destination", sa.String(80), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(status IN ('issued', 'cancelled')) = (certificate_number IS NOT NULL)",
            name=op.f("ck_legacy_file_issued_has_number"),
        ),
        sa.CheckConstraint(
            "(certificate_number IS NULL) = (issued_on IS NULL)",
            name=op.f("ck_legacy_file_issued_has_day"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legacy_file")),
        sa.UniqueConstraint("file_number", name=op.f("uq_legacy_file_file_number")),
        sa.UniqueConstraint("certificate_number", name=op.f("uq_legacy_file_certificate_number")),
    )
    op.create_index(op.f("ix_legacy_file_iec"), "legacy_file", ["iec"])
    op.create_index(op.f("ix_legacy_file_agency"), "legacy_file", ["agency"])
