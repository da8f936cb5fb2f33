"""Customs brokers and forwarders, who belongs to them, and for whom they may act."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
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


class Mandate(Model):
    """What a firm lets an agent do in its name, from one instant to another.

    It is never edited: whoever wants other terms revokes it and gives another.
    """

    __tablename__ = "identity_mandate"
    __table_args__ = (
        CheckConstraint(
            "valid_until IS NULL OR valid_until > valid_from", name="ends_after_its_beginning"
        ),
        CheckConstraint("limit_paise IS NULL OR limit_paise > 0", name="limit_above_zero"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name="revoked_by_somebody"),
        Index("ix_identity_mandate_firm", "firm_id", "agent_id"),
        Index("ix_identity_mandate_agent", "agent_id", "revoked_at"),
    )

    id: Mapped[Key]
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    firm_id: Mapped[int] = mapped_column(ForeignKey("identity_firm.id"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("identity_agent.id"))
    may_submit: Mapped[bool]
    all_agencies: Mapped[bool]
    # How much of the firm's credit may be held and taken for files handed in under it.
    limit_paise: Mapped[int | None] = mapped_column(BigInteger)
    valid_from: Mapped[Instant]
    valid_until: Mapped[datetime | None] = mapped_column(UtcDateTime())
    given_by: Mapped[int] = mapped_column(ForeignKey("identity_person.id"))
    given_at: Mapped[Instant]
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    revoked_by: Mapped[int | None] = mapped_column(ForeignKey("identity_person.id"))


class MandateAgency(Model):
    """One agency at which a mandate lets the agent file, where it does not name all."""

    __tablename__ = "identity_mandate_agency"

    mandate_id: Mapped[int] = mapped_column(ForeignKey("identity_mandate.id"), primary_key=True)
    # The room of agencies stands above this one, so that no foreign key can point there.
    agency_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
