"""What this room keeps about a person."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.core.personal import PersonalData, rows_about
from portal.identity.models import Membership, Person, SignIn, Staff


def personal_data_of(db: Session, person_id: int) -> PersonalData:
    """What this room keeps about a person."""
    return rows_about(
        db,
        person_id,
        (Person, ["id"]),
        (Membership, ["person_id"]),
        (Staff, ["person_id"]),
        (SignIn, ["person_id"]),
    )
