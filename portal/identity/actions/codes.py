"""One-time codes and links: asked for in an act, made by the job that sends them, used once."""

from __future__ import annotations

import hmac
import secrets
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.orm import Session

from portal.core import clock, outbox
from portal.core.errors import DomainError
from portal.core.sealed import fingerprint
from portal.core.words import N_
from portal.identity.lifecycle import CodePurpose
from portal.identity.models import Code

ASKED = "identity.code_asked"
LASTS = {
    CodePurpose.EMAIL: timedelta(minutes=15),
    CodePurpose.MOBILE: timedelta(minutes=15),
    CodePurpose.IEC: timedelta(minutes=15),
    CodePurpose.PASSWORD: timedelta(hours=1),
    CodePurpose.DISPUTE: timedelta(days=30),
}
MOST_TRIES = 5
MOST_ASKED, WITHIN = 5, timedelta(hours=1)


class TooOften(DomainError):
    """Codes were asked for too often."""

    status = 429


def ask(db: Session, purpose: CodePurpose, subject: str) -> int:
    """Ask for a code or link; the one before it ends. Raises TooOften past five an hour."""
    now = clock.now()
    mine = (Code.purpose == purpose, Code.subject == subject)
    count = db.scalar(select(func.count(Code.id)).where(*mine, Code.asked_at > now - WITHIN))
    if (count or 0) >= MOST_ASKED:
        raise TooOften(
            N_("Codes were sent five times within an hour. Wait an hour, then ask again."),
            code="codes_too_often",
        )
    db.execute(update(Code).where(*mine, Code.used_at.is_(None)).values(used_at=now))
    row = Code(purpose=purpose, subject=subject, asked_at=now, expires_at=now + LASTS[purpose])
    db.add(row)
    db.flush()
    outbox.announce(db, ASKED, str(row.id))
    return row.id


def make_code(db: Session, code_id: int, secret_key: str) -> tuple[Code, str] | None:
    """Six digits for a code that is still wanted; only their fingerprint stays. A job calls this.

    A job that runs twice makes another code: the newest one is right.
    """
    return _make(db, code_id, secret_key, f"{secrets.randbelow(10**6):06d}")


def make_link(db: Session, code_id: int, secret_key: str) -> tuple[Code, str] | None:
    """The same with a token that nobody types."""
    return _make(db, code_id, secret_key, secrets.token_urlsafe(24))


def fits(db: Session, purpose: CodePurpose, subject: str, typed: str, secret_key: str) -> bool:
    """Whether a typed code is the right one; each call is one of its five tries."""
    tried = cast(
        "CursorResult[Any]",
        db.execute(
            update(Code)
            .where(Code.purpose == purpose, Code.subject == subject, Code.used_at.is_(None))
            .where(Code.expires_at > clock.now(), Code.tries < MOST_TRIES, Code.code_hash != "")
            .values(tries=Code.tries + 1)
        ),
    )
    if tried.rowcount != 1:
        return False
    kept = db.scalar(_open(purpose, subject))
    plain = "".join(char for char in typed if char.isdigit())
    mine = fingerprint(secret_key, purpose.value, subject, plain)
    return kept is not None and hmac.compare_digest(kept, mine)


def use_up(db: Session, purpose: CodePurpose, subject: str) -> None:
    """A code or link is spent."""
    mine = (Code.purpose == purpose, Code.subject == subject, Code.used_at.is_(None))
    db.execute(update(Code).where(*mine).values(used_at=clock.now()))


def subject_of_link(db: Session, purpose: CodePurpose, token: str, secret_key: str) -> str | None:
    """To what a link belongs that is still good, or None."""
    found = db.scalar(
        select(Code.subject).where(
            Code.purpose == purpose,
            Code.code_hash == fingerprint(secret_key, purpose.value, token[:64]),
            Code.used_at.is_(None),
            Code.expires_at > clock.now(),
        )
    )
    return found


def _open(purpose: CodePurpose, subject: str):  # type: ignore[no-untyped-def]
    return select(Code.code_hash).where(
        Code.purpose == purpose, Code.subject == subject, Code.used_at.is_(None)
    )


def _make(db: Session, code_id: int, secret_key: str, secret: str) -> tuple[Code, str] | None:
    row = db.get(Code, code_id)
    if row is None or row.used_at is not None or row.expires_at <= clock.now():
        return None
    is_link = not secret.isdigit()
    parts = (row.purpose.value, secret) if is_link else (row.purpose.value, row.subject, secret)
    row.code_hash, row.tries = fingerprint(secret_key, *parts), 0
    return row, secret
