"""What a link from a letter leads to."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.errors import Missing
from portal.core.permissions import SeatKind
from portal.core.sealed import fingerprint
from portal.identity.lifecycle import CodePurpose
from portal.identity.models import Code, IecClaim, Invitation
from portal.identity.queries.claims import ClaimFacts, claims_where

# How a seat is called, by its row: "Specimen Rice Mills", "Specimen Chamber, Delhi office".
SeatWords = Callable[[Session, int], str]


def seat_words(db: Session, found: Invitation, words: Mapping[SeatKind, SeatWords]) -> str:
    """How the seat of an invitation is called."""
    return words[found.kind](db, found.seat_id)


def linked_by(db: Session, token: str, secret_key: str) -> ClaimFacts:
    """The claim that a link from the registry's address is about. Raises Missing."""
    mine = fingerprint(secret_key, CodePurpose.DISPUTE.value, token[:64])
    ref = db.scalar(
        select(Code.subject).where(
            Code.purpose == CodePurpose.DISPUTE,
            Code.code_hash == mine,
            Code.expires_at > clock.now(),
        )
    )
    if ref is None:
        raise Missing("link")
    return claims_where(db, IecClaim.ref == ref)[0]
