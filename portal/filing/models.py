"""Tables of applications, goods lines, attachments, questions, versions and events."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.db import Model
from portal.core.steps import Lifecycle, StepEvent
from portal.core.types import Instant, Key, UtcDateTime, text_enum
from portal.filing.lifecycle import LIFECYCLE, Status


class ApplicationEvent(StepEvent, Model):
    """One step of an application: who, when, from which status to which. Append-only."""

    __tablename__ = "filing_event"

    subject_id: Mapped[int] = mapped_column(ForeignKey("filing_application.id"), index=True)


class Application(Model):
    """An application for a non-preferential certificate of origin."""

    __tablename__ = "filing_application"
    __table_args__ = (
        CheckConstraint(
            "(number IS NULL) = (status IN ('draft', 'signing', 'awaiting_payment')"
            " OR (status = 'withdrawn' AND submitted_at IS NULL))",
            name="numbered_when_submitted",
        ),
        CheckConstraint(
            "number IS NULL OR (submitted_at IS NOT NULL AND fee_paise IS NOT NULL)",
            name="submitted_with_fee",
        ),
        CheckConstraint(
            "status NOT IN ('in_scrutiny', 'questioned', 'approved', 'issued', 'rejected')"
            " OR officer_id IS NOT NULL",
            name="decided_by_an_officer",
        ),
        CheckConstraint("status <> 'submitted' OR officer_id IS NULL", name="queued_unclaimed"),
        CheckConstraint(
            "(status IN ('approved', 'issued', 'rejected')) = (decided_at IS NOT NULL)",
            name="decided_has_instant",
        ),
        CheckConstraint("status <> 'rejected' OR reason <> ''", name="rejected_with_reason"),
        Index("ix_filing_application_firm", "firm_id", "id"),
        Index("ix_filing_application_agent", "agent_id", "firm_id"),
        Index("ix_filing_application_mandate", "mandate_id"),
        Index("ix_filing_application_queue", "office_id", "status", "submitted_at"),
        Index("ix_filing_application_officer", "officer_id", "status"),
    )

    lifecycle: ClassVar[Lifecycle] = LIFECYCLE
    event_model: ClassVar[type[ApplicationEvent]] = ApplicationEvent

    id: Mapped[Key]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    number: Mapped[str | None] = mapped_column(String(48), unique=True)
    firm_id: Mapped[int] = mapped_column(ForeignKey("identity_firm.id"))
    # The agent that began it, and the mandate that it was begun or handed in under by that agent;
    # none where the firm handed it in itself.
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("identity_agent.id"))
    mandate_id: Mapped[int | None] = mapped_column(ForeignKey("identity_mandate.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("agencies_office.id"))
    status: Mapped[Status] = mapped_column(text_enum(Status, "status"), default=Status.DRAFT)
    created_at: Mapped[Instant]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("identity_person.id"))
    changed_at: Mapped[Instant]
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("identity_person.id"))
    fee_paise: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(Text, default="")

    consignee_name: Mapped[str] = mapped_column(String(160), default="")
    consignee_address: Mapped[str] = mapped_column(Text, default="")
    consignee_country: Mapped[str] = mapped_column(String(2), default="")
    transport_mode: Mapped[str] = mapped_column(String(16), default="")
    vessel: Mapped[str] = mapped_column(String(120), default="")
    departs_on: Mapped[date | None] = mapped_column(Date)
    port_of_loading: Mapped[str] = mapped_column(String(6), default="")
    port_of_discharge: Mapped[str] = mapped_column(String(120), default="")
    destination_country: Mapped[str] = mapped_column(String(2), default="")
    invoice_number: Mapped[str] = mapped_column(String(60), default="")
    invoice_date: Mapped[date | None] = mapped_column(Date)
    currency: Mapped[str] = mapped_column(String(3), default="")
    incoterm: Mapped[str] = mapped_column(String(3), default="")
    signatory: Mapped[str] = mapped_column(String(120), default="")
    signatory_designation: Mapped[str] = mapped_column(String(80), default="")
    declaration_place: Mapped[str] = mapped_column(String(80), default="")

    lines: Mapped[list[GoodsLine]] = relationship(
        back_populates="application", order_by="GoodsLine.position", lazy="raise"
    )

    @property
    def public_ref(self) -> str:
        """How the file is called from outside: its number, before that its random reference."""
        return self.number or self.ref


class GoodsLine(Model):
    """One line of goods. Quantities and weights are integers × 1000, FOB in minor units."""

    __tablename__ = "filing_goods_line"
    __table_args__ = (
        UniqueConstraint("application_id", "position"),
        CheckConstraint("gross_weight >= net_weight", name="gross_not_below_net"),
        CheckConstraint("quantity > 0 AND net_weight > 0 AND packages > 0", name="above_zero"),
    )

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(ForeignKey("filing_application.id"))
    position: Mapped[int]
    hs_code: Mapped[str] = mapped_column(String(8))
    description: Mapped[str] = mapped_column(Text)
    marks: Mapped[str] = mapped_column(Text, default="")
    packages: Mapped[int]
    package_kind: Mapped[str] = mapped_column(String(40))
    quantity: Mapped[int] = mapped_column(BigInteger)
    unit: Mapped[str] = mapped_column(String(3))
    gross_weight: Mapped[int] = mapped_column(BigInteger)
    net_weight: Mapped[int] = mapped_column(BigInteger)
    fob_minor: Mapped[int] = mapped_column(BigInteger)
    criterion: Mapped[str] = mapped_column(String(32))

    application: Mapped[Application] = relationship(back_populates="lines", lazy="raise")


class Attachment(Model):
    """A document of an application; a newer one of its kind replaces it, the old one is kept."""

    __tablename__ = "filing_attachment"
    __table_args__ = (
        Index(
            "uq_filing_attachment_current",
            "application_id",
            "kind",
            unique=True,
            sqlite_where=text("replaced_at IS NULL"),
            postgresql_where=text("replaced_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(ForeignKey("filing_application.id"))
    document_id: Mapped[int] = mapped_column(ForeignKey("documents_document.id"))
    kind: Mapped[str] = mapped_column(String(32))
    added_at: Mapped[Instant]
    replaced_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class Question(Model):
    """What an officer asked, and the exporter's answer."""

    __tablename__ = "filing_question"
    __table_args__ = (
        CheckConstraint("(answer = '') = (answered_at IS NULL)", name="answered_with_instant"),
    )

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(ForeignKey("filing_application.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[Instant]
    asked_by: Mapped[int] = mapped_column(ForeignKey("identity_person.id"))
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("identity_person.id"))


class Version(Model):
    """The particulars exactly as submitted or resubmitted (JSON), with their SHA-256."""

    __tablename__ = "filing_version"
    __table_args__ = (UniqueConstraint("application_id", "number"),)

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(ForeignKey("filing_application.id"))
    number: Mapped[int]
    particulars: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    at: Mapped[Instant]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("identity_person.id"))
