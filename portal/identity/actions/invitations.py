"""Inviting somebody to a seat: a link by mail, good once and for a week."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.orm import Session

from portal.core import audit, clock, outbox
from portal.core.errors import DomainError, Invalid, Missing
from portal.core.permissions import SYSTEM, Actor, Role, SeatKind
from portal.core.refs import random_ref
from portal.core.sealed import fingerprint
from portal.core.words import N_
from portal.identity.models import Invitation, Staff

LASTS = timedelta(days=7)
MOST_OPEN = 100
INVITED_FACT = "identity.invited"
ACCEPTED_FACT = "identity.invitation_accepted"

INVITED = audit.Act("identity.invited", ("invitation", "seat", "role"))
WITHDRAWN = audit.Act("identity.invitation_withdrawn", ("invitation",))
TAKEN = audit.Act("identity.invitation_accepted", ("invitation",))

# Gives somebody the seat of an invitation; the room that keeps such seats wires it.
Acceptor = Callable[[Session, Invitation, int], None]


class NotGood(DomainError):
    """The link was used, withdrawn, or is too old."""

    status = 409


def invite(
    db: Session,
    actor: Actor,
    kind: SeatKind,
    seat_id: int,
    role: Role,
    email: str,
    name: str = "",
    detail: str = "",
) -> str:
    """Invite somebody to a seat; the caller has checked that the actor may. Returns the reference.

    An open invitation of the same person to the same seat is withdrawn: the new link counts.
    """
    now, email = clock.now(), email.strip().lower()
    _make_room(db, kind, seat_id, email)
    row = Invitation(
        ref=random_ref(16),
        kind=kind,
        seat_id=seat_id,
        role=role,
        email=email,
        name=name,
        detail=detail,
        invited_by=actor.person_id,
        invited_at=now,
        expires_at=now + LASTS,
    )
    db.add(row)
    db.flush()
    outbox.announce(db, INVITED_FACT, row.ref)
    seat = f"{kind.value}-{seat_id}"
    stream_of = stream(row)
    audit.record(db, stream_of, INVITED, actor, invitation=row.id, seat=seat, role=role.value)
    return row.ref


def _make_room(db: Session, kind: SeatKind, seat_id: int, email: str) -> None:
    """Withdraw the open invitation that a new one replaces. Raises Invalid where many are open."""
    here = (Invitation.kind == kind, Invitation.seat_id == seat_id, *_open())
    if (db.scalar(select(func.count(Invitation.id)).where(*here)) or 0) >= MOST_OPEN:
        raise Invalid(
            N_("A hundred invitations are open already. Withdraw some first."),
            code="invitations_many",
        )
    mine = (
        update(Invitation).where(*here, Invitation.email == email).values(withdrawn_at=clock.now())
    )
    db.execute(mine.execution_options(synchronize_session=False))


def invite_staff(db: Session, email: str, name: str = "") -> str:
    """Invite somebody to the directorate: the operator's act. Returns the reference."""
    return invite(db, SYSTEM, SeatKind.DIRECTORATE, 0, Role.DIRECTORATE, email, name)


def take_staff_seat(db: Session, _invitation: Invitation, person_id: int) -> None:
    """Become one of the directorate's staff by an invitation."""
    row = db.scalar(select(Staff).where(Staff.person_id == person_id))
    if row is None:
        db.add(Staff(person_id=person_id, started_at=clock.now()))
    else:
        row.ended_at = None


def resend_invitation(db: Session, kind: SeatKind, seat_id: int, ref: str) -> None:
    """Another link by mail, good for a week; the one before it is no good any more."""
    row = _own(db, kind, seat_id, ref)
    row.token_hash, row.expires_at = "", clock.now() + LASTS
    outbox.announce(db, INVITED_FACT, row.ref)


def withdraw_invitation(db: Session, actor: Actor, kind: SeatKind, seat_id: int, ref: str) -> None:
    """The link is no good any more."""
    row = _own(db, kind, seat_id, ref)
    row.withdrawn_at = clock.now()
    audit.record(db, stream(row), WITHDRAWN, actor, invitation=row.id)


def make_invitation_link(db: Session, ref: str, secret_key: str) -> tuple[Invitation, str] | None:
    """The token of an invitation that is still open; only its fingerprint stays. A job's part."""
    row = db.scalar(select(Invitation).where(Invitation.ref == ref, *_open()))
    if row is None:
        return None
    token = secrets.token_urlsafe(24)
    row.token_hash, row.sent_at = fingerprint(secret_key, "invitation", token), clock.now()
    return row, token


def invitation_of(db: Session, token: str, secret_key: str) -> Invitation:
    """The invitation of a link. Raises Missing, or NotGood where it was good once."""
    mine = fingerprint(secret_key, "invitation", token[:64])
    row = db.scalar(select(Invitation).where(Invitation.token_hash == mine))
    if row is None:
        raise Missing("invitation")
    if row.accepted_at or row.withdrawn_at or row.expires_at <= clock.now():
        raise NotGood(
            N_("This invitation was used, withdrawn, or is older than a week. Ask for another."),
            code="invitation_over",
        )
    return row


def accept_invitation(
    db: Session,
    token: str,
    actor: Actor,
    secret_key: str,
    acceptors: Mapping[SeatKind, Acceptor],
) -> Invitation:
    """Take the seat. Of two who come at the same time one gets it; the other reads that."""
    row = invitation_of(db, token, secret_key)
    taken = db.execute(
        update(Invitation)
        .where(Invitation.id == row.id, *_open())
        .values(accepted_at=clock.now(), accepted_by=actor.person_id)
        .execution_options(synchronize_session=False)
    )
    if cast("CursorResult[Any]", taken).rowcount != 1:
        raise NotGood(N_("Somebody has accepted this invitation already."), code="invitation_over")
    assert actor.person_id is not None
    acceptors[row.kind](db, row, actor.person_id)
    outbox.announce(db, ACCEPTED_FACT, row.ref)
    audit.record(db, stream(row), TAKEN, actor, invitation=row.id)
    return row


def stream(row: Invitation) -> str:
    """The audit stream of a seat's people: that of the firm, office or agency."""
    return f"{row.kind.value}:{row.seat_id}"


def _open() -> tuple[Any, ...]:
    return (
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
        Invitation.expires_at > clock.now(),
    )


def _own(db: Session, kind: SeatKind, seat_id: int, ref: str) -> Invitation:
    here = (Invitation.kind == kind, Invitation.seat_id == seat_id)
    row = db.scalar(
        select(Invitation)
        .where(Invitation.ref == ref, *here)
        .where(Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
        .with_for_update()
    )
    if row is None:
        raise Missing("invitation")
    return row
