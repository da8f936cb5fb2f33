"""Codes of trade get the days they hold; packages, UN/LOCODE, editions and the search index."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Since when the rows in place hold: not known, but for those whose edition has a day.
FIRST_DAYS = {
    "reference_hs": "2022-01-01",
    "reference_incoterm": "2020-01-01",
    "reference_country": "1900-01-01",
    "reference_currency": "1900-01-01",
    "reference_unit": "1900-01-01",
    "reference_station": "1900-01-01",
}


def upgrade() -> None:
    """Apply it; there is no way back but the copy or backup made before."""
    for table, first_day in FIRST_DAYS.items():
        _date(table, first_day)
    _make_places_and_packages()
    _make_the_rest()


def _date(table: str, first_day: str) -> None:
    with op.batch_alter_table(table, recreate="auto") as batch:
        if table == "reference_hs":
            batch.add_column(
                sa.Column("edition", sa.String(length=8), nullable=False, server_default="HS 2022")
            )
        if table == "reference_station":
            batch.add_column(
                sa.Column("unlocode", sa.String(length=5), nullable=False, server_default="")
            )
        batch.add_column(
            sa.Column("valid_from", sa.Date(), nullable=False, server_default=first_day)
        )
        batch.add_column(sa.Column("valid_until", sa.Date(), nullable=True))
        batch.add_column(
            sa.Column("successors", sa.String(length=200), nullable=False, server_default="")
        )
    # A table of its own step: the columns above must be there before they are part of the key.
    with op.batch_alter_table(table, recreate="auto") as batch:
        batch.drop_constraint(f"pk_{table}", type_="primary")
        batch.create_primary_key(f"pk_{table}", ["code", "valid_from"])
        for column, kind in (("valid_from", sa.Date()), ("successors", sa.String(length=200))):
            batch.alter_column(column, existing_type=kind, server_default=None)
        if table == "reference_hs":
            batch.alter_column("edition", existing_type=sa.String(length=8), server_default=None)
        if table == "reference_station":
            batch.alter_column("unlocode", existing_type=sa.String(length=5), server_default=None)


def _make_places_and_packages() -> None:
    op.create_table(
        "reference_place",
        sa.Column("code", sa.String(length=5), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("subdivision", sa.String(length=3), nullable=False),
        sa.Column("functions", sa.String(length=8), nullable=False),
        *_days(),
        sa.PrimaryKeyConstraint("code", "valid_from", name=op.f("pk_reference_place")),
    )
    op.create_table(
        "reference_package",
        sa.Column("code", sa.String(length=2), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        *_days(),
        sa.PrimaryKeyConstraint("code", "valid_from", name=op.f("pk_reference_package")),
    )


def _days() -> list[sa.Column[Any]]:
    return [
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("successors", sa.String(length=200), nullable=False),
    ]


def _make_the_rest() -> None:
    op.create_table(
        "reference_edition",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("edition", sa.String(length=80), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("certainty", sa.String(length=1), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_reference_edition")),
    )
    op.create_table(
        "core_search",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("trigram", sa.String(length=3), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "trigram", name=op.f("pk_core_search")),
    )
    op.create_table(
        "core_search_word",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("word", sa.String(length=32), nullable=False),
        sa.Column("keys", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "word", name=op.f("pk_core_search_word")),
    )
