"""Notices as published, and the values they set from one instant to another."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.db import Model
from portal.core.types import Instant, Key, UtcDateTime


class Notice(Model):
    """A trade notice, public notice, notification or circular."""

    __tablename__ = "notices_notice"

    id: Mapped[Key]
    number: Mapped[str] = mapped_column(String(80), unique=True)
    dated: Mapped[date] = mapped_column(Date)
    subject: Mapped[str] = mapped_column(String(300))
    link: Mapped[str] = mapped_column(String(400), default="")
    certainty: Mapped[str] = mapped_column(String(1))

    rules: Mapped[list[Rule]] = relationship(back_populates="notice", lazy="raise")


class Rule(Model):
    """One value of a named rule (JSON), in force from an instant up to another, exclusive."""

    __tablename__ = "notices_rule"
    __table_args__ = (
        CheckConstraint("valid_until IS NULL OR valid_until > valid_from", name="in_order"),
        Index("ix_notices_rule_name", "name", "valid_from", unique=True),
    )

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(64))
    value: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[Instant]
    valid_until: Mapped[datetime | None] = mapped_column(UtcDateTime())
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices_notice.id"))

    notice: Mapped[Notice] = relationship(back_populates="rules", lazy="raise")
