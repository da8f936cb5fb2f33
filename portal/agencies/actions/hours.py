"""When an office is open: hours a weekday, holidays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.agencies.actions.offices import own, stream
from portal.agencies.models import Holiday, Hours
from portal.core import audit, clock
from portal.core.errors import Invalid, Missing
from portal.core.permissions import Actor
from portal.core.words import N_

SET = audit.Act("agencies.hours_set", ("office",))
HOLIDAY_SET = audit.Act("agencies.holiday_set", ("office", "day"))
HOLIDAY_DROPPED = audit.Act("agencies.holiday_dropped", ("office", "day"))


def set_hours(db: Session, actor: Actor, code: str, hours: Mapping[int, tuple[int, int]]) -> None:
    """Opening and closing by weekday (0 is Monday), in minutes from midnight; else closed."""
    row = own(db, actor, code)
    lay_hours(db, row.id, hours)
    audit.record(db, stream(row), SET, actor, office=row.id)


def lay_hours(db: Session, office_id: int, hours: Mapping[int, tuple[int, int]]) -> None:
    """The hours of an office, in place of those before."""
    db.execute(delete(Hours).where(Hours.office_id == office_id))
    for weekday, (opens, closes) in sorted(hours.items()):
        db.add(Hours(office_id=office_id, weekday=weekday, opens=opens, closes=closes))
    db.flush()


def add_holiday(db: Session, actor: Actor, code: str, day: date, words: str) -> None:
    """A day on which the office is closed. Raises Invalid for one that is past or there."""
    row = own(db, actor, code)
    if day < clock.today():
        raise Invalid(N_("This day is past."), code="past", field="day")
    here = select(Holiday.id).where(Holiday.office_id == row.id, Holiday.day == day)
    if db.scalar(here) is not None:
        raise Invalid(N_("This day is a holiday already."), code="known", field="day")
    db.add(Holiday(office_id=row.id, day=day, words=words))
    audit.record(db, stream(row), HOLIDAY_SET, actor, office=row.id, day=day.isoformat())


def drop_holiday(db: Session, actor: Actor, code: str, holiday_id: int) -> None:
    """The office is open on that day after all. Raises Missing."""
    row = own(db, actor, code)
    found = db.scalar(select(Holiday).where(Holiday.id == holiday_id, Holiday.office_id == row.id))
    if found is None:
        raise Missing("holiday")
    day = found.day.isoformat()
    db.delete(found)
    audit.record(db, stream(row), HOLIDAY_DROPPED, actor, office=row.id, day=day)
