"""What happens to a request for a signature; each act is one short transaction."""

from __future__ import annotations

from portal.signing.actions.answers import (
    fail,
    keep_lasting,
    keep_prepared,
    keep_signed,
    leave_unproven,
    take_answer,
    take_up,
)
from portal.signing.actions.credentials import (
    Shown,
    note_judged,
    prove_firm,
    register_credential,
    use_credential,
    withdraw_credential,
)
from portal.signing.actions.requests import Document, begin, cancel, end_or_wait, send
from portal.signing.actions.tokens import ask_token, take_signatures

__all__ = [
    "Document",
    "Shown",
    "ask_token",
    "begin",
    "cancel",
    "end_or_wait",
    "fail",
    "keep_lasting",
    "keep_prepared",
    "keep_signed",
    "leave_unproven",
    "note_judged",
    "prove_firm",
    "register_credential",
    "send",
    "take_answer",
    "take_signatures",
    "take_up",
    "use_credential",
    "withdraw_credential",
]
