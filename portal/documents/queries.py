"""What this room keeps about a person, what nobody has scanned yet, what nobody may have."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.errors import DomainError
from portal.core.personal import PersonalData, rows_about
from portal.core.words import N_
from portal.documents.models import Document, Scan


def personal_data_of(db: Session, person_id: int) -> PersonalData:
    """The documents that a person sent in."""
    return rows_about(db, person_id, (Document, ["person_id"]))


class Infected(DomainError):
    """A document is not handed out: it holds malware."""

    status = 409


def check_clean(db: Session, storage_key: str) -> None:
    """Raise Infected where a scanner found malware in the document that is kept under a key."""
    query = select(Scan.finding).join(Document, Document.id == Scan.document_id)
    finding = db.scalar(query.where(Document.storage_key == storage_key))
    if finding:
        raise Infected(
            N_(
                "Our scanner found malware in this document (%(finding)s) after it was uploaded, "
                "so nobody gets it. It has to be made anew and uploaded again."
            ),
            code="malware",
            finding=finding,
        )


def unscanned_among(db: Session, storage_keys: Collection[str]) -> set[str]:
    """Those of some documents, by the keys they are kept under, that no scanner has looked at."""
    query = select(Document.storage_key).outerjoin(Scan, Scan.document_id == Document.id)
    return set(db.scalars(query.where(Document.storage_key.in_(storage_keys), Scan.id.is_(None))))


def unscanned(db: Session) -> int:
    """How many documents no scanner for malware has looked at."""
    query = select(func.count(Document.id)).outerjoin(Scan, Scan.document_id == Document.id)
    return db.scalar(query.where(Scan.id.is_(None))) or 0
