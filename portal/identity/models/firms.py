"""Firms by their IEC, who belongs to them and says so, and the directorate's staff."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.db import Model
from portal.core.permissions import Role
from portal.core.types import Instant, Key, UtcDateTime, text_enum
from portal.identity.lifecycle import ClaimStatus, IecStatus, Proof

if TYPE_CHECKING:
    from portal.identity.models.people import Person


class Firm(Model):
    """An exporter, known by its Importer-Exporter Code."""

    __tablename__ = "identity_firm"
    __table_args__ = (CheckConstraint("length(iec) = 10", name="iec_has_ten_characters"),)

    id: Mapped[Key]
    iec: Mapped[str] = mapped_column(String(10), unique=True)
    name: Mapped[str] = mapped_column(String(160))
    pan: Mapped[str] = mapped_column(String(10))
    gstin: Mapped[str] = mapped_column(String(15), default="")
    address: Mapped[str] = mapped_column(String(400))
    city: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(80))
    pin: Mapped[str] = mapped_column(String(6))
    created_at: Mapped[Instant]
    # As the registry of IECs said last; only an active firm may file.
    status: Mapped[IecStatus] = mapped_column(
        text_enum(IecStatus, "status"), default=IecStatus.ACTIVE
    )
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

    memberships: Mapped[list[Membership]] = relationship(back_populates="firm", lazy="raise")


class Membership(Model):
    """A person's role in a firm, from one instant to another."""

    __tablename__ = "identity_membership"
    __table_args__ = (
        Index("ix_identity_membership_person", "person_id", "ended_at"),
        UniqueConstraint("person_id", "firm_id", "role", "started_at"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("identity_person.id"))
    firm_id: Mapped[int] = mapped_column(ForeignKey("identity_firm.id"))
    role: Mapped[Role] = mapped_column(text_enum(Role, "role"))
    started_at: Mapped[Instant]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

    person: Mapped[Person] = relationship(back_populates="memberships", lazy="raise")
    firm: Mapped[Firm] = relationship(back_populates="memberships", lazy="raise")


class Staff(Model):
    """A person of the directorate."""

    __tablename__ = "identity_staff"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("identity_person.id"), unique=True)
    started_at: Mapped[Instant]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class IecClaim(Model):
    """Somebody says that they belong to a firm, and how they prove it. Kept for its real owner."""

    __tablename__ = "identity_iec_claim"

    id: Mapped[Key]
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("identity_person.id"), index=True)
    iec: Mapped[str] = mapped_column(String(10), index=True)
    firm_name: Mapped[str] = mapped_column(String(160))
    status: Mapped[ClaimStatus] = mapped_column(text_enum(ClaimStatus, "status"))
    proof: Mapped[Proof] = mapped_column(text_enum(Proof, "proof"))
    # The registry's address, masked: r***@r***.example.
    sent_to: Mapped[str] = mapped_column(String(80), default="")
    letter_key: Mapped[str] = mapped_column(String(64), default="")
    letter_name: Mapped[str] = mapped_column(String(120), default="")
    claimed_at: Mapped[Instant]
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("identity_person.id"))
    reason: Mapped[str] = mapped_column(String(500), default="")


class Dispute(Model):
    """A member says that another does not belong to the firm; that one files nothing meanwhile."""

    __tablename__ = "identity_dispute"
    __table_args__ = (Index("ix_identity_dispute_open", "firm_id", "settled_at"),)

    id: Mapped[Key]
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    firm_id: Mapped[int] = mapped_column(ForeignKey("identity_firm.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("identity_person.id"), index=True)
    raised_by: Mapped[int | None] = mapped_column(ForeignKey("identity_person.id"))
    reason: Mapped[str] = mapped_column(String(1000))
    raised_at: Mapped[Instant]
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("identity_person.id"))
    is_upheld: Mapped[bool | None]
    outcome: Mapped[str] = mapped_column(String(1000), default="")
