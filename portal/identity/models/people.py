"""Somebody who signs in, their sessions, and the tries to begin one."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.db import Model
from portal.core.permissions import Role, SeatKind
from portal.core.types import Instant, Key, UtcDateTime, text_enum

if TYPE_CHECKING:
    from portal.identity.models.firms import Membership


class Person(Model):
    """Somebody who signs in."""

    __tablename__ = "identity_person"

    id: Mapped[Key]
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[Instant]
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

    memberships: Mapped[list[Membership]] = relationship(back_populates="person", lazy="raise")


class SignIn(Model):
    """A session: the hash of its token, the seat acted from, when it was last used."""

    __tablename__ = "identity_session"

    id: Mapped[Key]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("identity_person.id"), index=True)
    seat_kind: Mapped[SeatKind] = mapped_column(text_enum(SeatKind, "seat_kind"))
    seat_id: Mapped[int]
    seat_role: Mapped[Role] = mapped_column(text_enum(Role, "seat_role"))
    started_at: Mapped[Instant]
    last_seen_at: Mapped[Instant]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class SignInTry(Model):
    """A try to sign in, counted by e-mail and by address; only hashes are kept."""

    __tablename__ = "identity_sign_in_try"
    __table_args__ = (Index("ix_identity_sign_in_try_recent", "who", "at"),)

    id: Mapped[Key]
    who: Mapped[str] = mapped_column(String(64))
    at: Mapped[Instant]
