"""A firm's own references: under which files they stand, and what has become of these."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.errors import Missing
from portal.core.permissions import Actor
from portal.filing.lifecycle import CLOSED, Status
from portal.filing.models import Application
from portal.filing.queries.sheaves import sheaf_for
from portal.filing.rules.sheaves import read_back

MOST_REFERENCES = 10_000


class ReferenceRow(NamedTuple):
    """A file under the firm's own reference; its fields are columns of the table."""

    id: int
    own_reference: str
    ref: str
    number: str | None
    status: Status
    created_at: datetime
    changed_at: datetime
    submitted_at: datetime | None
    decided_at: datetime | None


def own_references(db: Session, actor: Actor, among: Iterable[str] | None = None) -> dict[str, str]:
    """The firm's references of files that aren't given up, each with how the file is called."""
    query = select(Application.own_reference, Application.number, Application.ref).where(
        Application.firm_id == actor.exporter_id,
        Application.own_reference != "",
        Application.status.not_in(CLOSED),
    )
    if actor.client is not None:
        query = query.where(Application.agent_id == actor.agent_id)
    if among is not None:
        query = query.where(Application.own_reference.in_(list(among)))
    return {own: number or ref for own, number, ref in db.execute(query.order_by(Application.id))}


def reference_rows(db: Session, actor: Actor, sheaf: str = "") -> list[ReferenceRow]:
    """What has become of the firm's own references, newest first, at most 10,000.

    With `sheaf` only those of one list. Raises Missing for the list of another.
    """
    if actor.exporter_id is None:
        raise Missing("references")
    query = select(*(getattr(Application, name) for name in ReferenceRow._fields)).where(
        Application.firm_id == actor.exporter_id, Application.own_reference != ""
    )
    if actor.client is not None:
        query = query.where(Application.agent_id == actor.agent_id)
    if sheaf:
        content = read_back(sheaf_for(db, actor, sheaf).rows)
        own = {content.cells(line).get("own_reference", "") for line in content.rows}
        query = query.where(Application.own_reference.in_(own))
    query = query.order_by(Application.id.desc()).limit(MOST_REFERENCES)
    return [ReferenceRow(*found) for found in db.execute(query)]
