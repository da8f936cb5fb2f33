"""What this room keeps about a person, and what nobody has scanned yet."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.personal import PersonalData, rows_about
from portal.documents.models import Document, Scan


def personal_data_of(db: Session, person_id: int) -> PersonalData:
    """The documents that a person sent in."""
    return rows_about(db, person_id, (Document, ["person_id"]))


def unscanned(db: Session) -> int:
    """How many documents no scanner for malware has looked at."""
    query = select(func.count(Document.id)).outerjoin(Scan, Scan.document_id == Document.id)
    return db.scalar(query.where(Scan.id.is_(None))) or 0
