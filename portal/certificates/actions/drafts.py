"""The sheet of a draft for the buyer: asked for, kept when it is made, forgotten when it is old."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from portal.certificates.models import DraftSheet
from portal.certificates.queries.drafts import ASKED, draft_state, is_asked
from portal.core import audit, outbox
from portal.core.errors import Forbidden, NotOpen
from portal.core.permissions import Actor, Permission
from portal.core.words import N_
from portal.filing import actions as filing
from portal.filing.lifecycle import EDITABLE
from portal.filing.models import Application
from portal.filing.queries import application_for

DRAFT_ASKED = audit.Act("certificates.draft_asked", ("fingerprint",))
MOST_FORGOTTEN = 500


def ask_for_draft(db: Session, actor: Actor, ref: str, *, specimen: bool) -> None:
    """Let a job make the sheet of a draft as it stands; nothing where it is made or asked already.

    Raises NotOpen once the application can't be changed any more.
    """
    if not actor.may(Permission.APPLICATION_PREPARE):
        raise Forbidden("draft sheet")
    row = application_for(db, actor, ref, lock=True)
    if row.status not in EDITABLE:
        raise NotOpen(
            N_("The application was handed in; its certificate follows."), code="not_a_draft"
        )
    state = draft_state(db, row, specimen=specimen)
    if state.made is not None or is_asked(db, row.ref):
        return
    outbox.announce(db, ASKED, row.ref)
    audit.record(db, filing.stream(row), DRAFT_ASKED, actor, fingerprint=state.fingerprint)


@dataclass(frozen=True)
class MadeDraft:
    """A draft's sheet as a job made it; `at` is when it read the application."""

    application_id: int
    fingerprint: str
    at: datetime
    storage_key: str
    content: bytes


def keep_draft(db: Session, task_id: int, made: MadeDraft) -> bool:
    """Keep a draft's sheet, once for each fingerprint; the job is done. False if it was there."""
    outbox.finish(db, task_id)
    lock = select(Application.id).where(Application.id == made.application_id)
    db.execute(lock.with_for_update())
    there = select(DraftSheet.id).where(
        DraftSheet.application_id == made.application_id,
        DraftSheet.fingerprint == made.fingerprint,
    )
    if db.scalars(there).first() is not None:
        return False
    db.add(
        DraftSheet(
            application_id=made.application_id,
            fingerprint=made.fingerprint,
            storage_key=made.storage_key,
            sha256=hashlib.sha256(made.content).hexdigest(),
            size=len(made.content),
            made_at=made.at,
        )
    )
    return True


def forget_drafts(db: Session) -> list[str]:
    """Forget sheets of applications that were changed or handed in since; returns their files.

    500 at most. The caller removes the files after the transaction: a row never names one that is
    gone.
    """
    query = (
        select(DraftSheet.id, DraftSheet.storage_key)
        .join(Application, Application.id == DraftSheet.application_id)
        .where(Application.status.not_in(EDITABLE) | (Application.changed_at > DraftSheet.made_at))
        .order_by(DraftSheet.id)
        .limit(MOST_FORGOTTEN)
    )
    found = db.execute(query).all()
    db.execute(delete(DraftSheet).where(DraftSheet.id.in_([row.id for row in found])))
    return [row.storage_key for row in found]
