"""Who somebody is, where they may sit, and whose session a token is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.db import rows
from portal.core.errors import Missing
from portal.core.permissions import Actor, Role, Seat, SeatKind
from portal.core.personal import PersonalData, rows_about
from portal.identity.models import Firm, Membership, Person, SignIn, Staff

IDLE = timedelta(minutes=60)
ABSOLUTE = timedelta(hours=12)

SeatSource = Callable[[Session, int], list[Seat]]


@dataclass(frozen=True)
class LiveSession:
    """A live session: the actor, and how many minutes it lasts without another request."""

    id: int
    actor: Actor
    last_seen_seconds: float
    minutes_left: int


@dataclass(frozen=True)
class FirmFacts:
    """A firm as pages and certificates show it."""

    id: int
    iec: str
    name: str
    pan: str
    gstin: str
    address: str
    city: str
    state: str
    pin: str


def token_hash(token: str) -> str:
    """What the database keeps of a session token."""
    return hashlib.sha256(token.encode()).hexdigest()


def firm_seats(db: Session, person_id: int) -> list[Seat]:
    """The firms a person acts for, with the role there."""
    found = rows(db, _firm_seats_query(), person_id=person_id)
    return [Seat(SeatKind.FIRM, row.id, row.role, row.name) for row in found]


@cache
def _firm_seats_query() -> Select[*tuple[Any, ...]]:
    return (
        select(Firm.id, Firm.name, Membership.role)
        .join(Membership, Membership.firm_id == Firm.id)
        .where(Membership.person_id == bindparam("person_id"), Membership.ended_at.is_(None))
        .order_by(Membership.id)
    )


def directorate_seats(db: Session, person_id: int) -> list[Seat]:
    """The directorate's seat, for its staff."""
    query = select(Staff.id).where(Staff.person_id == person_id, Staff.ended_at.is_(None))
    found = db.scalar(query)
    return [Seat(SeatKind.DIRECTORATE, 0, Role.DIRECTORATE, "Directorate")] if found else []


def all_seats(db: Session, person_id: int, sources: Mapping[SeatKind, SeatSource]) -> list[Seat]:
    """Every seat of a person over all kinds."""
    return [seat for source in sources.values() for seat in source(db, person_id)]


def session_for(
    db: Session, token: str, sources: Mapping[SeatKind, SeatSource]
) -> LiveSession | None:
    """The live session of a token: not ended, not idle too long, its seat still held."""
    found = rows(db, _session_query(), token_hash=token_hash(token))
    if not found:
        return None
    row = found[0]
    now = clock.now()
    ends = min(row.last_seen_at + IDLE, row.started_at + ABSOLUTE)
    if now >= ends:
        return None
    for seat in sources[row.seat_kind](db, row.person_id):
        if (seat.id, seat.role) == (row.seat_id, row.seat_role):
            actor = Actor(row.person_id, row.name, seat)
            seen = (now - row.last_seen_at).total_seconds()
            return LiveSession(row.id, actor, seen, int((ends - now).total_seconds() // 60))
    return None


@cache
def _session_query() -> Select[*tuple[Any, ...]]:
    """Built once: every request of somebody signed in asks this."""
    return (
        select(
            SignIn.id,
            SignIn.person_id,
            SignIn.seat_kind,
            SignIn.seat_id,
            SignIn.seat_role,
            SignIn.started_at,
            SignIn.last_seen_at,
            Person.name,
        )
        .join(Person, Person.id == SignIn.person_id)
        .where(SignIn.token_hash == bindparam("token_hash"), SignIn.ended_at.is_(None))
        .where(Person.closed_at.is_(None))
    )


def firm(db: Session, firm_id: int | None) -> FirmFacts:
    """A firm by its row; raises Missing."""
    found = db.get(Firm, firm_id) if firm_id is not None else None
    if found is None:
        raise Missing("firm")
    return FirmFacts(
        found.id,
        found.iec,
        found.name,
        found.pan,
        found.gstin,
        found.address,
        found.city,
        found.state,
        found.pin,
    )


def person_name(db: Session, person_id: int | None) -> str:
    """A person's name, or an empty text for the system."""
    return db.scalar(select(Person.name).where(Person.id == person_id)) or ""


def names(db: Session, person_ids: set[int]) -> dict[int, str]:
    """The names of several people at once."""
    found = db.execute(select(Person.id, Person.name).where(Person.id.in_(person_ids)))
    return {row.id: row.name for row in found}


def personal_data_of(db: Session, person_id: int) -> PersonalData:
    """What this room keeps about a person."""
    return rows_about(
        db,
        person_id,
        (Person, ["id"]),
        (Membership, ["person_id"]),
        (Staff, ["person_id"]),
        (SignIn, ["person_id"]),
    )
