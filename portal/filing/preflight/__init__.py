"""What an officer would send back, found before anything is signed: pure sums over plain facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from portal.filing.preflight import (
    bills,
    clauses,
    contents,
    dates,
    invoices,
    origin,
    packages,
    route,
    weights,
    wording,
)
from portal.filing.preflight.check import Check, Finding, Found, Severity
from portal.filing.preflight.facts import Bill, Facts, Known, Line, facts_of, line_of
from portal.filing.preflight.register import CHECKS

__all__ = [
    "CHECKS",
    "Bill",
    "Check",
    "Facts",
    "Finding",
    "Found",
    "Known",
    "Line",
    "Severity",
    "facts_of",
    "line_of",
    "look_over",
]

_PARTS: tuple[Callable[[Facts], Iterable[Found]], ...] = (
    invoices.look,
    bills.look,
    dates.look,
    route.look,
    weights.look,
    packages.look,
    contents.look,
    wording.look,
    origin.look,
    clauses.look,
)


def look_over(facts: Facts) -> tuple[Finding, ...]:
    """Everything that the checks of that day find, errors first, then by line and code."""
    found = [Finding(CHECKS[one.code], one) for one in _found(facts)]
    order = {code: place for place, code in enumerate(CHECKS)}
    found.sort(key=lambda f: (not f.is_error, order[f.check.code], f.found.line))
    return tuple(f for f in found if f.check.holds_on(facts.known.today))


def _found(facts: Facts) -> Iterator[Found]:
    for part in _PARTS:
        yield from part(facts)
