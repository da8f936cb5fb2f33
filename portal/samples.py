"""Plainly invented people, firms and agencies for a sandbox; every name says that it is one."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.agencies.models import Agency
from portal.core import clock
from portal.core.money import from_rupees
from portal.core.permissions import Role
from portal.core.sealed import seal
from portal.identity.actions import add_person
from portal.identity.models import Firm, Membership, Person, Staff
from portal.sample_agencies import AGENCIES, add_agency, seal_key_id
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
DIRECTORATE = ("directorate@ecoo.example", "Invented Director Nila")


def sign_ins() -> list[tuple[str, str]]:
    """One sample sign-in for each role, as (role in words, e-mail)."""
    rows = [(f"exporter, {role.value}", email) for email, _name, role in FIRMS[0].people]
    head, administrator, offices = AGENCIES[0]
    rows += [(f"{role.value}, {head[1]}", email) for email, _n, role, _d in offices[0].officers]
    rows.append((f"administrator, {head[1]}", administrator[0]))
    return [*rows, ("directorate", DIRECTORATE[0])]


def seed(db: Session, secret_key: str) -> None:
    """Load whatever is missing, with Rs 2,000 of specimen credit for each firm."""
    for firm in FIRMS:
        if db.scalar(select(Firm.id).where(Firm.iec == firm.iec)) is None:
            _add_firm(db, firm)
    for head, administrator, offices in AGENCIES:
        if db.scalar(select(Agency.id).where(Agency.code == head[0])) is None:
            add_agency(db, head, (administrator, offices), _person)
    if db.scalar(select(Staff.id)) is None:
        person = _person(db, *DIRECTORATE)
        db.add(Staff(person_id=person.id, started_at=clock.now()))
    _give_phones(db, secret_key)


def factors(secret_key: str) -> dict[str, str]:
    """The secret in the app of each sample person who needs a second factor, by e-mail."""
    return {email: _app_secret(secret_key, email) for email in _need_phones()}


def _need_phones() -> list[str]:
    found = [DIRECTORATE[0]]
    for _head, administrator, offices in AGENCIES:
        found.append(administrator[0])
        found += [officer[0] for office in offices for officer in office.officers]
    return found


def _app_secret(secret_key: str, email: str) -> str:
    """Made from the installation's own key, so that it is nowhere in the code."""
    digest = hmac.new(secret_key.encode(), f"sample app {email}".encode(), hashlib.sha256)
    return base64.b32encode(digest.digest()[:20]).decode()


def _give_phones(db: Session, secret_key: str) -> None:
    for email, secret in factors(secret_key).items():
        person = db.scalar(select(Person).where(Person.email == email))
        if person is not None and person.totp_on_at is None and not person.totp_secret:
            person.totp_secret, person.totp_on_at = seal(secret_key, secret), clock.now()


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


def _person(db: Session, email: str, name: str) -> Person:
    return add_person(db, email, name, PASSWORD)
