"""The invented agencies of a sandbox, with offices that are ready to take files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.agencies.models import Administrator, Agency, Hours, Listing, Office, Officer
from portal.agencies.rules import Category, Standing
from portal.core import clock
from portal.core.permissions import Role
from portal.identity.models import Person
from portal.notices.models import Certainty
from portal.notices.rules import slug_of

MakePerson = Callable[[Session, str, str], Person]


@dataclass(frozen=True)
class SampleOffice:
    """An invented office with its officers: (e-mail, name, role, designation)."""

    code: str
    name: str
    address: str
    city: str
    state: str
    officers: tuple[tuple[str, str, Role, str], ...]


AGENCIES = (
    (
        ("SPCC", "Specimen Chamber of Commerce", "New Delhi", "Delhi"),
        ("administrator@chamber.example", "Invented Administrator Hari"),
        (
            SampleOffice(
                "DEL",
                "Delhi office",
                "4 Invented Trade Marg",
                "New Delhi",
                "Delhi",
                (
                    (
                        "officer@chamber.example",
                        "Invented Officer Indu",
                        Role.OFFICER,
                        "Issuing Officer",
                    ),
                    (
                        "supervisor@chamber.example",
                        "Invented Supervisor Jaya",
                        Role.SUPERVISOR,
                        "Senior Issuing Officer",
                    ),
                    (
                        "manager@chamber.example",
                        "Invented Manager Noor",
                        Role.MANAGER,
                        "Office Manager",
                    ),
                ),
            ),
            SampleOffice(
                "MUM",
                "Mumbai office",
                "55 Invented Dock Road",
                "Mumbai",
                "Maharashtra",
                (
                    (
                        "mumbai@chamber.example",
                        "Invented Officer Kiran",
                        Role.OFFICER,
                        "Issuing Officer",
                    ),
                ),
            ),
        ),
    ),
    (
        ("SPEF", "Specimen Exporters Federation", "Chennai", "Tamil Nadu"),
        ("administrator@federation.example", "Invented Administrator Lata"),
        (
            SampleOffice(
                "TUP",
                "Tiruppur office",
                "6 Invented Yarn Street",
                "Tiruppur",
                "Tamil Nadu",
                (
                    (
                        "officer@federation.example",
                        "Invented Officer Mani",
                        Role.OFFICER,
                        "Issuing Officer",
                    ),
                ),
            ),
        ),
    ),
)


def seal_key_id(agency_code: str, office_code: str) -> str:
    """The id of an office's sandbox seal key."""
    return f"{agency_code}-{office_code}-1".lower()


def add_agency(
    db: Session,
    head: tuple[str, str, str, str],
    inside: tuple[tuple[str, str], tuple[SampleOffice, ...]],
    person: MakePerson,
) -> None:
    """An agency that is listed, with its administrator and its offices."""
    code, name, city, state = head
    now = clock.now()
    agency = Agency(
        slug=slug_of(name),
        code=code,
        name=name,
        category=Category.CHAMBER,
        city=city,
        state=state,
        is_invented=True,
    )
    db.add(agency)
    db.flush()
    db.add(
        Listing(
            agency_id=agency.id,
            standing=Standing.LISTED,
            notice="Specimen Public Notice 1",
            source="invented for this sandbox",
            certainty=Certainty.SEEN,
            entered_at=now,
        )
    )
    administrator, offices = inside
    chief = person(db, *administrator)
    db.add(Administrator(person_id=chief.id, agency_id=agency.id, started_at=now))
    for sample in offices:
        _add_office(db, agency, sample, person)


def _add_office(db: Session, agency: Agency, sample: SampleOffice, person: MakePerson) -> None:
    office = Office(
        agency_id=agency.id,
        code=sample.code,
        name=sample.name,
        address=sample.address,
        city=sample.city,
        state=sample.state,
        seal_key_id=seal_key_id(agency.code or "", sample.code),
    )
    db.add(office)
    db.flush()
    for weekday in range(7):
        db.add(Hours(office_id=office.id, weekday=weekday, opens=600, closes=1050))
    for email, name, role, designation in sample.officers:
        db.add(
            Officer(
                person_id=person(db, email, name).id,
                office_id=office.id,
                role=role,
                designation=designation,
                started_at=clock.now(),
            )
        )
