"""What was submitted, and what an answer changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.errors import Missing
from portal.filing.models import Version
from portal.filing.particulars import differences


@dataclass(frozen=True)
class Change:
    """One difference between the last two versions, in plain text."""

    where: str
    before: str
    after: str


def next_version(db: Session, application_id: int) -> int:
    """The number of the version that is kept when the application is handed in next; 1 at first."""
    count = select(func.count(Version.id)).where(Version.application_id == application_id)
    return (db.scalar(count) or 0) + 1


def changes_since_last(db: Session, application_id: int) -> tuple[Change, ...]:
    """What the newest version changed against the one before it."""
    rows = db.scalars(
        select(Version.particulars)
        .where(Version.application_id == application_id)
        .order_by(Version.number.desc())
        .limit(2)
    ).all()
    if len(rows) < 2:
        return ()
    after, before = (json.loads(text) for text in rows)
    return tuple(Change(*row) for row in differences(before, after))


def latest_particulars(db: Session, application_id: int) -> dict[str, Any]:
    """The particulars as last submitted. Raises Missing before the first submission."""
    text = db.scalar(
        select(Version.particulars)
        .where(Version.application_id == application_id)
        .order_by(Version.number.desc())
        .limit(1)
    )
    if text is None:
        raise Missing("version")
    found: dict[str, Any] = json.loads(text)
    return found
