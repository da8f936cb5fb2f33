"""Figures, units and codes of GST papers, as a goods line wants them."""

from __future__ import annotations

import re
from decimal import Decimal

from portal.core.errors import Problem
from portal.core.words import N_
from portal.filing.rules.cells import USUAL_UNITS


def shares(total: int, weights: list[int]) -> list[int]:
    """`total` split in proportion to `weights`, in whole units whose sum is exactly `total`."""
    whole = sum(weights)
    if whole <= 0:
        return [0] * len(weights)
    found = [total * weight // whole for weight in weights]
    by_rest = sorted(range(len(weights)), key=lambda i: -(total * weights[i] % whole))
    for place in by_rest[: total - sum(found)]:
        found[place] += 1
    return found


def scaled(value: Decimal | None, decimals: int) -> int | None:
    """A decimal as a whole number × 10^decimals; None where it doesn't fit or isn't there."""
    if value is None or not value.is_finite() or value < 0 or value.adjusted() > 11:
        return None
    found = value.scaleb(decimals)
    return int(found) if found == found.to_integral_value() else None


def unit_of(uqc: str) -> str:
    """The customs code of a GST unit quantity code or of a usual slip of it, in capitals."""
    word = re.sub(r"[^a-z0-9]", "", uqc.casefold())
    return USUAL_UNITS.get(word, word.upper() if re.fullmatch("[a-z]{3}", word) else "")


def hsn_problem(hsn: str) -> Problem | None:
    """What is to be done about the HSN of a line: eight digits stand on a certificate."""
    if re.fullmatch(r"\d{8}", hsn):
        return None
    if re.fullmatch(r"\d{4}|\d{6}", hsn):
        return Problem(
            "hsn_short",
            N_("The e-invoice has %(count)s digits only: choose or type all eight."),
            {"count": len(hsn)},
        )
    return Problem("hsn_shape", N_("The e-invoice has no tariff code that can be read here."))
