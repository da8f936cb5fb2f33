"""The stamps of offices and signatures of officers: which count, which counted before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from portal.agencies.models import Image, Office, Officer
from portal.agencies.queries.officers import DECIDERS
from portal.agencies.rules import Use
from portal.identity.models import Person


@dataclass(frozen=True)
class ImageFacts:
    """A version that counts now; it is printed on what is approved from now on."""

    use: Use
    storage_key: str
    sha256: str


@dataclass(frozen=True)
class Subject:
    """An office or an officer whose image may be uploaded; `what` is how forms name it."""

    what: str
    office_id: int
    officer_id: int | None
    office: str
    city: str
    officer: str
    designation: str

    @property
    def use(self) -> Use:
        """An office has a stamp, an officer a signature."""
        return Use.STAMP if self.officer_id is None else Use.SIGNATURE


@dataclass(frozen=True)
class Version:
    """One upload for an office (no officer) or an officer, as it is printed."""

    office_id: int
    officer_id: int | None
    office: str
    officer: str
    storage_key: str
    width: int
    height: int
    added_at: datetime
    replaced_at: datetime | None

    @property
    def what(self) -> str:
        """How forms name its subject."""
        return what_of(self.office_id, self.officer_id)

    @property
    def use(self) -> Use:
        """What it is printed as."""
        return Use.STAMP if self.officer_id is None else Use.SIGNATURE


def what_of(office_id: int, officer_id: int | None) -> str:
    """How forms name an office or an officer."""
    return f"office-{office_id}" if officer_id is None else f"officer-{officer_id}"


def current(db: Session, office_id: int, person_id: int | None) -> tuple[ImageFacts, ...]:
    """The stamp of an office and the signature of a person who is an officer there, if any."""
    present = select(Officer.id).where(
        Officer.office_id == office_id, Officer.person_id == person_id, Officer.ended_at.is_(None)
    )
    found = db.scalars(
        select(Image)
        .where(Image.office_id == office_id, Image.replaced_at.is_(None))
        .where(or_(Image.officer_id.is_(None), Image.officer_id.in_(present)))
        .order_by(Image.officer_id.is_not(None), Image.id)
    )
    by_use = {Use.SIGNATURE if row.officer_id else Use.STAMP: row for row in found}
    return tuple(ImageFacts(use, row.storage_key, row.sha256) for use, row in by_use.items())


def has_stamp(db: Session, office_id: int) -> bool:
    """Whether a stamp of the office is printed."""
    stamp = select(Image.id).where(
        Image.office_id == office_id, Image.officer_id.is_(None), Image.replaced_at.is_(None)
    )
    return db.scalar(stamp.limit(1)) is not None


def officers_without_signature(db: Session, office_id: int) -> list[str]:
    """The names of those who approve at an office and whose signature isn't printed."""
    signed = select(Image.officer_id).where(
        Image.officer_id.is_not(None), Image.replaced_at.is_(None)
    )
    query = (
        select(Person.name)
        .join(Officer, Officer.person_id == Person.id)
        .where(Officer.office_id == office_id, Officer.ended_at.is_(None))
        .where(Officer.role.in_(DECIDERS), Officer.id.not_in(signed))
        .order_by(Person.name)
    )
    return list(db.scalars(query))


def subjects(db: Session, agency_id: int) -> list[Subject]:
    """The open offices of an agency, and after them the officers who approve there."""
    offices = db.execute(_open_offices(agency_id)).all()
    officers = db.execute(
        select(Officer.id, Person.name, Officer.designation, Officer.office_id)
        .join(Person, Person.id == Officer.person_id)
        .join(Office, Office.id == Officer.office_id)
        .where(Office.agency_id == agency_id, Office.closed_at.is_(None))
        .where(Officer.ended_at.is_(None), Officer.role.in_(DECIDERS))
        .order_by(Office.name, Person.name, Officer.id)
    ).all()
    places = {row.id: (row.name, row.city) for row in offices}
    stamps = [Subject(what_of(o.id, None), o.id, None, o.name, o.city, "", "") for o in offices]
    return stamps + [
        Subject(
            what_of(o.office_id, o.id),
            o.office_id,
            o.id,
            *places[o.office_id],
            o.name,
            o.designation,
        )
        for o in officers
    ]


def versions(db: Session, agency_id: int, most: int = 200) -> list[Version]:
    """The uploads of an agency, the newest first, `most` at the most."""
    found = db.execute(
        select(
            Image.office_id,
            Image.officer_id,
            Office.name.label("office"),
            Person.name.label("officer"),
            Image.storage_key,
            Image.width,
            Image.height,
            Image.added_at,
            Image.replaced_at,
        )
        .join(Office, Office.id == Image.office_id)
        .outerjoin(Officer, Officer.id == Image.officer_id)
        .outerjoin(Person, Person.id == Officer.person_id)
        .where(Office.agency_id == agency_id)
        .order_by(Image.id.desc())
        .limit(most)
    )
    return [Version(**{**row._mapping, "officer": row.officer or ""}) for row in found]


def _open_offices(agency_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(Office.id, Office.name, Office.city)
        .where(Office.agency_id == agency_id, Office.closed_at.is_(None))
        .order_by(Office.name)
    )
