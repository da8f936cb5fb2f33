"""What this room keeps about a person."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.agencies.models import (
    Account,
    Administrator,
    Change,
    Image,
    Officer,
    Registration,
    Upload,
)
from portal.core.personal import PersonalData, rows_about


def personal_data_of(db: Session, person_id: int) -> PersonalData:
    """What this room keeps about a person."""
    return rows_about(
        db,
        person_id,
        (Officer, ["person_id"]),
        (Administrator, ["person_id"]),
        (Change, ["person_id"]),
        (Registration, ["person_id", "decided_by"]),
        (Account, ["person_id"]),
        (Image, ["person_id"]),
        (Upload, ["person_id"]),
    )
