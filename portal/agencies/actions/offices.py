"""An agency's offices: opened, changed, marked away; a seal key for each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.agencies.models import Hours, Office, Officer, Series
from portal.agencies.queries.officers import check_seated
from portal.agencies.rules import SealsWith
from portal.core import audit, clock, outbox
from portal.core.errors import Forbidden, Invalid, Missing, NotOpen
from portal.core.permissions import SYSTEM, Actor, Permission, SeatKind
from portal.core.words import N_
from portal.identity.actions import end_seat

# What an office begins with, Monday to Friday from 10:00 to 17:30; it sets its own.
USUAL_HOURS = {weekday: (600, 1050) for weekday in range(5)}

OPENED = audit.Act("agencies.office_opened", ("office", "code"))
CHANGED = audit.Act("agencies.office_changed", ("office", "fields"))
CLOSED = audit.Act("agencies.office_closed", ("office",))
AWAY = audit.Act("agencies.office_away", ("office", "until"))
SEALS_WITH = audit.Act("agencies.office_seals_with", ("office", "by"))
SEAL_GIVEN = audit.Act("agencies.seal_given", ("office", "key"))
SEAL_READ = audit.Act("agencies.seal_read", ("office", "key", "ends_at"))


def open_office(db: Session, actor: Actor, /, **fields: Any) -> str:
    """Open an office of the acting agency; returns its code. Raises Invalid for a code in use."""
    if actor.agency_id is None or not actor.may(Permission.AGENCY_MANAGE):
        raise Forbidden("offices")
    check_seated(db, actor)
    _check_free(db, actor.agency_id, fields["code"])
    row = Office(agency_id=actor.agency_id, **fields)
    db.add(row)
    db.flush()
    for weekday, (opens, closes) in USUAL_HOURS.items():
        db.add(Hours(office_id=row.id, weekday=weekday, opens=opens, closes=closes))
    outbox.announce(db, "agencies.office_opened", str(row.id))
    audit.record(db, stream(row), OPENED, actor, office=row.id, code=row.code)
    return row.code


def change_office(db: Session, actor: Actor, code: str, /, **fields: Any) -> str:
    """Change an office; returns its code, which is fixed once a number bears it."""
    row = own(db, actor, code)
    if fields["code"] != row.code:
        _check_free(db, row.agency_id, fields["code"])
        if db.scalar(select(Series.last).where(Series.office_id == row.id).limit(1)) is not None:
            raise _code_used(row.code)
    changed = [name for name, value in fields.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, fields[name])
    if changed:
        fields_said = " ".join(changed)
        audit.record(db, stream(row), CHANGED, actor, office=row.id, fields=fields_said)
    return row.code


def close_office(
    db: Session, actor: Actor, code: str, open_files: Callable[[Session, int], int]
) -> None:
    """Close an office for good; its officers' seats end. Raises NotOpen while files wait there.

    `open_files` counts them; the room of files stands above this one.
    """
    if not actor.may(Permission.AGENCY_MANAGE):
        raise Forbidden("offices")
    row = own(db, actor, code)
    waiting = open_files(db, row.id)
    if waiting:
        raise NotOpen(
            N_("%(count)s files are open at this office. Decide them or let them be given back."),
            code="files_open",
            count=waiting,
        )
    now = clock.now()
    row.closed_at = now
    seats = select(Officer).where(Officer.office_id == row.id, Officer.ended_at.is_(None))
    for officer in db.scalars(seats):
        officer.ended_at = now
        end_seat(db, officer.person_id, SeatKind.OFFICE, row.id)
    audit.record(db, stream(row), CLOSED, actor, office=row.id)


def be_away(db: Session, actor: Actor, code: str, until: date | None) -> None:
    """Let an office be offered to exporters only from a day on; None: it is back now."""
    row = own(db, actor, code)
    if until is not None and until <= clock.today():
        raise Invalid(
            N_("Give the day on which the office is back, later than today."),
            code="not_later",
            field="until",
        )
    row.away_until = until
    told = until.isoformat() if until else "back"
    audit.record(db, stream(row), AWAY, actor, office=row.id, until=told)


def set_seals_with(db: Session, actor: Actor, code: str, seals_with: SealsWith) -> None:
    """Whether an office's officers sign by their own tokens; the agency's administrator's choice.

    By tokens, the office is offered to exporters only while an officer has a credential in use.
    """
    if not actor.may(Permission.AGENCY_MANAGE):
        raise Forbidden("offices")
    row = own(db, actor, code)
    if row.seals_with is not seals_with:
        row.seals_with = seals_with
        audit.record(db, stream(row), SEALS_WITH, actor, office=row.id, by=seals_with.value)


def give_seal(db: Session, task_id: int, office_id: int, key_id: str) -> None:
    """Note the seal key that was made for an office; without one the operator gives it."""
    outbox.finish(db, task_id)
    row = db.get_one(Office, office_id, with_for_update=True)
    if key_id and not row.seal_key_id:
        row.seal_key_id = key_id
        audit.record(db, stream(row), SEAL_GIVEN, SYSTEM, office=row.id, key=key_id)


def note_seal_end(db: Session, office_id: int, key_id: str, ends_at: datetime) -> None:
    """Note when the certificate of an office's key ends, if that is news and still its key."""
    row = db.get_one(Office, office_id, with_for_update=True)
    if row.seal_key_id == key_id and row.seal_ends_at != ends_at:
        row.seal_ends_at = ends_at
        ends = ends_at.isoformat()
        audit.record(db, stream(row), SEAL_READ, SYSTEM, office=row.id, key=key_id, ends_at=ends)


def _check_free(db: Session, agency_id: int, code: str) -> None:
    here = select(Office.id).where(Office.agency_id == agency_id, Office.code == code)
    if db.scalar(here) is not None:
        raise Invalid(
            N_("Another office of the agency has this code."), code="code_taken", field="code"
        )


def _code_used(code: str) -> Invalid:
    return Invalid(
        N_("Numbers with the code %(used)s were given out, so it can't change any more."),
        code="code_used",
        field="code",
        used=code,
    )


def own(db: Session, actor: Actor, code: str) -> Office:
    """The office, locked: any of the acting agency, or the one that a manager looks after."""
    if not actor.may(Permission.OFFICE_MANAGE):
        raise Forbidden("office")
    query = select(Office).where(Office.code == code, Office.closed_at.is_(None))
    if actor.agency_id is not None:
        query = query.where(Office.agency_id == actor.agency_id)
    else:
        query = query.where(Office.id == (actor.office_id or 0))
    row = db.scalar(query.with_for_update())
    if row is None:
        raise Missing("office")
    check_seated(db, actor)
    return row


def stream(row: Office) -> str:
    """The audit stream of an office's agency."""
    return f"agency:{row.agency_id}"
