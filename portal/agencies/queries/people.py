"""Who looks after an agency, and who asked to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from portal.agencies.models import Administrator, Agency, Listing, Registration
from portal.agencies.rules import Standing
from portal.core.errors import Missing
from portal.core.permissions import Actor, Role, Seat, SeatKind
from portal.documents.models import Document
from portal.identity.models import Person


@dataclass(frozen=True)
class AdministratorFacts:
    """Who looks after an agency."""

    person_id: int
    name: str
    email: str
    role: Role
    started_at: datetime


@dataclass(frozen=True)
class RegistrationFacts:
    """Somebody who asked to look after an agency, and what the directorate said."""

    ref: str
    agency: str
    agency_slug: str
    has_code: bool
    name: str
    email: str
    made_at: datetime
    decided_at: datetime | None
    approved: bool | None
    reason: str
    letter: str
    letter_key: str
    media_type: str


def agency_seats(db: Session, person_id: int) -> list[Seat]:
    """The agencies that a person looks after, as administrator or deputy."""
    found = db.execute(
        select(Agency.id, Agency.name, Administrator.role)
        .join(Administrator, Administrator.agency_id == Agency.id)
        .where(Administrator.person_id == person_id, Administrator.ended_at.is_(None))
        .order_by(Administrator.id)
    )
    return [Seat(SeatKind.AGENCY, r.id, r.role, r.name) for r in found]


def administrators(db: Session, agency_id: int) -> list[AdministratorFacts]:
    """The administrator and the deputy of an agency."""
    found = db.execute(
        select(Person.id, Person.name, Person.email, Administrator.role, Administrator.started_at)
        .join(Administrator, Administrator.person_id == Person.id)
        .where(Administrator.agency_id == agency_id, Administrator.ended_at.is_(None))
        .order_by(Administrator.role)
    )
    return [AdministratorFacts(*row) for row in found]


def joinable(db: Session, instant: datetime, sandbox: bool) -> list[tuple[str, str]]:
    """The agencies that may come on board, as (slug, name): listed today, invented in a sandbox."""
    query = (
        select(Agency.slug, Agency.name, Agency.city)
        .join(Listing, Listing.agency_id == Agency.id)
        .where(Listing.standing == Standing.LISTED)
        .where(Listing.valid_from.is_(None) | (Listing.valid_from <= instant))
        .where(Listing.valid_until.is_(None) | (Listing.valid_until > instant))
        .order_by(Agency.name)
    )
    if sandbox:
        query = query.where(Agency.is_invented)
    return [(row.slug, f"{row.name} ({row.city})") for row in db.execute(query)]


def registrations(db: Session) -> list[RegistrationFacts]:
    """Those that wait for the directorate, the oldest first."""
    query = _registrations().where(Registration.decided_at.is_(None))
    return [RegistrationFacts(**row._mapping) for row in db.execute(query)]


def registrations_of(db: Session, actor: Actor) -> list[RegistrationFacts]:
    """A person's own."""
    query = _registrations().where(Registration.person_id == actor.person_id)
    return [RegistrationFacts(**row._mapping) for row in db.execute(query)]


def registration(db: Session, ref: str) -> RegistrationFacts:
    """One registration, for the directorate. Raises Missing."""
    row = db.execute(_registrations().where(Registration.ref == ref)).one_or_none()
    if row is None:
        raise Missing("registration")
    return RegistrationFacts(**row._mapping)


def _registrations() -> Select[*tuple[object, ...]]:
    return (
        select(
            Registration.ref,
            Agency.name.label("agency"),
            Agency.slug.label("agency_slug"),
            Agency.code.is_not(None).label("has_code"),
            Person.name,
            Person.email,
            Registration.made_at,
            Registration.decided_at,
            Registration.approved,
            Registration.reason,
            Document.name.label("letter"),
            Document.storage_key.label("letter_key"),
            Document.media_type,
        )
        .join(Agency, Agency.id == Registration.agency_id)
        .join(Person, Person.id == Registration.person_id)
        .join(Document, Document.id == Registration.document_id)
        .order_by(Registration.id)
    )
