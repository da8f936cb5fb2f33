"""What firms let agents do: for the firm, for the agent, and for the act that depends on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.errors import Missing, NotOpen
from portal.core.permissions import Actor
from portal.core.words import N_
from portal.identity.models import Agent, Firm, Mandate, MandateAgency
from portal.identity.queries.agents import AgentFacts, facts_of, live_at
from portal.identity.queries.firms import names


@dataclass(frozen=True)
class MandateFacts:
    """A mandate as the firm sees it; `agencies` is None where it holds at all of them."""

    id: int
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


class MandateEnded(NotOpen):
    """The mandate that an agent acts under ended, or allows less than when the page was opened."""


@dataclass(frozen=True)
class LiveMandate:
    """A mandate as it stands inside the transaction that relies on it."""

    id: int
    agencies: frozenset[int] | None
    limit_paise: int | None


def mandate_for(db: Session, actor: Actor) -> LiveMandate:
    """The mandate that an agent acts under, read anew and locked until the transaction ends.

    Whoever revokes it waits for the lock; whoever came second finds it revoked. Raises
    MandateEnded.
    """
    if actor.client is None:
        raise Missing("mandate")
    query = select(Mandate).where(
        Mandate.id == actor.client.mandate_id,
        Mandate.agent_id == actor.agent_id,
        Mandate.firm_id == actor.client.firm_id,
    )
    locked = query.with_for_update().execution_options(populate_existing=True)
    row = db.scalar(locked)
    is_narrower = row is not None and actor.client.may_submit and not row.may_submit
    if row is None or is_narrower or _state(row, clock.present()) != "in_force":
        raise MandateEnded(
            N_(
                "The firm's mandate for this does not hold any more. Nothing was done; what was "
                "saved before belongs to the firm. Ask the firm if this was not meant."
            ),
            code="mandate_ended",
        )
    named = agencies_of(db, [row.id]).get(row.id, frozenset())
    return LiveMandate(row.id, None if row.all_agencies else named, row.limit_paise)


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
        row.id,
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
