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
from portal.signing.actions.requests import Document, begin, cancel, end_or_wait, send

__all__ = [
    "Document",
    "begin",
    "cancel",
    "end_or_wait",
    "fail",
    "keep_lasting",
    "keep_prepared",
    "keep_signed",
    "leave_unproven",
    "send",
    "take_answer",
    "take_up",
]
