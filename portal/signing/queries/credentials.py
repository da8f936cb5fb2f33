"""People's signing credentials: whose they are, and which are in use."""

from __future__ import annotations

import hashlib
from base64 import b64decode
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.db import filled
from portal.core.errors import Missing
from portal.signing.binding import read_holder
from portal.signing.lifecycle import GIVEN_UP, CredentialStatus
from portal.signing.models import SigningCredential
from portal.signing.rules.credentials import WARNINGS, Binding, CheckName
from portal.signing.rules.matching import Firm, Match, match


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


def credentials_of(db: Session, person_id: int | None) -> list[CredentialFacts]:
    """Somebody's credentials, the newest first."""
    query = select(SigningCredential).where(SigningCredential.person_id == (person_id or 0))
    query = query.order_by(SigningCredential.id.desc())
    return [filled(CredentialFacts, row) for row in db.scalars(query)]


def credentials_ending(db: Session, person_id: int | None) -> list[CredentialFacts]:
    """Somebody's credentials in use that end within 30 days, or have ended."""
    return [one for one in credentials_of(db, person_id) if one.ends_soon]


def active_credential(db: Session, person_id: int, sha256: str) -> CredentialFacts | None:
    """Somebody's credential of this certificate if it is in use and in its time, else None."""
    query = select(SigningCredential).where(*in_use(), SigningCredential.sha256 == sha256)
    row = db.scalar(query.where(SigningCredential.person_id == person_id))
    return None if row is None else filled(CredentialFacts, row)


def matches(db: Session, person_id: int | None, firm: Firm) -> list[tuple[CredentialFacts, Match]]:
    """Somebody's credentials in use and in their time, each with what it proves of a firm."""
    query = select(SigningCredential).where(*in_use())
    query = query.where(SigningCredential.person_id == (person_id or 0))
    return [
        (filled(CredentialFacts, row), match(read_holder(b64decode(row.certificate)), firm))
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
    return filled(CredentialFacts, row)


def is_given_up(db: Session, person_id: int | None, certificate: bytes) -> bool:
    """Whether somebody withdrew this certificate (DER), or it was found ended or revoked."""
    query = select(SigningCredential.status).where(
        SigningCredential.person_id == (person_id or 0),
        SigningCredential.sha256 == hashlib.sha256(certificate).hexdigest(),
    )
    return db.scalar(query) in GIVEN_UP
