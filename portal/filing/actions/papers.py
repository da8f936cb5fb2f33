"""The documents of an application: attach, replace, remove. What stood before is kept."""

from __future__ import annotations

import hashlib
from typing import Any, cast

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.orm import Session

from portal.core import audit, clock
from portal.core.errors import Invalid, Missing
from portal.core.permissions import Actor
from portal.core.words import N_
from portal.documents.actions import add_document
from portal.documents.models import Document
from portal.documents.rules import DocumentKind
from portal.filing.actions.drafting import editable, stream
from portal.filing.models import Application, Attachment

MOST_OTHERS = 30

ATTACHED = audit.Act("filing.document_attached", ("kind", "sha256"))
REMOVED = audit.Act("filing.document_removed", ("kind", "sha256"))


def attach(
    db: Session,
    actor: Actor,
    ref: str,
    kind: str,
    *,
    key: str,
    name: str,
    content: bytes,
    pages: int,
) -> str:
    """Attach a document that was judged and written; returns its reference.

    One of the same kind before it is kept as an earlier version; of `other` there may be thirty.
    The same bytes again change nothing: a form that was sent twice attaches once.
    """
    row = editable(db, actor, ref)
    digest = hashlib.sha256(content).hexdigest()
    same = db.scalar(_present(row, kind).where(Document.sha256 == digest))
    if same is not None:
        return str(same.ref)
    now = clock.now()
    if DocumentKind(kind).is_single:
        _end(db, now, Attachment.application_id == row.id, Attachment.kind == kind)
    else:
        _check_room(db, row, kind)
    document = add_document(db, actor, key=key, name=name, content=content, pages=pages)
    db.add(Attachment(application_id=row.id, document_id=document.id, kind=kind, added_at=now))
    row.changed_at = now
    audit.record(db, stream(row), ATTACHED, actor, kind=kind, sha256=document.sha256)
    return document.ref


def remove_document(db: Session, actor: Actor, ref: str, document_ref: str) -> None:
    """Take a document out of a file that may be changed; it stays among the earlier versions.

    Raises Missing unless it stands there now.
    """
    row = editable(db, actor, ref)
    found = db.execute(
        select(Attachment.id, Attachment.kind, Document.sha256)
        .join(Document, Document.id == Attachment.document_id)
        .where(Attachment.application_id == row.id, Document.ref == document_ref)
        .where(Attachment.replaced_at.is_(None))
    ).one_or_none()
    if found is None:
        raise Missing("document")
    now = clock.now()
    _end(db, now, Attachment.id == found.id)
    row.changed_at = now
    audit.record(db, stream(row), REMOVED, actor, kind=found.kind, sha256=found.sha256)


def _present(row: Application, kind: str) -> Any:
    return (
        select(Document)
        .join(Attachment, Attachment.document_id == Document.id)
        .where(Attachment.application_id == row.id, Attachment.kind == kind)
        .where(Attachment.replaced_at.is_(None))
    )


def _end(db: Session, now: Any, *which: Any) -> int:
    query = update(Attachment).where(*which, Attachment.replaced_at.is_(None))
    return cast("CursorResult[Any]", db.execute(query.values(replaced_at=now))).rowcount


def _check_room(db: Session, row: Application, kind: str) -> None:
    query = select(func.count(Attachment.id)).where(Attachment.application_id == row.id)
    held = db.scalar(query.where(Attachment.kind == kind, Attachment.replaced_at.is_(None)))
    if (held or 0) >= MOST_OTHERS:
        raise Invalid(
            N_(
                "There are %(most)s other documents already, which is all that a file may have. "
                "Remove one, or put several papers into one PDF."
            ),
            code="too_many_documents",
            field="file",
            most=MOST_OTHERS,
        )
