"""Everything that can be done with an application."""

from __future__ import annotations

from portal.filing.actions.drafting import (
    create,
    discard,
    drafting_row,
    stream,
)
from portal.filing.actions.exporter import NotSigned, answer, submit, withdraw
from portal.filing.actions.goods import (
    SentAlready,
    add_line,
    change_line,
    move_line,
    remove_line,
    remove_lines,
)
from portal.filing.actions.in_lieu import begin_in_lieu
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
    send_back,
)
from portal.filing.actions.origin import follow_kind, state_origin, state_origins
from portal.filing.actions.papers import attach, remove_document
from portal.filing.actions.saving import Clash, Kept, keep, keep_answer, save
from portal.filing.actions.seen import LineDiffers
from portal.filing.actions.shipping_bill import enter_shipping_bill
from portal.filing.actions.signing import begin_signing, was_to_be_handed_in

__all__ = [
    "Clash",
    "Kept",
    "LineDiffers",
    "NotSigned",
    "SentAlready",
    "add_line",
    "answer",
    "approve",
    "ask",
    "attach",
    "begin_in_lieu",
    "begin_signing",
    "change_line",
    "check_decided_here",
    "claim",
    "create",
    "discard",
    "drafting_row",
    "enter_shipping_bill",
    "follow_kind",
    "free_desks",
    "give_back",
    "give_back_files",
    "give_back_for_conflict",
    "keep",
    "keep_answer",
    "mark_issued",
    "move_line",
    "reject",
    "release",
    "remove_document",
    "remove_line",
    "remove_lines",
    "reopen",
    "save",
    "send_back",
    "state_origin",
    "state_origins",
    "stream",
    "submit",
    "transfer_work",
    "was_to_be_handed_in",
    "withdraw",
]
