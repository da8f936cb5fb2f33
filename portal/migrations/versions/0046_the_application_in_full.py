"""The application in full: kinds, parties, invoices, origin statements, books and templates."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
LIVE = sa.text("archived_at IS NULL")
NOT_REPLACED = sa.text("replaced_at IS NULL")
CURRENT = sa.text("replaced_at IS NULL AND kind <> 'other'")

# One statement a column: Alembic would make SQLite's table anew, which forgets triggers and checks.
COLUMNS = {
    "filing_application": (
        "own_reference VARCHAR(60) NOT NULL DEFAULT ''",
        "kind VARCHAR(32) NOT NULL DEFAULT 'non_preferential' CONSTRAINT ck_filing_application_kind"
        " CHECK (kind IN ('non_preferential', 'back_to_back'))",
        "trade VARCHAR(16) NOT NULL DEFAULT ''",
        "origin_country VARCHAR(2) NOT NULL DEFAULT ''",
        "replaces_id {key} CONSTRAINT fk_filing_application_replaces_id_filing_application"
        " REFERENCES filing_application (id)",
        "replaces_number VARCHAR(48) NOT NULL DEFAULT ''",
        "replaces_date DATE",
        "replacement_reason TEXT NOT NULL DEFAULT ''",
        "retrospective_reason TEXT NOT NULL DEFAULT ''",
        "branch_name VARCHAR(160) NOT NULL DEFAULT ''",
        "branch_address TEXT NOT NULL DEFAULT ''",
        "branch_gstin VARCHAR(15) NOT NULL DEFAULT ''",
        "notify_name VARCHAR(160) NOT NULL DEFAULT ''",
        "notify_address TEXT NOT NULL DEFAULT ''",
        "notify_country VARCHAR(2) NOT NULL DEFAULT ''",
        "invoicing_name VARCHAR(160) NOT NULL DEFAULT ''",
        "invoicing_country VARCHAR(2) NOT NULL DEFAULT ''",
        "final_destination VARCHAR(120) NOT NULL DEFAULT ''",
        "transport_document VARCHAR(60) NOT NULL DEFAULT ''",
        "transport_document_date DATE",
        "invoice_total BIGINT",
        "credit_number VARCHAR(60) NOT NULL DEFAULT ''",
        "credit_date DATE",
        "clause TEXT NOT NULL DEFAULT ''",
    ),
    "filing_goods_line": (
        "operations VARCHAR(200) NOT NULL DEFAULT ''",
        "processing TEXT NOT NULL DEFAULT ''",
        "producer VARCHAR(32) NOT NULL DEFAULT 'same' CONSTRAINT ck_filing_goods_line_producer"
        " CHECK (producer IN ('same', 'other', 'confidential'))",
        "producer_name VARCHAR(160) NOT NULL DEFAULT ''",
        "producer_address TEXT NOT NULL DEFAULT ''",
        "invoice {key} NOT NULL DEFAULT 0",
    ),
    "certificates_certificate": (
        "supersedes_id {key} CONSTRAINT"
        " fk_certificates_certificate_supersedes_id_certificates_certificate"
        " REFERENCES certificates_certificate (id)"
        " CONSTRAINT ck_certificates_certificate_supersedes_issued"
        " CHECK (supersedes_id IS NULL OR issued_at IS NOT NULL)",
    ),
}


def upgrade() -> None:
    """Apply it; there is no way back but the copy or backup made before."""
    key = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    for table, columns in COLUMNS.items():
        for column in columns:
            op.execute(f"ALTER TABLE {table} ADD COLUMN {column.format(key=key)}")
    op.create_index(
        "ix_filing_application_own_reference", "filing_application", ["firm_id", "own_reference"]
    )
    op.create_index("ix_filing_application_replaces_id", "filing_application", ["replaces_id"])
    op.create_index(
        "uq_certificates_certificate_supersedes_id",
        "certificates_certificate",
        ["supersedes_id"],
        unique=True,
    )
    op.drop_index("uq_filing_attachment_current", "filing_attachment")
    op.create_index(
        "uq_filing_attachment_current",
        "filing_attachment",
        ["application_id", "kind"],
        unique=True,
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )
    _books()
    _invoices()
    _rows()


def _books() -> None:
    """What firms begin from."""
    op.create_table(
        "filing_template",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("firm_id", KEY, nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("name_key", sa.String(length=160), nullable=False),
        sa.Column("particulars", sa.Text(), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("archived_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["firm_id"], ["identity_firm.id"], name="fk_filing_template_firm_id_identity_firm"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_filing_template"),
        sa.UniqueConstraint("ref", name="uq_filing_template_ref"),
    )
    op.create_index(
        "uq_filing_template_live",
        "filing_template",
        ["firm_id", "name_key"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    op.create_table(
        "identity_product",
        sa.Column("hs_code", sa.String(length=8), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("unit", sa.String(length=3), nullable=False),
        sa.Column("package_kind", sa.String(length=40), nullable=False),
        sa.Column("criterion", sa.String(length=32), nullable=False),
        sa.Column("operations", sa.String(length=200), nullable=False),
        sa.Column("processing", sa.Text(), nullable=False),
        sa.Column("producer", sa.String(length=16), nullable=False),
        sa.Column("producer_name", sa.String(length=160), nullable=False),
        sa.Column("producer_address", sa.Text(), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("firm_id", KEY, nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("name_key", sa.String(length=160), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("archived_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["firm_id"], ["identity_firm.id"], name="fk_identity_product_firm_id_identity_firm"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_identity_product"),
        sa.UniqueConstraint("ref", name="uq_identity_product_ref"),
    )
    op.create_index(
        "uq_identity_product_live",
        "identity_product",
        ["firm_id", "name_key"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )


def _invoices() -> None:
    """Rows that belong to an application."""
    op.create_table(
        "filing_invoice",
        sa.Column("id", KEY, nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("position", KEY, nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.CheckConstraint("position > 1", name="ck_filing_invoice_after_the_first"),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["filing_application.id"],
            name="fk_filing_invoice_application_id_filing_application",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_filing_invoice"),
        sa.UniqueConstraint(
            "application_id", "position", name="uq_filing_invoice_application_id_position"
        ),
    )
    op.create_table(
        "filing_evidence",
        sa.Column("id", KEY, nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("position", KEY, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "certificate_of_origin",
                "bill_of_entry",
                "invoice",
                "other",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("issuer", sa.String(length=160), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["filing_application.id"],
            name="fk_filing_evidence_application_id_filing_application",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_filing_evidence"),
        sa.UniqueConstraint(
            "application_id", "position", name="uq_filing_evidence_application_id_position"
        ),
    )
    op.create_table(
        "filing_shipping_bill",
        sa.Column("id", KEY, nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("port", sa.String(length=6), nullable=False),
        sa.Column("invoices", sa.Text(), nullable=False),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.Column("entered_by", KEY, nullable=True),
        sa.Column("replaced_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["filing_application.id"],
            name="fk_filing_shipping_bill_application_id_filing_application",
        ),
        sa.ForeignKeyConstraint(
            ["entered_by"],
            ["identity_person.id"],
            name="fk_filing_shipping_bill_entered_by_identity_person",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_filing_shipping_bill"),
    )
    op.create_index(
        "ix_filing_shipping_bill_number", "filing_shipping_bill", ["number"], unique=False
    )
    op.create_index(
        "uq_filing_shipping_bill_current",
        "filing_shipping_bill",
        ["application_id"],
        unique=True,
        sqlite_where=NOT_REPLACED,
        postgresql_where=NOT_REPLACED,
    )
    op.create_table(
        "filing_input",
        sa.Column("id", KEY, nullable=False),
        sa.Column("line_id", KEY, nullable=False),
        sa.Column("position", KEY, nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("hs_code", sa.String(length=8), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["line_id"], ["filing_goods_line.id"], name="fk_filing_input_line_id_filing_goods_line"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_filing_input"),
        sa.UniqueConstraint("line_id", "position", name="uq_filing_input_line_id_position"),
    )


def _rows() -> None:
    """Work that is under way."""
    op.create_table(
        "filing_typed",
        sa.Column("id", KEY, nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("section", sa.String(length=32), nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("typed", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["filing_application.id"],
            name="fk_filing_typed_application_id_filing_application",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["identity_person.id"], name="fk_filing_typed_person_id_identity_person"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_filing_typed"),
        sa.UniqueConstraint(
            "application_id",
            "section",
            "person_id",
            name="uq_filing_typed_application_id_section_person_id",
        ),
    )
    op.create_table(
        "filing_sheaf",
        sa.Column("id", KEY, nullable=False),
        sa.Column("ref", sa.String(length=16), nullable=False),
        sa.Column("firm_id", KEY, nullable=False),
        sa.Column("application_id", KEY, nullable=True),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("rows", sa.Text(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("person_id", KEY, nullable=True),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["filing_application.id"],
            name="fk_filing_sheaf_application_id_filing_application",
        ),
        sa.ForeignKeyConstraint(
            ["firm_id"], ["identity_firm.id"], name="fk_filing_sheaf_firm_id_identity_firm"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["identity_person.id"], name="fk_filing_sheaf_person_id_identity_person"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_filing_sheaf"),
        sa.UniqueConstraint("ref", name="uq_filing_sheaf_ref"),
    )
    op.create_index(
        "ix_filing_sheaf_application_id", "filing_sheaf", ["application_id"], unique=False
    )
    op.create_table(
        "certificates_draft_sheet",
        sa.Column("id", KEY, nullable=False),
        sa.Column("application_id", KEY, nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("storage_key", sa.String(length=80), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", KEY, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["filing_application.id"],
            name="fk_certificates_draft_sheet_application_id_filing_application",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_certificates_draft_sheet"),
        sa.UniqueConstraint("storage_key", name="uq_certificates_draft_sheet_storage_key"),
    )
    op.create_index(
        "ix_certificates_draft_sheet_application_id",
        "certificates_draft_sheet",
        ["application_id"],
        unique=False,
    )
