"""One's own account: password, sessions, the privacy statement."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import audit, clock, outbox
from portal.core.errors import Missing
from portal.core.permissions import SYSTEM, Actor
from portal.identity.actions import codes
from portal.identity.actions.factor import ALERT
from portal.identity.actions.sessions import end_sessions
from portal.identity.lifecycle import CodePurpose
from portal.identity.models import Person, SignIn
from portal.identity.rules import PRIVACY_VERSION

PASSWORD_CHANGED = audit.Act("identity.password_changed")
SESSION_ENDED = audit.Act("identity.session_ended", ("session",))
CORRECTED = audit.Act("identity.account_corrected")
ACCEPTED = audit.Act("identity.privacy_accepted", ("version",))


def change_password(db: Session, actor: Actor, password_hash: str, token: str) -> None:
    """Another password; all sessions but the present one end."""
    person = db.get_one(Person, actor.person_id, with_for_update=True)
    _set_password(db, person, password_hash, actor, but=token)


def ask_reset(db: Session, email: str) -> None:
    """Let a link be sent if the e-mail has an account; from outside it looks the same if not."""
    person = db.scalar(
        select(Person).where(Person.email == email.strip().lower(), Person.closed_at.is_(None))
    )
    if person is not None:
        codes.ask(db, CodePurpose.PASSWORD, str(person.id))


def reset_password(db: Session, token: str, password_hash: str, secret_key: str) -> None:
    """Another password by a link; all sessions end. Raises Missing for a link that is no good."""
    subject = codes.subject_of_link(db, CodePurpose.PASSWORD, token, secret_key)
    if subject is None:
        raise Missing("link")
    codes.use_up(db, CodePurpose.PASSWORD, subject)
    person = db.get_one(Person, int(subject), with_for_update=True)
    _set_password(db, person, password_hash, SYSTEM)


def end_session(db: Session, actor: Actor, session_id: int) -> None:
    """End one of one's own sessions. Raises Missing for another's."""
    mine = (SignIn.id == session_id, SignIn.person_id == actor.person_id)
    row = db.scalar(select(SignIn).where(*mine))
    if row is None:
        raise Missing("session")
    if row.ended_at is None:
        row.ended_at = clock.now()
        audit.record(db, f"person:{actor.person_id}", SESSION_ENDED, actor, session=row.id)


def correct(db: Session, actor: Actor, name: str, mobile: str) -> None:
    """Correct one's own name and mobile number."""
    person = db.get_one(Person, actor.person_id, with_for_update=True)
    person.name, person.mobile = name.strip(), mobile
    audit.record(db, f"person:{actor.person_id}", CORRECTED, actor)


def accept_privacy(db: Session, actor: Actor) -> None:
    """Accept the privacy statement as it stands today."""
    person = db.get_one(Person, actor.person_id, with_for_update=True)
    person.privacy_version, person.privacy_accepted_at = PRIVACY_VERSION, clock.now()
    stream = f"person:{actor.person_id}"
    audit.record(db, stream, ACCEPTED, actor, version=PRIVACY_VERSION)


def _set_password(
    db: Session, person: Person, password_hash: str, actor: Actor, *, but: str = ""
) -> None:
    person.password_hash = password_hash
    end_sessions(db, person.id, but=but)
    audit.record(db, f"person:{person.id}", PASSWORD_CHANGED, actor)
    outbox.announce(db, ALERT, f"{person.id}:password")
