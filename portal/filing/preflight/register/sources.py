"""Where the statements of checks come from, and the two ways to write a check down."""

from __future__ import annotations

from typing import Any

from portal.core.words import N_
from portal.filing.preflight.check import Check, Severity

PARA_293 = N_("Handbook of Procedures 2023, para 2.93")
IDENTITY = N_("Foreign Trade Policy, para 2.62(a)")
INCOTERMS = N_("Incoterms 2020")
SENSE = N_("The particulars against each other")
LOOKS = N_("The portal's own list of words and places")
PN_43, IDENTITY_NOTICE = "PN 43/2024-25", "Notification 05/2026-27"


def error(code: str, section: str, words: str, remedy: str, source: str, **more: Any) -> Check:
    """A check that is certain."""
    return Check(code, Severity.ERROR, section, words, remedy, source, **more)


def warning(code: str, section: str, words: str, remedy: str, source: str, **more: Any) -> Check:
    """A check that somebody may know better."""
    return Check(code, Severity.WARNING, section, words, remedy, source, **more)
