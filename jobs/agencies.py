"""Jobs about agencies, offices and their files."""

from __future__ import annotations

from sqlalchemy.orm import Session

from jobs.task import job
from portal.core.tx import write
from portal.filing import actions as filing
from portal.kit import Kit


@job
def give_back_files(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """Give the waiting files of a struck-off agency back, where the rule says so."""
    write(db, filing.give_back_files, task_id, int(ref))
