"""Makes the document of an application that is to be signed."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.filing.actions.signing import fingerprint_of
from portal.filing.models import Application
from portal.filing.paper import Paper, paper_of
from portal.filing.queries import application_facts
from portal.signing.models import SignRequest


class Papers(Protocol):
    """Makes a PDF of a paper."""

    def render(self, paper: Paper) -> bytes:
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
    return papers.render(paper_of(facts, request.fingerprint, clock.now(), specimen=specimen))
