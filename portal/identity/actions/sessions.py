"""Signing in and out, changing the seat, keeping a session alive."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from portal.core import audit, clock
from portal.core.errors import DomainError, Missing
from portal.core.permissions import Actor, Seat, SeatKind
from portal.core.words import N_
from portal.identity.models import Person, SignIn, SignInTry
from portal.identity.queries import SeatSource, all_seats, token_hash

WINDOW = timedelta(minutes=15)
TRIES_PER_EMAIL = 8
TRIES_PER_ADDRESS = 60

SIGNED_IN = audit.Act("identity.signed_in", ("session",))
SIGNED_OUT = audit.Act("identity.signed_out", ("session",))
SWITCHED = audit.Act("identity.switched_seat", ("session", "seat"))


class SignInRefused(DomainError):
    """E-mail and password don't fit, or there were too many tries."""

    status = 422


def note_try(db: Session, email: str, address: str) -> None:
    """Count a try before the password is looked at, so that parallel tries can't slip through.

    Raises SignInRefused when an e-mail or an address has used up its tries.
    """
    since = clock.now() - WINDOW
    limits = ((_who("email", email.lower()), TRIES_PER_EMAIL), (_who("address", address), 0))
    for who, limit in limits:
        count = db.scalar(
            select(func.count(SignInTry.id)).where(SignInTry.who == who, SignInTry.at > since)
        )
        if (count or 0) >= (limit or TRIES_PER_ADDRESS):
            raise SignInRefused(
                N_("Too many tries. Wait 15 minutes, then try again."), code="too_many_tries"
            )
    db.add_all(SignInTry(who=who, at=clock.now()) for who, _limit in limits)


def sign_in(
    db: Session, email: str, password_fits: bool, sources: Mapping[SeatKind, SeatSource]
) -> str:
    """Begin a session in the person's first seat; returns its token (shown once, to the browser).

    Raises SignInRefused, always with the same words, when the password does not fit.
    """
    person = db.scalar(select(Person).where(Person.email == email.strip().lower()))
    if person is None or not password_fits or person.closed_at is not None:
        raise SignInRefused(
            N_("E-mail and password do not fit together. Check both and try again."),
            code="wrong_password",
            field="password",
        )
    seats = all_seats(db, person.id, sources)
    if not seats:
        raise SignInRefused(
            N_("This account is not linked to a firm, office or agency any more."), code="no_seat"
        )
    # A right password wipes out the wrong ones before it; the address keeps its count.
    db.execute(delete(SignInTry).where(SignInTry.who == _who("email", person.email)))
    return _begin(db, person, seats[0])


def password_hash_of(db: Session, email: str) -> str | None:
    """The stored hash for an e-mail, or None."""
    return db.scalar(
        select(Person.password_hash).where(
            Person.email == email.strip().lower(), Person.closed_at.is_(None)
        )
    )


def sign_out(db: Session, token: str, actor: Actor) -> None:
    """End the session of a token at once."""
    row = db.scalar(select(SignIn).where(SignIn.token_hash == token_hash(token)))
    if row is None or row.ended_at is not None:
        return
    row.ended_at = clock.now()
    audit.record(db, f"person:{row.person_id}", SIGNED_OUT, actor, session=row.id)


def switch_seat(
    db: Session, token: str, actor: Actor, seat_token: str, sources: Mapping[SeatKind, SeatSource]
) -> Seat:
    """Act from another seat from now on; raises Missing if the person doesn't hold it."""
    assert actor.person_id is not None
    held = {seat.token: seat for seat in all_seats(db, actor.person_id, sources)}
    seat = held.get(seat_token)
    row = db.scalar(select(SignIn).where(SignIn.token_hash == token_hash(token)))
    if seat is None or row is None:
        raise Missing("seat")
    row.seat_kind, row.seat_id, row.seat_role = seat.kind, seat.id, seat.role
    row.mandate_id = seat.client.mandate_id if seat.client else None
    stream = f"person:{row.person_id}"
    audit.record(db, stream, SWITCHED, actor, session=row.id, seat=seat.token)
    return seat


def touch(db: Session, session_id: int) -> None:
    """Note that a session is in use."""
    query = update(SignIn).where(SignIn.id == session_id, SignIn.ended_at.is_(None))
    db.execute(query.values(last_seen_at=clock.now()))


def _begin(db: Session, person: Person, seat: Seat) -> str:
    token = secrets.token_urlsafe(32)
    now = clock.now()
    row = SignIn(
        token_hash=token_hash(token),
        person_id=person.id,
        seat_kind=seat.kind,
        seat_id=seat.id,
        seat_role=seat.role,
        started_at=now,
        last_seen_at=now,
    )
    db.add(row)
    db.flush()
    actor = Actor(person.id, person.name, seat)
    audit.record(db, f"person:{person.id}", SIGNED_IN, actor, session=row.id)
    return token


def _who(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind} {value.strip()}".encode()).hexdigest()
