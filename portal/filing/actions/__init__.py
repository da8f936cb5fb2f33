"""Everything that can be done with an application."""

from __future__ import annotations

from portal.filing.actions.drafting import (
    add_line,
    attach,
    change_line,
    create,
    discard,
    drafting_row,
    remove_line,
    save,
    stream,
)
from portal.filing.actions.exporter import NotSigned, answer, submit, withdraw
from portal.filing.actions.office import (
    check_decided_here,
    free_desks,
    give_back,
    give_back_files,
    transfer_work,
)
from portal.filing.actions.officer import (
    approve,
    ask,
    claim,
    give_back_for_conflict,
    mark_issued,
    reject,
    release,
    reopen,
)
from portal.filing.actions.shipping_bill import enter_shipping_bill
from portal.filing.actions.signing import begin_signing, was_to_be_handed_in

__all__ = [
    "NotSigned",
    "add_line",
    "answer",
    "approve",
    "ask",
    "attach",
    "begin_signing",
    "change_line",
    "check_decided_here",
    "claim",
    "create",
    "discard",
    "drafting_row",
    "enter_shipping_bill",
    "free_desks",
    "give_back",
    "give_back_files",
    "give_back_for_conflict",
    "mark_issued",
    "reject",
    "release",
    "remove_line",
    "reopen",
    "save",
    "stream",
    "submit",
    "transfer_work",
    "was_to_be_handed_in",
    "withdraw",
]
