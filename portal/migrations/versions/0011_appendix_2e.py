"""Appendix 2E as a register: how each agency stands, from when to when, and for which goods."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from portal.migrations.guards import append_only

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
OPEN_END = sa.text("valid_until IS NULL")
CATEGORIES = (
    "government",
    "statutory_body",
    "apex_body",
    "chamber",
    "export_promotion_council",
    "association",
    "not_known",
)


def upgrade() -> None:
    """Apply it; there is no way back but the copy or backup made before."""
    _widen_agencies()
    _add_listings()
    _add_scopes()
    _add_changes()
    _carry_over()
    _tighten_agencies()


def _checked(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _widen_agencies() -> None:
    with op.batch_alter_table("agencies_agency") as batch:
        batch.add_column(sa.Column("slug", sa.String(160)))
        batch.add_column(
            sa.Column(
                "category",
                _checked("category", CATEGORIES),
                nullable=False,
                server_default="not_known",
            )
        )
        batch.add_column(sa.Column("serial", sa.String(16), nullable=False, server_default=""))
        batch.add_column(sa.Column("email", sa.String(254), nullable=False, server_default=""))
        batch.alter_column("code", existing_type=sa.String(6), nullable=True)


def _add_listings() -> None:
    op.create_table(
        "agencies_listing",
        sa.Column("id", KEY, nullable=False),
        sa.Column("agency_id", KEY, nullable=False),
        sa.Column("standing", _checked("standing", ("listed", "suspended")), nullable=False),
        sa.Column("valid_from", INSTANT),
        sa.Column("valid_until", INSTANT),
        sa.Column("notice", sa.String(80), nullable=False),
        sa.Column("end_notice", sa.String(80), nullable=False),
        sa.Column("source", sa.String(400), nullable=False),
        sa.Column("certainty", _checked("certainty", ("V", "P", "S", "K")), nullable=False),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_from IS NULL OR valid_until > valid_from",
            name=op.f("ck_agencies_listing_in_order"),
        ),
        _to_agency("agencies_listing"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agencies_listing")),
    )
    op.create_index("ix_agencies_listing_agency", "agencies_listing", ["agency_id", "id"])
    op.create_index(
        "uq_agencies_listing_open",
        "agencies_listing",
        ["agency_id"],
        unique=True,
        sqlite_where=OPEN_END,
        postgresql_where=OPEN_END,
    )


def _add_scopes() -> None:
    op.create_table(
        "agencies_scope",
        sa.Column("id", KEY, nullable=False),
        sa.Column("agency_id", KEY, nullable=False),
        sa.Column("hs_prefix", sa.String(8), nullable=False),
        sa.Column("goods", sa.String(200), nullable=False),
        sa.Column("valid_from", INSTANT, nullable=False),
        sa.Column("valid_until", INSTANT),
        sa.Column("notice", sa.String(80), nullable=False),
        sa.Column("end_notice", sa.String(80), nullable=False),
        sa.Column("source", sa.String(400), nullable=False),
        sa.Column("certainty", _checked("certainty", ("V", "P", "S", "K")), nullable=False),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until > valid_from",
            name=op.f("ck_agencies_scope_in_order"),
        ),
        sa.CheckConstraint(
            "hs_prefix <> '' OR goods <> ''", name=op.f("ck_agencies_scope_says_which_goods")
        ),
        _to_agency("agencies_scope"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agencies_scope")),
    )
    op.create_index(op.f("ix_agencies_scope_agency_id"), "agencies_scope", ["agency_id"])


def _add_changes() -> None:
    op.create_table(
        "agencies_change",
        sa.Column("id", KEY, nullable=False),
        sa.Column("agency_id", KEY, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("person_id", KEY),
        sa.Column("what", sa.String(80), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        _to_agency("agencies_change"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agencies_change")),
    )
    op.create_index(op.f("ix_agencies_change_agency_id"), "agencies_change", ["agency_id"])
    append_only("agencies_change")


def _to_agency(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_agency_id_agencies_agency")
    return sa.ForeignKeyConstraint(["agency_id"], ["agencies_agency.id"], name=name)


def _carry_over() -> None:
    """Agencies that are on board stay listed: since when was never written down."""
    agency = sa.table("agencies_agency", *[sa.column(c) for c in ("id", "name", "slug", "code")])
    listing = sa.table(
        "agencies_listing",
        *[sa.column(c) for c in ("agency_id", "standing", "notice", "end_notice", "source")],
        sa.column("certainty"),
        sa.column("entered_at", INSTANT),
    )
    bind = op.get_bind()
    for row in bind.execute(sa.select(agency.c.id, agency.c.name, agency.c.code)).all():
        plain = "".join(c.lower() if c.isalnum() else "-" for c in row.name)
        slug = "-".join(part for part in plain.split("-") if part) or row.code.lower()
        taken = bind.scalar(sa.select(agency.c.id).where(agency.c.slug == slug))
        if taken is not None:
            slug = f"{slug[:150]}-{row.code.lower()}"
        bind.execute(sa.update(agency).where(agency.c.id == row.id).values(slug=slug))
        bind.execute(
            sa.insert(listing).values(
                agency_id=row.id,
                standing="listed",
                notice="",
                end_notice="",
                source="on board before the register was kept here",
                certainty="K",
                entered_at=sa.func.current_timestamp(),
            )
        )


def _tighten_agencies() -> None:
    category = sa.String(32)
    # SQLite makes the table anew and forgets the check that it isn't told.
    listed = ", ".join(f"'{value}'" for value in CATEGORIES)
    check = sa.CheckConstraint(f"category IN ({listed})", name=op.f("ck_agencies_agency_category"))
    told = (check,) if op.get_bind().dialect.name == "sqlite" else ()
    with op.batch_alter_table("agencies_agency", table_args=told) as batch:
        batch.alter_column("slug", existing_type=sa.String(160), nullable=False)
        for name, kind in (("category", category), ("serial", sa.String(16))):
            batch.alter_column(name, existing_type=kind, server_default=None)
        batch.alter_column("email", existing_type=sa.String(254), server_default=None)
        batch.create_unique_constraint(op.f("uq_agencies_agency_slug"), ["slug"])
