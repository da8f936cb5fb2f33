"""Many offices at once: a list is kept, corrected row by row, and its sound rows are taken."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.agencies.actions.offices import open_office
from portal.agencies.models import Upload, UploadRow
from portal.agencies.models.uploads import RowState
from portal.agencies.queries.officers import check_seated
from portal.agencies.queries.uploads import is_known, look_over, office_with
from portal.agencies.uploading import OFFICE, ROLES, Judged, judge
from portal.core import audit, clock
from portal.core.errors import Forbidden, Invalid, Missing
from portal.core.permissions import Actor, Permission, SeatKind
from portal.core.refs import random_ref
from portal.core.words import N_
from portal.identity.actions import invite

MOST_ROWS = 500
TAKEN_AT_ONCE = 25

KEPT = audit.Act("agencies.list_kept", ("upload", "rows"))
TAKEN = audit.Act("agencies.list_taken", ("upload", "rows"))


@dataclass(frozen=True)
class Progress:
    """How many rows were taken now, and how many sound ones are left."""

    taken: int
    left: int


def keep_list(
    db: Session, actor: Actor, name: str, rows: Iterable[tuple[int, Mapping[str, str]]]
) -> str:
    """Keep a list of rows (line, cells) to be corrected and taken; returns its reference."""
    agency_id = _managed(actor)
    check_seated(db, actor)
    upload = Upload(
        ref=random_ref(),
        agency_id=agency_id,
        name=name[:120],
        made_at=clock.now(),
        person_id=actor.person_id,
    )
    db.add(upload)
    db.flush()
    count = 0
    for line, cells in rows:
        count += 1
        if count > MOST_ROWS:
            raise Invalid(
                N_("The list has more than %(most)s rows. Send it in parts."),
                code="rows",
                field="file",
                most=MOST_ROWS,
            )
        row = UploadRow(upload_id=upload.id, line=line, cells=json.dumps(dict(cells)))
        row.state = RowState.WRONG
        db.add(row)
    if not count:
        raise Invalid(N_("The list has no rows below its head."), code="empty", field="file")
    db.flush()
    judge_list(db, upload)
    audit.record(db, f"agency:{agency_id}", KEPT, actor, upload=upload.id, rows=count)
    return upload.ref


def correct_row(db: Session, actor: Actor, ref: str, line: int, cells: Mapping[str, str]) -> Judged:
    """Put a row right; returns how it is judged now, by itself. Raises Missing."""
    upload = own_upload(db, actor, ref)
    row = _row(db, upload, line)
    judged = judge(cells)
    row.cells = json.dumps(dict(judged.cells))
    db.flush()
    judge_list(db, upload)
    return judged


def leave_out(db: Session, actor: Actor, ref: str, line: int) -> None:
    """Take nothing of a row."""
    upload = own_upload(db, actor, ref)
    _row(db, upload, line).state = RowState.LEFT_OUT


def take_rows(db: Session, actor: Actor, ref: str) -> Progress:
    """Open the offices and invite the officers of up to 25 sound rows.

    What is there already is passed by, so that the same list again changes nothing.
    """
    upload = own_upload(db, actor, ref)
    judge_list(db, upload)
    sound = _rows_in(db, upload, RowState.SOUND)
    for row in sound[:TAKEN_AT_ONCE]:
        judged = judge(json.loads(row.cells))
        office = office_with(db, upload.agency_id, judged.cells["office_code"])
        if office is None:
            code = judged.cells["office_code"]
            names = {"office_name": "name"}
            facts = {names.get(name, name): judged.cells[name] for name in OFFICE}
            open_office(db, actor, code=code, **facts)
            office = office_with(db, upload.agency_id, code)
        assert office is not None
        if judged.has_officer:
            _invite(db, actor, office.id, judged.cells)
        row.state = RowState.TAKEN
    db.flush()
    judge_list(db, upload)
    taken = min(len(sound), TAKEN_AT_ONCE)
    if taken:
        stream = f"agency:{upload.agency_id}"
        audit.record(db, stream, TAKEN, actor, upload=upload.id, rows=taken)
    return Progress(taken, len(_rows_in(db, upload, RowState.SOUND)))


def judge_list(db: Session, upload: Upload) -> None:
    """Judge every open row anew, also against the others and against what is there."""
    open_rows = _open_rows(db, upload)
    found = look_over(db, upload.agency_id, {row.line: row.cells for row in open_rows})
    for row in open_rows:
        row.state = found[row.line].state
    db.flush()


def own_upload(db: Session, actor: Actor, ref: str) -> Upload:
    """A list of the acting agency, locked. Raises Missing."""
    agency_id = _managed(actor)
    mine = (Upload.ref == ref, Upload.agency_id == agency_id)
    row = db.scalar(select(Upload).where(*mine).with_for_update())
    if row is None:
        raise Missing("list")
    check_seated(db, actor)
    return row


def _invite(db: Session, actor: Actor, office_id: int, cells: Mapping[str, str]) -> None:
    email = cells["officer_email"]
    if is_known(db, office_id, email):
        return
    role, name = ROLES[cells["officer_role"]], cells["officer_name"]
    detail = cells["officer_designation"]
    invite(db, actor, SeatKind.OFFICE, office_id, role, email, name, detail)


def _row(db: Session, upload: Upload, line: int) -> UploadRow:
    here = (UploadRow.upload_id == upload.id, UploadRow.line == line)
    row = db.scalar(select(UploadRow).where(*here))
    if row is None or row.state is RowState.TAKEN:
        raise Missing("row")
    return row


def _open_rows(db: Session, upload: Upload) -> list[UploadRow]:
    settled = (RowState.TAKEN, RowState.LEFT_OUT)
    query = select(UploadRow).where(
        UploadRow.upload_id == upload.id, UploadRow.state.not_in(settled)
    )
    return list(db.scalars(query.order_by(UploadRow.line)))


def _rows_in(db: Session, upload: Upload, state: RowState) -> list[UploadRow]:
    query = select(UploadRow).where(UploadRow.upload_id == upload.id, UploadRow.state == state)
    return list(db.scalars(query.order_by(UploadRow.line)))


def _managed(actor: Actor) -> int:
    if actor.agency_id is None or not actor.may(Permission.AGENCY_MANAGE):
        raise Forbidden("lists")
    return actor.agency_id
