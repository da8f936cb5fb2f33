"""The inbox: what somebody was told, and which of it also goes by mail."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Model
from portal.core.types import Instant, Key, UtcDateTime, text_enum


class Topic(StrEnum):
    """What a message is about; security and access can't be turned off."""

    SECURITY = "security"
    ACCESS = "access"
    FILES = "files"


class Message(Model):
    """One message to one person."""

    __tablename__ = "notifications_message"
    __table_args__ = (Index("ix_notifications_message_inbox", "person_id", "id"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("identity_person.id"))
    topic: Mapped[Topic] = mapped_column(text_enum(Topic, "topic"))
    at: Mapped[Instant]
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    # A path of this portal, or empty.
    path: Mapped[str] = mapped_column(String(200), default="")
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    mailed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class Preference(Model):
    """Somebody does not want the messages of a topic by mail."""

    __tablename__ = "notifications_preference"

    person_id: Mapped[int] = mapped_column(ForeignKey("identity_person.id"), primary_key=True)
    topic: Mapped[Topic] = mapped_column(text_enum(Topic, "topic"), primary_key=True)
    by_mail: Mapped[bool]
