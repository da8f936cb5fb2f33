"""The table of trade events."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Date, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Model
from portal.core.types import Key


class Event(Model):
    """A fair, exhibition or meeting, from its first to its last day."""

    __tablename__ = "trade_events_event"
    __table_args__ = (
        CheckConstraint("ends >= starts", name="in_order"),
        Index("ix_trade_events_event_ends", "ends", "starts"),
    )

    id: Mapped[Key]
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    edition: Mapped[str] = mapped_column(String(20), default="")
    starts: Mapped[date] = mapped_column(Date)
    ends: Mapped[date] = mapped_column(Date)
    city: Mapped[str] = mapped_column(String(80))
    country: Mapped[str] = mapped_column(String(2))
    country_name: Mapped[str] = mapped_column(String(80))
    venue: Mapped[str] = mapped_column(String(160), default="")
    organiser: Mapped[str] = mapped_column(String(160), default="")
    sector: Mapped[str] = mapped_column(String(80))
    source: Mapped[str] = mapped_column(String(400))
    verified_on: Mapped[date] = mapped_column(Date)
