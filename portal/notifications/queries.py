"""The inbox of whoever is signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.permissions import Actor
from portal.core.personal import PersonalData, rows_about
from portal.notifications.models import Message, Preference, Topic

PAGE = 50


@dataclass(frozen=True)
class MessageFacts:
    """One message."""

    id: int
    topic: Topic
    at: datetime
    subject: str
    text: str
    path: str
    is_read: bool


def inbox(db: Session, actor: Actor, before: int | None = None) -> list[MessageFacts]:
    """One's own messages, newest first: up to 51, one more than a page."""
    query = select(Message).where(Message.person_id == actor.person_id)
    if before is not None:
        query = query.where(Message.id < before)
    return [
        MessageFacts(r.id, r.topic, r.at, r.subject, r.text, r.path, r.read_at is not None)
        for r in db.scalars(query.order_by(Message.id.desc()).limit(PAGE + 1))
    ]


def unread(db: Session, actor: Actor) -> int:
    """How many messages wait to be read."""
    mine = (Message.person_id == actor.person_id, Message.read_at.is_(None))
    return db.scalar(select(func.count(Message.id)).where(*mine)) or 0


def wants_mail(db: Session, person_id: int, topic: Topic) -> bool:
    """Whether messages of a topic also go by mail; security and access always do."""
    if topic in (Topic.SECURITY, Topic.ACCESS):
        return True
    row = db.get(Preference, (person_id, topic))
    return row is None or row.by_mail


def personal_data_of(db: Session, person_id: int) -> PersonalData:
    """What this room keeps about a person."""
    return rows_about(db, person_id, (Message, ["person_id"]), (Preference, ["person_id"]))
