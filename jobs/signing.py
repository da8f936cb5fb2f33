"""Jobs around signatures."""

from __future__ import annotations

from functools import partial

from sqlalchemy.orm import Session

from jobs.task import job
from portal.certificates import issuing
from portal.filing.making import application_pdf
from portal.kit import Kit
from portal.signing import archiving, enrolling, making
from portal.signing.models import SignRequest
from portal.signing.queries import by_ref
from portal.signing.rules.outcomes import test_page


@job
def prepare_test(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """Make a test page ready to be signed."""
    specimen = kit.settings.is_sandbox

    def render(row: SignRequest) -> bytes:
        return kit.pages.render(*test_page(row.expected_name, row.ref), specimen=specimen)

    making.make_ready(db, kit, task_id, ref, render)


@job
def prepare_application(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """Make an application ready to be signed."""
    specimen = kit.settings.is_sandbox
    render = partial(application_pdf, db, kit.papers, specimen=specimen)
    making.make_ready(db, kit, task_id, ref, render)


@job
def prepare_decision(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """Make an officer's decision, or the certificate itself, ready to be signed."""
    specimen = kit.settings.is_sandbox
    render = partial(issuing.decision_pdf, db, kit, specimen=specimen)
    certifies = issuing.is_certificate(db, by_ref(db, ref))
    making.make_ready(db, kit, task_id, ref, render, certifies=certifies)


@job
def finish(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """Judge what the provider answered, and let the signed file prove itself for years."""
    making.finish(db, kit, task_id, ref)
    archiving.make_lasting(db, kit, task_id, ref)


@job
def look_after(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """Ask the provider about a request that waits, or end it."""
    making.look_after(db, kit, task_id, ref)


@job
def offer_credential(db: Session, kit: Kit, task_id: int, ref: str) -> None:
    """Offer the signer the certificate that a test page was signed with."""
    enrolling.offer(db, kit, task_id, ref)
