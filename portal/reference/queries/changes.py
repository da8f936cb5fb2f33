"""What the directorate changed in the tariff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.personal import PersonalData, rows_about
from portal.reference.models import TariffChange

MOST = 50


@dataclass(frozen=True)
class ChangeFacts:
    """One change: when, of which code, what took its place, where it is written and why."""

    at: datetime
    code: str
    last_day: date
    successors: tuple[str, ...]
    source: str
    why: str


def changes(db: Session, code: str = "") -> list[ChangeFacts]:
    """The newest fifty changes, or those of one code."""
    query = select(TariffChange).order_by(TariffChange.id.desc()).limit(MOST)
    if code:
        query = query.where(TariffChange.code == code)
    return [
        ChangeFacts(r.at, r.code, r.last_day, tuple(r.successors.split()), r.source, r.why)
        for r in db.scalars(query)
    ]


def personal_data_of(db: Session, person_id: int) -> PersonalData:
    """What this room keeps about a person."""
    return rows_about(db, person_id, (TariffChange, ["person_id"]))
