"""How somebody becomes an agency's administrator or deputy, hands over, and leaves."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.agencies.actions.register import stream
from portal.agencies.models import Administrator, Agency, Registration
from portal.agencies.queries import agency_by_id
from portal.agencies.rules import Standing, check_code
from portal.core import audit, clock, outbox
from portal.core.errors import Forbidden, Invalid, Missing, NotOpen
from portal.core.permissions import Actor, Permission, Role, SeatKind
from portal.core.refs import random_ref
from portal.core.words import N_
from portal.documents.actions import add_document
from portal.documents.letters import Letter
from portal.identity.models import SignIn
from portal.notices.queries import rule_on
from portal.notices.rules import ONBOARDING

REGISTERED = audit.Act("agencies.registration_made", ("registration", "sha256"))
APPROVED = audit.Act("agencies.registration_approved", ("registration", "role"))
SENT_BACK = audit.Act("agencies.registration_sent_back", ("registration",))
HANDED_OVER = audit.Act("agencies.handed_over", ("administrator", "deputy"))
LEFT = audit.Act("agencies.administrator_left", ("person",))


def register(
    db: Session, actor: Actor, slug: str, key: str, letter: Letter, *, sandbox: bool
) -> str:
    """Ask to be an agency's administrator with its letter, which was written to `key` before.

    Returns the reference. Raises Invalid where the agency can't come on board, or the person is
    there or waits already.
    """
    if actor.person_id is None or not actor.may(Permission.ACCOUNT_OPEN):
        raise Forbidden("register")
    agency = db.scalar(select(Agency).where(Agency.slug == slug).with_for_update())
    if agency is None:
        raise Invalid(N_("Choose an agency from the list."), code="no_agency", field="agency")
    _check_may_come(db, agency, sandbox)
    _check_new_here(db, agency, actor.person_id)
    document = add_document(db, actor, key=key, **vars(letter))
    row = Registration(
        ref=random_ref(),
        agency_id=agency.id,
        person_id=actor.person_id,
        document_id=document.id,
        made_at=clock.now(),
    )
    db.add(row)
    outbox.announce(db, "agencies.registration_made", row.ref)
    facts = {"registration": row.ref, "sha256": document.sha256}
    audit.record(db, stream(agency), REGISTERED, actor, **facts)
    return row.ref


def approve(db: Session, actor: Actor, ref: str, code: str = "") -> Role:
    """Let the person in: as administrator, or as deputy where there is an administrator.

    `code` is needed where the agency has none yet. Returns the role that was given.
    """
    row, agency = _waiting(db, actor, ref)
    _give_code(db, agency, code)
    present = {held.role: held for held in _active(db, agency.id)}
    role = Role.DEPUTY if Role.ADMINISTRATOR in present else Role.ADMINISTRATOR
    if role in present:
        raise NotOpen(
            N_("The agency has an administrator and a deputy; one of them has to leave first."),
            code="both_there",
        )
    if row.person_id in {held.person_id for held in present.values()}:
        raise NotOpen(N_("This person looks after the agency already."), code="there_already")
    row.decided_at, row.decided_by, row.approved = clock.now(), actor.person_id, True
    db.add(_administrator(agency.id, row.person_id, role))
    outbox.announce(db, "agencies.registration_decided", row.ref)
    facts = {"registration": row.ref, "role": role.value}
    audit.record(db, stream(agency), APPROVED, actor, **facts)
    return role


def send_back(db: Session, actor: Actor, ref: str, reason: str) -> None:
    """Refuse a registration with a reason that the person reads; they may register again."""
    if not reason.strip():
        raise Invalid(N_("Say why: the person reads it."), code="no_reason", field="reason")
    row, agency = _waiting(db, actor, ref)
    row.decided_at, row.decided_by, row.approved = clock.now(), actor.person_id, False
    row.reason = reason
    outbox.announce(db, "agencies.registration_decided", row.ref)
    audit.record(db, stream(agency), SENT_BACK, actor, registration=row.ref)


def hand_over(db: Session, actor: Actor) -> None:
    """Administrator and deputy change places, in one act. Raises NotOpen without a deputy."""
    agency, present = _mine(db, actor)
    deputy = present.get(Role.DEPUTY)
    chief = present.get(Role.ADMINISTRATOR)
    if actor.seat.role is not Role.ADMINISTRATOR or chief is None:
        raise Forbidden("hand over")
    if deputy is None:
        raise NotOpen(_NO_DEPUTY, code="no_deputy")
    _end(db, chief, deputy)
    db.add(_administrator(agency.id, deputy.person_id, Role.ADMINISTRATOR))
    db.add(_administrator(agency.id, chief.person_id, Role.DEPUTY))
    outbox.announce(db, "agencies.handed_over", str(agency.id))
    facts = {"administrator": deputy.person_id, "deputy": chief.person_id}
    audit.record(db, stream(agency), HANDED_OVER, actor, **facts)


def leave(db: Session, actor: Actor) -> None:
    """Leave the agency; the deputy takes an administrator's place. The last one can't leave."""
    agency, present = _mine(db, actor)
    me, deputy = present.get(actor.seat.role), present.get(Role.DEPUTY)
    if me is None or me.person_id != actor.person_id:
        raise Missing("administrator")
    if me.role is Role.ADMINISTRATOR and deputy is None:
        raise NotOpen(_NO_DEPUTY, code="last_administrator")
    if me.role is Role.ADMINISTRATOR and deputy is not None:
        _end(db, me, deputy)
        db.add(_administrator(agency.id, deputy.person_id, Role.ADMINISTRATOR))
    else:
        _end(db, me)
    outbox.announce(db, "agencies.administrator_left", str(agency.id))
    audit.record(db, stream(agency), LEFT, actor, person=me.person_id)


_NO_DEPUTY = N_(
    "The agency has no deputy, so nobody would look after it. "
    "Let a deputy register first, with a letter of the agency."
)


def end_sessions(db: Session, person_id: int, kind: SeatKind, seat_id: int) -> None:
    """End every session of a person in a seat at once."""
    query = update(SignIn).where(SignIn.person_id == person_id, SignIn.ended_at.is_(None))
    here = query.where(SignIn.seat_kind == kind, SignIn.seat_id == seat_id)
    db.execute(here.values(ended_at=clock.now()))


def _check_may_come(db: Session, agency: Agency, sandbox: bool) -> None:
    now = clock.now()
    if agency_by_id(db, agency.id).standing(now) is not Standing.LISTED:
        raise Invalid(
            N_("This agency is not listed in Appendix 2E today."), code="not_listed", field="agency"
        )
    if sandbox and not agency.is_invented:
        raise Invalid(
            N_("This is a sandbox: only invented agencies come on board here."),
            code="real_body",
            field="agency",
        )
    found = rule_on(db, ONBOARDING, now)
    if not found.value:
        raise Invalid(
            N_("Agencies can't come on board at present (%(notice)s)."),
            code="no_onboarding",
            field="agency",
            notice=found.notice,
        )


def _check_new_here(db: Session, agency: Agency, person_id: int) -> None:
    if person_id in {held.person_id for held in _active(db, agency.id)}:
        raise Invalid(
            N_("You look after this agency already: switch to that seat."),
            code="there_already",
            field="agency",
        )
    waits = select(Registration.id).where(
        Registration.agency_id == agency.id,
        Registration.person_id == person_id,
        Registration.decided_at.is_(None),
    )
    if db.scalar(waits) is not None:
        raise Invalid(
            N_("Your registration for this agency waits for the directorate already."),
            code="waits_already",
            field="agency",
        )


def _give_code(db: Session, agency: Agency, code: str) -> None:
    if agency.code:
        return
    problem = check_code(code)
    if problem is not None:
        raise Invalid.because(problem, "code")
    if db.scalar(select(Agency.id).where(Agency.code == code)) is not None:
        raise Invalid(N_("Another agency has this code."), code="code_taken", field="code")
    agency.code = code


def _active(db: Session, agency_id: int) -> list[Administrator]:
    query = select(Administrator).where(
        Administrator.agency_id == agency_id, Administrator.ended_at.is_(None)
    )
    return list(db.scalars(query.order_by(Administrator.id)))


def _administrator(agency_id: int, person_id: int, role: Role) -> Administrator:
    return Administrator(
        agency_id=agency_id, person_id=person_id, role=role, started_at=clock.now()
    )


def _end(db: Session, *held: Administrator) -> None:
    for row in held:
        row.ended_at = clock.now()
        end_sessions(db, row.person_id, SeatKind.AGENCY, row.agency_id)
    db.flush()


def _mine(db: Session, actor: Actor) -> tuple[Agency, dict[Role, Administrator]]:
    if actor.agency_id is None or not actor.may(Permission.AGENCY_MANAGE):
        raise Forbidden("agency")
    query = select(Agency).where(Agency.id == actor.agency_id).with_for_update()
    agency = db.scalars(query).one()
    present = {held.role: held for held in _active(db, agency.id)}
    held = present.get(actor.seat.role)
    if held is None or held.person_id != actor.person_id:
        # The seat ended while the form was open.
        raise Forbidden("agency")
    return agency, present


def _waiting(db: Session, actor: Actor, ref: str) -> tuple[Registration, Agency]:
    if not actor.may(Permission.AGENCIES_WRITE):
        raise Forbidden("registration")
    row = db.scalar(select(Registration).where(Registration.ref == ref).with_for_update())
    if row is None:
        raise Missing("registration")
    if row.decided_at is not None:
        raise NotOpen(N_("This registration was decided already."), code="decided_already")
    query = select(Agency).where(Agency.id == row.agency_id).with_for_update()
    return row, db.scalars(query).one()
