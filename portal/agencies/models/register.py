"""Appendix 2E: the agencies, how each stands from when to when, and for which goods."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.agencies.rules import Category, Standing
from portal.core.db import Model
from portal.core.types import Instant, Key, UtcDateTime, text_enum
from portal.notices.models import Certainty

if TYPE_CHECKING:
    from portal.agencies.models.offices import Office

OPEN_END = text("valid_until IS NULL")
IN_ORDER = "valid_until IS NULL OR valid_from IS NULL OR valid_until > valid_from"


class Agency(Model):
    """An agency that may issue non-preferential certificates (Appendix 2E), or once might.

    Real bodies stand here as information alone: no code, no office, until they come on board.
    """

    __tablename__ = "agencies_agency"

    id: Mapped[Key]
    slug: Mapped[str] = mapped_column(String(160), unique=True)
    code: Mapped[str | None] = mapped_column(String(6), unique=True)
    name: Mapped[str] = mapped_column(String(160))
    category: Mapped[Category] = mapped_column(text_enum(Category, "category"))
    city: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(80))
    # Its number in the list of its state, such as S.17; empty where it isn't known.
    serial: Mapped[str] = mapped_column(String(16), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    is_invented: Mapped[bool]

    offices: Mapped[list[Office]] = relationship(back_populates="agency", lazy="raise")


class Listing(Model):
    """How an agency stands from an instant (NULL: not known since when) to another, exclusive.

    Listings of one agency never overlap, and a later one has the higher id.
    """

    __tablename__ = "agencies_listing"
    __table_args__ = (
        CheckConstraint(IN_ORDER, name="in_order"),
        Index(
            "uq_agencies_listing_open",
            "agency_id",
            unique=True,
            sqlite_where=OPEN_END,
            postgresql_where=OPEN_END,
        ),
        Index("ix_agencies_listing_agency", "agency_id", "id"),
    )

    id: Mapped[Key]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies_agency.id"))
    standing: Mapped[Standing] = mapped_column(text_enum(Standing, "standing"))
    valid_from: Mapped[datetime | None] = mapped_column(UtcDateTime())
    valid_until: Mapped[datetime | None] = mapped_column(UtcDateTime())
    # The notices that began and ended it, and where we read of it.
    notice: Mapped[str] = mapped_column(String(80), default="")
    end_notice: Mapped[str] = mapped_column(String(80), default="")
    source: Mapped[str] = mapped_column(String(400))
    certainty: Mapped[Certainty] = mapped_column(text_enum(Certainty, "certainty"))
    entered_at: Mapped[Instant]


class Scope(Model):
    """Goods that a notice gives to an agency: by the first digits of the tariff, or in words."""

    __tablename__ = "agencies_scope"
    __table_args__ = (
        CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="in_order"),
        CheckConstraint("hs_prefix <> '' OR goods <> ''", name="says_which_goods"),
    )

    id: Mapped[Key]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies_agency.id"), index=True)
    hs_prefix: Mapped[str] = mapped_column(String(8), default="")
    goods: Mapped[str] = mapped_column(String(200), default="")
    valid_from: Mapped[Instant]
    valid_until: Mapped[datetime | None] = mapped_column(UtcDateTime())
    notice: Mapped[str] = mapped_column(String(80))
    end_notice: Mapped[str] = mapped_column(String(80), default="")
    source: Mapped[str] = mapped_column(String(400))
    certainty: Mapped[Certainty] = mapped_column(text_enum(Certainty, "certainty"))


class Change(Model):
    """Who changed what in the register, and why; before and after as JSON. Append-only."""

    __tablename__ = "agencies_change"

    id: Mapped[Key]
    agency_id: Mapped[int] = mapped_column(ForeignKey("agencies_agency.id"), index=True)
    at: Mapped[Instant]
    person_id: Mapped[int | None]
    what: Mapped[str] = mapped_column(String(80))
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
