"""Tables of applications with their steps, questions and versions."""

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
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.db import Model
from portal.core.steps import Lifecycle, StepEvent
from portal.core.types import Instant, Key, UtcDateTime, text_enum
from portal.filing.lifecycle import LIFECYCLE, Status
from portal.filing.models.goods import GoodsLine
from portal.filing.rules.kinds import Kind


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
        Index("ix_filing_application_own_reference", "firm_id", "own_reference"),
        Index("ix_filing_application_replaces_id", "replaces_id"),
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

    # The firm's own name for it, as a list of applications or an ERP system calls it.
    own_reference: Mapped[str] = mapped_column(String(60), default="")

    kind: Mapped[Kind] = mapped_column(text_enum(Kind, "kind"), default=Kind.NON_PREFERENTIAL)
    # Back-to-back: why goods of another country go out from here, and of which.
    trade: Mapped[str] = mapped_column(String(16), default="")
    origin_country: Mapped[str] = mapped_column(String(2), default="")
    # In lieu: the file whose certificate this one replaces, its number and day as printed.
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("filing_application.id"))
    replaces_number: Mapped[str] = mapped_column(String(48), default="")
    replaces_date: Mapped[date | None] = mapped_column(Date)
    replacement_reason: Mapped[str] = mapped_column(Text, default="")
    # Retrospective: why the certificate is asked for after the goods have left; else nothing.
    retrospective_reason: Mapped[str] = mapped_column(Text, default="")

    branch_name: Mapped[str] = mapped_column(String(160), default="")
    branch_address: Mapped[str] = mapped_column(Text, default="")
    branch_gstin: Mapped[str] = mapped_column(String(15), default="")
    consignee_name: Mapped[str] = mapped_column(String(160), default="")
    consignee_address: Mapped[str] = mapped_column(Text, default="")
    consignee_country: Mapped[str] = mapped_column(String(2), default="")
    notify_name: Mapped[str] = mapped_column(String(160), default="")
    notify_address: Mapped[str] = mapped_column(Text, default="")
    notify_country: Mapped[str] = mapped_column(String(2), default="")
    # Who invoices from a third country, where that isn't the exporter.
    invoicing_name: Mapped[str] = mapped_column(String(160), default="")
    invoicing_country: Mapped[str] = mapped_column(String(2), default="")
    transport_mode: Mapped[str] = mapped_column(String(16), default="")
    vessel: Mapped[str] = mapped_column(String(120), default="")
    departs_on: Mapped[date | None] = mapped_column(Date)
    port_of_loading: Mapped[str] = mapped_column(String(6), default="")
    # Instead of it in merchanting trade.
    loading_abroad: Mapped[str] = mapped_column(String(120), default="")
    port_of_discharge: Mapped[str] = mapped_column(String(120), default="")
    destination_country: Mapped[str] = mapped_column(String(2), default="")
    final_destination: Mapped[str] = mapped_column(String(120), default="")
    transport_document: Mapped[str] = mapped_column(String(60), default="")
    transport_document_date: Mapped[date | None] = mapped_column(Date)
    # The first invoice; the others are `Invoice` rows.
    invoice_number: Mapped[str] = mapped_column(String(60), default="")
    invoice_date: Mapped[date | None] = mapped_column(Date)
    currency: Mapped[str] = mapped_column(String(3), default="")
    incoterm: Mapped[str] = mapped_column(String(3), default="")
    # What all invoices come to, in minor units of the currency; not known where nothing stands.
    invoice_total: Mapped[int | None] = mapped_column(BigInteger)
    credit_number: Mapped[str] = mapped_column(String(60), default="")
    credit_date: Mapped[date | None] = mapped_column(Date)
    # Words that the buyer or the letter of credit asks for, printed as typed.
    clause: Mapped[str] = mapped_column(Text, default="")
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
