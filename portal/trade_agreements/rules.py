"""How sure a fact is and whether an agreement is settled, in words that promise no more."""

from __future__ import annotations

from enum import StrEnum

from portal.core.words import N_


class Certainty(StrEnum):
    """How a fact was found."""

    SEEN = "V"
    PARTLY = "P"
    SECONDARY = "S"
    UNCONFIRMED = "K"


class State(StrEnum):
    """Whether an agreement may be shown as law in force."""

    IN_FORCE = "in_force"
    NOT_SETTLED = "not_settled"
    UNILATERAL = "unilateral"


CERTAINTY_WORDS = {
    Certainty.SEEN: N_("seen in the source named"),
    Certainty.PARTLY: N_("partly seen in the source named"),
    Certainty.SECONDARY: N_("from a secondary source"),
    Certainty.UNCONFIRMED: N_("unconfirmed"),
}
NOT_SETTLED = N_("not settled")
IN_FORCE = N_("in force")
UNILATERAL = N_("not an agreement")
UNCONFIRMED = CERTAINTY_WORDS[Certainty.UNCONFIRMED]

STATE_WORDS = {
    State.IN_FORCE: IN_FORCE,
    State.NOT_SETTLED: NOT_SETTLED,
    State.UNILATERAL: UNILATERAL,
}


def status_words(state: State, certainty: Certainty) -> tuple[str, str]:
    """What the status pill says and its tone: an unconfirmed row is never called in force."""
    if state is State.IN_FORCE:
        return (UNCONFIRMED, "wait") if certainty is Certainty.UNCONFIRMED else (IN_FORCE, "good")
    return STATE_WORDS[state], "wait" if state is State.NOT_SETTLED else ""
