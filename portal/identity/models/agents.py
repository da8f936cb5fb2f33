"""Customs brokers and forwarders, who belongs to them, and for whom they may act."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Model
from portal.core.permissions import Role
from portal.core.types import Instant, Key, UtcDateTime, text_enum


class Agent(Model):
    """A customs broker or forwarder: no IEC of its own, known by its PAN and licence."""

    __tablename__ = "identity_agent"
    __table_args__ = (CheckConstraint("length(pan) = 10", name="pan_has_ten_characters"),)

    id: Mapped[Key]
    pan: Mapped[str] = mapped_column(String(10), unique=True)
    licence: Mapped[str] = mapped_column(String(30), unique=True)
    name: Mapped[str] = mapped_column(String(160))
    address: Mapped[str] = mapped_column(String(400))
    city: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(80))
    pin: Mapped[str] = mapped_column(String(6))
    email: Mapped[str] = mapped_column(String(254))
    mobile: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[Instant]


class AgentMember(Model):
    """A person's role at an agent, from one instant to another."""

    __tablename__ = "identity_agent_member"
    __table_args__ = (
        Index("ix_identity_agent_member_person", "person_id", "ended_at"),
        UniqueConstraint("person_id", "agent_id", "role", "started_at"),
        CheckConstraint("role IN ('agent_owner', 'agent')", name="of_an_agent"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("identity_person.id"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("identity_agent.id"), index=True)
    role: Mapped[Role] = mapped_column(text_enum(Role, "role"))
    started_at: Mapped[Instant]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
