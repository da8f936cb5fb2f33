"""Keeping an upload: judged first, the file before its row; scanned now or as soon as can be."""

from __future__ import annotations

import hashlib
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import audit, clock, outbox
from portal.core.permissions import SYSTEM, Actor
from portal.core.refs import random_ref
from portal.documents.models import Document, Scan
from portal.documents.rules import Scanned

UNSCANNED = "documents.unscanned"
SCANNED = audit.Act("documents.scanned", ("sha256", "finding"))


class Store(Protocol):
    """The part of the file store that this room needs."""

    def put(self, kind: str, content: bytes) -> str:
        """Keep content and return its key."""
        ...


def put_file(store: Store, content: bytes) -> str:
    """Write the content to the file store; a row may name it afterwards."""
    return store.put("documents", content)


def add_document(
    db: Session,
    actor: Actor,
    *,
    key: str,
    name: str,
    content: bytes,
    pages: int,
    scanned: Scanned = Scanned.NOT_ASKED,
) -> Document:
    """The row of a file that was judged and written; a job scans it where that has to wait."""
    row = Document(
        ref=random_ref(),
        name=name,
        storage_key=key,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        pages=pages,
        media_type="application/pdf",
        firm_id=actor.exporter_id or 0,
        person_id=actor.person_id,
        received_at=clock.now(),
    )
    db.add(row)
    db.flush()
    if scanned is Scanned.CLEAN:
        db.add(Scan(document_id=row.id, at=clock.now()))
    elif scanned is Scanned.WAITS:
        outbox.announce(db, UNSCANNED, row.ref)
    return row


def keep_scan(db: Session, task_id: int, ref: str, finding: str) -> None:
    """Note what a scanner found in a document: the name of malware, or nothing. Once."""
    if not outbox.finish(db, task_id):
        return
    row = db.scalars(select(Document).where(Document.ref == ref)).one()
    if db.scalar(select(Scan.id).where(Scan.document_id == row.id)) is not None:
        return
    db.add(Scan(document_id=row.id, at=clock.now(), finding=finding[:120]))
    stream = f"document:{ref}"
    audit.record(db, stream, SCANNED, SYSTEM, sha256=row.sha256, finding=finding[:120])
