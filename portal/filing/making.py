"""Makes the document of an application that is to be signed."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.filing.models import Application
from portal.filing.paper import ApplicationPaper, paper_of
from portal.filing.particulars import fingerprint_of
from portal.filing.queries import application_facts, next_version
from portal.signing.models import SignRequest


class Papers(Protocol):
    """Makes a PDF of a paper."""

    def render(self, paper: ApplicationPaper) -> bytes:
        """The PDF; the same paper gives the same bytes."""
        ...


def application_pdf(
    db: Session, papers: Papers, request: SignRequest, *, specimen: bool
) -> bytes | None:
    """The application as it stands, or None where it is no longer what was to be signed."""
    row = db.scalars(select(Application).where(Application.ref == request.subject)).one()
    facts = application_facts(db, row)
    if fingerprint_of(facts) != request.fingerprint:
        return None
    version, at = next_version(db, row.id), clock.now()
    signer = request.expected_name
    return papers.render(paper_of(facts, version=version, at=at, specimen=specimen, signer=signer))
