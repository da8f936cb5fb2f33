"""Firms and people by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, select
from sqlalchemy.orm import Session

from portal.core.db import rows
from portal.core.errors import Missing
from portal.identity.lifecycle import IecStatus
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


@dataclass(frozen=True)
class Standing:
    """Whether a firm may file, as the registry said last."""

    status: IecStatus
    checked_at: datetime | None


def standing(db: Session, firm_id: int) -> Standing:
    """What the registry said last of a firm. Raises Missing."""
    found = db.execute(select(Firm.status, Firm.checked_at).where(Firm.id == firm_id)).first()
    if found is None:
        raise Missing("firm")
    return Standing(*found)


def firm_by_iec(db: Session, iec: str) -> int:
    """The row of a firm that is linked here. Raises Missing."""
    found = db.scalar(select(Firm.id).where(Firm.iec == iec))
    if found is None:
        raise Missing("firm")
    return found


def firm_name(db: Session, firm_id: int) -> str:
    """A firm's name."""
    return firm(db, firm_id).name


def person_name(db: Session, person_id: int | None) -> str:
    """A person's name, or an empty text for the system."""
    return db.scalar(select(Person.name).where(Person.id == person_id)) or ""


def names(db: Session, person_ids: set[int]) -> dict[int, str]:
    """The names of several people at once."""
    found = rows(db, _names_query(), people=[*person_ids]) if person_ids else ()
    return {row.id: row.name for row in found}


@cache
def _names_query() -> Select[*tuple[Any, ...]]:
    people: BindParameter[int] = bindparam("people", expanding=True)
    return select(Person.id, Person.name).where(Person.id.in_(people))
