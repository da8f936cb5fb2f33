"""What lies on an officer's desk, and who of an office may not decide a file."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.agencies import queries as agencies
from portal.filing.lifecycle import ON_A_DESK
from portal.filing.models import Application
from portal.identity.queries import agent_seats, firm_seats


def files_on_desk(db: Session, person_id: int, office_id: int) -> int:
    """How many undecided files of an office an officer has."""
    query = select(func.count(Application.id)).where(
        Application.officer_id == person_id,
        Application.office_id == office_id,
        Application.status.in_(ON_A_DESK),
    )
    return db.scalar(query) or 0


def belongs_to(db: Session, row: Application, person_id: int) -> str:
    """Whether a person belongs to the "firm" or the "agent" of a file; else an empty text."""
    if row.firm_id in {seat.id for seat in firm_seats(db, person_id)}:
        return "firm"
    if row.agent_id in {seat.id for seat in agent_seats(db, person_id)}:
        return "agent"
    return ""


def nobody_may_decide(db: Session, row: Application) -> bool:
    """Whether each officer and supervisor of the file's office belongs to its firm or agent.

    An office without any is another matter: somebody may come.
    """
    people = agencies.deciders(db, row.office_id)
    return bool(people) and all(belongs_to(db, row, person) for person in people)
