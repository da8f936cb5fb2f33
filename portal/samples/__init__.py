"""Plainly invented people, firms and agencies for a sandbox; every name says that it is one."""

from __future__ import annotations

import base64
import hashlib
import hmac

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.agencies.models import Agency
from portal.core import clock
from portal.core.money import from_rupees
from portal.core.sealed import seal
from portal.identity.actions import add_agent, add_person
from portal.identity.models import Agent, AgentMember, Firm, Membership, Person, Staff
from portal.sample_agencies import AGENCIES, add_agency, seal_key_id
from portal.samples.cast import (
    AGENT as AGENT,
)
from portal.samples.cast import (
    AGENT_PEOPLE as AGENT_PEOPLE,
)
from portal.samples.cast import (
    DIRECTORATE as DIRECTORATE,
)
from portal.samples.cast import (
    FIRMS as FIRMS,
)
from portal.samples.cast import (
    PASSWORD as PASSWORD,
)
from portal.samples.cast import (
    SampleFirm as SampleFirm,
)
from portal.wallet import ledger
from portal.wallet.models import AccountKind, TransferKind


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


def seed(db: Session, secret_key: str) -> None:
    """Load whatever is missing, with Rs 2,000 of specimen credit for each firm."""
    for firm in FIRMS:
        if db.scalar(select(Firm.id).where(Firm.iec == firm.iec)) is None:
            _add_firm(db, firm)
    for head, administrator, offices in AGENCIES:
        if db.scalar(select(Agency.id).where(Agency.code == head[0])) is None:
            add_agency(db, head, (administrator, offices), _person)
    if db.scalar(select(Agent.id).where(Agent.pan == AGENT["pan"])) is None:
        _add_agent(db)
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


def _add_agent(db: Session) -> None:
    row = add_agent(db, **AGENT)
    for email, name, role in AGENT_PEOPLE:
        person, now = _person(db, email, name), clock.now()
        db.add(AgentMember(person_id=person.id, agent_id=row.id, role=role, started_at=now))


def _person(db: Session, email: str, name: str) -> Person:
    return add_person(db, email, name, PASSWORD)
