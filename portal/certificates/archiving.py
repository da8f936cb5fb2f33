"""Makes a certificate's seal provable for years: the long middle between two short acts."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Protocol

import structlog
from sqlalchemy.orm import Session

from portal.certificates import actions, queries
from portal.certificates.rules import needs_proof
from portal.core import clock, outbox
from portal.core.errors import Refused, TryLater
from portal.core.failpoints import reach
from portal.core.tx import write
from portal.signing import lasting, proving
from portal.signing.ports import Crls, TimeStamps

# How soon the job asks again while the time stamper or the lists are away.
WAIT = timedelta(minutes=10)

log = structlog.get_logger("certificates.archiving")


class Store(Protocol):
    """The part of the file store that this room needs."""

    def put(self, kind: str, content: bytes) -> str:
        """Keep content and return its key."""
        ...

    def get(self, key: str) -> bytes:
        """The content of a key."""
        ...


class ArchivingKit(Protocol):
    """The outside things that a lasting proof needs."""

    @property
    def crls(self) -> Crls:
        """Lists of revoked certificates."""
        ...

    @property
    def timestamper(self) -> TimeStamps:
        """Says when something was there."""
        ...

    @property
    def trust_roots(self) -> tuple[bytes, ...]:
        """The root certificates (PEM)."""
        ...

    @property
    def store(self) -> Store:
        """Keeps the files."""
        ...


def make_lasting(db: Session, kit: ArchivingKit, task_id: int, number: str) -> None:
    """Add long-term data to a certificate's newest file; may run twice and die at any line.

    While the time stamper or the lists are away the job stays and is tried every ten minutes
    without using up its tries.
    """
    found = queries.newest_version(db, number)
    db.rollback()
    if not found.is_issued or not needs_proof(found.proven_until, clock.now()):
        write(db, outbox.finish, task_id)
        return
    try:
        made = _made(kit, found)
    except TryLater as problem:
        log.warning("proof_waits", number=number, why=str(problem))
        write(db, outbox.wait, task_id, str(problem), WAIT)
        return
    stamp = proving.newest_stamp(made)
    if stamp is None:
        raise Refused("the result has no time stamp")
    reach("worker.after_proof")
    key = kit.store.put("certificates", made)
    reach("worker.before_keep")
    version = actions.Version(key, made, stamp.ends_at)
    write(db, actions.keep_lasting, task_id, number, based_on=found.file_id, version=version)
    reach("worker.after_keep")


def _made(kit: ArchivingKit, found: queries.NewestVersion) -> bytes:
    before = kit.store.get(found.storage_key)
    if hashlib.sha256(before).hexdigest() != found.sha256:
        raise Refused(f"file {found.storage_key} was changed")
    lists = kit.crls.current(clock.now())
    return lasting.make_lasting(
        before,
        trust_roots=kit.trust_roots,
        crls=lists,
        timestamper=kit.timestamper,
        at=clock.now(),
    )
