"""New people."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.core import clock
from portal.identity import passwords
from portal.identity.models import Person


def add_person(db: Session, email: str, name: str, password: str) -> Person:
    """A new person; the caller has checked name, e-mail and password by the rules."""
    person = Person(
        email=email.strip().lower(),
        name=name,
        password_hash=passwords.hashed(password),
        created_at=clock.now(),
    )
    db.add(person)
    db.flush()
    return person
