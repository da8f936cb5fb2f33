"""Who belongs to an agent: invited by its owners, removed by them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import audit, clock
from portal.core.errors import Forbidden, Invalid, Missing
from portal.core.permissions import Actor, Permission, Role, SeatKind
from portal.core.words import N_
from portal.identity.actions.invitations import invite, resend_invitation, withdraw_invitation
from portal.identity.actions.members import LastOwner
from portal.identity.actions.sessions import end_seat
from portal.identity.models import Agent, AgentMember, Invitation

AGENT_ROLES = (Role.AGENT_OWNER, Role.AGENT)

REMOVED = audit.Act("identity.colleague_removed", ("member",))


def invite_colleague(db: Session, actor: Actor, role: Role, email: str, name: str = "") -> str:
    """Invite somebody to the acting agent. Returns the invitation's reference."""
    agent_id = _managed(actor)
    if role not in AGENT_ROLES:
        raise Invalid(N_("Choose one of the roles."), code="role", field="role")
    return invite(db, actor, SeatKind.AGENT, agent_id, role, email, name)


def resend_to_colleague(db: Session, actor: Actor, ref: str) -> None:
    """Another link to somebody who was invited to the acting agent."""
    resend_invitation(db, SeatKind.AGENT, _managed(actor), ref)


def withdraw_from_colleague(db: Session, actor: Actor, ref: str) -> None:
    """Withdraw an invitation to the acting agent."""
    withdraw_invitation(db, actor, SeatKind.AGENT, _managed(actor), ref)


def take_agent_seat(db: Session, invitation: Invitation, person_id: int) -> None:
    """Belong to an agent by an invitation; a role held before ends."""
    for row in _held(db, invitation.seat_id, person_id):
        if row.role is Role.AGENT_OWNER:
            _check_other_owner(db, invitation.seat_id, person_id)
        row.ended_at = clock.now()
    db.flush()
    db.add(
        AgentMember(
            person_id=person_id,
            agent_id=invitation.seat_id,
            role=invitation.role,
            started_at=clock.now(),
        )
    )


def remove_colleague(db: Session, actor: Actor, person_id: int) -> None:
    """Somebody doesn't belong to the agent any more; sessions for it and its clients end."""
    agent_id = _managed(actor)
    held = _held(db, agent_id, person_id)
    if not held:
        raise Missing("colleague")
    if any(row.role is Role.AGENT_OWNER for row in held):
        _check_other_owner(db, agent_id, person_id)
    for row in held:
        row.ended_at = clock.now()
    end_seat(db, person_id, SeatKind.AGENT, agent_id)
    audit.record(db, f"agent:{agent_id}", REMOVED, actor, member=person_id)


def _held(db: Session, agent_id: int, person_id: int) -> list[AgentMember]:
    here = (AgentMember.agent_id == agent_id, AgentMember.person_id == person_id)
    query = select(AgentMember).where(*here, AgentMember.ended_at.is_(None)).with_for_update()
    return list(db.scalars(query))


def _check_other_owner(db: Session, agent_id: int, person_id: int) -> None:
    # The agent's row is locked first, so that two owners can't both be the last to go.
    db.scalar(select(Agent.id).where(Agent.id == agent_id).with_for_update())
    others = select(AgentMember.id).where(
        AgentMember.agent_id == agent_id,
        AgentMember.role == Role.AGENT_OWNER,
        AgentMember.ended_at.is_(None),
        AgentMember.person_id != person_id,
    )
    if db.scalars(others).first() is None:
        raise LastOwner(
            N_("This is the agent's last owner. Make somebody else an owner first."),
            code="last_owner",
        )


def _managed(actor: Actor) -> int:
    if actor.agent_id is None or not actor.may(Permission.AGENT_MANAGE):
        raise Forbidden("agent")
    return actor.agent_id
