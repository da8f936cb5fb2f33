"""An office's stamp or an officer's signature is added or withdrawn; earlier versions stay."""

from __future__ import annotations

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.agencies.models import Image, Office
from portal.agencies.queries.images import Subject, subjects
from portal.agencies.queries.officers import check_seated
from portal.core import audit, clock
from portal.core.errors import Forbidden, Invalid, NotOpen
from portal.core.permissions import Actor, Permission
from portal.core.words import N_

ADDED = audit.Act("agencies.image_added", ("office", "officer", "sha256"))
WITHDRAWN = audit.Act("agencies.image_withdrawn", ("office", "officer", "sha256"))


def add_image(
    db: Session, actor: Actor, what: str, *, key: str, png: bytes, width: int, height: int
) -> None:
    """Let an image that was judged and stored count from now on; `what` names its subject."""
    subject = _own(db, actor, what)
    earlier = _present(db, subject)
    now = clock.now()
    if earlier is not None:
        earlier.replaced_at = now
        db.flush()
    row = Image(
        office_id=subject.office_id,
        officer_id=subject.officer_id,
        storage_key=key,
        sha256=hashlib.sha256(png).hexdigest(),
        size=len(png),
        width=width,
        height=height,
        added_at=now,
        person_id=actor.person_id,
    )
    db.add(row)
    _record(db, actor, ADDED, row)


def withdraw_image(db: Session, actor: Actor, what: str) -> None:
    """Let no image count from now on; what was approved before keeps its own."""
    row = _present(db, _own(db, actor, what))
    if row is None:
        raise NotOpen(
            N_("There is no image to withdraw: it was withdrawn already."), code="no_image"
        )
    row.replaced_at = clock.now()
    _record(db, actor, WITHDRAWN, row)


def _own(db: Session, actor: Actor, what: str) -> Subject:
    """An office or officer of the acting agency; its office is locked, so that one is last."""
    if actor.agency_id is None or not actor.may(Permission.AGENCY_MANAGE):
        raise Forbidden("images")
    check_seated(db, actor)
    found = next((s for s in subjects(db, actor.agency_id) if s.what == what), None)
    if found is None:
        raise Invalid(
            N_("Choose one of the agency's offices or officers."), code="unknown", field="what"
        )
    db.execute(select(Office.id).where(Office.id == found.office_id).with_for_update())
    return found


def _present(db: Session, subject: Subject) -> Image | None:
    query = select(Image).where(Image.replaced_at.is_(None))
    if subject.officer_id is None:
        query = query.where(Image.office_id == subject.office_id, Image.officer_id.is_(None))
    else:
        query = query.where(Image.officer_id == subject.officer_id)
    return db.scalar(query.execution_options(populate_existing=True))


def _record(db: Session, actor: Actor, act: audit.Act, row: Image) -> None:
    officer, stream = row.officer_id or 0, f"agency:{actor.agency_id}"
    audit.record(db, stream, act, actor, office=row.office_id, officer=officer, sha256=row.sha256)
