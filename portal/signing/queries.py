"""Requests for a signature, what rooms ask about what was signed, and people's credentials."""

from __future__ import annotations

import hashlib
from base64 import b64decode
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.errors import Missing
from portal.core.permissions import Actor
from portal.core.personal import PersonalData, rows_about
from portal.signing.binding import read_holder
from portal.signing.lifecycle import (
    GIVEN_UP,
    OPEN,
    RELEASED,
    UNANSWERED,
    CredentialStatus,
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
from portal.signing.rules.credentials import WARNINGS, Binding, CheckName
from portal.signing.rules.matching import Firm, Match, match
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


@dataclass(frozen=True)
class CredentialFacts:
    """A person's signing credential, as its holder sees it; `faults` are what it did not pass."""

    ref: str
    person_id: int
    sha256: str
    name: str
    serial: str
    issuer: str
    organisation: str
    valid_from: datetime
    valid_to: datetime
    binding: Binding | None
    bound_to: str
    status: CredentialStatus
    faults: str
    registered_at: datetime | None
    revoked_at: datetime | None

    @property
    def checks(self) -> tuple[CheckName, ...]:
        """What it did not pass."""
        return tuple(map(CheckName, self.faults.split()))

    @property
    def ends_soon(self) -> bool:
        """Whether its holder is warned: 30 days or fewer are left, and it is in use."""
        left = self.valid_to - clock.now()
        return self.status is CredentialStatus.ACTIVE and left <= timedelta(days=max(WARNINGS))

    @property
    def is_over(self) -> bool:
        """Whether its time has passed, noted or not."""
        return self.valid_to < clock.now()


def own_request(db: Session, actor: Actor, ref: str) -> RequestFacts:
    """A request of the acting person. Raises Missing for another's."""
    found: RequestFacts = _facts(RequestFacts, own_row(db, actor, ref))
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
    return None if row is None else _facts(SignatureFacts, row)


def signatures_of(db: Session, purpose: Purpose, subject: str) -> list[SignatureFacts]:
    """Every signature that was ever given for a subject, the newest first."""
    query = (
        select(SignRequest)
        .where(SignRequest.purpose == purpose, SignRequest.subject == subject)
        .where(SignRequest.status == Status.SIGNED)
        .order_by(SignRequest.id.desc())
    )
    return [_facts(SignatureFacts, row) for row in db.scalars(query)]


def open_request(db: Session, actor: Actor, purpose: Purpose, subject: str) -> RequestFacts | None:
    """The acting person's newest request about a subject that may still become a signature."""
    query = (
        select(SignRequest)
        .where(SignRequest.person_id == (actor.person_id or 0))
        .where(SignRequest.purpose == purpose, SignRequest.subject == subject)
        .order_by(SignRequest.id.desc())
        .limit(1)
    )
    row = db.scalar(query)
    return _facts(RequestFacts, row) if row is not None and row.status in OPEN else None


def credentials_of(db: Session, person_id: int | None) -> list[CredentialFacts]:
    """Somebody's credentials, the newest first."""
    query = select(SigningCredential).where(SigningCredential.person_id == (person_id or 0))
    query = query.order_by(SigningCredential.id.desc())
    return [_facts(CredentialFacts, row) for row in db.scalars(query)]


def credentials_ending(db: Session, person_id: int | None) -> list[CredentialFacts]:
    """Somebody's credentials in use that end within 30 days, or have ended."""
    return [one for one in credentials_of(db, person_id) if one.ends_soon]


def active_credential(db: Session, person_id: int, sha256: str) -> CredentialFacts | None:
    """Somebody's credential of this certificate if it is in use and in its time, else None."""
    query = select(SigningCredential).where(*in_use(), SigningCredential.sha256 == sha256)
    row = db.scalar(query.where(SigningCredential.person_id == person_id))
    return None if row is None else _facts(CredentialFacts, row)


def matches(db: Session, person_id: int | None, firm: Firm) -> list[tuple[CredentialFacts, Match]]:
    """Somebody's credentials in use and in their time, each with what it proves of a firm."""
    query = select(SigningCredential).where(*in_use())
    query = query.where(SigningCredential.person_id == (person_id or 0))
    return [
        (_facts(CredentialFacts, row), match(read_holder(b64decode(row.certificate)), firm))
        for row in db.scalars(query.order_by(SigningCredential.id.desc()))
    ]


def in_use() -> tuple[ColumnElement[bool], ...]:
    """That a credential is in use and in its time, for queries about its holders."""
    now = clock.now()
    return (
        SigningCredential.status == CredentialStatus.ACTIVE,
        SigningCredential.valid_from <= now,
        SigningCredential.valid_to >= now,
    )


def credential_by_ref(db: Session, ref: str) -> CredentialFacts:
    """A credential, for jobs. Raises Missing."""
    row = db.scalar(select(SigningCredential).where(SigningCredential.ref == ref))
    if row is None:
        raise Missing("credential")
    found: CredentialFacts = _facts(CredentialFacts, row)
    return found


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


def is_given_up(db: Session, person_id: int | None, certificate: bytes) -> bool:
    """Whether somebody withdrew this certificate (DER), or it was found ended or revoked."""
    query = select(SigningCredential.status).where(
        SigningCredential.person_id == (person_id or 0),
        SigningCredential.sha256 == hashlib.sha256(certificate).hexdigest(),
    )
    return db.scalar(query) in GIVEN_UP


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


def _facts(kind: Any, row: SignRequest | SigningCredential) -> Any:
    return kind(**{name: getattr(row, name) for name in kind.__dataclass_fields__})
