"""What the pre-flight costs: CPU time of all checks over one application, by goods lines."""

from __future__ import annotations

import time
from dataclasses import replace
from statistics import median

from portal.filing.preflight import Facts, look_over
from portal.filing.preflight.packages import numbered_by
from portal.filing.preflight.wording import words_of_other_chapters
from tests.filing.preflight.reading import cases

# Goods lines, and how often it is measured.
SIZES = {1: 50, 60: 25, 1000: 9}


def figures() -> dict[str, float]:
    """Process CPU in milliseconds, medians; every line has words of its own, never seen before."""
    return {f"preflight.cpu_ms_{count}_lines": _measured(count) for count in SIZES}


def _measured(count: int) -> float:
    facts, spent = application(count), []
    for _ in range(SIZES[count] + 2):
        numbered_by.cache_clear()
        words_of_other_chapters.cache_clear()
        began = time.process_time()
        look_over(facts)
        spent.append((time.process_time() - began) * 1000)
    return round(median(spent[2:]), 2)


def application(count: int) -> Facts:
    """A correct application of so many lines."""
    facts = next(case for case in cases("right") if case.name == "words_that_mislead").facts
    lines = tuple(
        facts.lines[place % len(facts.lines)]._replace(
            position=place + 1,
            description=f"{facts.lines[place % len(facts.lines)].description}, style {place}",
            marks=f"SM {place + 1}",
        )
        for place in range(count)
    )
    return replace(facts, lines=lines)


if __name__ == "__main__":
    for name, value in figures().items():
        print(f"{name:32} {value}")
