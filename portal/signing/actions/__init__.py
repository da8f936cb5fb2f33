"""What happens to a request for a signature; each act is one short transaction."""

from __future__ import annotations

from portal.signing.actions.answers import fail, keep_prepared, keep_signed, take_answer
from portal.signing.actions.requests import Document, begin, cancel, end_or_wait, send
from portal.signing.actions.tokens import ask_token, take_signatures

__all__ = [
    "Document",
    "ask_token",
    "begin",
    "cancel",
    "end_or_wait",
    "fail",
    "keep_prepared",
    "keep_signed",
    "send",
    "take_answer",
    "take_signatures",
]
