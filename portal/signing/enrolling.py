"""The long acts around signing credentials: read one from a signed file, look after all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import clock, outbox
from portal.core.errors import Refused, TryLater
from portal.core.tx import write
from portal.identity.models import Person
from portal.signing import actions
from portal.signing.actions.credentials import kept_ders
from portal.signing.binding import Trust, judge, signer_of
from portal.signing.lifecycle import WATCHED, FileKind, Means, Status
from portal.signing.models import SigningCredential
from portal.signing.ports import Crls
from portal.signing.queries import by_ref, file_of

log = structlog.get_logger("signing.enrolling")


class Files(Protocol):
    """The part of the file store that this room needs here."""

    def get(self, key: str) -> bytes:
        """The content of a key."""
        ...


class CredentialKit(Protocol):
    """The outside things by which credentials are judged."""

    @property
    def store(self) -> Files:
        """Keeps the files."""
        ...

    @property
    def crls(self) -> Crls:
        """The lists of revoked certificates."""
        ...

    @property
    def trust_roots(self) -> Sequence[bytes]:
        """The authorities (PEM) that we trust."""
        ...

    @property
    def issuers(self) -> Sequence[bytes]:
        """Authorities below them (PEM) that we know of."""
        ...


def offer(db: Session, kit: CredentialKit, task_id: int, ref: str) -> None:
    """Keep the certificate of a test page signed by a token as a candidate, or with its faults.

    May run twice and die at any line. Whatever was signed in another way is left.
    """
    row = by_ref(db, ref)
    if row.means is not Means.TOKEN or row.status is not Status.SIGNED:
        db.rollback()
        write(db, outbox.finish, task_id)
        return
    key, name = file_of(db, row, FileKind.SIGNED).storage_key, _account_name(db, row.person_id)
    db.rollback()
    try:
        signer, at = signer_of(kit.store.get(key)), clock.now()
        found = judge(signer.certificate, signer.others, _trust(kit, at), name=name, at=at)
    except Refused as refusal:
        log.warning("credential_unreadable", ref=ref, why=str(refusal))
        write(db, outbox.finish, task_id)
        return
    shown = actions.Shown(signer.certificate, signer.others, found)
    write(db, actions.register_credential, task_id, ref, shown)


def check_all(db: Session, kit: CredentialKit) -> Counter[str]:
    """Judge every credential that may still end; returns how many came to what.

    One that can't be judged is left as it is, and logged.
    """
    at, done = clock.now(), Counter[str]()
    trust = _trust(kit, at)
    ids = list(
        db.scalars(select(SigningCredential.id).where(SigningCredential.status.in_(WATCHED)))
    )
    for row_id in ids:
        row = db.get_one(SigningCredential, row_id)
        (certificate, chain), name = kept_ders(row), row.name
        db.rollback()
        found = judge(certificate, chain, trust, name=name, at=at)
        if not found.is_good:
            log.warning("credential_judged", id=row_id, faults=[one.value for one in found.faults])
        done[write(db, actions.note_judged, row_id, found, at)] += 1
    return done


def _account_name(db: Session, person_id: int) -> str:
    return db.get_one(Person, person_id).name


def _trust(kit: CredentialKit, at: datetime) -> Trust:
    """Our roots and issuers, and the lists that are at hand; none while all are silent."""
    try:
        crls = kit.crls.current(at)
    except TryLater as problem:
        log.warning("no_lists", why=str(problem))
        crls = ()
    return Trust(kit.trust_roots, kit.issuers, crls)
