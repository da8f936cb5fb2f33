"""Money of the portal: whole paise, never a float."""

from __future__ import annotations

from typing import NewType

Paise = NewType("Paise", int)


def from_rupees(rupees: int) -> Paise:
    """Whole rupees as paise."""
    return Paise(rupees * 100)


def grouped(whole: int) -> str:
    """Digits in lakh grouping: 1234567 as 12,34,567."""
    head, tail = divmod(whole, 1000)
    if not head:
        return str(tail)
    parts = [f"{tail:03d}"]
    while head >= 100:
        head, pair = divmod(head, 100)
        parts.insert(0, f"{pair:02d}")
    return ",".join([str(head), *parts])


def rupees(paise: int) -> str:
    """An amount as people in India write it: ₹1,23,456.50, with a true minus when below zero."""
    sign = "−" if paise < 0 else ""
    whole, rest = divmod(abs(paise), 100)
    return f"{sign}₹{grouped(whole)}.{rest:02d}"
