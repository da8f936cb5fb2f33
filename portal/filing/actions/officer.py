"""What an officer does with a file: claim, release, ask, reject; and the moves around a seal."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.agencies.queries import check_seated, deciders
from portal.core import audit, clock, outbox
from portal.core.errors import Invalid, NotOpen
from portal.core.permissions import SYSTEM, Actor, Permission
from portal.core.steps import take
from portal.core.words import N_
from portal.filing.actions.drafting import stream
from portal.filing.actions.in_lieu import check_in_lieu
from portal.filing.actions.office import CONFLICT, RELEASED, check_decided_here, give_back
from portal.filing.lifecycle import Status, Step
from portal.filing.models import Application, Question
from portal.filing.queries import application_for, belongs_to, nobody_may_decide
from portal.wallet import actions as wallet

CLAIMED = audit.Act("filing.claimed", ())
ASKED = audit.Act("filing.asked", ("question",))
APPROVED = audit.Act("filing.approved", ())
REJECTED = audit.Act("filing.rejected", ())
REOPENED = audit.Act("filing.reopened", ())
ISSUED = audit.Act("filing.issued", ("certificate",))


def claim(db: Session, actor: Actor, ref: str) -> None:
    """Take a file from the queue. Raises NotOpen if somebody has it, or it is one's own firm's."""
    row = _at_office(db, actor, ref)
    whose = belongs_to(db, row, actor.person_id or 0)
    if whose:
        raise NotOpen(_CONFLICTS[whose], code="conflict_of_interest")
    check_decided_here(db, row.office_id)
    take(db, row, Step.CLAIM, actor, officer_id=actor.person_id)
    audit.record(db, stream(row), CLAIMED, actor)


def release(db: Session, actor: Actor, ref: str) -> None:
    """Give a claimed file back to the queue; a supervisor may do it for somebody absent."""
    supervises = actor.may(Permission.CERTIFICATE_VOID)
    row = _at_office(db, actor, ref) if supervises else claimed(db, actor, ref)
    take(db, row, Step.RELEASE, actor, officer_id=None)
    audit.record(db, stream(row), RELEASED, actor)


def ask(db: Session, actor: Actor, ref: str, text: str) -> None:
    """Ask the exporter a question; the file waits for the answer and stays with this officer."""
    row = _to_decide(db, actor, ref)
    at = take(db, row, Step.ASK, actor)
    question = Question(
        application_id=row.id, text=text, asked_at=at, asked_by=actor.person_id or 0
    )
    db.add(question)
    db.flush()
    outbox.announce(db, "filing.asked", row.public_ref)
    audit.record(db, stream(row), ASKED, actor, question=question.id)


def reject(db: Session, actor: Actor, ref: str, reason: str) -> None:
    """Refuse the certificate, with a reason that the exporter reads; the held fee is released."""
    if not reason.strip():
        raise Invalid(N_("Say why: the exporter reads it."), code="no_reason", field="reason")
    row = _to_decide(db, actor, ref)
    take(db, row, Step.REJECT, actor, reason, reason=reason, decided_at=clock.now())
    wallet.release_fee(db, actor, row.firm_id, row.public_ref)
    outbox.announce(db, "filing.rejected", row.public_ref)
    audit.record(db, stream(row), REJECTED, actor)


def approve(db: Session, actor: Actor, ref: str) -> Application:
    """Mark a file approved; the caller allots the certificate in the same transaction."""
    row = _to_decide(db, actor, ref)
    check_in_lieu(db, row)
    take(db, row, Step.APPROVE, actor, decided_at=clock.now())
    audit.record(db, stream(row), APPROVED, actor)
    return row


def reopen(db: Session, actor: Actor, application: Application) -> None:
    """Put an approved file back on its officer's desk because its number was voided.

    Whoever voided it gets it where that officer doesn't decide at the office any more.
    """
    there = application.officer_id in deciders(db, application.office_id, lock=True)
    desk = application.officer_id if there else actor.person_id
    take(db, application, Step.REOPEN, actor, decided_at=None, officer_id=desk)
    audit.record(db, stream(application), REOPENED, actor)


def send_back(db: Session, application: Application, why: str) -> None:
    """Put an approved file back on its officer's desk, by the portal itself: `why` is the note.

    Whoever decides at the office now gets it where that officer doesn't any more; where nobody
    does, it keeps the officer's name until somebody comes.
    """
    there = deciders(db, application.office_id, lock=True)
    desk = application.officer_id
    if desk not in there:
        desk = next((p for p in there if not belongs_to(db, application, p)), desk)
    take(db, application, Step.SEND_BACK, SYSTEM, why, decided_at=None, officer_id=desk)
    audit.record(db, stream(application), REOPENED, SYSTEM)


def mark_issued(db: Session, actor: Actor, application: Application, number: str) -> None:
    """Close a file because its certificate was issued."""
    take(db, application, Step.ISSUE, actor)
    audit.record(db, stream(application), ISSUED, actor, certificate=number)


def give_back_for_conflict(db: Session, actor: Actor, ref: str) -> None:
    """Give a waiting file back to its exporter, fee released: nobody of the office may decide it.

    Raises NotOpen where somebody may, or the file doesn't wait in the queue.
    """
    row = _at_office(db, actor, ref)
    if row.status is not Status.SUBMITTED or not nobody_may_decide(db, row):
        raise NotOpen(
            N_("An officer of this office may decide the file, so it stays."), code="others_may"
        )
    give_back(db, actor, row, CONFLICT)


def claimed(db: Session, actor: Actor, ref: str) -> Application:
    """The file, locked, if this officer has it. Raises NotOpen if another one does."""
    row = _at_office(db, actor, ref)
    if row.officer_id != actor.person_id:
        raise NotOpen(
            N_("The file is not on your desk: take it from the queue first."), code="not_claimed"
        )
    return row


def _to_decide(db: Session, actor: Actor, ref: str) -> Application:
    """The file on this officer's desk, unless it goes back because the agency was struck off."""
    row = claimed(db, actor, ref)
    check_decided_here(db, row.office_id)
    return row


def _at_office(db: Session, actor: Actor, ref: str) -> Application:
    """The file, locked, then the officer's seat: an act and the end of a seat don't overlap."""
    row = application_for(db, actor, ref, lock=True)
    check_seated(db, actor)
    return row


_CONFLICTS = {
    "firm": N_("You belong to the firm that filed this. Another officer has to decide it."),
    "agent": N_("You belong to the agent that filed this. Another officer has to decide it."),
}
