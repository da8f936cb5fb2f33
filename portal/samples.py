"""Plainly invented people, firms and agencies for a sandbox; every name says that it is one."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.agencies.models import Administrator, Agency, Office, Officer
from portal.core import clock
from portal.core.money import from_rupees
from portal.core.permissions import Role
from portal.identity.actions import add_agent, add_person
from portal.identity.models import Agent, AgentMember, Firm, Membership, Person, Staff
from portal.wallet import ledger
from portal.wallet.models import AccountKind, TransferKind

PASSWORD = "specimen-only-please"


@dataclass(frozen=True)
class SampleFirm:
    """An invented exporter."""

    iec: str
    name: str
    gstin: str
    address: str
    city: str
    state: str
    pin: str
    people: tuple[tuple[str, str, Role], ...]


@dataclass(frozen=True)
class SampleOffice:
    """An invented office with its officers: (e-mail, name, role, designation)."""

    code: str
    name: str
    address: str
    city: str
    state: str
    officers: tuple[tuple[str, str, Role, str], ...]


FIRMS = (
    SampleFirm(
        "ZZZCS0001A",
        "Specimen Rice Mills Private Limited",
        "06ZZZCS0001A1ZQ",
        "1 Invented Mill Road, Sector 99",
        "Karnal",
        "Haryana",
        "132001",
        (
            ("owner@rice.example", "Invented Owner Asha", Role.OWNER),
            ("signatory@rice.example", "Invented Signatory Bhanu", Role.SIGNATORY),
            ("preparer@rice.example", "Invented Preparer Charu", Role.PREPARER),
            ("finance@rice.example", "Invented Accountant Dev", Role.FINANCE),
            ("viewer@rice.example", "Invented Viewer Esha", Role.VIEWER),
        ),
    ),
    SampleFirm(
        "ZZZFS0002B",
        "Specimen Steelware and Company",
        "09ZZZFS0002B1ZB",
        "22 Invented Brass Lane",
        "Moradabad",
        "Uttar Pradesh",
        "244001",
        (("owner@steel.example", "Invented Owner Farid", Role.OWNER),),
    ),
    SampleFirm(
        "ZZZCS0003C",
        "Specimen Knitwear Exports Private Limited",
        "33ZZZCS0003C1ZN",
        "333 Invented Loom Street",
        "Tiruppur",
        "Tamil Nadu",
        "641601",
        (("owner@knit.example", "Invented Owner Gita", Role.OWNER),),
    ),
)
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
AGENT = {
    "pan": "ZZZFB0004D",
    "licence": "SPECIMEN/CB/0004",
    "name": "Specimen Customs Brokers",
    "address": "4 Invented Wharf Road",
    "city": "Navi Mumbai",
    "state": "Maharashtra",
    "pin": "400707",
    "email": "office@broker.example",
    "mobile": "9000000004",
}
AGENT_PEOPLE = (
    ("owner@broker.example", "Invented Broker Omkar", Role.AGENT_OWNER),
    ("clerk@broker.example", "Invented Clerk Padma", Role.AGENT),
)
DIRECTORATE = ("directorate@ecoo.example", "Invented Director Nila")


def sign_ins() -> list[tuple[str, str]]:
    """One sample sign-in for each role, as (role in words, e-mail)."""
    rows = [(f"exporter, {role.value}", email) for email, _name, role in FIRMS[0].people]
    head, administrator, offices = AGENCIES[0]
    rows += [(f"{role.value}, {head[1]}", email) for email, _n, role, _d in offices[0].officers]
    rows.append((f"administrator, {head[1]}", administrator[0]))
    rows += [
        (f"{role.value.replace('_', ' ')}, {AGENT['name']}", e) for e, _n, role in AGENT_PEOPLE
    ]
    return [*rows, ("directorate", DIRECTORATE[0])]


def seed(db: Session) -> None:
    """Load whatever is missing, with Rs 2,000 of specimen credit for each firm."""
    for firm in FIRMS:
        if db.scalar(select(Firm.id).where(Firm.iec == firm.iec)) is None:
            _add_firm(db, firm)
    for head, administrator, offices in AGENCIES:
        if db.scalar(select(Agency.id).where(Agency.code == head[0])) is None:
            _add_agency(db, head, administrator, offices)
    if db.scalar(select(Agent.id).where(Agent.pan == AGENT["pan"])) is None:
        _add_agent(db)
    if db.scalar(select(Staff.id)) is None:
        person = _person(db, *DIRECTORATE)
        db.add(Staff(person_id=person.id, started_at=clock.now()))


def seal_key_id(agency_code: str, office_code: str) -> str:
    """The id of an office's sandbox seal key."""
    return f"{agency_code}-{office_code}-1".lower()


def office_keys() -> list[tuple[str, str, str]]:
    """The seal keys that a sandbox needs, as (key id, common name, organisation)."""
    return [
        (seal_key_id(head[0], office.code), f"{head[1]}, {office.name}", head[1])
        for head, _administrator, offices in AGENCIES
        for office in offices
    ]


def _add_firm(db: Session, firm: SampleFirm) -> None:
    now = clock.now()
    row = Firm(
        iec=firm.iec,
        name=firm.name,
        pan=firm.iec,
        gstin=firm.gstin,
        address=firm.address,
        city=firm.city,
        state=firm.state,
        pin=firm.pin,
        created_at=now,
    )
    db.add(row)
    db.flush()
    for email, name, role in firm.people:
        person = _person(db, email, name)
        db.add(Membership(person_id=person.id, firm_id=row.id, role=role, started_at=now))
    ledger.transfer(
        db,
        f"specimen:{row.id}:first",
        TransferKind.SPECIMEN_CREDIT,
        ledger.account(db, AccountKind.SPECIMEN_FUNDS),
        ledger.account(db, AccountKind.AVAILABLE, row.id),
        from_rupees(2000),
        ref="specimen",
        person_id=None,
    )


def _add_agent(db: Session) -> None:
    row = add_agent(db, **AGENT)
    for email, name, role in AGENT_PEOPLE:
        person, now = _person(db, email, name), clock.now()
        db.add(AgentMember(person_id=person.id, agent_id=row.id, role=role, started_at=now))


def _add_agency(
    db: Session,
    head: tuple[str, str, str, str],
    administrator: tuple[str, str],
    offices: tuple[SampleOffice, ...],
) -> None:
    code, name, city, state = head
    agency = Agency(code=code, name=name, city=city, state=state, is_invented=True)
    db.add(agency)
    db.flush()
    now = clock.now()
    chief = _person(db, *administrator)
    db.add(Administrator(person_id=chief.id, agency_id=agency.id, started_at=now))
    for sample in offices:
        office = Office(
            agency_id=agency.id,
            code=sample.code,
            name=sample.name,
            address=sample.address,
            city=sample.city,
            state=sample.state,
            seal_key_id=seal_key_id(code, sample.code),
        )
        db.add(office)
        db.flush()
        for email, officer, role, designation in sample.officers:
            person = _person(db, email, officer)
            db.add(
                Officer(
                    person_id=person.id,
                    office_id=office.id,
                    role=role,
                    designation=designation,
                    started_at=now,
                )
            )


def _person(db: Session, email: str, name: str) -> Person:
    return add_person(db, email, name, PASSWORD)
