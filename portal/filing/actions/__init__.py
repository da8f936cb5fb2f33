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
from portal.filing.actions.exporter import answer, submit, withdraw
from portal.filing.actions.officer import (
    approve,
    ask,
    claim,
    mark_issued,
    reject,
    release,
    reopen,
)

__all__ = [
    "add_line",
    "answer",
    "approve",
    "ask",
    "attach",
    "change_line",
    "claim",
    "create",
    "discard",
    "drafting_row",
    "mark_issued",
    "reject",
    "release",
    "remove_line",
    "reopen",
    "save",
    "stream",
    "submit",
    "withdraw",
]
