"""Everything that can be done about agencies."""

from __future__ import annotations

from portal.agencies.actions.people import approve, hand_over, leave, register, send_back
from portal.agencies.actions.register import add_agency, end_scope, give_scope, turn
from portal.agencies.actions.seed import seed

__all__ = [
    "add_agency",
    "approve",
    "end_scope",
    "give_scope",
    "hand_over",
    "leave",
    "register",
    "seed",
    "send_back",
    "turn",
]
