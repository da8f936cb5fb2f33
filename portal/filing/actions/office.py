"""What happens to an office's files when its agency is struck off or an officer leaves."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.agencies import queries as agencies
from portal.core import audit, clock, outbox
from portal.core.errors import NotOpen
from portal.core.permissions import SYSTEM, Actor
from portal.core.steps import take
from portal.core.words import N_
from portal.filing.actions.drafting import stream
from portal.filing.lifecycle import Status, Step
from portal.filing.models import Application
from portal.notices.queries import rule_on
from portal.notices.rules import DELISTED_FILES
from portal.wallet import actions as wallet

GIVEN_BACK = audit.Act("filing.given_back", ("notice",))
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
    """Give one file back to its exporter and release the fee; the reason is the notice."""
    take(db, row, Step.GIVE_BACK, actor, notice, officer_id=None, reason=notice)
    wallet.release_fee(db, actor, row.firm_id, row.public_ref)
    outbox.announce(db, "filing.given_back", row.public_ref)
    audit.record(db, stream(row), GIVEN_BACK, actor, notice=notice)


def _given_back_by(db: Session, office_id: int) -> str:
    """The notice by which files of this office go back at this instant, or nothing."""
    now = clock.now()
    last = agencies.ended_by(db, office_id, now)
    if last is None or not last.is_over(now):
        return ""
    found = rule_on(db, DELISTED_FILES, now)
    return (last.end_notice or last.source) if found.value == "give_back" else ""
