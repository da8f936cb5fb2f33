"""From where a person may act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from portal.core.db import rows
from portal.core.permissions import Role, Seat, SeatKind
from portal.identity.models import Firm, Membership, Person, Staff

SeatSource = Callable[[Session, int], list[Seat]]


def firm_seats(db: Session, person_id: int) -> list[Seat]:
    """The firms a person acts for, with the role there."""
    found = rows(db, _firm_seats_query(), person_id=person_id)
    return [Seat(SeatKind.FIRM, row.id, row.role, row.name) for row in found]


@cache
def _firm_seats_query() -> Select[*tuple[Any, ...]]:
    return (
        select(Firm.id, Firm.name, Membership.role)
        .join(Membership, Membership.firm_id == Firm.id)
        .where(Membership.person_id == bindparam("person_id"), Membership.ended_at.is_(None))
        .order_by(Membership.id)
    )


def directorate_seats(db: Session, person_id: int) -> list[Seat]:
    """The directorate's seat, for its staff."""
    query = select(Staff.id).where(Staff.person_id == person_id, Staff.ended_at.is_(None))
    found = db.scalar(query)
    return [Seat(SeatKind.DIRECTORATE, 0, Role.DIRECTORATE, "Directorate")] if found else []


def person_seat(person_id: int, name: str) -> Seat:
    """Somebody for themselves: to link a firm, to register an agency, to take an invitation."""
    return Seat(SeatKind.PERSON, person_id, Role.PERSON, name)


def person_seats(db: Session, person_id: int) -> list[Seat]:
    """The seat that everybody has."""
    name = rows(db, _person_name_query(), person_id=person_id)
    return [person_seat(person_id, row.name) for row in name]


@cache
def _person_name_query() -> Select[*tuple[Any, ...]]:
    return select(Person.name).where(Person.id == bindparam("person_id"))


def all_seats(db: Session, person_id: int, sources: Mapping[SeatKind, SeatSource]) -> list[Seat]:
    """Every seat of a person over all kinds."""
    return [seat for source in sources.values() for seat in source(db, person_id)]
