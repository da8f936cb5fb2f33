"""Makes a certificate's seal provable for years: the long middle between two short acts."""

from __future__ import annotations

from datetime import timedelta

import structlog
from sqlalchemy.orm import Session

from portal.certificates import actions, queries
from portal.certificates.rules import needs_proof
from portal.core import clock, outbox
from portal.core.errors import Refused, TryLater
from portal.core.failpoints import reach
from portal.core.tx import write
from portal.signing import proving
from portal.signing.archiving import ProofKit, lasting_version

# How soon the job asks again while the time stamper or the lists are away.
WAIT = timedelta(minutes=10)

log = structlog.get_logger("certificates.archiving")


def make_lasting(db: Session, kit: ProofKit, task_id: int, number: str) -> None:
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
        made = lasting_version(kit, found.storage_key, found.sha256)
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
