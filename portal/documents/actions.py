"""Keeping an upload: judged first, the file before its row."""

from __future__ import annotations

import hashlib
from typing import Protocol

from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.permissions import Actor
from portal.core.refs import random_ref
from portal.documents.models import Document


class Store(Protocol):
    """The part of the file store that this room needs."""

    def put(self, kind: str, content: bytes) -> str:
        """Keep content and return its key."""
        ...


def put_file(store: Store, content: bytes) -> str:
    """Write the content to the file store; a row may name it afterwards."""
    return store.put("documents", content)


def add_document(
    db: Session, actor: Actor, *, key: str, name: str, content: bytes, pages: int
) -> Document:
    """The row of a file that was judged and written."""
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
    return row
