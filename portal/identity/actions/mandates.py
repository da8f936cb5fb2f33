"""A firm's owner lets an agent act in the firm's name, and takes that back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from portal.core import audit, clock
from portal.core.errors import Forbidden, Invalid, Missing, NotOpen
from portal.core.money import Paise
from portal.core.permissions import Actor, Permission
from portal.core.refs import random_ref
from portal.core.words import N_
from portal.identity.models import Agent, Firm, Mandate, MandateAgency

GIVEN = audit.Act("identity.mandate_given", ("mandate", "agent", "may_submit", "limit_paise"))
REVOKED = audit.Act("identity.mandate_revoked", ("mandate",))


@dataclass(frozen=True)
class Terms:
    """How far a mandate goes: days in India, the last one included; None sets no bound."""

    may_submit: bool
    first_day: date
    last_day: date | None = None
    agencies: frozenset[int] | None = None
    limit: Paise | None = None

    def interval(self, now: datetime) -> tuple[datetime, datetime | None]:
        """From which instant up to which other, exclusive; today begins at once."""
        begins = max(clock.start_of(self.first_day), now)
        ends = clock.start_of(self.last_day + timedelta(days=1)) if self.last_day else None
        return begins, ends


def give_mandate(db: Session, actor: Actor, pan: str, licence: str, terms: Terms) -> str:
    """Let the agent with this PAN and licence act for the actor's firm; returns its reference.

    Raises Invalid for an unknown agent, the firm's own PAN, days that don't fit, or another
    mandate of the same agent in that time.
    """
    # The firm's row is locked, so that two mandates given at once see each other.
    firm = db.scalars(select(Firm).where(Firm.id == _firm_of(actor)).with_for_update()).one()
    agent = db.scalar(select(Agent).where(Agent.pan == pan, Agent.licence == licence))
    if agent is None:
        raise Invalid(N_("No agent has this PAN and licence number."), code="no_agent")
    _check_other(firm, agent)
    now = clock.now()
    begins, ends = terms.interval(now)
    _check_days(terms, now)
    _check_alone(db, firm, agent, begins, ends)
    row = Mandate(
        ref=random_ref(),
        firm_id=firm.id,
        agent_id=agent.id,
        may_submit=terms.may_submit,
        all_agencies=terms.agencies is None,
        limit_paise=terms.limit,
        valid_from=begins,
        valid_until=ends,
        given_by=actor.person_id,
        given_at=now,
    )
    db.add(row)
    db.flush()
    named = sorted(terms.agencies or ())
    db.add_all(MandateAgency(mandate_id=row.id, agency_id=agency) for agency in named)
    facts = {"may_submit": int(terms.may_submit), "limit_paise": int(terms.limit or 0)}
    audit.record(db, f"firm:{firm.id}", GIVEN, actor, mandate=row.ref, agent=agent.id, **facts)
    return row.ref


def revoke_mandate(db: Session, actor: Actor, ref: str) -> None:
    """End a mandate at once: whatever the agent sends after this instant is refused.

    Waits for a submission that is being written. Raises NotOpen if it was revoked already.
    """
    firm_id = _firm_of(actor)
    query = select(Mandate).where(Mandate.ref == ref, Mandate.firm_id == firm_id)
    row = db.scalar(query.with_for_update().execution_options(populate_existing=True))
    if row is None:
        raise Missing("mandate")
    if row.revoked_at is not None:
        raise NotOpen(N_("This mandate was revoked already."), code="revoked_already")
    facts = {"revoked_at": clock.now(), "revoked_by": actor.person_id}
    db.execute(update(Mandate).where(Mandate.id == row.id).values(**facts))
    audit.record(db, f"firm:{firm_id}", REVOKED, actor, mandate=ref)


def _firm_of(actor: Actor) -> int:
    if not actor.may(Permission.FIRM_MANAGE):
        raise Forbidden("mandates")
    if actor.firm_id is None:
        raise Missing("firm")
    return actor.firm_id


def _check_other(firm: Firm, agent: Agent) -> None:
    if firm.pan == agent.pan:
        raise Invalid(
            N_(
                "This agent has the PAN of your own firm. Nobody needs a mandate for their own "
                "firm: invite the people as members instead."
            ),
            code="own_pan",
        )


def _check_days(terms: Terms, now: datetime) -> None:
    if terms.first_day < clock.ist_day(now):
        raise Invalid(
            N_("A mandate can't begin before today. Give today or a later day."),
            code="begins_in_past",
            field="first_day",
        )
    if terms.last_day is not None and terms.last_day < terms.first_day:
        raise Invalid(
            N_("The mandate would end before it begins. Give a last day on or after the first."),
            code="ends_before",
            field="last_day",
        )


def _check_alone(
    db: Session, firm: Firm, agent: Agent, begins: datetime, ends: datetime | None
) -> None:
    """Two mandates at once would leave open which of their limits counts."""
    query = select(Mandate).where(
        Mandate.firm_id == firm.id,
        Mandate.agent_id == agent.id,
        Mandate.revoked_at.is_(None),
        or_(Mandate.valid_until.is_(None), Mandate.valid_until > begins),
    )
    if ends is not None:
        query = query.where(Mandate.valid_from < ends)
    if db.scalar(query.limit(1)) is not None:
        raise Invalid(
            N_(
                "%(agent)s holds a mandate of your firm in that time already. Revoke that one "
                "first, or let this one begin after its last day."
            ),
            code="overlaps",
            field="first_day",
            agent=agent.name,
        )
