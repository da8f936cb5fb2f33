"""Everything that can be done about agencies."""

from __future__ import annotations

from portal.agencies.actions.accounts import (
    enter_account,
)
from portal.agencies.actions.hours import (
    add_holiday,
    drop_holiday,
    set_hours,
)
from portal.agencies.actions.images import (
    add_image,
    withdraw_image,
)
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
from portal.agencies.actions.offices import (
    be_away,
    change_office,
    close_office,
    give_seal,
    note_seal_end,
    open_office,
    set_seals_with,
)
from portal.agencies.actions.people import (
    approve,
    hand_over,
    leave,
    register,
    send_back,
)
from portal.agencies.actions.register import (
    add_agency,
    end_scope,
    give_scope,
    take_back,
    turn,
)
from portal.agencies.actions.seed import (
    seed,
)
from portal.agencies.actions.uploads import (
    Progress,
    correct_row,
    keep_list,
    leave_out,
    take_rows,
)

__all__ = [
    "Progress",
    "add_agency",
    "add_holiday",
    "add_image",
    "approve",
    "assign_officer",
    "be_away",
    "change_office",
    "change_officer",
    "close_office",
    "correct_row",
    "deactivate_officer",
    "drop_holiday",
    "end_scope",
    "enter_account",
    "give_scope",
    "give_seal",
    "hand_over",
    "invite_officer",
    "keep_list",
    "leave",
    "leave_out",
    "note_seal_end",
    "open_office",
    "register",
    "resend_to_officer",
    "seed",
    "send_back",
    "set_hours",
    "set_seals_with",
    "take_back",
    "take_officer_seat",
    "take_rows",
    "transfer_work",
    "turn",
    "withdraw_from_officer",
    "withdraw_image",
]
