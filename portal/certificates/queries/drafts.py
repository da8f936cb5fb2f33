"""The sheet of a draft: whether it is made, for the particulars as they stand."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.certificates.models import DraftSheet
from portal.certificates.sheet import Sheet, to_json
from portal.certificates.wording import draft_of
from portal.core.outbox import MAX_TRIES, OutboxRow
from portal.filing.models import Application
from portal.filing.queries import application_facts

ASKED = "certificates.draft_asked"


@dataclass(frozen=True)
class KeptDraft:
    """A stored PDF of a draft's sheet."""

    storage_key: str
    sha256: str
    size: int
    made_at: datetime


@dataclass(frozen=True)
class DraftState:
    """How a draft's sheet stands: `made` for what is typed now, `waits` while a job makes it."""

    sheet: Sheet
    fingerprint: str
    made: KeptDraft | None
    waits: bool


def draft_state(db: Session, row: Application, *, specimen: bool) -> DraftState:
    """The sheet of an application that was looked up before, as it stands now."""
    sheet = draft_of(application_facts(db, row), specimen=specimen)
    digest = fingerprint_of(sheet)
    return DraftState(sheet, digest, _made(db, row.id, digest), is_asked(db, row.ref))


def fingerprint_of(sheet: Sheet) -> str:
    """SHA-256 of what a sheet shows."""
    text = json.dumps(to_json(sheet), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def is_asked(db: Session, ref: str) -> bool:
    """Whether a draft's sheet is being made, by the draft's random reference.

    A job that used up its tries is none: then it may be asked for again.
    """
    query = select(OutboxRow.id).where(
        OutboxRow.fact == ASKED, OutboxRow.ref == ref, OutboxRow.done_at.is_(None)
    )
    query = query.where(OutboxRow.tries < MAX_TRIES)
    return db.scalars(query.limit(1)).first() is not None


def _made(db: Session, application_id: int, fingerprint: str) -> KeptDraft | None:
    row = db.scalars(
        select(DraftSheet)
        .where(DraftSheet.application_id == application_id, DraftSheet.fingerprint == fingerprint)
        .order_by(DraftSheet.id)
    ).first()
    return KeptDraft(row.storage_key, row.sha256, row.size, row.made_at) if row else None
