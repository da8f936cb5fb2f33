"""Messages about agencies: to those who look after one, and to those who work at an office."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.agencies.models import Administrator, Agency, Officer, Registration
from portal.agencies.queries import office_name
from portal.core.permissions import Role
from portal.core.tx import write
from portal.notifications.actions.inbox import post
from portal.notifications.actions.sending import common, done
from portal.notifications.models import Topic
from portal.notifications.wording import letter

if TYPE_CHECKING:
    from portal.kit import Kit


def tell_registration_decided(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """Whoever registered for an agency reads that they are in, or what is missing."""
    row = db.scalars(select(Registration).where(Registration.ref == ref)).one()
    facts: dict[str, object] = {"accepted": bool(row.approved), "reason": row.reason}
    agency = db.get_one(Agency, row.agency_id).name
    words = letter("agency_decided", **common(kit), agency=agency, **facts)
    path = "/seat" if row.approved else "/agency/registration"
    write(db, post, task_id, [row.person_id], Topic.ACCESS, words, path)


def tell_handed_over(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """Administrator and deputy read that they changed places."""
    agency = db.get_one(Agency, int(ref)).name
    query = select(Administrator).where(
        Administrator.agency_id == int(ref), Administrator.ended_at.is_(None)
    )
    here = list(db.scalars(query))
    chief = next((row.person_id for row in here if row.role is Role.ADMINISTRATOR), None)
    if chief is None:
        done(db, task_id)
        return
    words = letter("handed_over", **common(kit), agency=agency)
    write(db, post, task_id, [row.person_id for row in here], Topic.ACCESS, words, "/seat")


def tell_deactivated(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """Somebody reads that their seat at an office ended, unless they hold another one there."""
    row = db.get_one(Officer, int(ref))
    still = select(Officer.id).where(
        Officer.office_id == row.office_id,
        Officer.person_id == row.person_id,
        Officer.ended_at.is_(None),
    )
    if db.scalars(still).first() is not None:
        done(db, task_id)
        return
    words = letter("deactivated", **common(kit), office=office_name(db, row.office_id))
    write(db, post, task_id, [row.person_id], Topic.ACCESS, words, "/seat")
