"""The documents of an application: those that stand now, and those that stood before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.core.errors import Missing
from portal.documents.models import Document
from portal.documents.rules import rank_of
from portal.filing.models import Application, Attachment
from portal.filing.queries.shapes import AttachmentFacts
from portal.identity import queries as identity


def attachments(db: Session, application_id: int) -> tuple[AttachmentFacts, ...]:
    """All documents that were ever attached, by kind, the oldest of a kind first."""
    rows = db.execute(
        select(Attachment.kind, Attachment.added_at, Attachment.replaced_at, Document)
        .join(Document, Document.id == Attachment.document_id)
        .where(Attachment.application_id == application_id)
        .order_by(Attachment.id)
    ).all()
    names = identity.names(db, {doc.person_id for *_, doc in rows if doc.person_id})
    found = [_facts(row, rows, names) for row in rows]
    return tuple(sorted(found, key=lambda facts: rank_of(facts.kind)))


def attachment_for(
    db: Session, row: Application, document_ref: str, *, since: datetime | None = None
) -> Document:
    """A document of an application that was looked up before. Raises Missing.

    With `since` (aware) none that was replaced or removed before: what an office never got.
    """
    query = (
        select(Document)
        .join(Attachment, Attachment.document_id == Document.id)
        .where(Attachment.application_id == row.id, Document.ref == document_ref)
    )
    if since is not None:
        kept = or_(Attachment.replaced_at.is_(None), Attachment.replaced_at > since)
        query = query.where(kept)
    found = db.scalar(query)
    if found is None:
        raise Missing("document")
    return found


def _facts(row: Any, rows: Sequence[Any], names: dict[int, str]) -> AttachmentFacts:
    kind, added_at, ended_at, doc = row
    followed = any(r.kind == kind and r.added_at == ended_at for r in rows)
    return AttachmentFacts(
        kind=kind,
        ref=doc.ref,
        name=doc.name,
        size=doc.size,
        pages=doc.pages,
        sha256=doc.sha256,
        added_at=added_at,
        by=names.get(doc.person_id or 0, ""),
        ended_at=ended_at,
        was_removed=ended_at is not None and not followed,
    )
