"""What this room keeps about a person."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.core.personal import PersonalData, rows_about
from portal.documents.models import Document


def personal_data_of(db: Session, person_id: int) -> PersonalData:
    """The documents that a person sent in."""
    return rows_about(db, person_id, (Document, ["person_id"]))
