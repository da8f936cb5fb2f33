"""Lists of offices that an administrator sent in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.agencies.models import Office, Officer, Upload, UploadRow
from portal.agencies.models.uploads import RowState
from portal.agencies.uploading import Judged, disagreements, judge
from portal.core import clock
from portal.core.errors import Missing, Problem
from portal.core.permissions import Actor, SeatKind
from portal.core.words import N_
from portal.identity.models import Invitation, Person


@dataclass(frozen=True)
class UploadFacts:
    """A list and how far it is, by the state of its rows."""

    ref: str
    name: str
    made_at: datetime
    counts: Mapping[RowState, int]

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class RowFacts:
    """One row as it stands."""

    line: int
    cells: Mapping[str, str]
    state: RowState


def uploads(db: Session, actor: Actor) -> list[UploadFacts]:
    """The last twenty lists of the acting agency, newest first."""
    query = select(Upload).where(Upload.agency_id == (actor.agency_id or 0))
    found = list(db.scalars(query.order_by(Upload.id.desc()).limit(20)))
    return [_facts(db, row) for row in found]


def upload(db: Session, actor: Actor, ref: str) -> tuple[UploadFacts, list[RowFacts]]:
    """A list of the acting agency with its rows, those with wrong cells first. Raises Missing."""
    row = db.scalar(
        select(Upload).where(Upload.ref == ref, Upload.agency_id == (actor.agency_id or 0))
    )
    if row is None:
        raise Missing("list")
    rows = db.scalars(select(UploadRow).where(UploadRow.upload_id == row.id))
    ordered = sorted(rows, key=lambda r: (r.state is not RowState.WRONG, r.line))
    return _facts(db, row), [_row_facts(r) for r in ordered]


def wrong_cells(db: Session, actor: Actor, rows: list[RowFacts]) -> dict[int, Looked]:
    """The open rows of a list that have wrong cells, judged as of now; by line."""
    settled = (RowState.TAKEN, RowState.LEFT_OUT)
    open_rows = {r.line: json.dumps(dict(r.cells)) for r in rows if r.state not in settled}
    looked = look_over(db, actor.agency_id or 0, open_rows)
    return {line: found for line, found in looked.items() if found.problems}


def _row_facts(row: UploadRow) -> RowFacts:
    return RowFacts(row.line, json.loads(row.cells), row.state)


def _facts(db: Session, row: Upload) -> UploadFacts:
    counts = (
        select(UploadRow.state, func.count(UploadRow.id))
        .where(UploadRow.upload_id == row.id)
        .group_by(UploadRow.state)
    )
    by_state = {state: count for state, count in db.execute(counts)}
    return UploadFacts(row.ref, row.name, row.made_at, by_state)


@dataclass(frozen=True)
class Looked:
    """How a row is judged: its state, and the problem of each wrong cell."""

    state: RowState
    problems: Mapping[str, Problem]


def look_over(db: Session, agency_id: int, rows: Mapping[int, str]) -> dict[int, Looked]:
    """Judge rows (cells as JSON, by line), also against the others and against what is there."""
    found: dict[int, Looked] = {}
    first: dict[str, Judged] = {}
    for line, text in rows.items():
        judged = judge(json.loads(text))
        problems = dict(judged.problems)
        code = judged.cells["office_code"]
        if code and code in first:
            problems |= _against(first[code], judged)
        first.setdefault(code, judged)
        if problems:
            found[line] = Looked(RowState.WRONG, problems)
        else:
            is_there = _is_there(db, agency_id, judged)
            found[line] = Looked(RowState.THERE if is_there else RowState.SOUND, {})
    return found


def is_known(db: Session, office_id: int, email: str) -> bool:
    """Whether somebody sits at an office, or is invited to it, already."""
    seated = (
        select(Officer.id)
        .join(Person, Person.id == Officer.person_id)
        .where(Officer.office_id == office_id, Officer.ended_at.is_(None), Person.email == email)
    )
    asked = select(Invitation.id).where(
        Invitation.kind == SeatKind.OFFICE,
        Invitation.seat_id == office_id,
        Invitation.email == email,
        Invitation.accepted_at.is_(None),
        Invitation.withdrawn_at.is_(None),
        Invitation.expires_at > clock.now(),
    )
    return db.scalars(seated).first() is not None or db.scalars(asked).first() is not None


def office_with(db: Session, agency_id: int, code: str) -> Office | None:
    """The office of an agency with a code."""
    here = (Office.agency_id == agency_id, Office.code == code)
    return db.scalar(select(Office).where(*here))


def _against(first: Judged, judged: Judged) -> dict[str, Problem]:
    """Rows of one office agree about it; rows that name an officer may leave the rest empty."""
    problem = Problem("disagrees", N_("A row above says otherwise of this office."))
    return dict.fromkeys(disagreements(first.cells, judged.cells), problem)


def _is_there(db: Session, agency_id: int, judged: Judged) -> bool:
    """Whether office and officer of a row are there, or invited, already."""
    office = office_with(db, agency_id, judged.cells["office_code"])
    if office is None:
        return False
    return not judged.has_officer or is_known(db, office.id, judged.cells["officer_email"])
