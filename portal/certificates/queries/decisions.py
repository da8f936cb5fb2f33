"""Decisions that an officer took, and which of them bear the officer's signature."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Exists, exists, select
from sqlalchemy.orm import Session

from portal.agencies.rules import SealsWith
from portal.certificates.lifecycle import Status
from portal.certificates.models import Certificate
from portal.certificates.sheet import from_json
from portal.core.permissions import Actor
from portal.filing.models import Application
from portal.signing.lifecycle import Purpose
from portal.signing.lifecycle import Status as Signing
from portal.signing.models import SignRequest
from portal.signing.queries import SignatureFacts, signature_on

# As many as the companion shows at once, so that one PIN is enough.
MOST = 50


@dataclass(frozen=True)
class Decided:
    """An approval that its officer has not signed. `fingerprint` is SHA-256 of the frozen sheet.

    `seals_with` says whether it waits for that signature, and whether it becomes the certificate's.
    """

    number: str
    file: str
    exporter: str
    consignee: str
    at: datetime
    fingerprint: str
    seals_with: SealsWith


def to_sign(db: Session, actor: Actor) -> list[Decided]:
    """What the acting officer approved at this office and has not signed.

    Certificates that aren't issued yet come first, since nobody else can help them on; then the
    oldest.
    """
    query = (
        select(Certificate, Application)
        .join(Application, Application.id == Certificate.application_id)
        .where(Certificate.officer_id == (actor.person_id or 0))
        .where(Certificate.office_id == (actor.office_id or 0))
        .where(Certificate.status != Status.VOID, ~decision_is_signed())
        .order_by(Certificate.status != Status.ALLOTTED, Certificate.id)
        .limit(MOST)
    )
    return [_decided(row, file.public_ref) for row, file in db.execute(query)]


def decision_is_signed(until: datetime | None = None) -> Exists:
    """Whether the officer has signed the decision behind a certificate, in a query of those.

    With `until` only a signature from before that instant counts.
    """
    found = exists().where(
        SignRequest.purpose == Purpose.DECISION,
        SignRequest.subject == Certificate.number,
        SignRequest.status == Signing.SIGNED,
    )
    return found if until is None else found.where(SignRequest.signed_at <= until)


def fingerprint_of(row: Certificate) -> str:
    """What a signature on a decision stands for: the sheet as it was frozen."""
    return hashlib.sha256(row.sheet.encode()).hexdigest()


def decision_signature(db: Session, number: str) -> SignatureFacts | None:
    """The officer's signature on the decision behind a number, or None."""
    row = db.scalar(select(Certificate).where(Certificate.number == number))
    if row is None:
        return None
    return signature_on(db, Purpose.DECISION, number, fingerprint_of(row))


def _decided(row: Certificate, file: str) -> Decided:
    sheet = from_json(json.loads(row.sheet))
    return Decided(
        row.number,
        file,
        sheet.exporter.name,
        sheet.consignee.name,
        row.allotted_at,
        fingerprint_of(row),
        row.seals_with,
    )
