"""Jobs about certificates."""

from __future__ import annotations

from sqlalchemy.orm import Session

from jobs.task import job
from portal.certificates import archiving, issuing
from portal.kit import Kit


@job
def issue_certificate(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """Make, seal and register the PDF of an allotted number."""
    issuing.issue_certificate(db, kit, task_id, ref)


@job
def take_signed(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """Register a certificate that its officer signed."""
    issuing.take_signed(db, kit, task_id, ref)


@job
def make_lasting(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """Add what proves a certificate's seal for years."""
    archiving.make_lasting(db, kit, task_id, ref)


@job
def make_draft(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """Make the sheet of a draft for its buyer."""
    specimen = kit.settings.is_sandbox
    issuing.make_draft(db, kit.sheets, kit.store, task_id, ref, specimen=specimen)
