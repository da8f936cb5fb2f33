"""Firms by their IEC, who belongs to them, and the directorate's staff."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.db import Model
from portal.core.permissions import Role
from portal.core.types import Instant, Key, UtcDateTime, text_enum

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
