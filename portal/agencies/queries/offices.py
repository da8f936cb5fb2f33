"""Which offices there are, who sits there, and what an administrator sees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from portal.agencies.models import Agency, Hours, Listing, Office, Officer
from portal.agencies.queries.credentials import armed
from portal.agencies.rules import SealsWith, Standing
from portal.core import clock
from portal.core.db import filled, rows
from portal.core.errors import Missing
from portal.core.permissions import Actor, Role, Seat, SeatKind
from portal.identity.models import Person


@dataclass(frozen=True)
class OfficeFacts:
    """An office as files, certificates and pages name it."""

    id: int
    code: str
    name: str
    address: str
    city: str
    state: str
    seal_key_id: str
    agency_id: int
    agency_code: str
    agency_name: str

    @property
    def label(self) -> str:
        """Agency and office in one line."""
        return f"{self.agency_name}, {self.name}"


@dataclass(frozen=True)
class OwnOffice:
    """An office as whoever looks after it sees it."""

    id: int
    code: str
    name: str
    address: str
    city: str
    state: str
    gstin: str
    email: str
    phone: str
    seal_key_id: str
    seals_with: SealsWith
    away_until: date | None


@dataclass(frozen=True)
class OfficerFacts:
    """An officer of an office."""

    name: str
    role: Role
    designation: str
    office: str


class SealEnd(NamedTuple):
    """When the key of an office ends, as far as a worker has read it."""

    agency: str
    office: str
    ends_at: datetime


def office_seats(db: Session, person_id: int) -> list[Seat]:
    """The office desks of a person."""
    found = rows(db, _office_seats_query(), person_id=person_id)
    return [Seat(SeatKind.OFFICE, r.id, r.role, f"{r.agency}, {r.name}") for r in found]


@cache
def _office_seats_query() -> Select[*tuple[Any, ...]]:
    """Built once: every request of an officer asks this."""
    return (
        select(Office.id, Office.name, Agency.name.label("agency"), Officer.role)
        .join(Officer, Officer.office_id == Office.id)
        .join(Agency, Agency.id == Office.agency_id)
        .where(Officer.person_id == bindparam("person_id"), Officer.ended_at.is_(None))
        .order_by(Officer.id)
    )


def offices(db: Session, agency_id: int | None = None) -> list[OfficeFacts]:
    """Every office that is open, by agency and name; all agencies have all-India jurisdiction.

    Source: Public Notice 29/2015-20 of 18.10.2021.
    """
    query = (
        select(Office, Agency)
        .join(Agency, Agency.id == Office.agency_id)
        .where(Office.closed_at.is_(None))
        .order_by(Agency.name, Office.name)
    )
    if agency_id is not None:
        query = query.where(Agency.id == agency_id)
    return [_facts(office, agency) for office, agency in db.execute(query)]


def seals_with(db: Session, office_id: int) -> SealsWith:
    """Whose key the certificates of an office bear. Raises Missing."""
    found = db.scalar(select(Office.seals_with).where(Office.id == office_id))
    if found is None:
        raise Missing("office")
    return found


def offered(db: Session) -> list[OfficeFacts]:
    """The offices that exporters may choose now: listed, not away, with a seal and an officer.

    Where officers sign by their own tokens, one of them has a credential in use that fits.
    """
    now, today = clock.now(), clock.today()
    seated = select(Officer.office_id).where(
        Officer.ended_at.is_(None), Officer.role.in_((Role.OFFICER, Role.SUPERVISOR))
    )
    listed = (
        select(Listing.agency_id)
        .where(Listing.standing == Standing.LISTED)
        .where(Listing.valid_from.is_(None) | (Listing.valid_from <= now))
        .where(Listing.valid_until.is_(None) | (Listing.valid_until > now))
    )
    query = (
        select(Office, Agency)
        .join(Agency, Agency.id == Office.agency_id)
        .where(Office.closed_at.is_(None), Office.seal_key_id != "", Office.id.in_(seated))
        .where(Office.id.in_(select(Hours.office_id)))
        .where(Office.away_until.is_(None) | (Office.away_until <= today))
        .where((Office.seals_with != SealsWith.OFFICER_TOKEN) | Office.id.in_(armed(db)))
        .where(Agency.id.in_(listed))
        .order_by(Agency.name, Office.name)
    )
    return [_facts(office, agency) for office, agency in db.execute(query)]


def seal_ends(db: Session, before: datetime) -> list[SealEnd]:
    """The open offices whose key ends before an instant, the next first."""
    query = (
        select(Agency.name, Office.name, Office.seal_ends_at)
        .join(Agency, Agency.id == Office.agency_id)
        .where(Office.closed_at.is_(None), Office.seal_ends_at < before)
        .order_by(Office.seal_ends_at)
    )
    return [SealEnd(agency, office, ends) for agency, office, ends in db.execute(query) if ends]


def sealing_offices(db: Session) -> list[OfficeFacts]:
    """The open offices that have a key."""
    return [one for one in offices(db) if one.seal_key_id]


def own_office(db: Session, actor: Actor, code: str) -> OwnOffice:
    """An open office that the actor looks after, to show and change. Raises Missing."""
    query = select(Office).where(Office.code == code, Office.closed_at.is_(None))
    if actor.agency_id is not None:
        query = query.where(Office.agency_id == actor.agency_id)
    else:
        query = query.where(Office.id == (actor.office_id or 0))
    row = db.scalar(query)
    if row is None:
        raise Missing("office")
    return filled(OwnOffice, row)


def office_ids(db: Session, agency_id: int) -> list[int]:
    """The rows of all offices that an agency ever had."""
    query = select(Office.id).where(Office.agency_id == agency_id).order_by(Office.id)
    return list(db.scalars(query))


def office(db: Session, office_id: int) -> OfficeFacts:
    """An office by its row. Raises Missing."""
    row = db.execute(_with_agency(), {"office": office_id}).one_or_none()
    if row is None:
        raise Missing("office")
    return _facts(*row)


@cache
def _with_agency() -> Select[Office, Agency]:
    query = select(Office, Agency).join(Agency, Agency.id == Office.agency_id)
    return query.where(Office.id == bindparam("office"))


def designation(db: Session, person_id: int | None, office_id: int) -> str:
    """What an officer is called at an office."""
    query = select(Officer.designation).where(
        Officer.person_id == person_id, Officer.office_id == office_id
    )
    return db.scalar(query.order_by(Officer.id.desc()).limit(1)) or ""


def officers(db: Session, actor: Actor) -> list[OfficerFacts]:
    """The officers of the agency that the actor administers."""
    found = db.execute(
        select(Person.name, Officer.role, Officer.designation, Office.name.label("office"))
        .join(Officer, Officer.person_id == Person.id)
        .join(Office, Office.id == Officer.office_id)
        .where(Office.agency_id == _agency_of(actor), Officer.ended_at.is_(None))
        .order_by(Office.name, Person.name)
    )
    return [OfficerFacts(r.name, r.role, r.designation, r.office) for r in found]


def own_offices(db: Session, actor: Actor) -> list[OfficeFacts]:
    """The offices of the agency that the actor administers."""
    return offices(db, _agency_of(actor))


def _agency_of(actor: Actor) -> int:
    if actor.agency_id is None:
        raise Missing("agency")
    return actor.agency_id


def _facts(row: Office, agency: Agency) -> OfficeFacts:
    return OfficeFacts(
        row.id,
        row.code,
        row.name,
        row.address,
        row.city,
        row.state,
        row.seal_key_id,
        agency.id,
        agency.code or "",
        agency.name,
    )
