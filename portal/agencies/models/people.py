"""Who looks after an agency, who asked to, and where its fees are paid to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Model
from portal.core.permissions import Role
from portal.core.types import Instant, Key, UtcDateTime, text_enum

ACTIVE = text("ended_at IS NULL")
WAITING = text("decided_at IS NULL")
PRESENT = text("replaced_at IS NULL")


class Administrator(Model):
    """A person who looks after an agency's offices and officers: one, and one deputy."""

    __tablename__ = "agencies_administrator"
    __table_args__ = (
        CheckConstraint("role IN ('administrator', 'deputy')", name="of_an_agency"),
        Index(
            "uq_agencies_administrator_active",
            "agency_id",
            "role",
            unique=True,
            sqlite_where=ACTIVE,
            postgresql_where=ACTIVE,
        ),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("identity_person.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies_agency.id"))
    role: Mapped[Role] = mapped_column(text_enum(Role, "role"), default=Role.ADMINISTRATOR)
    started_at: Mapped[Instant]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class Registration(Model):
    """Somebody asks to be an agency's administrator, with its letter; the directorate decides."""

    __tablename__ = "agencies_registration"
    __table_args__ = (
        CheckConstraint("(decided_at IS NULL) = (approved IS NULL)", name="decided_has_answer"),
        CheckConstraint(
            "approved IS NULL OR approved OR reason <> ''", name="sent_back_with_reason"
        ),
        Index(
            "uq_agencies_registration_waiting",
            "agency_id",
            "person_id",
            unique=True,
            sqlite_where=WAITING,
            postgresql_where=WAITING,
        ),
    )

    id: Mapped[Key]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies_agency.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("identity_person.id"), index=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents_document.id"))
    made_at: Mapped[Instant]
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("identity_person.id"))
    approved: Mapped[bool | None]
    reason: Mapped[str] = mapped_column(Text, default="")


class Account(Model):
    """Where an agency's fees are paid to: sealed, so that only a payout can open it."""

    __tablename__ = "agencies_account"
    __table_args__ = (
        Index(
            "uq_agencies_account_present",
            "agency_id",
            unique=True,
            sqlite_where=PRESENT,
            postgresql_where=PRESENT,
        ),
    )

    id: Mapped[Key]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies_agency.id"))
    sealed: Mapped[str] = mapped_column(Text)
    last_digits: Mapped[str] = mapped_column(String(4))
    entered_at: Mapped[Instant]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("identity_person.id"))
    replaced_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
