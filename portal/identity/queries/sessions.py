"""Whose session a token is."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.db import rows
from portal.core.permissions import Actor, Seat, SeatKind
from portal.identity.models import Person, SignIn
from portal.identity.queries.seats import SeatSource

IDLE = timedelta(minutes=60)
ABSOLUTE = timedelta(hours=12)


@dataclass(frozen=True)
class LiveSession:
    """A live session: the actor, and how many minutes it lasts without another request."""

    id: int
    actor: Actor
    last_seen_seconds: float
    minutes_left: int
    waits_for_factor: bool
    has_factor: bool


def token_hash(token: str) -> str:
    """What the database keeps of a session token."""
    return hashlib.sha256(token.encode()).hexdigest()


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
    seat = _seat(row, sources[row.seat_kind](db, row.person_id))
    if seat is None:
        return None
    seen = (now - row.last_seen_at).total_seconds()
    left = int((ends - now).total_seconds() // 60)
    actor = Actor(row.person_id, row.name, seat)
    factor = row.waits_for_factor, row.totp_on_at is not None
    return LiveSession(row.id, actor, seen, left, *factor)


def _seat(row: Row[*tuple[Any, ...]], held: list[Seat]) -> Seat | None:
    """The seat of a session if it is still held; an agent whose mandate ended is its own again."""
    fitting = {
        seat.client.mandate_id if seat.client else None: seat
        for seat in held
        if (seat.id, seat.role) == (row.seat_id, row.seat_role)
    }
    return fitting.get(row.mandate_id) or fitting.get(None)


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
            SignIn.mandate_id,
            SignIn.started_at,
            SignIn.last_seen_at,
            SignIn.waits_for_factor,
            Person.name,
            Person.totp_on_at,
        )
        .join(Person, Person.id == SignIn.person_id)
        .where(SignIn.token_hash == bindparam("token_hash"), SignIn.ended_at.is_(None))
        .where(Person.closed_at.is_(None))
    )
