"""Appendix 2E for readers: which agencies there are, how each stands, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session

from portal.agencies.models import Agency, Change, Listing, Office, Scope
from portal.agencies.rules import Category, Standing
from portal.core import clock
from portal.core.db import filled, rows
from portal.core.errors import DomainError, Missing
from portal.core.types import UtcDateTime
from portal.core.words import N_
from portal.identity.queries import names
from portal.notices.models import Certainty, Notice
from portal.notices.rules import slug_of

PAGE = 25


class NotListed(DomainError):
    """The agency takes no new files at this instant; the message names the notice."""


class AgencyRow(NamedTuple):
    """An agency in the list, with the listing that began last."""

    slug: str
    name: str
    city: str
    state: str
    standing: Standing | None
    valid_from: datetime | None
    valid_until: datetime | None
    notice: str
    end_notice: str
    source: str
    certainty: Certainty


@dataclass(frozen=True)
class ListingFacts:
    """How an agency stands from when to when; `valid_until` is exclusive."""

    standing: Standing
    valid_from: datetime | None
    valid_until: datetime | None
    notice: str
    end_notice: str
    source: str
    certainty: Certainty

    def covers(self, instant: datetime) -> bool:
        """Whether it holds at an instant."""
        begun = self.valid_from is None or self.valid_from <= instant
        return begun and not self.is_over(instant)

    def is_over(self, instant: datetime) -> bool:
        """Whether it has ended by an instant."""
        return self.valid_until is not None and self.valid_until <= instant


@dataclass(frozen=True)
class ScopeFacts:
    """Goods that a notice gives to an agency."""

    id: int
    hs_prefix: str
    goods: str
    valid_from: datetime
    valid_until: datetime | None
    notice: str
    end_notice: str
    source: str
    certainty: Certainty


@dataclass(frozen=True)
class ChangeFacts:
    """One change of an agency's entry."""

    at: datetime
    who: str
    what: str
    before: str
    after: str
    why: str


@dataclass(frozen=True)
class AgencyFacts:
    """All that the register says of an agency; listings are the oldest first."""

    id: int
    slug: str
    code: str
    name: str
    category: Category
    city: str
    state: str
    serial: str
    email: str
    is_invented: bool
    listings: tuple[ListingFacts, ...]
    scopes: tuple[ScopeFacts, ...]

    def standing(self, instant: datetime) -> Standing | None:
        """How it stands at an instant; None is: not in Appendix 2E."""
        return next((row.standing for row in self.listings if row.covers(instant)), None)


def agencies(db: Session, text: str = "", state: str = "", page: int = 1) -> list[AgencyRow]:
    """The register by name, filtered by words (name, city, state) and state.

    One row more than a page of 25, so that the reader knows whether there is another.
    """
    query = _listed().offset((page - 1) * PAGE).limit(PAGE + 1)
    if state:
        query = query.where(Agency.state == state)
    for word in text.split()[:6]:
        plain = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        columns = (Agency.name, Agency.city, Agency.state)
        query = query.where(or_(*[c.ilike(f"%{plain}%", escape="\\") for c in columns]))
    return [AgencyRow(*row) for row in rows(db, query, now=clock.now())]


@cache
def _listed() -> Select[*tuple[Any, ...]]:
    """Built once: agencies with the listing that began last before the bound instant `now`."""
    now = bindparam("now", type_=UtcDateTime())
    last = (
        select(func.max(Listing.id))
        .where(Listing.agency_id == Agency.id)
        .where(Listing.valid_from.is_(None) | (Listing.valid_from <= now))
        .correlate(Agency)
        .scalar_subquery()
    )
    of_agency = [getattr(Agency, name) for name in AgencyRow._fields[:4]]
    of_listing = [getattr(Listing, name) for name in AgencyRow._fields[4:]]
    query = select(*of_agency, *of_listing).outerjoin(Listing, Listing.id == last)
    return query.order_by(func.lower(Agency.name), Agency.id)


def states(db: Session) -> list[str]:
    """The states that any agency is in."""
    return [row.state for row in rows(db, _states())]


@cache
def _states() -> Select[*tuple[Any, ...]]:
    return select(Agency.state).distinct().order_by(Agency.state)


def agency(db: Session, slug: str) -> AgencyFacts:
    """One agency with its listings and scopes. Raises Missing."""
    row = db.scalar(select(Agency).where(Agency.slug == slug))
    if row is None:
        raise Missing("agency")
    return _agency_facts(db, row)


def agency_by_id(db: Session, agency_id: int) -> AgencyFacts:
    """One agency by its row. Raises Missing."""
    row = db.get(Agency, agency_id)
    if row is None:
        raise Missing("agency")
    return _agency_facts(db, row)


def changes(db: Session, agency_id: int) -> list[ChangeFacts]:
    """Who changed what in an agency's entry, the newest first."""
    query = select(Change).where(Change.agency_id == agency_id).order_by(Change.id.desc())
    found = db.scalars(query).all()
    who = names(db, {row.person_id for row in found if row.person_id is not None})
    return [
        ChangeFacts(
            row.at, who.get(row.person_id or 0, "eCoO"), row.what, row.before, row.after, row.why
        )
        for row in found
    ]


def known_notices(db: Session, numbers: set[str]) -> dict[str, str]:
    """The slugs of those notices that the register of notices has, by number."""
    slugs = {slug_of(number): number for number in numbers if number}
    found = db.scalars(select(Notice.slug).where(Notice.slug.in_(slugs)))
    return {slugs[slug]: slug for slug in found}


def ended_by(db: Session, office_id: int, instant: datetime) -> ListingFacts | None:
    """None while the office's agency is listed; else the listing that ended, or that suspends it.

    Raises NotListed where the agency was never in the register at that instant.
    """
    found = rows(db, _standing_query(), office_id=office_id, now=instant)
    if not found:
        raise NotListed(
            N_("The agency is not in Appendix 2E, so it takes no applications."), code="not_listed"
        )
    last = ListingFacts(*found[0])
    return None if last.covers(instant) and last.standing is Standing.LISTED else last


@cache
def _standing_query() -> Select[*tuple[Any, ...]]:
    """Built once: each act on a file asks this."""
    columns = [getattr(Listing, name) for name in ListingFacts.__dataclass_fields__]
    now = bindparam("now", type_=UtcDateTime())
    return (
        select(*columns)
        .join(Office, Office.agency_id == Listing.agency_id)
        .where(Office.id == bindparam("office_id"))
        .where(Listing.valid_from.is_(None) | (Listing.valid_from <= now))
        .order_by(Listing.id.desc())
        .limit(1)
    )


def check_takes_files(db: Session, office_id: int, instant: datetime) -> None:
    """Raise NotListed unless the office's agency is listed in Appendix 2E at an instant."""
    last = ended_by(db, office_id, instant)
    if last is None:
        return
    if not last.is_over(instant):
        raise NotListed(
            N_(
                "The agency is suspended since %(day)s (%(notice)s), so it takes no new "
                "applications. Choose another agency."
            ),
            code="suspended",
            field="office",
            day=_day(last.valid_from),
            notice=last.notice or last.source,
        )
    raise NotListed(
        N_(
            "The agency was struck off Appendix 2E on %(day)s (%(notice)s), so it takes no new "
            "applications. Choose another agency."
        ),
        code="struck_off",
        field="office",
        day=_day(last.valid_until),
        notice=last.end_notice or last.source,
    )


def outside_goods(db: Session, office_id: int, codes: set[str], instant: datetime) -> set[str]:
    """The tariff codes that the office's agency may not certify: by the goods given to it.

    An agency without any certifies all goods; so does one with goods in words, which its officers
    judge.
    """
    found = rows(db, _scopes(), office=office_id, instant=instant)
    prefixes = tuple(scope.hs_prefix for scope in found)
    if not prefixes or "" in prefixes:
        return set()
    return {code for code in codes if not code.startswith(prefixes)}


@cache
def _scopes() -> Select[*tuple[Any, ...]]:
    instant: BindParameter[datetime] = bindparam("instant")
    return (
        select(Scope.hs_prefix)
        .join(Office, Office.agency_id == Scope.agency_id)
        .where(Office.id == bindparam("office"), Scope.valid_from <= instant)
        .where(Scope.valid_until.is_(None) | (Scope.valid_until > instant))
    )


def _day(instant: datetime | None) -> str:
    return clock.written_day(clock.ist_day(instant)) if instant else "–"


def _agency_facts(db: Session, row: Agency) -> AgencyFacts:
    listings = db.scalars(
        select(Listing).where(Listing.agency_id == row.id).order_by(Listing.id)
    ).all()
    scopes = db.scalars(select(Scope).where(Scope.agency_id == row.id).order_by(Scope.id)).all()
    plain = {name: getattr(row, name) for name in _PLAIN}
    return AgencyFacts(
        **plain,
        code=row.code or "",
        listings=tuple(filled(ListingFacts, x) for x in listings),
        scopes=tuple(filled(ScopeFacts, x) for x in scopes),
    )


_PLAIN = ("id", "slug", "name", "category", "city", "state", "serial", "email", "is_invented")
