"""The second factor: a code of six digits from an app (RFC 6238), or a recovery code once."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime
from typing import Any, cast

import pyotp
from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.orm import Session

from portal.core import audit, clock, outbox
from portal.core.permissions import Actor
from portal.core.sealed import fingerprint, seal, unseal
from portal.identity.actions.sessions import WINDOW, who
from portal.identity.models import Person, RecoveryCode, SignIn, SignInTry
from portal.identity.queries.sessions import token_hash

STEP_SECONDS = 30
MOST_TRIES = 8
RECOVERY_CODES = 8
ALERT = "identity.security_changed"

TURNED_ON = audit.Act("identity.factor_turned_on")
TURNED_OFF = audit.Act("identity.factor_turned_off")


def new_secret() -> str:
    """A secret for an app (base 32, 160 bits)."""
    return pyotp.random_base32()


def address_for_app(secret: str, email: str, *, specimen: bool) -> str:
    """What the QR code holds (otpauth)."""
    issuer = "eCoO SPECIMEN" if specimen else "eCoO"
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)


def step_of(secret: str, typed: str, now: datetime) -> int | None:
    """The step (30 s) whose code was typed: the present one, the one before or after, or None."""
    plain = "".join(char for char in typed if char.isdigit())
    present = int(now.timestamp()) // STEP_SECONDS
    for step in (present, present - 1, present + 1):
        if hmac.compare_digest(pyotp.TOTP(secret).at(step * STEP_SECONDS), plain):
            return step
    return None


def turn_on(
    db: Session, actor: Actor, secret: str, typed: str, secret_key: str
) -> list[str] | None:
    """Count the second factor from now on if the code fits; returns the recovery codes, once."""
    step = step_of(secret, typed, clock.now())
    person = db.get_one(Person, actor.person_id, with_for_update=True)
    if step is None:
        return None
    person.totp_secret = seal(secret_key, secret)
    person.totp_on_at, person.totp_last_step = clock.now(), step
    audit.record(db, f"person:{person.id}", TURNED_ON, actor)
    outbox.announce(db, ALERT, f"{person.id}:factor_on")
    return _fresh_recovery_codes(db, person.id, secret_key)


def turn_off(db: Session, actor: Actor) -> None:
    """Do without; roles that need it ask for a new one at the next page."""
    person = db.get_one(Person, actor.person_id, with_for_update=True)
    person.totp_secret, person.totp_on_at, person.totp_last_step = "", None, 0
    db.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    audit.record(db, f"person:{person.id}", TURNED_OFF, actor)
    outbox.announce(db, ALERT, f"{person.id}:factor_off")


def pass_factor(db: Session, token: str, typed: str, secret_key: str) -> bool:
    """Open a session that waits if the code fits; each code opens once. Eight tries in 15 minutes.

    The result is returned and not raised, so that a wrong try is counted.
    """
    waiting = select(SignIn).where(
        SignIn.token_hash == token_hash(token), SignIn.ended_at.is_(None)
    )
    session = db.scalar(waiting.with_for_update())
    if session is None or not session.waits_for_factor:
        return False
    person = db.get_one(Person, session.person_id, with_for_update=True)
    if not _may_try(db, person.id):
        return False
    if not (_fits_app(db, person, typed, secret_key) or _spend(db, person.id, typed, secret_key)):
        return False
    session.waits_for_factor = False
    return True


def _may_try(db: Session, person_id: int) -> bool:
    mine = who("factor", str(person_id))
    since = clock.now() - WINDOW
    count = select(func.count(SignInTry.id)).where(SignInTry.who == mine, SignInTry.at > since)
    tried = db.scalar(count) or 0
    db.add(SignInTry(who=mine, at=clock.now()))
    return tried < MOST_TRIES


def _fits_app(db: Session, person: Person, typed: str, secret_key: str) -> bool:
    step = step_of(unseal(secret_key, person.totp_secret), typed, clock.now())
    # A last step far ahead is of a sandbox's moved clock; no code of that time fits now anyway.
    if step is None or step <= person.totp_last_step <= step + 2:
        return False
    person.totp_last_step = step
    # A right code wipes out the wrong ones before it.
    db.execute(delete(SignInTry).where(SignInTry.who == who("factor", str(person.id))))
    return True


def _spend(db: Session, person_id: int, typed: str, secret_key: str) -> bool:
    """A recovery code is spent by whoever comes first."""
    plain = "".join(char for char in typed.upper() if char.isalnum())
    hashed = fingerprint(secret_key, "recovery", str(person_id), plain)
    mine = (RecoveryCode.person_id == person_id, RecoveryCode.code_hash == hashed)
    spent = db.execute(
        update(RecoveryCode)
        .where(*mine, RecoveryCode.used_at.is_(None))
        .values(used_at=clock.now())
    )
    if cast("CursorResult[Any]", spent).rowcount != 1:
        return False
    outbox.announce(db, ALERT, f"{person_id}:recovery_used")
    return True


def _fresh_recovery_codes(db: Session, person_id: int, secret_key: str) -> list[str]:
    db.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    alphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
    made = ["".join(secrets.choice(alphabet) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    for code in made:
        hashed = fingerprint(secret_key, "recovery", str(person_id), code)
        db.add(RecoveryCode(person_id=person_id, code_hash=hashed))
    return [f"{code[:5]}-{code[5:]}" for code in made]
