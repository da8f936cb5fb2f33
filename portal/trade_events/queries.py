"""Reading events: a filtered list in two statements, one event in one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Row, Select, or_, select
from sqlalchemy.orm import Session

from portal.core.errors import Missing
from portal.trade_events.models import Event

MOST = 100


@dataclass(frozen=True)
class EventRow:
    """A line of the list."""

    slug: str
    name: str
    starts: date
    ends: date
    place: str
    sector: str


@dataclass(frozen=True)
class EventFacts:
    """Everything the page of one event shows."""

    slug: str
    name: str
    edition: str
    starts: date
    ends: date
    place: str
    venue: str
    organiser: str
    sector: str
    source: str
    verified_on: date
    is_over: bool


@dataclass(frozen=True)
class Filter:
    """What somebody looks for; empty means anything. `month` is the first day of it."""

    month: date | None = None
    place: str = ""
    sector: str = ""


@dataclass(frozen=True)
class Calendar:
    """Events to come (soonest first), past ones (latest first), and what one can choose from."""

    upcoming: tuple[EventRow, ...]
    past: tuple[EventRow, ...]
    months: tuple[date, ...]
    sectors: tuple[str, ...]


def calendar(db: Session, today: date, wanted: Filter) -> Calendar:
    """The events that fit `wanted`, as of `today`; two statements, at most 100 rows."""
    query = _rows().where(*_conditions(wanted)).order_by(Event.starts.desc(), Event.id)
    rows = [_row(found) for found in db.execute(query.limit(MOST))]
    choices = db.execute(select(Event.starts, Event.ends, Event.sector).distinct()).all()
    months = {day.replace(day=1) for choice in choices for day in (choice.starts, choice.ends)}
    return Calendar(
        upcoming=tuple(row for row in reversed(rows) if row.ends >= today),
        past=tuple(row for row in rows if row.ends < today),
        months=tuple(sorted(months, reverse=True)),
        sectors=tuple(sorted({choice.sector for choice in choices})),
    )


def upcoming(db: Session, today: date, most: int) -> list[EventRow]:
    """The next events, soonest first; one statement."""
    query = _rows().where(Event.ends >= today).order_by(Event.starts, Event.id).limit(most)
    return [_row(found) for found in db.execute(query)]


def event(db: Session, slug: str, today: date) -> EventFacts:
    """One event; raises Missing."""
    row = db.scalar(select(Event).where(Event.slug == slug))
    if row is None:
        raise Missing("event")
    return EventFacts(
        row.slug,
        row.name,
        row.edition,
        row.starts,
        row.ends,
        f"{row.city}, {row.country_name}",
        row.venue,
        row.organiser,
        row.sector,
        row.source,
        row.verified_on,
        row.ends < today,
    )


def _rows() -> Select[str, str, date, date, str, str, str]:
    return select(
        Event.slug,
        Event.name,
        Event.starts,
        Event.ends,
        Event.city,
        Event.country_name,
        Event.sector,
    )


def _row(found: Row[str, str, date, date, str, str, str]) -> EventRow:
    slug, name, starts, ends, city, country, sector = found
    return EventRow(slug, name, starts, ends, f"{city}, {country}", sector)


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.month:
        found += [Event.starts < _next_month(wanted.month), Event.ends >= wanted.month]
    if wanted.place:
        text = wanted.place
        found.append(
            or_(
                Event.city.icontains(text, autoescape=True),
                Event.country_name.icontains(text, autoescape=True),
                Event.venue.icontains(text, autoescape=True),
            )
        )
    if wanted.sector:
        found.append(Event.sector == wanted.sector)
    return found


def _next_month(first: date) -> date:
    year, month = divmod(first.year * 12 + first.month, 12)
    return date(year, month + 1, 1)
