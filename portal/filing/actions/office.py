"""What happens to an office's files when its agency is struck off or an officer leaves."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.agencies import queries as agencies
from portal.core import audit, clock, outbox
from portal.core.errors import NotOpen
from portal.core.permissions import SYSTEM, Actor
from portal.core.steps import take
from portal.core.words import N_
from portal.filing.actions.drafting import stream
from portal.filing.lifecycle import ON_A_DESK, Status, Step
from portal.filing.models import Application
from portal.filing.queries import belongs_to
from portal.notices.queries import rule_on
from portal.notices.rules import DELISTED_FILES
from portal.wallet import actions as wallet

RELEASED = audit.Act("filing.released", ())
HANDED_ON = audit.Act("filing.handed_on", ("officer",))
GIVEN_BACK = audit.Act("filing.given_back", ("notice",))
# What the exporter reads as the reason.
CONFLICT = "Conflict of interest: every officer of this office belongs to the firm or its agent."
WAITING = (Status.SUBMITTED, Status.IN_SCRUTINY, Status.QUESTIONED)


def check_decided_here(db: Session, office_id: int) -> None:
    """Raise NotOpen where files of an agency that was struck off go back instead of being decided.

    Which of the two is the dated rule on files of such an agency; a suspension leaves them alone.
    """
    notice = _given_back_by(db, office_id)
    if notice:
        raise NotOpen(
            N_(
                "The agency was struck off Appendix 2E (%(notice)s): this file goes back to the "
                "exporter, and the fee is released."
            ),
            code="agency_struck_off",
            notice=notice,
        )


def give_back_files(db: Session, task_id: int, agency_id: int) -> int:
    """Give the waiting files of a struck-off agency back, where the rule says so; how many."""
    outbox.finish(db, task_id)
    given = 0
    for office in agencies.office_ids(db, agency_id):
        notice = _given_back_by(db, office)
        query = select(Application).where(
            Application.office_id == office, Application.status.in_(WAITING)
        )
        for row in db.scalars(query.order_by(Application.id).with_for_update()) if notice else ():
            give_back(db, SYSTEM, row, notice)
            given += 1
    return given


def give_back(db: Session, actor: Actor, row: Application, notice: str) -> None:
    """Give one file back to its exporter and release the fee; the reason is mostly a notice."""
    take(db, row, Step.GIVE_BACK, actor, notice, officer_id=None, reason=notice)
    wallet.release_fee(db, actor, row.firm_id, row.public_ref)
    outbox.announce(db, "filing.given_back", row.public_ref)
    audit.record(db, stream(row), GIVEN_BACK, actor, notice=notice)


def free_desks(db: Session, task_id: int, officer_row: int) -> int:
    """Take the files of an office off desks at which nobody sits any more; how many moved.

    Told of an officer who left, decides no more, or just came; it looks at the whole office, so
    that it may run late, twice, or before another of its kind. A file in scrutiny goes back to
    the queue. A questioned file can't: it waits for the exporter and not for an officer, and the
    table's CHECK `decided_by_an_officer` wants an officer in that status, so that the answer
    reaches somebody. Whoever of the office has the fewest files gets it. Where nobody else
    decides there, it keeps the name of who left (who can do nothing with it) until somebody comes:
    then this runs again. A file approved and waiting for its seal is not touched.
    """
    outbox.finish(db, task_id)
    office_id = agencies.officer_by_id(db, officer_row).office_id
    moved, files = 0, _on_desks(db, office_id, None)
    seated = agencies.deciders(db, office_id, lock=True)
    for row in files:
        if row.officer_id in seated:
            continue
        if row.status is Status.IN_SCRUTINY:
            _to_queue(db, row)
        elif not _hand_on(db, row, _least_busy(db, row)):
            continue
        moved += 1
    return moved


def transfer_work(db: Session, task_id: int, giver_row: int, receiver_row: int) -> int:
    """Put the undecided files of one officer on another one's desk; how many moved.

    A file whose firm or agent the receiver belongs to goes to the queue instead, and stays where
    it is while it is questioned. Nothing moves if the receiver left meanwhile.
    """
    outbox.finish(db, task_id)
    giver = agencies.officer_by_id(db, giver_row)
    receiver = agencies.officer_by_id(db, receiver_row)
    moved, files = 0, _on_desks(db, giver.office_id, giver.person_id)
    if receiver.person_id not in agencies.deciders(db, giver.office_id, lock=True):
        return moved
    for row in files:
        if not belongs_to(db, row, receiver.person_id):
            _hand_on(db, row, receiver.person_id)
        elif row.status is Status.IN_SCRUTINY:
            _to_queue(db, row)
        else:
            continue
        moved += 1
    return moved


def _on_desks(db: Session, office_id: int, person_id: int | None) -> list[Application]:
    """The undecided files of an office, or of one officer there, locked."""
    query = select(Application).where(
        Application.office_id == office_id, Application.status.in_(ON_A_DESK)
    )
    if person_id is not None:
        query = query.where(Application.officer_id == person_id)
    return list(db.scalars(query.order_by(Application.id).with_for_update()))


def _to_queue(db: Session, row: Application) -> None:
    take(db, row, Step.RELEASE, SYSTEM, officer_id=None)
    audit.record(db, stream(row), RELEASED, SYSTEM)


def _hand_on(db: Session, row: Application, person_id: int | None) -> bool:
    if person_id is None:
        return False
    row.officer_id = person_id
    audit.record(db, stream(row), HANDED_ON, SYSTEM, officer=person_id)
    return True


def _least_busy(db: Session, row: Application) -> int | None:
    """Who of the office may decide the file and has the fewest; of equals who is there longest."""
    people = [p for p in agencies.deciders(db, row.office_id) if not belongs_to(db, row, p)]
    query = select(Application.officer_id, func.count(Application.id)).where(
        Application.office_id == row.office_id, Application.status.in_(ON_A_DESK)
    )
    query = query.where(Application.officer_id.in_(people)).group_by(Application.officer_id)
    busy = {person: count for person, count in db.execute(query)}
    return min(people, key=lambda person: busy.get(person, 0), default=None)


def _given_back_by(db: Session, office_id: int) -> str:
    """The notice by which files of this office go back at this instant, or nothing."""
    now = clock.now()
    last = agencies.ended_by(db, office_id, now)
    if last is None or not last.is_over(now):
        return ""
    found = rule_on(db, DELISTED_FILES, now)
    return (last.end_notice or last.source) if found.value == "give_back" else ""
