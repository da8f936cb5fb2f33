"""Messages to the directorate: what waits for its judgement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.agencies.models import Agency, Registration
from portal.core.tx import write
from portal.identity.models import IecClaim, Person, Staff
from portal.notifications.actions.inbox import post
from portal.notifications.actions.sending import common
from portal.notifications.models import Topic
from portal.notifications.wording import letter

if TYPE_CHECKING:
    from portal.kit import Kit


def tell_registration_waits(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """Somebody wants to look after an agency and handed in its letter."""
    row = db.scalars(select(Registration).where(Registration.ref == ref)).one()
    about = db.get_one(Agency, row.agency_id).name
    path = f"/agencies/desk/registrations/{ref}"
    _tell(db, kit, task_id, "registration_waits", row.person_id, about, path)


def tell_claim_waits(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """Somebody wants to act for a firm and handed in a letter."""
    row = db.scalars(select(IecClaim).where(IecClaim.ref == ref)).one()
    _tell(db, kit, task_id, "claim_waits", row.person_id, row.firm_name, "/claims/desk")


def _tell(
    db: Session, kit: Kit, task_id: int, name: str, person_id: int, about: str, path: str
) -> None:
    person = db.get_one(Person, person_id)
    facts = {"person": person.name, "email": person.email, "about": about}
    words = letter(name, **common(kit), **facts)
    staff = list(db.scalars(select(Staff.person_id).where(Staff.ended_at.is_(None))))
    write(db, post, task_id, staff, Topic.FILES, words, path)
