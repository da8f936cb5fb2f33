"""Everything that can be done about agencies."""

from __future__ import annotations

from portal.agencies.actions.images import add_image, withdraw_image
from portal.agencies.actions.offices import be_away, change_office, give_seal, open_office
from portal.agencies.actions.people import approve, hand_over, leave, register, send_back
from portal.agencies.actions.register import add_agency, end_scope, give_scope, turn
from portal.agencies.actions.seed import seed

__all__ = [
    "add_agency",
    "add_image",
    "approve",
    "be_away",
    "change_office",
    "end_scope",
    "give_scope",
    "give_seal",
    "hand_over",
    "leave",
    "open_office",
    "register",
    "seed",
    "send_back",
    "turn",
    "withdraw_image",
]
