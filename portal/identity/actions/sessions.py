"""Signing in and out, changing the seat, keeping a session alive."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.orm import Session

from portal.core import audit, clock
from portal.core.errors import DomainError, Missing
from portal.core.permissions import Actor, Seat, SeatKind
from portal.core.words import N_
from portal.identity.models import Person, SignIn, SignInTry
from portal.identity.queries import SeatSource, all_seats, token_hash

WINDOW = timedelta(minutes=15)
TRIES_PER_PAIR, TRIES_PER_ADDRESS, TRIES_PER_EMAIL = 8, 60, 200
KNOWN_FOR = timedelta(days=1)

SIGNED_IN = audit.Act("identity.signed_in", ("session",))
SIGNED_OUT = audit.Act("identity.signed_out", ("session",))
SWITCHED = audit.Act("identity.switched_seat", ("session", "seat"))


class SignInRefused(DomainError):
    """E-mail and password don't fit, or there were too many tries."""

    status = 422


def note_try(db: Session, email: str, address: str) -> None:
    """Count a try before the password is looked at, so that parallel tries can't slip through.

    Wrong tries slow down whoever makes them, not the person whose e-mail they type: eight from one
    address for one e-mail, sixty from one address, and 200 for one e-mail from addresses from
    which nobody signed in with it during the last day. Raises SignInRefused.
    """
    since = clock.now() - WINDOW
    email, pair = email.strip().lower(), f"{email.strip().lower()} {address}"
    limits = [("pair", pair, TRIES_PER_PAIR), ("address", address, TRIES_PER_ADDRESS)]
    if not _tries(db, who("known", pair), clock.now() - KNOWN_FOR):
        limits.append(("email", email, TRIES_PER_EMAIL))
    if any(_tries(db, who(kind, value), since) >= most for kind, value, most in limits):
        raise SignInRefused(
            N_("Too many tries. Wait 15 minutes, then try again."), code="too_many_tries"
        )
    db.add_all(SignInTry(who=who(kind, value), at=clock.now()) for kind, value, _most in limits)


def sign_in(
    db: Session,
    email: str,
    password_fits: bool,
    sources: Mapping[SeatKind, SeatSource],
    address: str = "",
    device: str = "",
) -> str:
    """Begin a session in the person's first seat; returns its token (shown once, to the browser).

    With a second factor the session opens nothing until that came. Raises SignInRefused, always
    with the same words, when the password does not fit.
    """
    person = db.scalar(select(Person).where(Person.email == email.strip().lower()))
    if person is None or not password_fits or person.closed_at is not None:
        raise SignInRefused(
            N_("E-mail and password do not fit together. Check both and try again."),
            code="wrong_password",
            field="password",
        )
    # A right password wipes out the wrong ones before it; the address keeps its count.
    pair = f"{person.email} {address}"
    db.execute(delete(SignInTry).where(SignInTry.who == who("pair", pair)))
    db.add(SignInTry(who=who("known", pair), at=clock.now()))
    seat = all_seats(db, person.id, sources)[0]
    return begin_session(db, person, seat, device, waits=person.totp_on_at is not None)


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


def begin_session(
    db: Session, person: Person, seat: Seat, device: str = "", *, waits: bool = False
) -> str:
    """A new session; returns its token. With `waits` only the second factor opens it."""
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
        waits_for_factor=waits,
        device=device[:80],
    )
    db.add(row)
    db.flush()
    actor = Actor(person.id, person.name, seat)
    audit.record(db, f"person:{person.id}", SIGNED_IN, actor, session=row.id)
    return token


def end_sessions(db: Session, person_id: int, *, but: str = "") -> int:
    """End all live sessions of a person except the one with the token `but`; returns how many."""
    mine = (SignIn.person_id == person_id, SignIn.ended_at.is_(None))
    spared = SignIn.token_hash != token_hash(but)
    done = cast(
        "CursorResult[Any]",
        db.execute(update(SignIn).where(*mine, spared).values(ended_at=clock.now())),
    )
    return done.rowcount


def end_seat(db: Session, person_id: int, kind: SeatKind, seat_id: int) -> None:
    """End the live sessions in which a person acts from a seat that they lost."""
    mine = (SignIn.person_id == person_id, SignIn.ended_at.is_(None))
    here = (SignIn.seat_kind == kind, SignIn.seat_id == seat_id)
    db.execute(update(SignIn).where(*mine, *here).values(ended_at=clock.now()))


def _tries(db: Session, hashed: str, since: datetime) -> int:
    count = select(func.count(SignInTry.id)).where(SignInTry.who == hashed, SignInTry.at > since)
    return db.scalar(count) or 0


def who(kind: str, value: str) -> str:
    """What is kept of an e-mail or an address to count tries: a hash."""
    return hashlib.sha256(f"{kind} {value.strip()}".encode()).hexdigest()
