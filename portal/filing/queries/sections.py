"""One section as it is stored, what somebody typed into it, and who saved it last."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from portal.core.audit import AuditRow
from portal.core.db import rows
from portal.filing.models import Application, ForeignEvidence, Invoice, Typed
from portal.filing.rules.sections import ANSWER, BRANCH, LISTS, SECTION_FIELDS

MODELS: Mapping[str, type[Invoice] | type[ForeignEvidence]] = {
    "more_invoices": Invoice,
    "evidence": ForeignEvidence,
}
# How far back it is looked who saved a field; beyond that nobody is named.
MOST_ACTS = 500
ACT = "filing.saved"


@dataclass(frozen=True)
class Saver:
    """Who saved a field last: the person's row, when, from which page and in which turn of it."""

    person_id: int | None
    at: datetime | None
    page: str = ""
    turn: int = 0


NOBODY_KNOWN = Saver(None, None)


def section_values(db: Session, row: Application, section: str) -> dict[str, Any]:
    """The stored value of each field: lists as tuples of rows, the branch as its three columns."""
    return {name: _value(db, row, name) for name in SECTION_FIELDS[section]}


def typed_row(db: Session, row: Application, section: str, person_id: int | None) -> Typed | None:
    """What a person typed into a section and couldn't be kept, as its row."""
    return db.scalar(
        select(Typed).where(
            Typed.application_id == row.id,
            Typed.section == section,
            Typed.person_id == person_id,
        )
    )


def typed_answer(db: Session, row: Application, person_id: int | None) -> str:
    """The answer that a person typed and couldn't hand in yet, or nothing."""
    return str(
        typed_by(db, row, ANSWER, person_id).get("text", {}).get("typed", {}).get("text", "")
    )


def typed_by(
    db: Session, row: Application, section: str, person_id: int | None
) -> dict[str, dict[str, Any]]:
    """Of each field that couldn't be kept: `typed`, by the form's names, and the digest `shown`."""
    found = rows(db, _typed(), application=row.id, section=section, person=person_id)
    return dict(json.loads(found[0].typed)) if found else {}


@cache
def _typed() -> Select[Any]:
    return select(Typed.typed).where(
        Typed.application_id == bindparam("application"),
        Typed.section == bindparam("section"),
        Typed.person_id == bindparam("person"),
    )


def last_savers(db: Session, row: Application, fields: Iterable[str]) -> dict[str, Saver]:
    """Who saved each of some fields last, as the audit trail has it."""
    wanted, found = set(fields), dict[str, Saver]()
    query = (
        select(AuditRow.person_id, AuditRow.at, AuditRow.facts)
        .where(AuditRow.stream == f"file:{row.ref}", AuditRow.act == ACT)
        .order_by(AuditRow.position.desc())
        .limit(MOST_ACTS)
    )
    for person_id, at, text in db.execute(query) if wanted else ():
        facts = json.loads(text)
        said = wanted & set(facts.get("fields", "").split(","))
        page, _dot, turn = facts.get("page", "").partition(".")
        found |= dict.fromkeys(said, Saver(person_id, at, page, int(turn or 0)))
        wanted -= said
        if not wanted:
            break
    return found | dict.fromkeys(wanted, NOBODY_KNOWN)


def _value(db: Session, row: Application, name: str) -> Any:
    if name == "branch":
        return tuple(getattr(row, column) for column in BRANCH)
    if name not in LISTS:
        return getattr(row, name)
    model = MODELS[name]
    query = select(*[getattr(model, column) for column in LISTS[name]])
    rows = db.execute(query.where(model.application_id == row.id).order_by(model.position))
    return tuple(tuple(found) for found in rows)
