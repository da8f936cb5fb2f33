"""Reads, writes, compares and sums the figures of goods lines, as whole numbers without floats."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from portal.core.errors import Problem
from portal.core.money import grouped
from portal.core.words import N_

MAX_LINES = 1000
MAX_PACKAGES = 9_999_999
MAX_WHOLE_DIGITS = 12

# 100000, 1,00,000 (Indian) or 100,000: any other comma could be a decimal point.
_WHOLE = r"[0-9]+|[0-9]{1,2}(?:,[0-9]{2})*,[0-9]{3}|[0-9]{1,3}(?:,[0-9]{3})+"


class OriginCriterion(StrEnum):
    """Why goods originate in India (Handbook of Procedures 2023, para 2.93(a)).

    The printed words of box 8 are the portal's own: no source prescribes a code.
    """

    WHOLLY_OBTAINED = "wholly_obtained"
    MADE_FROM_INDIAN_INPUTS = "made_from_indian_inputs"
    PROCESSED_BEYOND_MINIMAL = "processed_beyond_minimal"
    # Not Indian at all: the goods of a back-to-back certificate (para 2.93(f)).
    FOREIGN = "foreign"

    @property
    def label(self) -> str:
        """The marked words that forms and pages show."""
        return _LABELS[self]


_LABELS = {
    OriginCriterion.WHOLLY_OBTAINED: N_("Wholly obtained in India: grown, mined, caught or bred"),
    OriginCriterion.MADE_FROM_INDIAN_INPUTS: N_("Made in India from Indian inputs only"),
    OriginCriterion.PROCESSED_BEYOND_MINIMAL: N_(
        "Made in India with imported inputs, by more than the ten minimal operations of "
        "para 2.93(a)"
    ),
    OriginCriterion.FOREIGN: N_("Of another country (para 2.93(f))"),
}
_PRINTED = {
    OriginCriterion.WHOLLY_OBTAINED: "Wholly obtained",
    OriginCriterion.MADE_FROM_INDIAN_INPUTS: "Made of Indian inputs",
    OriginCriterion.PROCESSED_BEYOND_MINIMAL: "Processed in India",
    OriginCriterion.FOREIGN: "Foreign origin",
}
# What an exporter may claim; foreign origin follows from the kind of the application.
ORIGIN_CHOICES = tuple(
    (criterion.value, criterion.label)
    for criterion in OriginCriterion
    if criterion is not OriginCriterion.FOREIGN
)


class Line(Protocol):
    """What is summed of a goods line: weights are kilograms × 1000, FOB is in minor units."""

    @property
    def packages(self) -> int:
        """Number of packages."""
        ...

    @property
    def gross_weight(self) -> int:
        """Kilograms × 1000."""
        ...

    @property
    def net_weight(self) -> int:
        """Kilograms × 1000."""
        ...

    @property
    def fob_minor(self) -> int:
        """Minor units of the invoice's currency."""
        ...


@dataclass(frozen=True)
class Totals:
    """Sums of all lines, in the units of `Line`."""

    packages: int = 0
    gross_weight: int = 0
    net_weight: int = 0
    fob_minor: int = 0


def totals(lines: Iterable[Line]) -> Totals:
    """The sums of packages, weights and FOB value; quantities aren't summed, units differ."""
    rows = tuple(lines)
    return Totals(
        packages=sum(row.packages for row in rows),
        gross_weight=sum(row.gross_weight for row in rows),
        net_weight=sum(row.net_weight for row in rows),
        fob_minor=sum(row.fob_minor for row in rows),
    )


def printed_criterion(criterion: str) -> str:
    """The short English words of box 8, not translated; nothing while no criterion is said."""
    return _PRINTED[OriginCriterion(criterion)] if criterion else ""


def parse_scaled(text: str, decimals: int = 3) -> int | Problem:
    """A typed figure as a whole number × 10^decimals: `1,00,000.5` is 100000500.

    Refuses signs, letters, commas out of place, too many decimals, more than 12 digits before
    the point.
    """
    typed = text.strip()
    if not typed:
        return Problem("empty", N_("Type a figure."))
    if re.match(r"[-−‐–+]", typed):
        return Problem("signed", N_("Write the figure without a plus or minus."))
    whole, point, rest = typed.partition(".")
    if problem := _shape_problem(typed, whole, point, rest):
        return problem
    return _scaled(whole.replace(",", ""), rest, decimals)


def parse_minor(text: str, exponent: int) -> int | Problem:
    """A typed amount in minor units of a currency with `exponent` decimals (ISO 4217)."""
    return parse_scaled(text, exponent)


def parse_count(text: str) -> int | Problem:
    """A typed number of packages: whole, one or more."""
    found = parse_scaled(text, 0)
    return found if isinstance(found, Problem) else check_packages(found) or found


def format_scaled(value: int, decimals: int = 3) -> str:
    """A scaled figure in lakh grouping without idle zeros: 100000500 is `1,00,000.5`."""
    return _figure(value, decimals).rstrip("0").rstrip(".") if decimals else _figure(value, 0)


def format_minor(value: int, exponent: int) -> str:
    """An amount in minor units with all its decimals: 10050 with exponent 2 is `100.50`."""
    return _figure(value, exponent)


def check_weights(gross: int, net: int) -> Problem | None:
    """Gross weight is never below net weight; both in kilograms × 1000."""
    if gross >= net:
        return None
    return Problem(
        "gross_below_net",
        N_("The gross weight, %(gross)s kg, is below the net weight, %(net)s kg. Check both."),
        {"gross": format_scaled(gross), "net": format_scaled(net)},
    )


def check_line_count(count: int) -> Problem | None:
    """At most 1,000 goods lines on one certificate."""
    if count <= MAX_LINES:
        return None
    return Problem(
        "too_many_lines",
        N_(
            "One certificate takes at most %(most)s goods lines; this would be %(count)s. Join "
            "lines of the same goods, or apply for a second certificate."
        ),
        {"most": grouped(MAX_LINES), "count": grouped(count)},
    )


def check_packages(count: int) -> Problem | None:
    """From one to 9,999,999 packages; goods in bulk count as one."""
    if count < 1:
        return Problem(
            "no_packages",
            N_("Write how many packages there are, at least 1. Goods in bulk count as 1."),
        )
    if count > MAX_PACKAGES:
        return Problem(
            "too_many_packages",
            N_("At most %(most)s packages can stand on one line. Check the number."),
            {"most": grouped(MAX_PACKAGES)},
        )
    return None


def _shape_problem(typed: str, whole: str, point: str, rest: str) -> Problem | None:
    if strange := re.search(r"[^0-9.,]", typed):
        return Problem(
            "not_a_figure",
            N_("Only digits, commas and a point can stand here; “%(found)s” can't."),
            {"found": strange.group()},
        )
    if not re.fullmatch(_WHOLE, whole) or not re.fullmatch(r"[0-9]+" if point else "", rest):
        return Problem(
            "figure_shape",
            N_("Write the figure like 1,00,000.5 or 100000.5, with a point before decimals."),
        )
    if len(whole.replace(",", "").lstrip("0")) > MAX_WHOLE_DIGITS:
        return Problem(
            "figure_too_large",
            N_("At most %(most)s digits can stand before the point. Check the figure."),
            {"most": MAX_WHOLE_DIGITS},
        )
    return None


def _scaled(whole: str, rest: str, decimals: int) -> int | Problem:
    if len(rest.rstrip("0")) > decimals:
        text = (
            N_("At most %(most)s decimals can be kept; %(found)s were typed. Round the figure.")
            if decimals
            else N_("Only a whole number can stand here. Leave out the point and what follows.")
        )
        return Problem("too_many_decimals", text, {"most": decimals, "found": len(rest)})
    # Without idle zeros: Python refuses to read numbers of several thousand digits.
    return int(whole.lstrip("0") + rest[:decimals].ljust(decimals, "0") or "0")


def _figure(value: int, decimals: int) -> str:
    whole, rest = divmod(abs(value), 10**decimals)
    sign = "−" if value < 0 else ""
    return f"{sign}{grouped(whole)}.{rest:0{decimals}d}" if decimals else f"{sign}{grouped(whole)}"
