"""The officers of an office or of a whole agency, for whoever looks after them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from portal.agencies.models import Administrator, Agency, Office, Officer
from portal.core import clock
from portal.core.errors import Forbidden, Missing, NotOpen
from portal.core.permissions import Actor, Permission, Role, SeatKind
from portal.core.words import N_
from portal.identity.models import Invitation, Person

OFFICER_ROLES = (Role.OFFICER, Role.SUPERVISOR, Role.MANAGER)
DECIDERS = (Role.OFFICER, Role.SUPERVISOR)
MOST = 500


@dataclass(frozen=True)
class OfficerRow:
    """Somebody of an office as whoever looks after it sees them."""

    id: int
    person_id: int
    name: str
    email: str
    role: Role
    designation: str
    office_id: int
    office: str
    since: datetime

    @property
    def decides(self) -> bool:
        """Whether files can be on this person's desk."""
        return self.role in DECIDERS


@dataclass(frozen=True)
class InvitedOfficer:
    """Somebody who was invited to an office and hasn't come yet."""

    ref: str
    email: str
    name: str
    role: Role
    designation: str
    office_id: int
    office: str
    expires_at: datetime

    @property
    def is_over(self) -> bool:
        """Whether its week has passed."""
        return self.expires_at <= clock.now()


def roles_given_by(actor: Actor) -> tuple[Role, ...]:
    """The roles that the actor may give: a manager makes no managers."""
    return OFFICER_ROLES if actor.may(Permission.AGENCY_MANAGE) else DECIDERS


def offices_of(actor: Actor) -> ColumnElement[bool]:
    """The offices that the actor looks after: all of the agency, or the manager's own."""
    if not actor.may(Permission.OFFICE_MANAGE):
        raise Forbidden("officers")
    if actor.agency_id is not None:
        return Office.agency_id == actor.agency_id
    return Office.id == (actor.office_id or 0)


def officer_rows(db: Session, actor: Actor) -> list[OfficerRow]:
    """Everybody of the offices that the actor looks after, by office and name."""
    query = _rows(actor).order_by(Office.name, Person.name, Officer.id).limit(MOST)
    return [OfficerRow(*row) for row in db.execute(query)]


def officer_row(db: Session, actor: Actor, row_id: int) -> OfficerRow:
    """One of those whom the actor may change: a manager no managers. Raises Missing."""
    query = _rows(actor).where(Officer.id == row_id)
    row = db.execute(query.where(Officer.role.in_(roles_given_by(actor)))).one_or_none()
    if row is None:
        raise Missing("officer")
    return OfficerRow(*row)


def invited_officers(db: Session, actor: Actor) -> list[InvitedOfficer]:
    """The open invitations to those offices, newest first, those whose week has passed too."""
    rows = db.execute(_invitations(actor).order_by(Invitation.id.desc()).limit(MOST))
    return [InvitedOfficer(*row) for row in rows]


def invited_officer(db: Session, actor: Actor, ref: str) -> InvitedOfficer:
    """One open invitation that the actor might have sent. Raises Missing."""
    row = db.execute(_invitations(actor).where(Invitation.ref == ref)).one_or_none()
    if row is None:
        raise Missing("invitation")
    return InvitedOfficer(*row)


def office_choices(db: Session, actor: Actor) -> list[tuple[int, str]]:
    """The open offices that the actor looks after, by row and name."""
    query = select(Office.id, Office.name).where(offices_of(actor), Office.closed_at.is_(None))
    return [(row.id, row.name) for row in db.execute(query.order_by(Office.name))]


def office_name(db: Session, office_id: int) -> str:
    """How the seat of an office is called: "Specimen Chamber of Commerce, Delhi office"."""
    query = select(Agency.name, Office.name).join(Office, Office.agency_id == Agency.id)
    found = db.execute(query.where(Office.id == office_id)).one_or_none()
    if found is None:
        raise Missing("office")
    return ", ".join(found)


def agency_name(db: Session, agency_id: int) -> str:
    """An agency's name."""
    found = db.scalar(select(Agency.name).where(Agency.id == agency_id))
    if found is None:
        raise Missing("agency")
    return found


def officer_by_id(db: Session, row_id: int) -> Officer:
    """An officer's row, also one that ended: what jobs are told of. Raises Missing."""
    row = db.get(Officer, row_id)
    if row is None:
        raise Missing("officer")
    return row


def deciders(db: Session, office_id: int, *, lock: bool = False) -> list[int]:
    """The persons who decide at an office now, longest there first.

    `lock` lets nobody of them go before the transaction ends.
    """
    query = select(Officer.person_id).where(
        Officer.office_id == office_id, Officer.role.in_(DECIDERS), Officer.ended_at.is_(None)
    )
    query = query.order_by(Officer.id)
    return list(db.scalars(query.with_for_update(read=True) if lock else query))


def check_seated(db: Session, actor: Actor) -> None:
    """Raise NotOpen where a seat at an office or agency ended while the request was under way.

    The row is held until the transaction ends: whoever acts from a seat and whoever ends it come
    one after the other. Other kinds of seats are other rooms' matter.
    """
    if actor.office_id is not None:
        mine = select(Officer.id).where(Officer.office_id == actor.office_id)
        mine = mine.where(Officer.person_id == actor.person_id, Officer.role == actor.seat.role)
        mine = mine.where(Officer.ended_at.is_(None))
    elif actor.agency_id is not None:
        mine = select(Administrator.id).where(Administrator.agency_id == actor.agency_id)
        mine = mine.where(Administrator.person_id == actor.person_id)
        mine = mine.where(Administrator.role == actor.seat.role, Administrator.ended_at.is_(None))
    else:
        return
    if db.scalars(mine.with_for_update(read=True)).first() is None:
        raise NotOpen(
            N_("You don't hold this seat any more. Choose another seat, or ask who removed you."),
            code="seat_ended",
        )


def _rows(actor: Actor) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Officer.id,
            Officer.person_id,
            Person.name,
            Person.email,
            Officer.role,
            Officer.designation,
            Office.id,
            Office.name,
            Officer.started_at,
        )
        .join(Person, Person.id == Officer.person_id)
        .join(Office, Office.id == Officer.office_id)
        .where(offices_of(actor), Officer.ended_at.is_(None))
    )


def _invitations(actor: Actor) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Invitation.ref,
            Invitation.email,
            Invitation.name,
            Invitation.role,
            Invitation.detail,
            Office.id,
            Office.name,
            Invitation.expires_at,
        )
        .join(Office, Office.id == Invitation.seat_id)
        .where(Invitation.kind == SeatKind.OFFICE, offices_of(actor))
        .where(Invitation.role.in_(roles_given_by(actor)))
        .where(Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
    )
