"""Customs brokers and forwarders: their seats, and how files name them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.db import filled, rows
from portal.core.errors import Missing
from portal.core.permissions import Client, Role, Seat, SeatKind
from portal.core.types import UtcDateTime
from portal.identity.models import Agent, AgentMember, Firm, Mandate, Person

MOST = 200


@dataclass(frozen=True)
class AgentFacts:
    """An agent as firms see it before they trust it."""

    id: int
    name: str
    pan: str
    licence: str
    address: str
    city: str
    state: str
    pin: str
    email: str
    mobile: str


@dataclass(frozen=True)
class ColleagueFacts:
    """Somebody who belongs to an agent."""

    person_id: int
    name: str
    email: str
    role: Role
    since: datetime


def agent(db: Session, agent_id: int | None) -> AgentFacts:
    """An agent by its row. Raises Missing."""
    found = db.get(Agent, agent_id) if agent_id is not None else None
    if found is None:
        raise Missing("agent")
    return facts_of(found)


def agent_named(db: Session, pan: str, licence: str) -> AgentFacts | None:
    """The agent with exactly this PAN and licence, in stored form; nothing is ever listed."""
    found = db.scalar(select(Agent).where(Agent.pan == pan, Agent.licence == licence))
    return facts_of(found) if found is not None else None


def agent_people(db: Session, agent_id: int) -> list[str]:
    """The names of everybody who belongs or belonged to an agent."""
    query = select(Person.name).join(AgentMember, AgentMember.person_id == Person.id)
    return list(db.scalars(query.where(AgentMember.agent_id == agent_id)))


def colleagues(db: Session, agent_id: int | None) -> list[ColleagueFacts]:
    """Who belongs to an agent now, owners first."""
    query = (
        select(Person.id, Person.name, Person.email, AgentMember.role, AgentMember.started_at)
        .join(AgentMember, AgentMember.person_id == Person.id)
        .where(AgentMember.agent_id == agent_id, AgentMember.ended_at.is_(None))
        .order_by(AgentMember.role.desc(), AgentMember.id)
        .limit(MOST)
    )
    return [ColleagueFacts(*row) for row in db.execute(query)]


def agent_name(db: Session, agent_id: int) -> str:
    """An agent's name."""
    return agent(db, agent_id).name


def agent_seats(db: Session, person_id: int) -> list[Seat]:
    """The agents that a person belongs to, with the role there, then one seat for each client.

    A client's seat is there as long as its mandate holds: with the next request it is gone.
    """
    own = rows(db, _agent_seats_query(), person_id=person_id)
    found = [Seat(SeatKind.AGENT, row.id, row.role, row.name) for row in own]
    if found:
        clients = rows(db, _client_seats_query(), person_id=person_id, now=clock.present())
        found += [_client_seat(row) for row in clients]
    return found


def facts_of(row: Agent) -> AgentFacts:
    """An agent's row as pages show it."""
    return filled(AgentFacts, row)


def live_at(instant: datetime | ColumnElement[datetime]) -> ColumnElement[bool]:
    """The condition that a mandate holds at an instant."""
    return and_(
        Mandate.revoked_at.is_(None),
        Mandate.valid_from <= instant,
        or_(Mandate.valid_until.is_(None), Mandate.valid_until > instant),
    )


def _client_seat(row: Row[*tuple[Any, ...]]) -> Seat:
    client = Client(row.firm_id, row.mandate_id, row.may_submit)
    return Seat(SeatKind.AGENT, row.id, row.role, f"{row.name} for {row.firm}", client)


@cache
def _client_seats_query() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Agent.id,
            Agent.name,
            AgentMember.role,
            Mandate.id.label("mandate_id"),
            Mandate.firm_id,
            Mandate.may_submit,
            Firm.name.label("firm"),
        )
        .join(AgentMember, AgentMember.agent_id == Agent.id)
        .join(Mandate, Mandate.agent_id == Agent.id)
        .join(Firm, Firm.id == Mandate.firm_id)
        .where(AgentMember.person_id == bindparam("person_id"), AgentMember.ended_at.is_(None))
        .where(live_at(bindparam("now", type_=UtcDateTime())))
        .order_by(Firm.name, Mandate.id)
    )


@cache
def _agent_seats_query() -> Select[*tuple[Any, ...]]:
    return (
        select(Agent.id, Agent.name, AgentMember.role)
        .join(AgentMember, AgentMember.agent_id == Agent.id)
        .where(AgentMember.person_id == bindparam("person_id"), AgentMember.ended_at.is_(None))
        .order_by(AgentMember.id)
    )
