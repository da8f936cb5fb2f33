"""Makes a signed file provable for years, while its signer's certificate still holds."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Protocol

import structlog
from sqlalchemy.orm import Session

from portal.core import clock, outbox
from portal.core.errors import Refused, TryLater
from portal.core.failpoints import reach
from portal.core.tx import write
from portal.signing import actions, lasting
from portal.signing.lifecycle import RELEASED, FileKind, Status
from portal.signing.ports import Crls, TimeStamps
from portal.signing.queries import by_ref, file_of

# How soon the job asks again: the certificate of an e-sign lives for half an hour.
WAIT = timedelta(minutes=1)

log = structlog.get_logger("signing.archiving")


class Store(Protocol):
    """The part of the file store that this room needs."""

    def put(self, kind: str, content: bytes) -> str:
        """Keep content and return its key."""
        ...

    def get(self, key: str) -> bytes:
        """The content of a key."""
        ...


class ProofKit(Protocol):
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


def make_lasting(db: Session, kit: ProofKit, task_id: int, ref: str) -> None:
    """Add long-term data to a request's signed file; may run twice and die at any line.

    While the time stamper or the lists are away the job stays and is tried every minute without
    using up its tries. What can't be proven any more, the certificate being revoked or over, is
    noted in the audit trail; the signed file stays as it is.
    """
    row = by_ref(db, ref)
    file = file_of(db, row, *RELEASED) if row.status is Status.SIGNED else None
    db.expunge_all()
    db.rollback()
    if file is None or file.kind is FileKind.LASTING:
        write(db, outbox.finish, task_id)
        return
    try:
        made = lasting_version(kit, file.storage_key, file.sha256)
    except TryLater as problem:
        log.warning("proof_waits", request=ref, why=str(problem))
        write(db, outbox.wait, task_id, str(problem), WAIT)
        return
    except Refused as refusal:
        log.error("left_unproven", request=ref, why=str(refusal))
        write(db, actions.leave_unproven, task_id, ref, str(refusal))
        return
    reach("signing.after_proof")
    key = kit.store.put("signing", made)
    reach("signing.before_keep")
    write(db, actions.keep_lasting, task_id, ref, based_on=file.id, key=key, content=made)
    reach("signing.after_keep")


def lasting_version(kit: ProofKit, storage_key: str, sha256: str) -> bytes:
    """A stored file with long-term data behind it. Raises TryLater, and Refused for good."""
    before = kit.store.get(storage_key)
    if hashlib.sha256(before).hexdigest() != sha256:
        raise Refused(f"file {storage_key} was changed")
    lists = kit.crls.current(clock.now())
    return lasting.make_lasting(
        before,
        trust_roots=kit.trust_roots,
        crls=lists,
        timestamper=kit.timestamper,
        at=clock.now(),
    )
