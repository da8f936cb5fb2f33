"""Messages about signing credentials: to their holders, and of officers to who looks after them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.agencies.models import Administrator, Office, Officer
from portal.core.clock import ist_day, written_day
from portal.core.tx import write
from portal.identity.models import Person
from portal.notifications.actions.inbox import post
from portal.notifications.actions.sending import common
from portal.notifications.models import Topic
from portal.notifications.wording import letter
from portal.signing.queries import CredentialFacts, credential_by_ref

if TYPE_CHECKING:
    from portal.kit import Kit


def tell_credential(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """The holder reads that a credential ends soon, has ended or was revoked."""
    found = credential_by_ref(db, ref)
    _tell(db, kit, task_id, found, [found.person_id], "/signatures", is_own=True)


def tell_credential_office(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """Those who look after the agencies of an officer read the same; of an exporter, nobody."""
    found = credential_by_ref(db, ref)
    people = [one for one in _administrators(db, found.person_id) if one != found.person_id]
    _tell(db, kit, task_id, found, people, "/agency/officers", is_own=False)


def _tell(
    db: Session,
    kit: Kit,
    task_id: int,
    found: CredentialFacts,
    people: Iterable[int],
    path: str,
    *,
    is_own: bool,
) -> None:
    person = db.get_one(Person, found.person_id).name
    ends, short = written_day(ist_day(found.valid_to)), found.sha256[:16]
    facts = {"status": found.status.value, "issuer": found.issuer, "ends": ends, "short": short}
    words = letter("credential", **common(kit), **facts, person=person, own=is_own)
    write(db, post, task_id, people, Topic.SECURITY, words, path)


def _administrators(db: Session, person_id: int) -> list[int]:
    """Who looks after the agencies at whose offices somebody sits."""
    agencies = (
        select(Office.agency_id)
        .join(Officer, Officer.office_id == Office.id)
        .where(Officer.person_id == person_id, Officer.ended_at.is_(None))
    )
    query = select(Administrator.person_id).where(
        Administrator.agency_id.in_(agencies), Administrator.ended_at.is_(None)
    )
    return list(db.scalars(query))
