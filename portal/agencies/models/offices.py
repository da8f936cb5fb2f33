"""Offices of agencies: when they are open, who sits there, what they print, their numbers."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.agencies.models.register import Agency
from portal.agencies.rules import SealsWith
from portal.core.db import Model
from portal.core.permissions import Role
from portal.core.types import Instant, Key, UtcDateTime, text_enum

PRESENT_STAMP = text("replaced_at IS NULL AND officer_id IS NULL")
HELD = text("ended_at IS NULL")
PRESENT_SIGNATURE = text("replaced_at IS NULL AND officer_id IS NOT NULL")


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
    gstin: Mapped[str] = mapped_column(String(15), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(20), default="")
    seal_key_id: Mapped[str] = mapped_column(String(64), default="")
    # When the certificate of that key ends, as far as a worker has read it.
    seal_ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    seals_with: Mapped[SealsWith] = mapped_column(
        text_enum(SealsWith, "seals_with"), default=SealsWith.OFFICE_KEY
    )
    # Exporters aren't offered the office before this day.
    away_until: Mapped[date | None] = mapped_column(Date)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

    agency: Mapped[Agency] = relationship(back_populates="offices", lazy="raise")


class Officer(Model):
    """A person of an office: officers decide, supervisors also void numbers, managers run it."""

    __tablename__ = "agencies_officer"
    __table_args__ = (
        Index("ix_agencies_officer_person", "person_id", "ended_at"),
        CheckConstraint("role IN ('officer', 'supervisor', 'manager')", name="of_an_office"),
        Index(
            "uq_agencies_officer_seat",
            "person_id",
            "office_id",
            unique=True,
            sqlite_where=HELD,
            postgresql_where=HELD,
        ),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("identity_person.id"))
    office_id: Mapped[int] = mapped_column(ForeignKey("agencies_office.id"))
    role: Mapped[Role] = mapped_column(text_enum(Role, "role"))
    designation: Mapped[str] = mapped_column(String(80))
    started_at: Mapped[Instant]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class Hours(Model):
    """When an office is open on a day of the week (0 is Monday), in minutes from midnight, IST."""

    __tablename__ = "agencies_hours"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="a_weekday"),
        CheckConstraint("0 <= opens AND opens < closes AND closes <= 1440", name="in_order"),
    )

    office_id: Mapped[int] = mapped_column(ForeignKey("agencies_office.id"), primary_key=True)
    weekday: Mapped[int] = mapped_column(primary_key=True)
    opens: Mapped[int]
    closes: Mapped[int]


class Holiday(Model):
    """A day on which an office is closed."""

    __tablename__ = "agencies_holiday"
    __table_args__ = (UniqueConstraint("office_id", "day"),)

    id: Mapped[Key]
    office_id: Mapped[int] = mapped_column(ForeignKey("agencies_office.id"))
    day: Mapped[date] = mapped_column(Date)
    words: Mapped[str] = mapped_column(String(120))


class Image(Model):
    """A version of an office's stamp (no officer) or of an officer's signature, as printed."""

    __tablename__ = "agencies_image"
    __table_args__ = (
        Index(
            "uq_agencies_image_stamp",
            "office_id",
            unique=True,
            sqlite_where=PRESENT_STAMP,
            postgresql_where=PRESENT_STAMP,
        ),
        Index(
            "uq_agencies_image_signature",
            "officer_id",
            unique=True,
            sqlite_where=PRESENT_SIGNATURE,
            postgresql_where=PRESENT_SIGNATURE,
        ),
    )

    id: Mapped[Key]
    office_id: Mapped[int] = mapped_column(ForeignKey("agencies_office.id"))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("agencies_officer.id"))
    storage_key: Mapped[str] = mapped_column(String(80), unique=True)
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    added_at: Mapped[Instant]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("identity_person.id"))
    replaced_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class Series(Model):
    """The last serial of an office, kind of number and financial year: no gaps, never reused."""

    __tablename__ = "agencies_series"

    office_id: Mapped[int] = mapped_column(ForeignKey("agencies_office.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    year: Mapped[str] = mapped_column(String(4), primary_key=True)
    last: Mapped[int]
