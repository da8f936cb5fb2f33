"""Jobs about uploaded documents."""

from __future__ import annotations

from sqlalchemy.orm import Session

from jobs.task import job
from portal.documents.scanning import scan_kept
from portal.kit import Kit


@job
def scan(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """Look for malware in a document that came while the scanner was away."""
    scan_kept(db, kit.scanner, kit.store, task_id, ref)
