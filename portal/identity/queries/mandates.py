"""What firms let agents do: for the firm, for the agent, and for the act that depends on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.errors import Missing
from portal.core.permissions import Actor
from portal.identity.models import Agent, Firm, Mandate, MandateAgency
from portal.identity.queries.agents import AgentFacts, facts_of
from portal.identity.queries.firms import names


@dataclass(frozen=True)
class MandateFacts:
    """A mandate as the firm sees it; `agencies` is None where it holds at all of them."""

    ref: str
    agent: AgentFacts
    may_submit: bool
    agencies: frozenset[int] | None
    limit_paise: int | None
    valid_from: datetime
    valid_until: datetime | None
    given_at: datetime
    given_by: str
    revoked_at: datetime | None
    revoked_by: str
    state: str


@dataclass(frozen=True)
class ClientFacts:
    """A firm that an agent may act for now."""

    mandate_id: int
    ref: str
    firm_id: int
    firm: str
    iec: str
    may_submit: bool
    agencies: frozenset[int] | None
    limit_paise: int | None
    valid_until: datetime | None


def live_at(instant: datetime) -> ColumnElement[bool]:
    """The condition that a mandate holds at an instant."""
    return and_(
        Mandate.revoked_at.is_(None),
        Mandate.valid_from <= instant,
        or_(Mandate.valid_until.is_(None), Mandate.valid_until > instant),
    )


def mandates_of(db: Session, actor: Actor) -> list[MandateFacts]:
    """Every mandate that the acting firm gave, the newest first."""
    if actor.firm_id is None:
        raise Missing("mandates")
    query = select(Mandate, Agent).join(Agent, Agent.id == Mandate.agent_id)
    found = db.execute(
        query.where(Mandate.firm_id == actor.firm_id).order_by(Mandate.id.desc())
    ).all()
    named = agencies_of(db, [row.id for row, _agent in found])
    people = {person for row, _agent in found for person in (row.given_by, row.revoked_by)}
    called = names(db, {person for person in people if person is not None})
    return [_facts(row, agent, named, called) for row, agent in found]


def clients_of(db: Session, actor: Actor) -> list[ClientFacts]:
    """The firms whose mandate the acting agent holds at this instant, by name."""
    if actor.agent_id is None:
        raise Missing("clients")
    found = db.execute(
        select(Mandate, Firm.name, Firm.iec)
        .join(Firm, Firm.id == Mandate.firm_id)
        .where(Mandate.agent_id == actor.agent_id, live_at(clock.present()))
        .order_by(Firm.name, Mandate.id)
    ).all()
    named = agencies_of(db, [row.id for row, _name, _iec in found])
    return [
        ClientFacts(
            row.id,
            row.ref,
            row.firm_id,
            name,
            iec,
            row.may_submit,
            None if row.all_agencies else named.get(row.id, frozenset()),
            row.limit_paise,
            row.valid_until,
        )
        for row, name, iec in found
    ]


def agencies_of(db: Session, mandate_ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """The agencies that mandates name one by one."""
    query = select(MandateAgency).where(MandateAgency.mandate_id.in_(mandate_ids))
    found: dict[int, frozenset[int]] = {}
    for row in db.scalars(query):
        found[row.mandate_id] = found.get(row.mandate_id, frozenset()) | {row.agency_id}
    return found


def _facts(
    row: Mandate, agent: Agent, named: dict[int, frozenset[int]], called: dict[int, str]
) -> MandateFacts:
    return MandateFacts(
        row.ref,
        facts_of(agent),
        row.may_submit,
        None if row.all_agencies else named.get(row.id, frozenset()),
        row.limit_paise,
        row.valid_from,
        row.valid_until,
        row.given_at,
        called.get(row.given_by, ""),
        row.revoked_at,
        called.get(row.revoked_by or 0, ""),
        _state(row, clock.present()),
    )


def _state(row: Mandate, now: datetime) -> str:
    if row.revoked_at is not None:
        return "revoked"
    if row.valid_from > now:
        return "not_begun"
    return "ended" if row.valid_until is not None and row.valid_until <= now else "in_force"
