"""Offices of agencies, who sits there and who looks after them, and their number series."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.agencies.models.register import Agency
from portal.core.db import Model
from portal.core.permissions import Role
from portal.core.types import Instant, Key, UtcDateTime, text_enum


class Office(Model):
    """One office of an agency: files are handed in here, and its key seals certificates."""

    __tablename__ = "agencies_office"
    __table_args__ = (UniqueConstraint("agency_id", "code"),)

    id: Mapped[Key]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies_agency.id"))
    code: Mapped[str] = mapped_column(String(6))
    name: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(String(300))
    city: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(80))
    seal_key_id: Mapped[str] = mapped_column(String(64), default="")
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

    agency: Mapped[Agency] = relationship(back_populates="offices", lazy="raise")


class Officer(Model):
    """A person of an office: officers decide, supervisors also void numbers, managers run it."""

    __tablename__ = "agencies_officer"
    __table_args__ = (
        Index("ix_agencies_officer_person", "person_id", "ended_at"),
        CheckConstraint("role IN ('officer', 'supervisor', 'manager')", name="of_an_office"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("identity_person.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("agencies_office.id"))
    role: Mapped[Role] = mapped_column(text_enum(Role, "role"))
    designation: Mapped[str] = mapped_column(String(80))
    started_at: Mapped[Instant]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class Administrator(Model):
    """A person who looks after an agency's offices and officers."""

    __tablename__ = "agencies_administrator"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("identity_person.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies_agency.id"))
    started_at: Mapped[Instant]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class Series(Model):
    """The last serial of an office, kind of number and financial year: no gaps, never reused."""

    __tablename__ = "agencies_series"

    office_id: Mapped[int] = mapped_column(ForeignKey("agencies_office.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    year: Mapped[str] = mapped_column(String(4), primary_key=True)
    last: Mapped[int]
