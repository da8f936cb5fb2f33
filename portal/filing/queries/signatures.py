"""Whether an application is signed as it stands, and which signature a version bears."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.permissions import Actor
from portal.filing import particulars
from portal.filing.models import Application, Version
from portal.filing.queries.shapes import ApplicationFacts
from portal.notices.queries import InForce, rule_if_any
from portal.notices.rules import SIGNATURE
from portal.signing import queries as signing
from portal.signing.lifecycle import Purpose
from portal.signing.queries import RequestFacts, SignatureFacts


@dataclass(frozen=True)
class Signed:
    """The signature that counts for the particulars as they stand, or why there is none.

    `before` is the newest one over particulars that were changed since; `waits` is a request that
    may still become a signature.
    """

    rule: InForce | None
    now: SignatureFacts | None
    before: SignatureFacts | None
    waits: RequestFacts | None

    @property
    def is_required(self) -> bool:
        """Whether the rule in force asks for a signature."""
        return self.rule is not None and self.rule.value == "required"

    @property
    def is_missing(self) -> bool:
        """Whether the application can't be handed in for want of a signature."""
        return self.is_required and self.now is None


def signed_state(db: Session, actor: Actor, facts: ApplicationFacts) -> Signed:
    """How an application that may still be changed stands."""
    return Signed(
        rule_if_any(db, SIGNATURE, clock.now()),
        *_signatures(db, facts),
        signing.open_request(db, actor, Purpose.APPLICATION, facts.ref),
    )


def newest_signature(db: Session, row: Application) -> SignatureFacts | None:
    """The signature over what was handed in last; of a draft, the newest one."""
    last = (
        select(Version.sha256)
        .where(Version.application_id == row.id)
        .order_by(Version.number.desc())
        .limit(1)
    )
    digest = db.scalar(last)
    if digest is not None:
        return signing.signature_on(db, Purpose.APPLICATION, row.ref, digest)
    given = signing.signatures_of(db, Purpose.APPLICATION, row.ref)
    return given[0] if given else None


def _signatures(
    db: Session, facts: ApplicationFacts
) -> tuple[SignatureFacts | None, SignatureFacts | None]:
    given = signing.signatures_of(db, Purpose.APPLICATION, facts.ref)
    if not given:
        return None, None
    present = particulars.fingerprint(particulars.written_down(facts))
    for_now = next((one for one in given if one.fingerprint == present), None)
    return for_now, None if for_now else given[0]
