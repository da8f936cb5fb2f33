"""Who says that they belong to a firm, and who is said not to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from portal.core.errors import Missing
from portal.core.permissions import Actor, Permission
from portal.identity.lifecycle import ClaimStatus, Proof
from portal.identity.models import Dispute, Firm, IecClaim, Person
from portal.identity.queries.firms import names

MOST = 200


@dataclass(frozen=True)
class ClaimFacts:
    """Somebody said that they belong to a firm."""

    ref: str
    iec: str
    firm_name: str
    person: str
    email: str
    status: ClaimStatus
    proof: Proof
    sent_to: str
    letter_name: str
    letter_key: str | None
    claimed_at: datetime
    decided_at: datetime | None
    reason: str


@dataclass(frozen=True)
class DisputeFacts:
    """A member is said not to belong to the firm."""

    ref: str
    firm: str
    iec: str
    person: str
    email: str
    raised_by: str
    reason: str
    raised_at: datetime
    settled_at: datetime | None
    is_upheld: bool | None
    outcome: str


def claims_on_firm(db: Session, actor: Actor) -> list[ClaimFacts]:
    """Every attempt to link the acting firm, newest first: its owners see them all."""
    if not actor.may(Permission.FIRM_MANAGE):
        raise Missing("claims")
    iec = db.scalar(select(Firm.iec).where(Firm.id == actor.firm_id))
    return claims_where(db, IecClaim.iec == iec)


def own_claims(db: Session, actor: Actor) -> list[ClaimFacts]:
    """One's own attempts, newest first."""
    return claims_where(db, IecClaim.person_id == actor.person_id)


def claims_to_judge(db: Session, actor: Actor) -> list[ClaimFacts]:
    """Claims by letter that wait for the directorate, oldest first."""
    if not actor.may(Permission.CLAIMS_JUDGE):
        raise Missing("claims")
    return claims_where(db, IecClaim.status == ClaimStatus.JUDGED_LATER)[::-1]


def claim_letter(db: Session, actor: Actor, ref: str) -> tuple[str, str]:
    """Key and name of a claim's letter, for the directorate and whoever sent it."""
    row = db.scalar(select(IecClaim).where(IecClaim.ref == ref))
    if row is None or not row.letter_key:
        raise Missing("letter")
    if not actor.may(Permission.CLAIMS_JUDGE) and row.person_id != actor.person_id:
        raise Missing("letter")
    return row.letter_key, row.letter_name


def disputes(db: Session, actor: Actor, *, is_open: bool = True) -> list[DisputeFacts]:
    """Disputes for the directorate, or those about the acting firm."""
    query = (
        select(Dispute, Firm.name, Firm.iec, Person.name, Person.email)
        .join(Firm, Firm.id == Dispute.firm_id)
        .join(Person, Person.id == Dispute.person_id)
        .order_by(Dispute.id.desc())
        .limit(MOST)
    )
    if not actor.may(Permission.CLAIMS_JUDGE):
        query = query.where(Dispute.firm_id == actor.firm_id)
    if is_open:
        query = query.where(Dispute.settled_at.is_(None))
    found = db.execute(query).all()
    who = names(db, {row.raised_by for row, *_rest in found if row.raised_by})
    return [
        DisputeFacts(
            row.ref,
            firm,
            iec,
            person,
            email,
            who.get(row.raised_by or 0, "the registry's own address"),
            row.reason,
            row.raised_at,
            row.settled_at,
            row.is_upheld,
            row.outcome,
        )
        for row, firm, iec, person, email in found
    ]


def claims_where(db: Session, condition: ColumnElement[bool]) -> list[ClaimFacts]:
    """The claims that fit a condition, newest first."""
    query = (
        select(IecClaim, Person.name, Person.email)
        .join(Person, Person.id == IecClaim.person_id)
        .where(condition)
        .order_by(IecClaim.id.desc())
        .limit(MOST)
    )
    return [
        ClaimFacts(
            row.ref,
            row.iec,
            row.firm_name,
            name,
            email,
            row.status,
            row.proof,
            row.sent_to,
            row.letter_name,
            row.letter_key,
            row.claimed_at,
            row.decided_at,
            row.reason,
        )
        for row, name, email in db.execute(query)
    ]
