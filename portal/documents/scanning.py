"""Scans for malware what was kept while the scanner was away."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import outbox
from portal.core.errors import TryLater
from portal.core.tx import write
from portal.documents import actions
from portal.documents.models import Document
from portal.documents.ports import Scanner
from portal.documents.rules import Scanned

WAIT = timedelta(minutes=1)

log = structlog.get_logger("documents.scanning")


class Store(Protocol):
    """The part of the file store that is needed here."""

    def get(self, key: str) -> bytes:
        """The content of a key."""
        ...


def scan(scanner: Scanner | None, content: bytes) -> tuple[Scanned, str]:
    """Whether a file that just came holds malware, and which; whatever happens is an answer."""
    if scanner is None:
        return Scanned.NOT_ASKED, ""
    try:
        finding = scanner.scan(content)
    except TryLater as problem:
        log.warning("scanner_away", why=str(problem))
        return Scanned.WAITS, ""
    return (Scanned.INFECTED if finding else Scanned.CLEAN), finding


def scan_kept(db: Session, scanner: Scanner | None, store: Store, task_id: int, ref: str) -> None:
    """Scan a document that waits; every minute again, without using up tries, while it can't be."""
    key = db.scalars(select(Document.storage_key).where(Document.ref == ref)).one()
    db.rollback()
    if scanner is None:  # It was taken away since: nobody will ever answer.
        write(db, outbox.finish, task_id)
        return
    try:
        finding = scanner.scan(store.get(key))
    except TryLater as problem:
        log.warning("scan_waits", document=ref, why=str(problem))
        write(db, outbox.wait, task_id, str(problem), WAIT)
        return
    write(db, actions.keep_scan, task_id, ref, finding)
