"""An office's people: invited, given another role, their work handed on, deactivated."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.agencies.models import Office, Officer
from portal.agencies.queries.officers import (
    DECIDERS,
    check_seated,
    invited_officer,
    officer_row,
    offices_of,
    roles_given_by,
)
from portal.core import audit, clock, outbox
from portal.core.errors import Forbidden, Invalid, Missing, NotOpen
from portal.core.permissions import Actor, Permission, Role, SeatKind
from portal.core.words import N_
from portal.identity.actions import end_seat, invite, resend_invitation, withdraw_invitation
from portal.identity.models import Invitation

CAME_FACT = "agencies.officer_came"
DEACTIVATED_FACT = "agencies.officer_deactivated"
TRANSFERRED_FACT = "agencies.work_transferred"

CHANGED = audit.Act("agencies.officer_changed", ("officer", "role"))
ASSIGNED = audit.Act("agencies.officer_assigned", ("officer", "person", "office"))
TRANSFERRED = audit.Act("agencies.work_transferred", ("officer", "to"))
DEACTIVATED = audit.Act("agencies.officer_deactivated", ("officer",))


def invite_officer(
    db: Session, actor: Actor, office_id: int, role: Role, email: str, name: str, designation: str
) -> str:
    """Invite somebody to an office that the actor looks after; returns the reference."""
    check_seated(db, actor)
    office = _office(db, actor, office_id)
    _check_role(actor, role)
    return invite(db, actor, SeatKind.OFFICE, office.id, role, email, name, designation)


def resend_to_officer(db: Session, actor: Actor, ref: str) -> None:
    """Another link to somebody who was invited to an office."""
    check_seated(db, actor)
    found = invited_officer(db, actor, ref)
    resend_invitation(db, SeatKind.OFFICE, found.office_id, ref)


def withdraw_from_officer(db: Session, actor: Actor, ref: str) -> None:
    """Withdraw an invitation to an office."""
    check_seated(db, actor)
    found = invited_officer(db, actor, ref)
    withdraw_invitation(db, actor, SeatKind.OFFICE, found.office_id, ref)


def take_officer_seat(db: Session, invitation: Invitation, person_id: int) -> None:
    """Belong to an office by an invitation; a role held there before ends."""
    office = _locked(db, invitation.seat_id)
    if office.closed_at is not None:
        raise NotOpen(N_("The office was closed meanwhile."), code="office_closed")
    for row in _held(db, office.id, person_id):
        row.ended_at = clock.now()
        outbox.announce(db, DEACTIVATED_FACT, str(row.id))
    _seat(db, person_id, office.id, invitation.role, invitation.detail)


def change_officer(db: Session, actor: Actor, row_id: int, role: Role, designation: str) -> None:
    """Another role or designation from now on; the sessions of that seat end.

    The row stays the same, so that what belongs to it stays; the audit trail keeps what changed.
    Whoever decides no more leaves the desk: its files go where those of somebody deactivated go.
    """
    row, office = _own(db, actor, row_id)
    _check_role(actor, role)
    if (row.role, row.designation) == (role, designation):
        return
    leaves_desk = row.role in DECIDERS and role not in DECIDERS
    row.role, row.designation = role, designation
    end_seat(db, row.person_id, SeatKind.OFFICE, row.office_id)
    if leaves_desk:
        outbox.announce(db, DEACTIVATED_FACT, str(row.id))
    audit.record(db, _stream(office), CHANGED, actor, officer=row.id, role=role.value)


def assign_officer(
    db: Session, actor: Actor, row_id: int, office_id: int, role: Role, designation: str
) -> int:
    """Let somebody work at another office of the agency as well; returns the new row's id."""
    if not actor.may(Permission.AGENCY_MANAGE):
        raise Forbidden("officers")
    row, _office_before = _own(db, actor, row_id)
    office = _locked(db, _office(db, actor, office_id).id)
    _check_role(actor, role)
    if _held(db, office.id, row.person_id):
        raise Invalid(
            N_("This person works at that office already."), code="there_already", field="office"
        )
    made = _seat(db, row.person_id, office.id, role, designation)
    facts = {"officer": made.id, "person": row.person_id, "office": office.id}
    audit.record(db, _stream(office), ASSIGNED, actor, **facts)
    return made.id


def transfer_work(db: Session, actor: Actor, row_id: int, to_row_id: int) -> None:
    """Give all files on an officer's desk to another one of the same office; a job moves them."""
    if row_id == to_row_id:
        raise _nobody()
    # Rows are locked in one order, so that two transfers against each other can't block.
    found = {key: _own(db, actor, key) for key in sorted((row_id, to_row_id))}
    (row, office), (other, _same) = found[row_id], found[to_row_id]
    if other.office_id != row.office_id or other.role not in DECIDERS:
        raise _nobody()
    outbox.announce(db, TRANSFERRED_FACT, f"{row.id}:{other.id}")
    audit.record(db, _stream(office), TRANSFERRED, actor, officer=row.id, to=other.id)


def deactivate_officer(db: Session, actor: Actor, row_id: int) -> None:
    """Somebody doesn't work at the office any more: seat and sessions end in this transaction.

    The desk is freed by a job; nothing can be done from it meanwhile, because every act of an
    officer looks at the seat again. The last officer may go, too: the office then isn't offered.
    """
    row, office = _own(db, actor, row_id)
    row.ended_at = clock.now()
    end_seat(db, row.person_id, SeatKind.OFFICE, row.office_id)
    outbox.announce(db, DEACTIVATED_FACT, str(row.id))
    audit.record(db, _stream(office), DEACTIVATED, actor, officer=row.id)


def _nobody() -> Invalid:
    return Invalid(
        N_("Choose another officer or supervisor of the same office."),
        code="no_receiver",
        field="to",
    )


def _check_role(actor: Actor, role: Role) -> None:
    if role not in roles_given_by(actor):
        raise Invalid(N_("Choose one of the roles."), code="role", field="role")


def _own(db: Session, actor: Actor, row_id: int) -> tuple[Officer, Office]:
    """An officer whom the actor may change, locked, with the office. Raises Missing."""
    check_seated(db, actor)
    found = officer_row(db, actor, row_id)
    query = select(Officer).where(Officer.id == found.id, Officer.ended_at.is_(None))
    query = query.where(Officer.role.in_(roles_given_by(actor)))
    row = db.scalar(query.with_for_update().execution_options(populate_existing=True))
    if row is None:
        raise Missing("officer")
    return row, db.get_one(Office, row.office_id)


def _office(db: Session, actor: Actor, office_id: int) -> Office:
    query = select(Office).where(Office.id == office_id, Office.closed_at.is_(None))
    row = db.scalar(query.where(offices_of(actor)))
    if row is None:
        raise Invalid(N_("Choose one of the offices."), code="office", field="office")
    return row


def _locked(db: Session, office_id: int) -> Office:
    """The office, held: whoever takes a seat there comes one after the other."""
    query = select(Office).where(Office.id == office_id)
    row = db.scalar(query.with_for_update(key_share=True))
    if row is None:
        raise Missing("office")
    return row


def _held(db: Session, office_id: int, person_id: int) -> list[Officer]:
    here = (Officer.office_id == office_id, Officer.person_id == person_id)
    query = select(Officer).where(*here, Officer.ended_at.is_(None))
    return list(db.scalars(query.with_for_update()))


def _seat(db: Session, person_id: int, office_id: int, role: Role, designation: str) -> Officer:
    row = Officer(
        person_id=person_id,
        office_id=office_id,
        role=role,
        designation=designation,
        started_at=clock.now(),
    )
    db.add(row)
    db.flush()
    outbox.announce(db, CAME_FACT, str(row.id))
    return row


def _stream(office: Office) -> str:
    return f"agency:{office.agency_id}"
