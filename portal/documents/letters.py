"""A letter that proves something: one PDF or photos, judged and scanned like any document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.core.errors import Problem
from portal.core.words import N_
from portal.documents.ports import Scanner
from portal.documents.receiving import Refused, Upload, received
from portal.documents.rules import Scanned, malware
from portal.documents.scanning import scan

NO_LETTER = Problem("no_file", N_("Choose a PDF file or a photo first."))


@dataclass(frozen=True)
class Letter:
    """A letter that may be kept: its name for people, its bytes, its pages, what a scanner said."""

    name: str
    content: bytes
    pages: int
    scanned: Scanned


def letter_of(uploads: Sequence[Upload], scanner: Scanner | None) -> Letter | Problem:
    """What may be kept of an upload, or what is wrong with it; takes as long as its judging."""
    if not uploads:
        return NO_LETTER
    (made,) = received(uploads, single=True)
    if isinstance(made, Refused):
        return made.problem
    scanned, finding = scan(scanner, made.content)
    if scanned is Scanned.INFECTED:
        return malware(finding)
    return Letter(made.name, made.content, made.pages, scanned)
