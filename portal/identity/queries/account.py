"""One's own account and sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.permissions import Actor
from portal.identity.models import Person, SignIn
from portal.identity.queries.sessions import ABSOLUTE, IDLE, token_hash
from portal.identity.rules import PRIVACY_VERSION

MOST = 200


@dataclass(frozen=True)
class OwnSession:
    """One of one's own live sessions."""

    id: int
    device: str
    started_at: datetime
    last_seen_at: datetime
    is_this: bool


@dataclass(frozen=True)
class AccountFacts:
    """One's own account."""

    name: str
    email: str
    mobile: str
    has_factor: bool
    needs_factor: bool
    privacy_version: str
    privacy_accepted_at: datetime | None

    @property
    def is_privacy_current(self) -> bool:
        """Whether the statement of today was accepted."""
        return self.privacy_version == PRIVACY_VERSION


def own_sessions(db: Session, actor: Actor, token: str) -> list[OwnSession]:
    """One's own sessions that are alive, the last used first."""
    now = clock.now()
    rows = db.scalars(
        select(SignIn)
        .where(SignIn.person_id == actor.person_id, SignIn.ended_at.is_(None))
        .where(SignIn.last_seen_at > now - IDLE, SignIn.started_at > now - ABSOLUTE)
        .order_by(SignIn.last_seen_at.desc())
        .limit(MOST)
    )
    mine = token_hash(token)
    return [
        OwnSession(r.id, r.device, r.started_at, r.last_seen_at, r.token_hash == mine) for r in rows
    ]


def account(db: Session, actor: Actor, *, needs_factor: bool) -> AccountFacts:
    """One's own account."""
    row = db.get_one(Person, actor.person_id)
    return AccountFacts(
        row.name,
        row.email,
        row.mobile,
        row.totp_on_at is not None,
        needs_factor,
        row.privacy_version,
        row.privacy_accepted_at,
    )
