"""How certificates write days, and what is missing."""

from __future__ import annotations

from datetime import date

NOTHING = "–"


def written(day: date | None) -> str:
    """A day as certificates write it: 23.11.2026; nothing where there is none."""
    return f"{day:%d.%m.%Y}" if day else ""


def numbered(number: str, day: date | None) -> str:
    """A document's number with its day: No. 17 dated 23.11.2026."""
    return f"No. {number} dated {written(day)}" if day else f"No. {number}"
