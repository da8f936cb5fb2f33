"""Beginning a draft, giving it up, and whether it may be changed."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.agencies import queries as agencies
from portal.core import audit, clock
from portal.core.errors import DomainError, Forbidden, Invalid, NotOpen
from portal.core.permissions import Actor, Permission
from portal.core.refs import random_ref
from portal.core.steps import take
from portal.core.words import N_
from portal.filing.actions.mandated import check_agency
from portal.filing.lifecycle import EDITABLE, Step
from portal.filing.models import Application
from portal.filing.queries import application_for
from portal.filing.rules.kinds import Kind
from portal.identity.queries import check_may_file
from portal.notices.queries import rule_on
from portal.notices.rules import ADDRESSES, ECOO_2, NON_PREFERENTIAL_SYSTEM, SYSTEMS


class FiledElsewhere(DomainError):
    """Another system takes applications at this instant; the message says which and where."""


CREATED = audit.Act("filing.created", ("office", "kind"))
DISCARDED = audit.Act("filing.discarded", ())


def stream(row: Application) -> str:
    """The audit stream of a file, by its random reference, which never changes."""
    return f"file:{row.ref}"


def create(db: Session, actor: Actor, office_id: int, kind: Kind = Kind.NON_PREFERENTIAL) -> str:
    """Begin a draft for the acting firm, or an agent's client, at an office; returns its reference.

    Raises MandateEnded or BeyondMandate where an agent may not.
    """
    row = begin(db, actor, office_id)
    row.kind = kind
    audit.record(db, stream(row), CREATED, actor, office=office_id, kind=kind.value)
    return row.ref


def begin(db: Session, actor: Actor, office_id: int) -> Application:
    """The row of a new draft, for acts that begin one and record that in their own words.

    Raises what `create` raises.
    """
    if actor.exporter_id is None or not actor.may(Permission.APPLICATION_PREPARE):
        raise Forbidden("create")
    check_may_file(db, actor)
    check_filed_here(db)
    now = clock.now()
    agencies.check_takes_files(db, office_id, now)
    if office_id not in {office.id for office in agencies.offered(db)}:
        raise Invalid(N_("Choose an office from the list."), code="no_office", field="office")
    check_agency(db, actor, office_id)
    row = Application(
        ref=random_ref(),
        firm_id=actor.exporter_id,
        agent_id=actor.agent_id,
        mandate_id=actor.client.mandate_id if actor.client else None,
        office_id=office_id,
        created_at=now,
        changed_at=now,
        created_by=actor.person_id,
        # Who signs for a firm its agent has to be told.
        signatory="" if actor.client else actor.name,
    )
    db.add(row)
    return row


def check_filed_here(db: Session) -> None:
    """Raise FiledElsewhere unless new applications are filed in this portal at this instant.

    The instant of handing in counts, not that of the draft (TN 13/2024-25).
    """
    found = rule_on(db, NON_PREFERENTIAL_SYSTEM, clock.now())
    if found.value != ECOO_2:
        raise FiledElsewhere(
            N_(
                "New non-preferential applications are filed in %(system)s at this time "
                "(%(notice)s of %(dated)s): %(address)s. Nothing was handed in here."
            ),
            code="filed_elsewhere",
            system=SYSTEMS[found.value],
            notice=found.notice,
            dated=clock.written_day(found.dated),
            address=ADDRESSES[found.value],
        )


def discard(db: Session, actor: Actor, ref: str) -> None:
    """Give up a draft; nothing was paid and nothing is owed."""
    row = application_for(db, actor, ref, lock=True)
    take(db, row, Step.DISCARD, actor)
    audit.record(db, stream(row), DISCARDED, actor)


def editable(db: Session, actor: Actor, ref: str) -> Application:
    """The application, locked, if this actor may change it now. Raises NotOpen otherwise."""
    if not actor.may(Permission.APPLICATION_PREPARE):
        raise Forbidden("edit")
    row = application_for(db, actor, ref, lock=True)
    _check_editable(row)
    return row


def drafting_row(db: Session, actor: Actor, ref: str) -> Application:
    """The application to show in a form, or NotOpen with why it can't be changed; no lock."""
    row = application_for(db, actor, ref)
    _check_editable(row)
    return row


def _check_editable(row: Application) -> None:
    if row.status not in EDITABLE:
        raise NotOpen(
            N_("The application can't be changed any more: it is “%(status)s”."),
            code="not_editable",
            status=row.status.value.replace("_", " "),
        )
