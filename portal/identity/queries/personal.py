"""What this room keeps about a person."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.core.personal import PersonalData, rows_about
from portal.identity.models import (
    AgentMember,
    Dispute,
    IecClaim,
    Invitation,
    Mandate,
    Membership,
    Person,
    RecoveryCode,
    SignIn,
    Staff,
)


def personal_data_of(db: Session, person_id: int) -> PersonalData:
    """What this room keeps about a person."""
    return rows_about(
        db,
        person_id,
        (Person, ["id"]),
        (Membership, ["person_id"]),
        (AgentMember, ["person_id"]),
        (Mandate, ["given_by", "revoked_by"]),
        (Staff, ["person_id"]),
        (SignIn, ["person_id"]),
        (RecoveryCode, ["person_id"]),
        (IecClaim, ["person_id", "decided_by"]),
        (Dispute, ["person_id", "raised_by", "settled_by"]),
        (Invitation, ["invited_by", "accepted_by"]),
    )
