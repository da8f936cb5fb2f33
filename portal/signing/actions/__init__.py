"""What happens to a request for a signature; each act is one short transaction."""

from __future__ import annotations

from portal.signing.actions.answers import fail, keep_prepared, keep_signed, take_answer
from portal.signing.actions.requests import Document, begin, cancel, expire, send

__all__ = [
    "Document",
    "begin",
    "cancel",
    "expire",
    "fail",
    "keep_prepared",
    "keep_signed",
    "send",
    "take_answer",
]
