"""The directorate's changes of the tariff: a line ends, and others take its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import audit, clock
from portal.core.errors import Forbidden, Invalid, Missing
from portal.core.permissions import Actor, Permission
from portal.core.words import N_
from portal.reference.actions.taking import Taking, take_in
from portal.reference.lists import Entry, kind_named
from portal.reference.models import HsCode, NationalLine, TariffChange
from portal.reference.queries.codes import hs_on

STREAM = "reference"
REPLACED = audit.Act("reference.replaced", ("code", "last_day", "successors"))
LONGEST = 500


def replace(
    db: Session,
    actor: Actor,
    code: str,
    last_day: date,
    successors: Sequence[tuple[str, str]],
    *,
    source: str,
    certainty: str,
    why: str,
) -> None:
    """End a national line after `last_day`; `successors` (code, goods) hold from the next day on.

    The line need not be in the national list: its subheading is enough. Raises Missing for a code
    whose subheading doesn't exist, Invalid where the line has ended or a successor can't begin.
    """
    if not actor.may(Permission.REFERENCE_WRITE):
        raise Forbidden("reference")
    _check_ending(db, code, last_day)
    _take_in(db, code, last_day, successors, {"source": source, "certainty": certainty})
    codes = " ".join(after for after, _goods in successors)
    db.add(
        TariffChange(
            at=clock.now(),
            person_id=actor.person_id,
            code=code,
            last_day=last_day,
            successors=codes,
            source=source,
            why=why,
        )
    )
    facts = {"code": code, "last_day": last_day.isoformat(), "successors": codes}
    audit.record(db, STREAM, REPLACED, actor, **facts)


def _take_in(
    db: Session,
    code: str,
    last_day: date,
    successors: Sequence[tuple[str, str]],
    said: Mapping[str, str],
) -> None:
    """The end and the beginnings; `said` are source and certainty."""
    begins = last_day + timedelta(days=1)
    entries = [
        _ending(db, code, last_day, successors),
        *_beginning(db, code, begins, successors, said),
    ]
    # A wording from the directorate's screen stands, whatever was known before.
    kind = kind_named("national-lines")
    taking = Taking(kind, begins, said["source"], said["certainty"], is_edition=False)
    outcome = take_in(db, taking, entries)
    if outcome.refused:
        raise Invalid.because(outcome.refused[0].why, "successors")


def _beginning(
    db: Session,
    code: str,
    begins: date,
    successors: Sequence[tuple[str, str]],
    said: Mapping[str, str],
) -> Iterator[Entry]:
    for position, (after, goods) in enumerate(successors, 1):
        _check_successor(db, code, after, begins, position)
        yield Entry(position, after, {"description": goods[:LONGEST], **said})


def _check_ending(db: Session, code: str, last_day: date) -> None:
    answer = hs_on(db, code, last_day)
    if answer.problem is not None:
        raise Invalid.because(answer.problem, "last_day")
    known = db.scalars(select(NationalLine).where(NationalLine.code == code))
    if any(row.valid_until and row.valid_until > last_day for row in known):
        raise Invalid(
            N_("An end on a later day is entered already: see below what was changed."),
            code="ends_later",
            field="last_day",
        )


def _check_successor(db: Session, code: str, after: str, begins: date, position: int) -> None:
    if after == code:
        raise Invalid(
            N_("Line %(number)s: a code can't take its own place."),
            code="own_successor",
            field="successors",
            number=position,
        )
    heading = db.scalar(
        select(HsCode.code).where(
            HsCode.code == after[:6],
            HsCode.valid_from <= begins,
            HsCode.valid_until.is_(None) | (HsCode.valid_until >= begins),
        )
    )
    if heading is None:
        raise Invalid(
            N_("Line %(number)s: %(six)s is not a subheading of the Harmonized System then."),
            code="hs_unknown",
            field="successors",
            number=position,
            six=after[:6],
        )


def _ending(db: Session, code: str, last_day: date, successors: Sequence[tuple[str, str]]) -> Entry:
    """The line as it stands, with its end; one that is in no list gets its subheading's words."""
    periods = db.scalars(select(NationalLine).where(NationalLine.code == code)).all()
    now = next((row for row in periods if row.valid_until is None), None)
    goods = (
        now.description
        if now
        else db.scalar(select(HsCode.description).where(HsCode.code == code[:6]))
    )
    if goods is None:
        raise Missing(code)
    facts = {"description": goods, "source": "", "certainty": ""}
    if now is not None:
        facts |= {"source": now.source, "certainty": now.certainty}
    codes = " ".join(after for after, _goods in successors)
    return Entry(0, code, facts, valid_until=last_day, successors=codes or None)
