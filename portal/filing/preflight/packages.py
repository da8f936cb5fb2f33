"""Numbers of packages against the marks and the kind of packing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from portal.filing.preflight.check import Found
from portal.filing.preflight.facts import Facts, Line

# These are looked for in small letters, which is three times as fast as in any.
_RUN = r"\d{1,7}\s?(?:-|–|/|to)\s?\d{1,7}"
# What numbers packages stands at the end of a line of marks: 1-60, 101-250.
_NUMBERS = re.compile(
    rf"(?<![\w/-])(?<!\d\.)((?:{_RUN}|\d{{1,7}})(?:\s?[,&;]\s?(?:{_RUN}|\d{{1,7}}))*)\s*\.?$",
)
_ONE_RUN = re.compile(r"(\d+)(?:\s?(-|–|/|to)\s?(\d+))?")
# Before numbers that don't begin with 1: CTN NO. 41-60. Sizes such as 40-42 have no such word.
_CALLED = re.compile(
    r"(?:\bn(?:o|os|umber|r)|c/?n(?:o|os)?|ctns?|cartons?|cases?|box(?:es)?|bales?|bags?|pkgs?"
    r"|packages?|pallets?|drums?|bundles?|crates?|sacks?)\s?[.:#]*\s*$",
)
# Lines of marks whose numbers are of something else.
_OTHER_NUMBERS = re.compile(
    r"\b(?:p\.?\s?o|orders?|lots?|l/?c|inv(?:oice)?|style|batch|dated?|dtd|ref|contract|s/?c|tel"
    r"|phone|size|year|season|crop|art(?:icle)?|item|model|sku|mm|cm)\b",
)
_OUTER = re.compile(r"pallet|skid|container|crate", re.IGNORECASE)
_BULK = re.compile(r"\bbulk\b|\bloose\b", re.IGNORECASE)
_HOLDS_BULK = re.compile(r"bag|sack|container|tank|wagon|truck|barge", re.IGNORECASE)


@dataclass(frozen=True)
class Numbered:
    """How many packages marks number, and the last number."""

    count: int
    last: int


def look(facts: Facts) -> Iterator[Found]:
    """What doesn't fit about the packages of each line."""
    total = sum(line.packages for line in facts.lines)
    alike = Counter[str]()
    for line in facts.lines:
        alike[line.marks] += line.packages
    numbers = {marks: numbered_by(marks) for marks in alike}
    in_bulk = {kind for kind in {line.package_kind for line in facts.lines} if _is_bulk(kind)}
    for line in facts.lines:
        if line.package_kind in in_bulk and line.packages > 1:
            values = {"line": line.position, "packages": line.packages}
            yield Found("bulk_packages", values, at="packages", line=line.position)
        numbered = numbers[line.marks]
        fits = (line.packages, alike[line.marks], total)
        if numbered is not None and numbered.count not in fits:
            yield from _marks(line, numbered, {*fits, len(facts.lines)})


def _is_bulk(kind: str) -> bool:
    return bool(_BULK.search(kind)) and not _HOLDS_BULK.search(kind)


def _marks(line: Line, numbered: Numbered, fits: set[int]) -> Iterator[Found]:
    # “07/60” is the seventh of sixty; cartons on pallets keep their own numbers.
    if line.marks.rstrip().endswith(f"/{numbered.last}") and numbered.last in fits:
        return
    if _OUTER.search(line.package_kind) and numbered.count > line.packages:
        return
    values = {
        "line": line.position,
        "numbered": numbered.count,
        "packages": line.packages,
    }
    yield Found("packages_marks", values, at="packages", line=line.position)


# Kept by text: who corrects one of a thousand lines needn't wait for the others to be read again.
@lru_cache(maxsize=4096)
def numbered_by(marks: str) -> Numbered | None:
    """How many packages the marks number, or None where they number none for sure."""
    count, last = 0, 0
    for text in marks.lower().splitlines():
        found = _NUMBERS.search(text)
        runs = _ONE_RUN.findall(found[1]) if found else []
        if found is None or not any(sign for _first, sign, _last in runs):
            continue
        if _OTHER_NUMBERS.search(text):
            continue
        before = text[: found.start(1)].strip()
        if before and int(runs[0][0]) != 1 and not _CALLED.search(before):
            continue
        for first, _sign, until in runs:
            low, high = int(first), int(until or first)
            if low > high or _is_year(low, until):
                return None
            count, last = count + high - low + 1, high
    return Numbered(count, last) if count else None


def _is_year(low: int, until: str) -> bool:
    """2026-27, 2026-2027."""
    return 1990 <= low <= 2100 and until in (str(low + 1), str(low + 1)[2:])
