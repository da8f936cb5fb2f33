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
from portal.agencies.actions.offices import (
    be_away,
    change_office,
    close_office,
    give_seal,
    open_office,
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
    "be_away",
    "change_office",
    "close_office",
    "correct_row",
    "drop_holiday",
    "end_scope",
    "enter_account",
    "give_scope",
    "give_seal",
    "hand_over",
    "keep_list",
    "leave",
    "leave_out",
    "open_office",
    "register",
    "seed",
    "send_back",
    "set_hours",
    "take_rows",
    "turn",
    "withdraw_image",
]
