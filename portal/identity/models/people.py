"""Somebody who signs in: how they come, by what they prove themselves, their sessions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.db import Model
from portal.core.permissions import Role, SeatKind
from portal.core.types import Instant, Key, UtcDateTime, text_enum
from portal.identity.lifecycle import CodePurpose

if TYPE_CHECKING:
    from portal.identity.models.firms import Membership


class Person(Model):
    """Somebody who signs in."""

    __tablename__ = "identity_person"

    id: Mapped[Key]
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(String(200))
    mobile: Mapped[str] = mapped_column(String(16), default="")
    created_at: Mapped[Instant]
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    # The second factor: sealed with the portal's secret, and counted from `totp_on_at`.
    totp_secret: Mapped[str] = mapped_column(String(200), default="")
    totp_on_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    totp_last_step: Mapped[int] = mapped_column(default=0)
    privacy_version: Mapped[str] = mapped_column(String(16), default="")
    privacy_accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

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
    # An agent that acts for a client does so under this mandate.
    mandate_id: Mapped[int | None] = mapped_column(ForeignKey("identity_mandate.id"))
    started_at: Mapped[Instant]
    last_seen_at: Mapped[Instant]
    # Right password, second factor still to come: such a session opens nothing else.
    waits_for_factor: Mapped[bool] = mapped_column(default=False)
    device: Mapped[str] = mapped_column(String(80), default="")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class SignInTry(Model):
    """A try to sign in, counted by e-mail and by address; only hashes are kept."""

    __tablename__ = "identity_sign_in_try"
    __table_args__ = (Index("ix_identity_sign_in_try_recent", "who", "at"),)

    id: Mapped[Key]
    who: Mapped[str] = mapped_column(String(64))
    at: Mapped[Instant]


class Registration(Model):
    """Somebody who wants an account, until both codes were typed; the person comes after that.

    Where the e-mail address has an account already, `is_known` keeps the row from becoming one:
    the page looks the same, the mail says so.
    """

    __tablename__ = "identity_registration"

    id: Mapped[Key]
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    email: Mapped[str] = mapped_column(String(254), index=True)
    name: Mapped[str] = mapped_column(String(120))
    mobile: Mapped[str] = mapped_column(String(16))
    password_hash: Mapped[str] = mapped_column(String(200))
    privacy_version: Mapped[str] = mapped_column(String(16))
    is_known: Mapped[bool]
    created_at: Mapped[Instant]
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class Code(Model):
    """A one-time code or link: what it is for, to which subject it belongs, a hash once sent."""

    __tablename__ = "identity_code"
    __table_args__ = (Index("ix_identity_code_subject", "purpose", "subject"),)

    id: Mapped[Key]
    purpose: Mapped[CodePurpose] = mapped_column(text_enum(CodePurpose, "purpose"))
    subject: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    code_hash: Mapped[str] = mapped_column(String(64), default="")
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class RecoveryCode(Model):
    """Lets somebody in once who lost the second factor; only the hash is kept."""

    __tablename__ = "identity_recovery_code"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("identity_person.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class Invitation(Model):
    """Somebody is asked by e-mail to take a seat; the link is made by the job that sends it."""

    __tablename__ = "identity_invitation"
    __table_args__ = (Index("ix_identity_invitation_seat", "kind", "seat_id"),)

    id: Mapped[Key]
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[SeatKind] = mapped_column(text_enum(SeatKind, "kind"))
    seat_id: Mapped[int]
    role: Mapped[Role] = mapped_column(text_enum(Role, "role"))
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(120), default="")
    # What the room of the seat wants to know, such as an officer's designation.
    detail: Mapped[str] = mapped_column(String(200), default="")
    invited_by: Mapped[int | None] = mapped_column(ForeignKey("identity_person.id"))
    invited_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    token_hash: Mapped[str] = mapped_column(String(64), default="", index=True)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    accepted_by: Mapped[int | None] = mapped_column(ForeignKey("identity_person.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
