"""Putting messages into inboxes, and mailing those that are wanted by mail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.core import clock, outbox
from portal.core.permissions import Actor
from portal.core.tx import write
from portal.identity.models import Person
from portal.notifications.actions.sending import mail
from portal.notifications.models import Message, Preference, Topic
from portal.notifications.queries import wants_mail
from portal.notifications.wording import Letter

if TYPE_CHECKING:
    from portal.kit import Kit

POSTED = "notifications.posted"


def post(
    db: Session, task_id: int, people: Iterable[int], topic: Topic, words: Letter, path: str = ""
) -> None:
    """Put one message into each inbox and finish the job, in one transaction."""
    if not outbox.finish(db, task_id):
        return
    for person_id in dict.fromkeys(people):
        row = Message(
            person_id=person_id,
            topic=topic,
            at=clock.now(),
            subject=words.subject[:200],
            text=words.text,
            path=path,
        )
        db.add(row)
        db.flush()
        if wants_mail(db, person_id, topic):
            outbox.announce(db, POSTED, str(row.id))


def mail_message(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """Send a message of the inbox by mail as well."""
    row = db.get(Message, int(ref))
    person = db.get(Person, row.person_id) if row else None
    db.rollback()
    if row is not None and person is not None and person.closed_at is None:
        facts = {"subject": row.subject, "text": row.text, "path": row.path}
        mail(kit, person.email, "message", name=person.name, **facts)
    write(db, _mailed, task_id, int(ref))


def mark_read(db: Session, actor: Actor) -> None:
    """All messages that are there now were read."""
    mine = (Message.person_id == actor.person_id, Message.read_at.is_(None))
    db.execute(update(Message).where(*mine).values(read_at=clock.now()))


def set_preference(db: Session, actor: Actor, topic: Topic, *, by_mail: bool) -> None:
    """Whether messages of a topic also come by mail."""
    assert actor.person_id is not None
    row = db.scalar(
        select(Preference).where(Preference.person_id == actor.person_id, Preference.topic == topic)
    )
    if row is None:
        db.add(Preference(person_id=actor.person_id, topic=topic, by_mail=by_mail))
    else:
        row.by_mail = by_mail


def _mailed(db: Session, task_id: int, message_id: int) -> None:
    if outbox.finish(db, task_id):
        row = db.get(Message, message_id)
        if row is not None:
            row.mailed_at = clock.now()
