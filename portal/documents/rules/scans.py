"""Whether a document was scanned for malware, and what to tell its person."""

from __future__ import annotations

from enum import StrEnum

from portal.core.errors import Problem
from portal.core.words import N_


class Scanned(StrEnum):
    """What a scanner said, or why it said nothing."""

    CLEAN = "clean"
    INFECTED = "infected"
    WAITS = "waits"
    NOT_ASKED = "not_asked"


def malware(finding: str) -> Problem:
    """What to tell whose file holds malware."""
    return Problem(
        "malware",
        N_(
            "Our scanner found malware in this file (%(finding)s), so it was not kept. Have the "
            "computer or phone that it comes from checked, make the document anew, and upload that."
        ),
        {"finding": finding},
    )
