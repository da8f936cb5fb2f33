"""Approve, allot, seal, issue, void: each number ends issued or void, and each file once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from portal.agencies import queries as agencies
from portal.agencies.queries import images
from portal.agencies.series import next_number
from portal.certificates import tokens
from portal.certificates.actions import in_lieu
from portal.certificates.lifecycle import Level, Status, Step
from portal.certificates.models import Certificate, CertificateFile
from portal.certificates.queries.decisions import fingerprint_of
from portal.certificates.sheet import SheetImage, to_json
from portal.certificates.wording import Approval, sheet_of
from portal.core import audit, clock, outbox
from portal.core.errors import Invalid, Missing, NotOpen
from portal.core.permissions import SYSTEM, Actor
from portal.core.steps import take
from portal.core.words import N_
from portal.filing import actions as filing
from portal.filing.models import Application
from portal.filing.queries import application_facts, application_for
from portal.wallet import actions as wallet

ALLOTTED = audit.Act("certificates.allotted", ("number", "sheet_sha256"))
ISSUED = audit.Act("certificates.issued", ("number", "pdf_sha256"))
MADE_LASTING = audit.Act("certificates.made_lasting", ("number", "pdf_sha256", "based_on_sha256"))
VOIDED = audit.Act("certificates.voided", ("number",))


@dataclass(frozen=True)
class Addresses:
    """What a printed certificate points to, and whether it is a specimen."""

    public_url: str
    qr_keys: tokens.QrKeys
    specimen: bool


@dataclass(frozen=True)
class Version:
    """A new version of a file: where it lies, its bytes, and until when it proves itself."""

    storage_key: str
    content: bytes
    proven_until: datetime


def approve(db: Session, actor: Actor, ref: str, addresses: Addresses) -> str:
    """Approve a file on one's desk and allot its number, in one transaction.

    The sheet is frozen as of now, with the images of office and officer. The PDF is made by
    a job that hears `certificates.allotted`; where the office has set that it waits for the
    officer's signature, the job that takes the signature goes on instead. Returns the
    certificate's number.
    """
    application = filing.approve(db, actor, ref)
    in_lieu.check_still_replaceable(db, application)
    office = _sealing_office(db, application.office_id)
    at = clock.now()
    row = Certificate(
        number=next_number(db, office, "", at),
        check_code=tokens.new_check_code(),
        qr_id=tokens.new_qr_id(),
        application_id=application.id,
        office_id=office.id,
        officer_id=actor.person_id or 0,
        seal_key_id=office.seal_key_id,
        seals_with=agencies.seals_with(db, office.id),
        allotted_at=at,
    )
    sheet = sheet_of(application_facts(db, application), _approval(db, actor, row, addresses))
    row.sheet = json.dumps(to_json(sheet), sort_keys=True, ensure_ascii=False)
    db.add(row)
    if not row.seals_with.waits_for_officer:
        outbox.announce(db, "certificates.allotted", row.number)
    facts = {"number": row.number, "sheet_sha256": fingerprint_of(row)}
    audit.record(db, filing.stream(application), ALLOTTED, actor, **facts)
    return row.number


def seal_signed(db: Session, task_id: int, number: str) -> None:
    """Let the office's key seal a certificate whose decision its officer has signed."""
    outbox.finish(db, task_id)
    outbox.announce(db, "certificates.allotted", number)


def issue(db: Session, task_id: int, number: str, *, storage_key: str, content: bytes) -> bool:
    """Put a sealed PDF on the register: certificate and file issued, fee captured, job done.

    What it is issued in lieu of is superseded with it; where that can't be any more, the number is
    voided instead and the file sent back to its officer. All in one transaction and once: False if
    it wasn't issued, another try was first or the number was voided meanwhile; the PDF of this try
    is then an orphan that the nightly sweep removes.
    """
    outbox.finish(db, task_id)
    replaced = in_lieu.lock_replaced(db, number)
    application, row = _locked(db, number)
    if row.status is not Status.ALLOTTED:
        return False
    if replaced is not None and replaced.status is not Status.ISSUED:
        in_lieu.give_up(db, application, row, replaced)
        return False
    digest = hashlib.sha256(content).hexdigest()
    now = take(db, row, Step.SEAL, SYSTEM)
    db.add(
        CertificateFile(
            certificate_id=row.id,
            storage_key=storage_key,
            sha256=digest,
            size=len(content),
            made_at=now,
        )
    )
    if replaced is not None:
        in_lieu.supersede(db, replaced, number)
    supersedes = replaced.id if replaced is not None else None
    take(db, row, Step.ISSUE, SYSTEM, issued_at=now, supersedes_id=supersedes)
    filing.mark_issued(db, SYSTEM, application, number)
    agency_id = agencies.office(db, row.office_id).agency_id
    wallet.capture_fee(db, SYSTEM, application.firm_id, application.public_ref, agency_id)
    outbox.announce(db, "certificates.issued", number)
    stream = filing.stream(application)
    audit.record(db, stream, ISSUED, SYSTEM, number=number, pdf_sha256=digest)
    return True


def keep_lasting(
    db: Session, task_id: int, number: str, *, based_on: int, version: Version
) -> bool:
    """Put a version with long-term data on the register beside the file it is based on.

    In one transaction and once: False if that file has a successor already or the certificate was
    never issued; the file of this try is then an orphan that the nightly sweep removes.
    """
    outbox.finish(db, task_id)
    application, row = _locked(db, number)
    newest = db.scalar(_newest_of(row.id).with_for_update())
    if row.issued_at is None or newest is None or newest.id != based_on:
        return False
    digest = hashlib.sha256(version.content).hexdigest()
    db.add(
        CertificateFile(
            certificate_id=row.id,
            storage_key=version.storage_key,
            sha256=digest,
            size=len(version.content),
            made_at=clock.now(),
            level=Level.LASTING,
            based_on_id=based_on,
        )
    )
    row.proven_until = version.proven_until
    facts = {"number": number, "pdf_sha256": digest, "based_on_sha256": newest.sha256}
    audit.record(db, filing.stream(application), MADE_LASTING, SYSTEM, **facts)
    return True


def ask_for_proof(db: Session, numbers: Sequence[str]) -> None:
    """Let a job see to the long-term data of these certificates."""
    for number in numbers:
        outbox.announce(db, "certificates.proof_due", number)


def void(db: Session, actor: Actor, ref: str, reason: str) -> None:
    """Void a number that can't be sealed; the file goes back to its officer, the fee stays held.

    The number stays in the register with its reason, so the series has no gap. Raises NotOpen
    once the certificate is issued.
    """
    if not reason.strip():
        raise Invalid(N_("Say why the number is voided."), code="no_reason", field="reason")
    application = application_for(db, actor, ref, lock=True)
    agencies.check_seated(db, actor)
    row = db.scalar(
        select(Certificate)
        .where(Certificate.application_id == application.id, Certificate.status != Status.VOID)
        .with_for_update()
    )
    if row is None:
        raise NotOpen(N_("No number was allotted to this file."), code="no_certificate")
    take(db, row, Step.VOID, actor, reason, void_reason=reason)
    filing.reopen(db, actor, application)
    audit.record(db, filing.stream(application), VOIDED, actor, number=row.number)


def _approval(db: Session, actor: Actor, row: Certificate, addresses: Addresses) -> Approval:
    """What the approval puts on the sheet beside the particulars."""
    return Approval(
        number=row.number,
        check_code=tokens.printed(row.check_code),
        at=row.allotted_at,
        officer=actor.name,
        designation=agencies.designation(db, actor.person_id, row.office_id),
        verify_url=f"{addresses.public_url}/verify",
        qr_url=f"{addresses.public_url}/q/{addresses.qr_keys.token(row.qr_id)}",
        specimen=addresses.specimen,
        images=_images(db, actor, row.office_id),
    )


def _newest_of(certificate_id: int) -> Select[CertificateFile]:
    query = select(CertificateFile).where(CertificateFile.certificate_id == certificate_id)
    return query.order_by(CertificateFile.id.desc()).limit(1)


def _sealing_office(db: Session, office_id: int) -> agencies.OfficeFacts:
    office = agencies.office(db, office_id)
    if not office.seal_key_id:
        raise NotOpen(
            N_("The office has no seal yet, so nothing can be issued. Ask its administrator."),
            code="no_seal",
        )
    return office


def _images(db: Session, actor: Actor, office_id: int) -> tuple[SheetImage, ...]:
    """The versions of stamp and signature that count at this instant."""
    found = images.current(db, office_id, actor.person_id)
    return tuple(SheetImage(image.use, image.storage_key, image.sha256) for image in found)


def _locked(db: Session, number: str) -> tuple[Application, Certificate]:
    """File and certificate, locked in the order that every act keeps."""
    file_id = db.scalar(select(Certificate.application_id).where(Certificate.number == number))
    if file_id is None:
        raise Missing("certificate")
    fresh = {"populate_existing": True}
    file = select(Application).where(Application.id == file_id).with_for_update()
    application = db.scalars(file.execution_options(**fresh)).one()
    query = select(Certificate).where(Certificate.number == number).with_for_update()
    return application, db.scalars(query.execution_options(**fresh)).one()
