"""Jobs around signatures."""

from __future__ import annotations

from functools import partial

from sqlalchemy.orm import Session

from jobs.task import job
from portal.filing.making import application_pdf
from portal.kit import Kit
from portal.signing import archiving, making


@job
def prepare_test(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """Make a test page ready to be signed."""
    making.make_ready(db, kit, task_id, ref, lambda row: kit.test_page(row.expected_name, row.ref))


@job
def prepare_application(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """Make an application ready to be signed."""
    specimen = kit.settings.is_sandbox
    render = partial(application_pdf, db, kit.papers, specimen=specimen)
    making.make_ready(db, kit, task_id, ref, render)


@job
def finish(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """Judge what the provider answered, and let the signed file prove itself for years."""
    making.finish(db, kit, task_id, ref)
    archiving.make_lasting(db, kit, task_id, ref)


@job
def look_after(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """Ask the provider about a request that waits, or end it."""
    making.look_after(db, kit, task_id, ref)
