"""The register of certificates, as its people and the public may read it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from portal.agencies.rules import SealsWith
from portal.certificates.lifecycle import Status
from portal.certificates.models import Certificate, CertificateEvent, CertificateFile
from portal.certificates.queries.decisions import decision_is_signed, fingerprint_of
from portal.certificates.sheet import Sheet, from_json
from portal.core.errors import Missing
from portal.core.outbox import OutboxRow
from portal.core.personal import PersonalData, rows_about
from portal.filing.models import Application


@dataclass(frozen=True)
class CertificateFacts:
    """A certificate as pages show it."""

    id: int
    number: str
    check_code: str
    qr_id: str
    status: Status
    allotted_at: datetime
    issued_at: datetime | None
    seals_with: SealsWith
    void_reason: str
    proven_until: datetime | None
    sheet: Sheet


@dataclass(frozen=True)
class Unsealed:
    """What a job needs to make and seal the PDF."""

    id: int
    number: str
    status: Status
    seal_key_id: str
    seals_with: SealsWith
    fingerprint: str
    sheet: Sheet


@dataclass(frozen=True)
class NewestVersion:
    """What a job needs to make a certificate's newest file last."""

    file_id: int
    storage_key: str
    sha256: str
    is_issued: bool
    proven_until: datetime | None


@dataclass(frozen=True)
class SealedFile:
    """A stored PDF."""

    storage_key: str
    sha256: str
    size: int


def certificates_of(db: Session, application_id: int) -> tuple[CertificateFacts, ...]:
    """Every number that was allotted to an application, the live one last."""
    rows = db.scalars(
        select(Certificate)
        .where(Certificate.application_id == application_id)
        .order_by(Certificate.id)
    )
    return tuple(_facts(row) for row in rows)


def live_certificate(db: Session, application_id: int) -> CertificateFacts | None:
    """The certificate of an application, whatever its state, unless every number is void."""
    row = db.scalar(
        select(Certificate).where(
            Certificate.application_id == application_id, Certificate.status != Status.VOID
        )
    )
    return _facts(row) if row is not None else None


def issued_numbers(db: Session, application_ids: Iterable[int]) -> dict[int, tuple[str, datetime]]:
    """Number and instant of the issued certificate of each application that has one."""
    query = select(Certificate.application_id, Certificate.number, Certificate.issued_at).where(
        Certificate.application_id.in_(list(application_ids)), Certificate.issued_at.is_not(None)
    )
    return {file: (number, at) for file, number, at in db.execute(query) if at is not None}


def unsealed(db: Session, number: str) -> Unsealed:
    """What stands behind a number, for the job that makes it. Raises Missing."""
    row = _by_number(db, number)
    return Unsealed(
        row.id,
        row.number,
        row.status,
        row.seal_key_id,
        row.seals_with,
        fingerprint_of(row),
        _sheet(row),
    )


def file_of(db: Session, certificate_id: int) -> SealedFile:
    """The newest PDF of a certificate. Raises Missing before it was sealed."""
    row = db.scalar(
        select(CertificateFile)
        .where(CertificateFile.certificate_id == certificate_id)
        .order_by(CertificateFile.id.desc())
        .limit(1)
    )
    if row is None:
        raise Missing("certificate file")
    return SealedFile(row.storage_key, row.sha256, row.size)


def newest_version(db: Session, number: str) -> NewestVersion:
    """The newest file of a certificate and how it stands. Raises Missing before it was sealed."""
    query = (
        select(CertificateFile, Certificate)
        .join(Certificate, Certificate.id == CertificateFile.certificate_id)
        .where(Certificate.number == number)
        .order_by(CertificateFile.id.desc())
    )
    found = db.execute(query.limit(1)).first()
    if found is None:
        raise Missing("certificate file")
    file, row = found
    is_issued = row.issued_at is not None
    return NewestVersion(file.id, file.storage_key, file.sha256, is_issued, row.proven_until)


def due_for_proof(db: Session, job: str, renewed_before: datetime | None, most: int) -> list[str]:
    """Issued certificates whose file has no long-term data, or ones that end before an instant.

    Left out are those for which `job` waits already; the oldest come first.
    """
    waits = select(OutboxRow.ref).where(OutboxRow.done_at.is_(None))
    open_refs = set(db.scalars(waits.where(OutboxRow.job.in_(("", job)))))
    without = Certificate.issued_at.is_not(None) & Certificate.proven_until.is_(None)
    numbers = select(Certificate.number)
    found = list(db.scalars(numbers.where(without).order_by(Certificate.issued_at)))
    if renewed_before is not None:
        ending = numbers.where(Certificate.proven_until < renewed_before)
        found += db.scalars(ending.order_by(Certificate.proven_until).limit(most))
    return [number for number in found if number not in open_refs][:most]


def unsealed_since(db: Session, instant: datetime) -> int:
    """How many certificates have waited for their office's key alone since before an instant.

    Where a decision is signed first, the wait begins with that signature.
    """
    waits_for_key = (Certificate.seals_with == SealsWith.OFFICE_KEY) | (
        (Certificate.seals_with == SealsWith.SIGNED_DECISION) & decision_is_signed(instant)
    )
    query = select(func.count(Certificate.id)).where(
        Certificate.status == Status.ALLOTTED, Certificate.allotted_at <= instant, waits_for_key
    )
    return db.scalar(query) or 0


def unproven_since(db: Session, instant: datetime) -> int:
    """How many certificates were issued before an instant and have no long-term data yet."""
    query = select(func.count(Certificate.id)).where(
        Certificate.proven_until.is_(None), Certificate.issued_at <= instant
    )
    return db.scalar(query) or 0


def by_number(db: Session, number: str) -> CertificateFacts | None:
    """The certificate of a number, for verification."""
    row = db.scalar(select(Certificate).where(Certificate.number == number))
    return _facts(row) if row is not None else None


def by_qr_id(db: Session, qr_id: str) -> CertificateFacts | None:
    """The certificate of a QR token that was checked before."""
    row = db.scalar(select(Certificate).where(Certificate.qr_id == qr_id))
    return _facts(row) if row is not None else None


def by_sha256(db: Session, sha256: str) -> CertificateFacts | None:
    """The certificate whose stored PDF has exactly these bytes."""
    row = db.scalar(
        select(Certificate)
        .join(CertificateFile, CertificateFile.certificate_id == Certificate.id)
        .where(CertificateFile.sha256 == sha256)
    )
    return _facts(row) if row is not None else None


def number_of_file(db: Session, ref: str) -> str | None:
    """The live certificate's number of an application, by its number or reference."""
    return db.scalar(
        select(Certificate.number)
        .join(Application, Application.id == Certificate.application_id)
        .where(or_(Application.number == ref, Application.ref == ref))
        .where(Certificate.status != Status.VOID)
    )


def personal_data_of(db: Session, person_id: int) -> PersonalData:
    """What this room keeps about a person."""
    return rows_about(
        db, person_id, (Certificate, ["officer_id"]), (CertificateEvent, ["person_id"])
    )


def _by_number(db: Session, number: str) -> Certificate:
    row = db.scalar(select(Certificate).where(Certificate.number == number))
    if row is None:
        raise Missing("certificate")
    return row


def _facts(row: Certificate) -> CertificateFacts:
    return CertificateFacts(
        row.id,
        row.number,
        row.check_code,
        row.qr_id,
        row.status,
        row.allotted_at,
        row.issued_at,
        row.seals_with,
        row.void_reason,
        row.proven_until,
        _sheet(row),
    )


def _sheet(row: Certificate) -> Sheet:
    return from_json(json.loads(row.sheet))
