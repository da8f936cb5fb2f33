"""Asking for a certificate in lieu of an issued one, and what its issue does to that."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.certificates.lifecycle import Status, Step
from portal.certificates.models import Certificate
from portal.certificates.queries import links_of
from portal.core import audit, outbox
from portal.core.clock import ist_day
from portal.core.errors import Missing, NotOpen
from portal.core.permissions import SYSTEM, Actor
from portal.core.steps import take
from portal.core.words import N_
from portal.filing import actions as filing
from portal.filing.models import Application
from portal.filing.queries import application_for

SUPERSEDED = audit.Act("certificates.superseded", ("number", "by"))
GIVEN_UP = audit.Act("certificates.given_up", ("number", "replaces"))
_REFUSED = {
    Status.SUPERSEDED: N_(
        "Certificate %(number)s was superseded by %(by)s already. Correct that one instead."
    ),
    Status.CANCELLED: N_(
        "Certificate %(number)s was cancelled, so nothing can be issued in lieu of it. Apply for "
        "a new certificate."
    ),
}


def apply_in_lieu(db: Session, actor: Actor, ref: str) -> str:
    """Begin an application in lieu of the certificate of a file; returns the draft's reference.

    Raises Missing where the file has no certificate, NotOpen where it can't be replaced, with why.
    """
    source = application_for(db, actor, ref, lock=True)
    row = _live(db, source.id)
    check_replaceable(db, row)
    dated = ist_day(row.allotted_at)
    return filing.begin_in_lieu(db, actor, source, number=row.number, dated=dated)


def check_replaceable(db: Session, row: Certificate) -> None:
    """Raise NotOpen unless a certificate is issued and still counts."""
    if row.status is Status.ISSUED:
        return
    text = _REFUSED.get(row.status, N_("Certificate %(number)s is not issued yet."))
    later = links_of(db, row.id).superseded_by
    by = later.number if later else ""
    raise NotOpen(text, code=f"is_{row.status.value}", number=row.number, by=by)


def check_still_replaceable(db: Session, application: Application) -> None:
    """Raise NotOpen where what an application is to replace doesn't count any more."""
    if application.replaces_id is not None:
        check_replaceable(db, _live(db, application.replaces_id))


def lock_replaced(db: Session, number: str) -> Certificate | None:
    """The certificate that a number is to replace, locked after its file: before the number's own.

    None where it is to replace nothing. Files are locked from the older to the newer one, so that
    no two acts wait for each other.
    """
    source_id = db.scalar(
        select(Application.replaces_id)
        .join(Certificate, Certificate.application_id == Application.id)
        .where(Certificate.number == number)
    )
    if source_id is None:
        return None
    db.execute(select(Application.id).where(Application.id == source_id).with_for_update())
    return _live(db, source_id, lock=True)


def supersede(db: Session, replaced: Certificate, by: str) -> None:
    """Mark a certificate superseded by a number that is being issued in this transaction."""
    take(db, replaced, Step.SUPERSEDE, SYSTEM, by)
    source = db.get_one(Application, replaced.application_id)
    audit.record(db, filing.stream(source), SUPERSEDED, SYSTEM, number=replaced.number, by=by)


def give_up(db: Session, application: Application, row: Certificate, replaced: Certificate) -> None:
    """Void a number by the portal itself: what it was to replace can't be replaced any more.

    The file goes back to its officer, who is told and refuses it: the fee is released then.
    """
    why = (
        f"Certificate {replaced.number}, in lieu of which it was allotted, "
        f"is {replaced.status.value} already."
    )
    take(db, row, Step.GIVE_UP, SYSTEM, why, void_reason=why)
    filing.send_back(db, application, why)
    outbox.announce(db, "certificates.given_up", application.public_ref)
    facts = {"number": row.number, "replaces": replaced.number}
    audit.record(db, filing.stream(application), GIVEN_UP, SYSTEM, **facts)


def _live(db: Session, application_id: int, *, lock: bool = False) -> Certificate:
    """The certificate of a file, whatever its state unless void. Raises Missing."""
    query = select(Certificate).where(
        Certificate.application_id == application_id, Certificate.status != Status.VOID
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = db.scalars(query).one_or_none()
    if found is None:
        raise Missing("certificate")
    return found
