"""Getting an account: what somebody typed is kept until both codes prove e-mail and mobile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from portal.core import audit, clock, outbox
from portal.core.errors import DomainError, Invalid, Missing
from portal.core.permissions import SYSTEM, Actor, SeatKind
from portal.core.refs import random_ref
from portal.core.words import N_
from portal.identity.actions import codes
from portal.identity.actions.invitations import Acceptor, accept_invitation, invitation_of
from portal.identity.actions.sessions import WINDOW, begin_session, who
from portal.identity.lifecycle import CodePurpose
from portal.identity.models import Person, Registration, SignInTry
from portal.identity.queries.seats import SeatSource, all_seats, person_seat
from portal.identity.rules import PRIVACY_VERSION

JOINED = audit.Act("identity.joined", ("invitation",))
REGISTERED = audit.Act("identity.registered", ("registration",))
KNOWN = "identity.known_email_registered"
LASTS = timedelta(hours=24)
MOST_PER_ADDRESS = 30


class TooMany(DomainError):
    """One address registers more people than a household has."""

    status = 429


@dataclass(frozen=True)
class Confirmed:
    """Which codes fitted; the token of the first session where both did."""

    email: bool
    mobile: bool
    token: str = ""


def register(
    db: Session, *, email: str, name: str, mobile: str, password_hash: str, address: str
) -> str:
    """Keep what somebody typed and ask for both codes; returns the address's reference.

    An e-mail that has an account looks the same from outside: its owner gets a letter that says so.
    """
    _count(db, address)
    email = email.strip().lower()
    is_known = bool(db.scalar(select(exists().where(Person.email == email))))
    row = Registration(
        ref=random_ref(26),
        email=email,
        name=name.strip(),
        mobile=mobile,
        password_hash=password_hash,
        privacy_version=PRIVACY_VERSION,
        is_known=is_known,
        created_at=clock.now(),
    )
    db.add(row)
    db.flush()
    if is_known:
        outbox.announce(db, KNOWN, row.ref)
    else:
        ask_both(db, row.ref)
    return row.ref


def ask_again(db: Session, ref: str) -> None:
    """Send both codes anew. Raises TooOften."""
    if not open_registration(db, ref).is_known:
        ask_both(db, ref)


def ask_both(db: Session, ref: str) -> None:
    """Ask for a code by mail and one by text message."""
    codes.ask(db, CodePurpose.EMAIL, ref)
    codes.ask(db, CodePurpose.MOBILE, ref)


def confirm(
    db: Session, ref: str, email_code: str, mobile_code: str, secret_key: str, device: str
) -> Confirmed:
    """Make the account when both codes fit, and begin its first session."""
    row = open_registration(db, ref)
    by_mail = codes.fits(db, CodePurpose.EMAIL, ref, email_code, secret_key)
    by_text = codes.fits(db, CodePurpose.MOBILE, ref, mobile_code, secret_key)
    # Somebody else may have taken the address meanwhile.
    taken = row.is_known or bool(db.scalar(select(exists().where(Person.email == row.email))))
    if not (by_mail and by_text) or taken:
        return Confirmed(by_mail and not taken, by_text and not taken)
    row.done_at = clock.now()
    for purpose in (CodePurpose.EMAIL, CodePurpose.MOBILE):
        codes.use_up(db, purpose, ref)
    person = make_person(db, row.email, row.name, row.password_hash, row.mobile)
    audit.record(db, f"person:{person.id}", REGISTERED, SYSTEM, registration=row.id)
    return Confirmed(
        True, True, begin_session(db, person, person_seat(person.id, person.name), device)
    )


def join(
    db: Session,
    token: str,
    *,
    name: str,
    mobile: str,
    password_hash: str,
    secret_key: str,
    acceptors: Mapping[SeatKind, Acceptor],
    sources: Mapping[SeatKind, SeatSource],
    device: str,
) -> str:
    """An account by an invitation, whose link has proven the e-mail, and its seat; in one act.

    Returns the token of the first session. Raises Invalid where the e-mail has an account.
    """
    found = invitation_of(db, token, secret_key)
    if db.scalar(select(exists().where(Person.email == found.email))):
        raise Invalid(
            N_("This e-mail has an account already. Sign in with it, then open the link again."),
            code="email_known",
        )
    person = make_person(db, found.email, name, password_hash, mobile)
    actor = Actor(person.id, person.name, person_seat(person.id, person.name))
    accept_invitation(db, token, actor, secret_key, acceptors)
    audit.record(db, f"person:{person.id}", JOINED, actor, invitation=found.id)
    seat = all_seats(db, person.id, sources)[0]
    return begin_session(db, person, seat, device)


def note_asked(db: Session, address: str) -> None:
    """Count that somebody asked for a link. Raises TooMany."""
    _count(db, address)


def make_person(db: Session, email: str, name: str, password_hash: str, mobile: str) -> Person:
    """A new account that has accepted the privacy statement of today."""
    now = clock.now()
    person = Person(
        email=email,
        name=name,
        mobile=mobile,
        password_hash=password_hash,
        created_at=now,
        privacy_version=PRIVACY_VERSION,
        privacy_accepted_at=now,
    )
    db.add(person)
    db.flush()
    return person


def open_registration(db: Session, ref: str) -> Registration:
    """A registration that waits for its codes. Raises Missing."""
    row = db.scalar(select(Registration).where(Registration.ref == ref).with_for_update())
    if row is None or row.done_at is not None or row.created_at < clock.now() - LASTS:
        raise Missing("registration")
    return row


def _count(db: Session, address: str) -> None:
    mine = who("registration", address)
    since = clock.now() - WINDOW
    recent = select(func.count(SignInTry.id)).where(SignInTry.who == mine, SignInTry.at > since)
    if (db.scalar(recent) or 0) >= MOST_PER_ADDRESS:
        raise TooMany(
            N_("Too many registrations from here. Wait 15 minutes, then try again."),
            code="too_many_registrations",
        )
    db.add(SignInTry(who=mine, at=clock.now()))
