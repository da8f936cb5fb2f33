"""Firms and people by name."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.errors import Missing
from portal.identity.models import Firm, Person


@dataclass(frozen=True)
class FirmFacts:
    """A firm as pages and certificates show it."""

    id: int
    iec: str
    name: str
    pan: str
    gstin: str
    address: str
    city: str
    state: str
    pin: str


def firm(db: Session, firm_id: int | None) -> FirmFacts:
    """A firm by its row; raises Missing."""
    found = db.get(Firm, firm_id) if firm_id is not None else None
    if found is None:
        raise Missing("firm")
    return FirmFacts(
        found.id,
        found.iec,
        found.name,
        found.pan,
        found.gstin,
        found.address,
        found.city,
        found.state,
        found.pin,
    )


def person_name(db: Session, person_id: int | None) -> str:
    """A person's name, or an empty text for the system."""
    return db.scalar(select(Person.name).where(Person.id == person_id)) or ""


def names(db: Session, person_ids: set[int]) -> dict[int, str]:
    """The names of several people at once."""
    found = db.execute(select(Person.id, Person.name).where(Person.id.in_(person_ids)))
    return {row.id: row.name for row in found}
