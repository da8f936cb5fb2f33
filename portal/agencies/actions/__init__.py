"""Everything that can be done about agencies."""

from __future__ import annotations

from portal.agencies.actions.officers import (
    assign_officer,
    change_officer,
    deactivate_officer,
    invite_officer,
    resend_to_officer,
    take_officer_seat,
    transfer_work,
    withdraw_from_officer,
)
from portal.agencies.actions.offices import be_away, change_office, give_seal, open_office
from portal.agencies.actions.people import approve, hand_over, leave, register, send_back
from portal.agencies.actions.register import add_agency, end_scope, give_scope, turn
from portal.agencies.actions.seed import seed

__all__ = [
    "add_agency",
    "approve",
    "assign_officer",
    "be_away",
    "change_office",
    "change_officer",
    "deactivate_officer",
    "end_scope",
    "give_scope",
    "give_seal",
    "hand_over",
    "invite_officer",
    "leave",
    "open_office",
    "register",
    "resend_to_officer",
    "seed",
    "send_back",
    "take_officer_seat",
    "transfer_work",
    "turn",
    "withdraw_from_officer",
]
