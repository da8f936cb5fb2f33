"""The documents of an application: those that stand now, and those that stood before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.orm import Session

from portal.core.db import rows
from portal.core.errors import Missing
from portal.documents.models import Document, Scan
from portal.documents.queries import check_clean
from portal.documents.rules import rank_of
from portal.filing.models import Application, Attachment
from portal.filing.queries.shapes import AttachmentFacts
from portal.identity import queries as identity


def attachments(db: Session, application_id: int) -> tuple[AttachmentFacts, ...]:
    """All documents that were ever attached, by kind, the oldest of a kind first."""
    held = rows(db, _attached(), application=application_id)
    people = {row.person_id for row in held if row.person_id}
    names = identity.names(db, people) if people else {}
    found = [_facts(row, held, names) for row in held]
    return tuple(sorted(found, key=lambda facts: rank_of(facts.kind)))


def attachment_for(
    db: Session, row: Application, document_ref: str, *, since: datetime | None = None
) -> Document:
    """A document of an application that was looked up before. Raises Missing.

    With `since` (aware) none that was replaced or removed before: what an office never got.
    Raises Infected where a scanner found malware in it.
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
    check_clean(db, found.storage_key)
    return found


@cache
def _attached() -> Select[Any]:
    columns: tuple[Any, ...] = (
        *(Attachment.kind, Attachment.added_at, Attachment.replaced_at),
        *(Document.ref, Document.name, Document.size, Document.pages, Document.sha256),
        *(Document.person_id, Scan.finding),
    )
    query = select(*columns).join(Document, Document.id == Attachment.document_id)
    query = query.outerjoin(Scan, Scan.document_id == Document.id)
    mine = Attachment.application_id == bindparam("application")
    return query.where(mine).order_by(Attachment.id)


def _facts(row: Any, held: Sequence[Any], names: dict[int, str]) -> AttachmentFacts:
    ended_at = row.replaced_at
    followed = any(r.kind == row.kind and r.added_at == ended_at for r in held)
    return AttachmentFacts(
        kind=row.kind,
        ref=row.ref,
        name=row.name,
        size=row.size,
        pages=row.pages,
        sha256=row.sha256,
        added_at=row.added_at,
        by=names.get(row.person_id or 0, ""),
        ended_at=ended_at,
        was_removed=ended_at is not None and not followed,
        was_scanned=row.finding is not None,
        finding=row.finding or "",
    )
