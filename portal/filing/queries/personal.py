"""What this room keeps about a person."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.core.personal import PersonalData, rows_about
from portal.filing.models import (
    Application,
    ApplicationEvent,
    Question,
    Sheaf,
    ShippingBill,
    Typed,
    Version,
)


def personal_data_of(db: Session, person_id: int) -> PersonalData:
    """Files begun or decided, questions, versions, steps, Shipping Bills, and work under way."""
    return rows_about(
        db,
        person_id,
        (Application, ["created_by", "officer_id"]),
        (ApplicationEvent, ["person_id"]),
        (Question, ["asked_by", "answered_by"]),
        (Version, ["person_id"]),
        (ShippingBill, ["entered_by"]),
        (Typed, ["person_id"]),
        (Sheaf, ["person_id"]),
    )
