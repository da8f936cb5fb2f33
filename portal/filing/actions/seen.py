"""Two people on one line: nobody overwrites what they haven't seen."""

from __future__ import annotations

from portal.core.errors import DomainError, Missing
from portal.core.words import N_
from portal.filing.queries import LineFacts, digest_of


class LineDiffers(DomainError):
    """A line isn't what was shown to whoever changes it; `now` is the line, None if it is gone."""

    def __init__(self, now: LineFacts | None) -> None:
        self.now = now
        super().__init__(_GONE if now is None else _DIFFERS, code="line_differs")


def check_seen(now: LineFacts | None, seen: str) -> LineFacts:
    """The line as it is now, if it still is what was `seen` (its digest); without one, any line.

    Raises LineDiffers, or Missing where there is no line and none was seen.
    """
    if now is None and not seen:
        raise Missing("goods line")
    if now is None or (seen and digest_of(now) != seen):
        raise LineDiffers(now)
    return now


_DIFFERS = N_(
    "Somebody changed this line after it was shown to you. Nothing was overwritten: compare both, "
    "then save again to put yours in its place."
)
_GONE = N_(
    "Somebody removed this line after it was shown to you. What you typed is still here: add it "
    "as a new line."
)
