"""Tables of what belongs to an application: invoices, proofs, Shipping Bills, documents."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Model
from portal.core.types import Instant, Key, UtcDateTime, text_enum
from portal.filing.rules.kinds import Evidence

# Of each kind of document one is current; of other papers there may be several.
CURRENT = text("replaced_at IS NULL AND kind <> 'other'")


class Invoice(Model):
    """An invoice after the first, which stands in the application itself; `position` from 2."""

    __tablename__ = "filing_invoice"
    __table_args__ = (
        UniqueConstraint("application_id", "position"),
        CheckConstraint("position > 1", name="after_the_first"),
    )

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(ForeignKey("filing_application.id"))
    position: Mapped[int]
    number: Mapped[str] = mapped_column(String(60))
    dated: Mapped[date] = mapped_column(Date)


class ForeignEvidence(Model):
    """A paper that proves the foreign origin of goods (para 2.93(f)), as printed."""

    __tablename__ = "filing_evidence"
    __table_args__ = (UniqueConstraint("application_id", "position"),)

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(ForeignKey("filing_application.id"))
    position: Mapped[int]
    kind: Mapped[Evidence] = mapped_column(text_enum(Evidence, "kind"))
    number: Mapped[str] = mapped_column(String(60))
    dated: Mapped[date] = mapped_column(Date)
    issuer: Mapped[str] = mapped_column(String(160))


class ShippingBill(Model):
    """A Shipping Bill of a file, entered before or after issue; a newer one replaces it."""

    __tablename__ = "filing_shipping_bill"
    __table_args__ = (
        Index(
            "uq_filing_shipping_bill_current",
            "application_id",
            unique=True,
            sqlite_where=text("replaced_at IS NULL"),
            postgresql_where=text("replaced_at IS NULL"),
        ),
        Index("ix_filing_shipping_bill_number", "number"),
    )

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(ForeignKey("filing_application.id"))
    number: Mapped[str] = mapped_column(String(20))
    dated: Mapped[date] = mapped_column(Date)
    port: Mapped[str] = mapped_column(String(6))
    # The invoice numbers on it, one a line, as they are printed there.
    invoices: Mapped[str] = mapped_column(Text)
    entered_at: Mapped[Instant]
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("identity_person.id"))
    replaced_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class Attachment(Model):
    """A document of an application; a newer one of its kind replaces it, the old one is kept."""

    __tablename__ = "filing_attachment"
    __table_args__ = (
        Index(
            "uq_filing_attachment_current",
            "application_id",
            "kind",
            unique=True,
            sqlite_where=CURRENT,
            postgresql_where=CURRENT,
        ),
    )

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(ForeignKey("filing_application.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("documents_document.id"))
    kind: Mapped[str] = mapped_column(String(32))
    added_at: Mapped[Instant]
    replaced_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
