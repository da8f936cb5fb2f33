"""Jobs about agencies, offices and their files."""

from __future__ import annotations

from sqlalchemy.orm import Session

from jobs.task import job
from portal.agencies import actions, queries
from portal.core.tx import write
from portal.filing import actions as filing
from portal.kit import Kit
from portal.setup import make_office_key


@job
def give_back_files(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """Give the waiting files of a struck-off agency back, where the rule says so."""
    write(db, filing.give_back_files, task_id, int(ref))


@job
def free_desks(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """Take the files of an office off desks at which nobody sits any more."""
    write(db, filing.free_desks, task_id, int(ref))


@job
def transfer_work(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """Put the files of one officer on another one's desk."""
    giver, _colon, receiver = ref.partition(":")
    write(db, filing.transfer_work, task_id, int(giver), int(receiver))


@job
def make_seal_key(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """A seal key for a new office; outside a sandbox the operator gives it."""
    office = queries.office(db, int(ref))
    key_id = make_office_key(kit.settings, office)
    write(db, actions.give_seal, task_id, office.id, key_id)
