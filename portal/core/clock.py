"""The one source of time: UTC plus an offset that all processes share, law in IST."""

from __future__ import annotations

import os.path
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

IST = timezone(timedelta(hours=5, minutes=30), "IST")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_offset_file: list[str] = []
_looked_at: ContextVar[datetime | None] = ContextVar("looked_at", default=None)


def follow(offset_file: Path | None) -> None:
    """Move this process's clock by the seconds written in `offset_file` (never in production)."""
    _offset_file[:] = [str(offset_file)] if offset_file else []


def offset() -> timedelta:
    """How far the clock is moved now; zero without a file or with an unreadable one."""
    # Looked at on every call and several times a request, so the usual case, no file, is cheap.
    if not _offset_file or not os.path.exists(_offset_file[0]):
        return timedelta()
    try:
        return timedelta(seconds=float(Path(_offset_file[0]).read_text() or 0))
    except (OSError, ValueError):
        return timedelta()


def look_at(instant: datetime | None) -> None:
    """Let this request see the portal as of an instant (aware); None is the present again.

    Only for reading: what is written must bear the time at which it happened.
    """
    _looked_at.set(instant.astimezone(UTC) if instant else None)


def looked_at() -> datetime | None:
    """The instant that this request looks at, or None where it is the present."""
    return _looked_at.get()


def now() -> datetime:
    """The present instant, aware, in UTC; in a preview the instant looked at."""
    return _looked_at.get() or present()


def present() -> datetime:
    """The present instant even in a preview: what somebody may see depends on this one alone."""
    return datetime.now(UTC) + offset()


def today() -> date:
    """The present day in India."""
    return now().astimezone(IST).date()


def written_day(day: date) -> str:
    """A day as pages and messages write it, in English: 23 Nov 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year:04d}"


def ist_day(instant: datetime) -> date:
    """The day in India at an instant."""
    return instant.astimezone(IST).date()


def start_of(day: date) -> datetime:
    """The instant (UTC) at which a day begins in India."""
    return datetime(day.year, day.month, day.day, tzinfo=IST).astimezone(UTC)


def financial_year(instant: datetime) -> str:
    """The Indian financial year (April to March, IST) of an instant, as `2627` for 2026-27."""
    day = ist_day(instant)
    first = day.year if day.month >= 4 else day.year - 1
    return f"{first % 100:02d}{(first + 1) % 100:02d}"
