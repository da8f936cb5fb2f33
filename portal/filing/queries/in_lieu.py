"""What an application in lieu of an issued certificate changes, and which others there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from portal.filing.lifecycle import CLOSED, Status
from portal.filing.models import Application
from portal.filing.particulars import as_data
from portal.filing.queries.facts import application_facts
from portal.filing.queries.shapes import ApplicationFacts
from portal.filing.queries.versions import Change, changes_between

# What is said of the replacement itself isn't taken over, and changes nothing.
OF_ITSELF = ("replaces_number", "replaces_date", "replacement_reason")


@dataclass(frozen=True)
class InLieu:
    """The certificate to be replaced, why, and what differs: old and new, in plain text.

    `file` is its file; `superseded_by` another file whose certificate replaced it already.
    """

    number: str
    dated: date | None
    file: str
    reason: str
    changes: tuple[Change, ...]
    superseded_by: str | None


@dataclass(frozen=True)
class Replacement:
    """The file in lieu of another: with its certificate issued, or still under way."""

    file: str
    is_issued: bool


def in_lieu_of(db: Session, facts: ApplicationFacts) -> InLieu | None:
    """What an application replaces and changes, or None where it replaces nothing."""
    if facts.replaces_id is None:
        return None
    row = db.get_one(Application, facts.id)
    source = application_facts(db, db.get_one(Application, facts.replaces_id))
    changes = tuple(_changes(source, facts))
    return InLieu(
        facts.replaces_number,
        facts.replaces_date,
        source.public_ref,
        facts.replacement_reason,
        changes,
        successor(db, row),
    )


def replacement_of(db: Session, row: Application) -> Replacement | None:
    """What takes the place of an issued file, or None."""
    if row.status is not Status.ISSUED:
        return None
    query = _in_lieu(row.id).where(Application.status.not_in(CLOSED))
    found = sorted(db.scalars(query), key=lambda one: one.status is not Status.ISSUED)
    return Replacement(found[0].public_ref, found[0].status is Status.ISSUED) if found else None


def under_way(db: Session, source_id: int) -> str | None:
    """The open application in lieu of a file's certificate, by its number or reference."""
    query = _in_lieu(source_id).where(Application.status.not_in((*CLOSED, Status.ISSUED)))
    found = db.scalars(query).first()
    return found.public_ref if found is not None else None


def successor(db: Session, row: Application) -> str | None:
    """Another file whose certificate was issued in lieu of the same one."""
    query = _in_lieu(row.replaces_id or 0).where(
        Application.status == Status.ISSUED, Application.id != row.id
    )
    found = db.scalars(query).first()
    return found.public_ref if found is not None else None


def _in_lieu(source_id: int) -> Select[Application]:
    return select(Application).where(Application.replaces_id == source_id)


def _changes(before: ApplicationFacts, after: ApplicationFacts) -> Iterator[Change]:
    exponents = before.currency_exponent, after.currency_exponent
    found = changes_between(_plain(before), _plain(after), exponents)
    return (one for one in found if one.where not in OF_ITSELF)


def _plain(facts: ApplicationFacts) -> dict[str, Any]:
    """The particulars without documents: each file has its own."""
    return as_data(facts) | {"documents": {}}
