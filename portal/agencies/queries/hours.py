"""When offices are open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.agencies.models import Holiday, Hours
from portal.core.clock import IST


@dataclass(frozen=True)
class HolidayFacts:
    """A day on which an office is closed."""

    id: int
    day: date
    words: str


@dataclass(frozen=True)
class Today:
    """What an office does on the day of an instant: minutes from midnight, IST."""

    is_open: bool
    opens: int | None = None
    closes: int | None = None

    @property
    def closing(self) -> str:
        """When it closes, as 17:30, or an empty text where it is closed all day."""
        return clock_time(self.closes) if self.closes is not None else ""


def clock_time(minutes: int) -> str:
    """Minutes from midnight as people write them: 1050 is 17:30."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def hours_of(db: Session, office_id: int) -> dict[int, tuple[int, int]]:
    """Opening and closing by weekday."""
    query = select(Hours.weekday, Hours.opens, Hours.closes).where(Hours.office_id == office_id)
    return {row.weekday: (row.opens, row.closes) for row in db.execute(query)}


def holidays(db: Session, office_id: int, since: date) -> list[HolidayFacts]:
    """The holidays from a day on, the next first, at most a year of them."""
    query = (
        select(Holiday.id, Holiday.day, Holiday.words)
        .where(Holiday.office_id == office_id, Holiday.day >= since)
        .order_by(Holiday.day)
        .limit(366)
    )
    return [HolidayFacts(*row) for row in db.execute(query)]


def today_at(db: Session, office_ids: Iterable[int], now: datetime) -> dict[int, Today]:
    """What each office does at an instant; offices without hours are left out. Two statements."""
    local, wanted = now.astimezone(IST), set(office_ids)
    closed = set(
        db.scalars(
            select(Holiday.office_id).where(
                Holiday.day == local.date(), Holiday.office_id.in_(wanted)
            )
        )
    )
    query = select(Hours).where(Hours.office_id.in_(wanted))
    found: dict[int, Today] = {}
    minute = local.hour * 60 + local.minute
    for row in db.scalars(query):
        found.setdefault(row.office_id, Today(False))
        if row.weekday == local.weekday() and row.office_id not in closed:
            is_open = row.opens <= minute < row.closes
            found[row.office_id] = Today(is_open, row.opens, row.closes)
    return found
