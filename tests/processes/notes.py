"""Jobs that tests put into the outbox of a running portal."""

from __future__ import annotations

from sqlalchemy.orm import Session

from jobs.task import job
from portal.core import outbox
from portal.core.tx import write
from portal.kit import Kit
from tests.processes.running import until


@job
def note(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """Do nothing but mark the row done."""
    write(db, outbox.finish, task_id)


@job
def stumble(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """Fail at the first try, work at the second."""
    if db.get_one(outbox.OutboxRow, task_id).tries < 2:
        raise ValueError(f"stumbled over {ref}")
    write(db, outbox.finish, task_id)


@job
def occupy(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """Keep the worker busy, which a file `<ref>.busy` tells, until `ref` lies in DATA_DIR."""
    (kit.settings.data_dir / f"{ref}.busy").touch()
    until((kit.settings.data_dir / ref).exists, 30, f"the file {ref}")
    write(db, outbox.finish, task_id)
