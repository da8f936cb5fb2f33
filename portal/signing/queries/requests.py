"""Requests for a signature, and what rooms ask about what was signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.db import filled, rows
from portal.core.errors import Missing
from portal.core.permissions import Actor
from portal.core.personal import PersonalData, rows_about
from portal.signing.lifecycle import (
    OPEN,
    RELEASED,
    UNANSWERED,
    FileKind,
    Means,
    Purpose,
    Status,
)
from portal.signing.models import (
    SignFile,
    SigningCredential,
    SigningCredentialEvent,
    SignRequest,
    SignRequestEvent,
)
from portal.signing.rules.overdue import OVERDUE, SHOWN, WARNING


@dataclass(frozen=True)
class RequestFacts:
    """What the signer sees of a request; `digest` is hexadecimal, shown by its first digits."""

    ref: str
    means: Means
    purpose: Purpose
    title: str
    number: str
    status: Status
    digest: str
    expected_name: str
    back: str
    made_at: datetime
    expires_at: datetime
    outcome: str
    outcome_said: str
    signer_name: str
    signer_serial: str
    signer_sha256: str
    signed_at: datetime | None

    @property
    def is_over(self) -> bool:
        """Whether its time has passed without an answer."""
        return self.status in UNANSWERED and self.expires_at <= clock.now()


@dataclass(frozen=True)
class SignatureFacts:
    """A signature that counts: who, how, when, over which file."""

    id: int
    ref: str
    means: Means
    fingerprint: str
    signer_name: str
    signer_serial: str
    signed_at: datetime


def own_request(db: Session, actor: Actor, ref: str) -> RequestFacts:
    """A request of the acting person. Raises Missing for another's."""
    found: RequestFacts = filled(RequestFacts, own_row(db, actor, ref))
    return found


def own_row(db: Session, actor: Actor, ref: str, *, lock: bool = False) -> SignRequest:
    """The row of a request of the acting person. Raises Missing for another's."""
    query = select(SignRequest).where(SignRequest.ref == ref)
    query = query.where(SignRequest.person_id == (actor.person_id or 0))
    row = db.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise Missing("signature")
    return row


def by_ref(db: Session, ref: str) -> SignRequest:
    """The row of a request, for jobs. Raises Missing."""
    row = db.scalar(select(SignRequest).where(SignRequest.ref == ref))
    if row is None:
        raise Missing("signature")
    return row


def file_of(db: Session, row: SignRequest, *kinds: FileKind) -> SignFile:
    """The newest file of a request of one of some kinds. Raises Missing."""
    query = select(SignFile).where(SignFile.request_id == row.id, SignFile.kind.in_(kinds))
    found = db.scalars(query.order_by(SignFile.id.desc()).limit(1)).first()
    if found is None:
        raise Missing("file")
    return found


def by_txn(db: Session, txn: str) -> SignRequest | None:
    """The request that a provider's message may be about."""
    return db.scalar(select(SignRequest).where(SignRequest.txn == txn)) if txn else None


def signature_on(
    db: Session, purpose: Purpose, subject: str, fingerprint: str
) -> SignatureFacts | None:
    """The newest signature over exactly this content of a subject, or None."""
    query = (
        select(SignRequest)
        .where(SignRequest.purpose == purpose, SignRequest.subject == subject)
        .where(SignRequest.fingerprint == fingerprint, SignRequest.status == Status.SIGNED)
        .order_by(SignRequest.id.desc())
        .limit(1)
    )
    row = db.scalar(query)
    return None if row is None else filled(SignatureFacts, row)


def signatures_of(db: Session, purpose: Purpose, subject: str) -> list[SignatureFacts]:
    """Every signature that was ever given for a subject, the newest first."""
    found = rows(db, _signed(), purpose=purpose, subject=subject)
    return [filled(SignatureFacts, row) for row in found]


def open_request(db: Session, actor: Actor, purpose: Purpose, subject: str) -> RequestFacts | None:
    """The acting person's newest request about a subject that may still become a signature."""
    asked = {"person": actor.person_id or 0, "purpose": purpose, "subject": subject}
    found = rows(db, _newest_request(), **asked)
    return filled(RequestFacts, found[0]) if found and found[0].status in OPEN else None


def unproven(db: Session) -> int:
    """How many signatures of the last two days should have their long-term proof by now.

    That is ten minutes before the signer's certificate ends, and 20 hours after signing at most.
    """
    now = clock.now()
    lasting = select(SignFile.id).where(
        SignFile.request_id == SignRequest.id, SignFile.kind == FileKind.LASTING
    )
    query = (
        select(func.count(SignRequest.id))
        .where(SignRequest.status == Status.SIGNED, SignRequest.expires_at > now - SHOWN)
        .where(
            (SignRequest.signer_ends_at <= now + WARNING)
            | (SignRequest.signer_ends_at.is_not(None) & (SignRequest.signed_at <= now - OVERDUE))
        )
        .where(~lasting.exists())
    )
    return db.scalar(query) or 0


def is_signed_file(db: Session, sha256: str) -> bool:
    """Whether exactly these bytes were signed here by a person."""
    query = select(SignFile.id).where(SignFile.sha256 == sha256, SignFile.kind.in_(RELEASED))
    return db.scalar(query.limit(1)) is not None


def personal_data_of(db: Session, person_id: int) -> PersonalData:
    """What somebody was asked to sign, and with which credentials."""
    return rows_about(
        db,
        person_id,
        (SignRequest, ["person_id"]),
        (SignRequestEvent, ["person_id"]),
        (SigningCredential, ["person_id"]),
        (SigningCredentialEvent, ["person_id"]),
    )


def _about(kind: Any) -> Select[Any]:
    """What `kind` tells of the requests about a subject, the newest first."""
    columns = [getattr(SignRequest, name) for name in kind.__dataclass_fields__]
    mine = (
        SignRequest.purpose == bindparam("purpose"),
        SignRequest.subject == bindparam("subject"),
    )
    return select(*columns).where(*mine).order_by(SignRequest.id.desc())


@cache
def _signed() -> Select[Any]:
    return _about(SignatureFacts).where(SignRequest.status == Status.SIGNED)


@cache
def _newest_request() -> Select[Any]:
    return _about(RequestFacts).where(SignRequest.person_id == bindparam("person")).limit(1)
