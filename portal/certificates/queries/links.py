"""Which certificate was issued in lieu of which, and which of a firm's can still be replaced."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.certificates.lifecycle import Status
from portal.certificates.models import Certificate
from portal.core.errors import Missing
from portal.core.permissions import Actor
from portal.filing.models import Application

MOST = 50


@dataclass(frozen=True)
class Linked:
    """Another certificate: its number, when it was issued, and its file's number."""

    number: str
    issued_at: datetime | None
    file: str


@dataclass(frozen=True)
class Links:
    """What a certificate was issued in lieu of, and what was issued in lieu of it."""

    in_lieu_of: Linked | None
    superseded_by: Linked | None


@dataclass(frozen=True)
class Replaceable:
    """An issued certificate of the firm that may be replaced."""

    number: str
    file: str
    consignee: str
    invoice: str
    issued_at: datetime | None


def links_of(db: Session, certificate_id: int) -> Links:
    """The neighbours of a certificate; numbers and days, nothing of what is printed on them."""
    before = select(Certificate.supersedes_id).where(Certificate.id == certificate_id)
    return Links(
        _linked(db, Certificate.id == before.scalar_subquery()),
        _linked(db, Certificate.supersedes_id == certificate_id),
    )


def replaceable(db: Session, actor: Actor, text: str = "") -> list[Replaceable]:
    """The issued certificates of the acting firm, newest first, at most 50.

    An agent sees those whose files it began for the client.
    """
    if actor.exporter_id is None:
        raise Missing("certificates")
    query = (
        select(Certificate.number, Certificate.issued_at, Application)
        .join(Application, Application.id == Certificate.application_id)
        .where(Application.firm_id == actor.exporter_id, Certificate.status == Status.ISSUED)
        .order_by(Certificate.id.desc())
        .limit(MOST)
    )
    if actor.client is not None:
        query = query.where(Application.agent_id == actor.agent_id)
    if text:
        columns = (Certificate.number, Application.consignee_name, Application.invoice_number)
        query = query.where(or_(*[c.icontains(text, autoescape=True) for c in columns]))
    return [
        Replaceable(number, row.public_ref, row.consignee_name, row.invoice_number, at)
        for number, at, row in db.execute(query)
    ]


def _linked(db: Session, where: object) -> Linked | None:
    query = select(Certificate.number, Certificate.issued_at, Application.number).join(
        Application, Application.id == Certificate.application_id
    )
    found = db.execute(query.where(where)).first()  # type: ignore[arg-type]
    return Linked(found[0], found[1], found[2] or "") if found is not None else None
