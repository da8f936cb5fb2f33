"""Notices as published, the values they set, and every correction of either."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.db import Model
from portal.core.types import Instant, Key, UtcDateTime, text_enum


class NoticeKind(StrEnum):
    """What sort of paper it is; `policy` is the portal's own and is never shown as law."""

    TRADE_NOTICE = "trade_notice"
    PUBLIC_NOTICE = "public_notice"
    NOTIFICATION = "notification"
    CIRCULAR = "circular"
    HANDBOOK = "handbook"
    POLICY = "policy"


class Certainty(StrEnum):
    """How sure we are of a notice: V seen, P partly, S secondary, K known but unconfirmed."""

    SEEN = "V"
    PARTLY = "P"
    SECONDARY = "S"
    UNCONFIRMED = "K"


class Notice(Model):
    """A trade notice, public notice, notification, circular or paragraph of the Handbook."""

    __tablename__ = "notices_notice"

    id: Mapped[Key]
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    number: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[NoticeKind] = mapped_column(text_enum(NoticeKind, "kind"))
    dated: Mapped[date] = mapped_column(Date, index=True)
    published_on: Mapped[date | None] = mapped_column(Date)
    subject: Mapped[str] = mapped_column(String(300))
    summary: Mapped[str] = mapped_column(Text, default="")
    link: Mapped[str] = mapped_column(String(400), default="")
    source: Mapped[str] = mapped_column(String(400), default="")
    certainty: Mapped[Certainty] = mapped_column(text_enum(Certainty, "certainty"))
    entered_at: Mapped[Instant]

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


class Correction(Model):
    """Who changed what in the register, and why; before and after as JSON. Append-only."""

    __tablename__ = "notices_correction"

    id: Mapped[Key]
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices_notice.id"), index=True)
    at: Mapped[Instant]
    person_id: Mapped[int | None]
    what: Mapped[str] = mapped_column(String(80))
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
