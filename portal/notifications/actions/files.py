"""Messages about files: to those of the firm who work on them, and to the officer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.certificates.models import Certificate
from portal.core.tx import write
from portal.filing.models import Application, ApplicationEvent
from portal.notifications.actions.inbox import post
from portal.notifications.actions.sending import common, done
from portal.notifications.models import Topic
from portal.notifications.wording import letter

if TYPE_CHECKING:
    from portal.kit import Kit


def tell_asked(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """Those who worked on a file read that the officer has a question."""
    _tell_firm(db, kit, task_id, ref, "asked")


def tell_decided(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """Those who worked on a file read that it was refused, or that the certificate is there."""
    _tell_firm(db, kit, task_id, ref, "decided")


def tell_given_back(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """Those who worked on a file read that the office gave it back, undecided."""
    _tell_firm(db, kit, task_id, ref, "given_back")


def tell_answered(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """The officer reads that the answer is there."""
    row = _file(db, ref)
    if row is None or row.officer_id is None:
        done(db, task_id)
        return
    words = letter("answered", **common(kit), number=row.public_ref)
    write(db, post, task_id, [row.officer_id], Topic.FILES, words, f"/queue/{row.public_ref}")


def tell_given_up(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """The officer reads that a number was voided: what it was to replace doesn't count any more."""
    row = _file(db, ref)
    if row is None or row.officer_id is None:
        done(db, task_id)
        return
    words = letter("given_up", **common(kit), number=row.public_ref, replaced=row.replaces_number)
    write(db, post, task_id, [row.officer_id], Topic.FILES, words, f"/queue/{row.public_ref}")


def _tell_firm(db: Session, kit: Kit, task_id: int, ref: str, name: str) -> None:
    row = _file(db, ref)
    if row is None:
        done(db, task_id)
        return
    facts = {"number": row.public_ref, "consignee": row.consignee_name, "status": row.status.value}
    words = letter(name, **common(kit), **facts)
    people = [p for p in (row.created_by, _submitter(db, row.id)) if p is not None]
    write(db, post, task_id, people, Topic.FILES, words, f"/applications/{row.public_ref}")


def _submitter(db: Session, application_id: int) -> int | None:
    query = select(ApplicationEvent.person_id).where(
        ApplicationEvent.subject_id == application_id, ApplicationEvent.step == "submit"
    )
    return db.scalars(query).first()


def _file(db: Session, ref: str) -> Application | None:
    """The application of a file number, a draft's reference, or a certificate's number."""
    issued = select(Certificate.application_id).where(Certificate.number == ref)
    is_it = or_(Application.number == ref, Application.ref == ref, Application.id.in_(issued))
    return db.scalar(select(Application).where(is_it))
