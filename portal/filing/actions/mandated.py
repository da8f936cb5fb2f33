"""How far an agent may go: what every act under a mandate checks in its own transaction."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.agencies import queries as agencies
from portal.core.errors import Invalid
from portal.core.money import Paise, rupees
from portal.core.permissions import Actor
from portal.core.words import N_
from portal.filing.models import Application
from portal.filing.queries.clients import agents_names, used_paise
from portal.filing.rules.fields import bare_name
from portal.identity import queries as identity
from portal.identity.queries import LiveMandate


class BeyondMandate(Invalid):
    """The mandate is live, but doesn't go that far; the message says what it allows."""


def check_agency(db: Session, actor: Actor, office_id: int) -> None:
    """Raise BeyondMandate where an agent's mandate doesn't name the office's agency."""
    if actor.client is None:
        return
    mandate = identity.mandate_for(db, actor)
    office = agencies.office(db, office_id)
    if mandate.agencies is not None and office.agency_id not in mandate.agencies:
        raise BeyondMandate(
            N_(
                "Your mandate does not cover %(agency)s. Choose an agency that it names, or ask "
                "the firm for another mandate."
            ),
            code="agency_not_covered",
            field="office",
            agency=office.agency_name,
        )


def check_submission(db: Session, actor: Actor, row: Application, fee: Paise) -> int | None:
    """The mandate under which an agent hands in, or None for the firm's own people.

    Raises BeyondMandate for an agency or an amount that the mandate does not cover. The mandate's
    row stays locked, so that two files can't use the same rest of the limit.
    """
    check_signatory(db, row, row.signatory)
    if actor.client is None:
        return None
    check_agency(db, actor, row.office_id)
    mandate = identity.mandate_for(db, actor)
    _check_limit(db, mandate, fee)
    return mandate.id


def check_signatory(db: Session, row: Application, name: str) -> None:
    """Raise Invalid where the agent's people would sign what the exporter declares."""
    if bare_name(name) in agents_names(db, row.agent_id):
        raise Invalid(
            N_(
                "The exporter's declaration never bears the agent's name. Type the name of the "
                "firm's own signatory; if both are called the same, add a middle name or initial."
            ),
            code="agents_name",
            field="signatory",
        )


def leave_out_agents_name(db: Session, row: Application) -> None:
    """Empty a signatory taken over from before where somebody of that name is the agent's now.

    The firm's own has to be named then.
    """
    try:
        check_signatory(db, row, row.signatory)
    except Invalid:
        row.signatory = ""


def short_of_credit() -> BeyondMandate:
    """What an agent learns when the firm's wallet is too low: nothing of its balance."""
    return BeyondMandate(
        N_(
            "The firm's wallet does not cover the fee. Ask the firm to add credit, then hand in "
            "again; the draft is kept."
        ),
        code="client_short",
    )


def _check_limit(db: Session, mandate: LiveMandate, fee: Paise) -> None:
    if mandate.limit_paise is None:
        return
    left = max(0, mandate.limit_paise - used_paise(db, mandate.id))
    if fee > left:
        raise BeyondMandate(
            N_(
                "The limit of your mandate is %(limit)s; %(left)s of it is left and the fee is "
                "%(fee)s. Nothing was handed in, the draft is kept. The firm can hand it in "
                "itself or give another mandate."
            ),
            code="limit_reached",
            limit=rupees(mandate.limit_paise),
            left=rupees(left),
            fee=rupees(fee),
        )
