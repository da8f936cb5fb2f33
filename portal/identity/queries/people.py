"""The people of a firm, who is invited, and who may file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.errors import DomainError, Missing
from portal.core.permissions import Actor, Role, SeatKind
from portal.core.words import N_
from portal.identity.lifecycle import IecStatus
from portal.identity.models import Dispute, Firm, Invitation, Membership, Person

MOST = 200
WHY_NOT = {
    IecStatus.DEACTIVATED: N_(
        "The IEC is deactivated. Every IEC has to be confirmed each April to June; update it at "
        "dgft.gov.in, then it is active again and you can file here."
    ),
    IecStatus.SUSPENDED: N_(
        "The IEC is suspended. Ask the DGFT office that suspended it; drafts are kept meanwhile."
    ),
    IecStatus.CANCELLED: N_("The IEC was cancelled. With a new one you can file here."),
    IecStatus.DENIED: N_(
        "The firm is on the DGFT's denied entity list. Ask the DGFT office that put it there; "
        "drafts are kept meanwhile."
    ),
}


class MayNotFile(DomainError):
    """The firm or the person may not file at present; the message says why and what to do."""


@dataclass(frozen=True)
class MemberFacts:
    """Somebody of a firm."""

    person_id: int
    name: str
    email: str
    role: Role
    since: datetime
    is_disputed: bool


@dataclass(frozen=True)
class InvitationFacts:
    """Somebody who was invited and hasn't come yet."""

    ref: str
    email: str
    name: str
    role: Role
    invited_at: datetime
    expires_at: datetime
    is_sent: bool

    @property
    def is_over(self) -> bool:
        """Whether its week has passed."""
        return self.expires_at <= clock.now()


def check_may_file(db: Session, actor: Actor) -> None:
    """Raise MayNotFile unless the exporter's IEC is active and the person undisputed."""
    firm_id = actor.exporter_id
    if firm_id is None:
        raise Missing("firm")
    status = db.scalar(select(Firm.status).where(Firm.id == firm_id))
    if status in WHY_NOT:
        raise MayNotFile(WHY_NOT[status], code=f"iec_{status}")
    if is_disputed(db, firm_id, actor.person_id):
        raise MayNotFile(
            N_(
                "An owner of the firm says that you don't belong to it. Until the directorate has "
                "settled that, nothing can be filed from this account; drafts are kept."
            ),
            code="disputed",
        )


def is_disputed(db: Session, firm_id: int, person_id: int | None) -> bool:
    """Whether a dispute about a member is open."""
    query = select(Dispute.id).where(
        Dispute.firm_id == firm_id, Dispute.person_id == person_id, Dispute.settled_at.is_(None)
    )
    return db.scalars(query).first() is not None


def members(db: Session, actor: Actor) -> list[MemberFacts]:
    """The members of the acting firm, owners first."""
    firm_id = _firm(actor)
    open_ones = set(
        db.scalars(
            select(Dispute.person_id).where(
                Dispute.firm_id == firm_id, Dispute.settled_at.is_(None)
            )
        )
    )
    rows = db.execute(
        select(Person.id, Person.name, Person.email, Membership.role, Membership.started_at)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.firm_id == firm_id, Membership.ended_at.is_(None))
        .order_by(Membership.started_at, Membership.id)
        .limit(MOST)
    )
    found = [MemberFacts(*row, row[0] in open_ones) for row in rows]
    return sorted(found, key=lambda member: member.role is not Role.OWNER)


def invitations(db: Session, kind: SeatKind, seat_id: int) -> list[InvitationFacts]:
    """The open invitations to a seat, newest first, those whose week has passed too."""
    query = (
        select(Invitation)
        .where(Invitation.kind == kind, Invitation.seat_id == seat_id)
        .where(Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
        .order_by(Invitation.id.desc())
        .limit(MOST)
    )
    return [
        InvitationFacts(
            r.ref, r.email, r.name, r.role, r.invited_at, r.expires_at, r.sent_at is not None
        )
        for r in db.scalars(query)
    ]


def member(db: Session, actor: Actor, person_id: int) -> MemberFacts:
    """One member of the acting firm. Raises Missing."""
    for found in members(db, actor):
        if found.person_id == person_id:
            return found
    raise Missing("member")


def _firm(actor: Actor) -> int:
    if actor.firm_id is None:
        raise Missing("firm")
    return actor.firm_id
