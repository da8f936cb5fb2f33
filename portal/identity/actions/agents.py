"""Customs brokers and forwarders come in by themselves."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.core import audit, clock
from portal.core.errors import Forbidden, Invalid
from portal.core.permissions import Actor, Permission, Role
from portal.core.words import N_
from portal.identity.models import Agent, AgentMember

REGISTERED = audit.Act("identity.agent_registered", ("agent",))


def register_agent(db: Session, actor: Actor, /, **facts: str) -> str:
    """Register an agent with the actor as its owner; returns the token of the new seat.

    Raises Invalid where PAN or licence is registered already: nobody joins by knowing them.
    """
    if actor.person_id is None or not actor.may(Permission.ACCOUNT_OPEN):
        raise Forbidden("register an agent")
    _check_new(db, facts["pan"], facts["licence"])
    try:
        with db.begin_nested():
            row = add_agent(db, **facts)
    except IntegrityError as error:
        # Somebody registered it a moment ago: the look-up finds it now.
        _check_new(db, facts["pan"], facts["licence"])
        raise error
    now, role = clock.now(), Role.AGENT_OWNER
    db.add(AgentMember(person_id=actor.person_id, agent_id=row.id, role=role, started_at=now))
    audit.record(db, f"agent:{row.id}", REGISTERED, actor, agent=row.id)
    return f"agent-{row.id}-{role.value}"


def add_agent(db: Session, **facts: str) -> Agent:
    """A new agent; the caller has checked its facts by the rules."""
    row = Agent(**facts, created_at=clock.now())
    db.add(row)
    db.flush()
    return row


def _check_new(db: Session, pan: str, licence: str) -> None:
    if db.scalar(select(Agent.id).where(Agent.pan == pan)) is not None:
        raise Invalid(
            N_(
                "An agent with this PAN is registered already. If it is yours, ask its owner to "
                "let you in; if somebody else used your PAN, write to the directorate."
            ),
            code="pan_taken",
            field="pan",
        )
    if db.scalar(select(Agent.id).where(Agent.licence == licence)) is not None:
        raise Invalid(
            N_(
                "An agent with this licence number is registered already. Compare it with your "
                "licence; if somebody else used it, write to the directorate."
            ),
            code="licence_taken",
            field="licence",
        )
