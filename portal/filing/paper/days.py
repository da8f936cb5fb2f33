"""How papers write days, codes and what is missing."""

from __future__ import annotations

from datetime import date

NOTHING = "–"


def day(when: date | None) -> str:
    """A day as the portal writes it in English: 23 Nov 2026; nothing where there is none."""
    return f"{when.day} {when:%b} {when.year}" if when else ""


def named(name: str, code: str) -> str:
    """A name with its code: Kenya (KE); nothing without a code."""
    return f"{name} ({code})" if code else ""
