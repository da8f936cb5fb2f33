"""Numbers of packages against the marks and the kind of packing."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

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
_BULK = re.compile(r"\bbulk\b", re.IGNORECASE)
_LOOSE = re.compile(r"(?:in\s+)?loose", re.IGNORECASE)
# What is counted comes loose one by one: 1,500 loose tyres.
COUNTED = ("NOS", "PCS", "PRS", "SET", "UNT", "DOZ")
# “1/250 - 250/250”: the first and the last of all.
_OF_ALL = re.compile(r"(\d{1,7})\s?/\s?(\d{1,7})\s?(?:-|–|to)\s?(\d{1,7})\s?/\s?\2(?!\d)")
# “1 - 2,400”: a comma between digits behind a dash, unless another run follows.
_THOUSANDS = re.compile(r"((?:-|–|/|to)\s?\d{1,3}),(\d{3})\b(?!\s?[-–/,])")
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
    for run in _runs(facts):
        yield from _chain(run)
        yield from _overlap(run)
    for line in facts.lines:
        is_bulk = line.package_kind in in_bulk and not _is_loose(line)
        if is_bulk and line.packages > 1:
            values = {"line": line.position, "packages": line.packages}
            yield Found("bulk_packages", values, at="packages", line=line.position)
        numbered = numbers[line.marks]
        fits = (line.packages, alike[line.marks], total)
        if numbered is not None and numbered.count not in fits:
            yield from _marks(line, numbered, {*fits, len(facts.lines)})


def _is_bulk(kind: str) -> bool:
    is_bulk = _BULK.search(kind) or _LOOSE.fullmatch(kind.strip())
    return bool(is_bulk) and not _HOLDS_BULK.search(kind)


def _is_loose(line: Line) -> bool:
    return line.unit in COUNTED and not _BULK.search(line.package_kind)


def _runs(facts: Facts) -> Iterator[list[tuple[int, int, Line]]]:
    """The runs of numbers of lines whose marks are alike before them, in order: first, last."""
    runs: defaultdict[str, list[tuple[int, int, Line]]] = defaultdict(list)
    for line in facts.lines:
        if run := run_at_end(line.marks):
            runs[run[0]].append((run[1], run[2], line))
    for some in runs.values():
        if len(some) > 1:
            some.sort(key=lambda one: one[:2])
            yield some


def _chain(run: list[tuple[int, int, Line]]) -> Iterator[Found]:
    """Runs that go on from line to line, as 1-80, 81-100: each as long as its line's packages."""
    expected = 1
    for low, high, line in run:
        if low != expected:
            return
        expected, count = high + 1, high - low + 1
        if numbered_by(line.marks) is None and count != line.packages:
            values = {"line": line.position, "numbered": count, "packages": line.packages}
            yield Found("packages_marks", values, at="packages", line=line.position)


def _overlap(run: list[tuple[int, int, Line]]) -> Iterator[Found]:
    """Packages that two lines number as their own; the same run on both is shared packing."""
    own = [one for one in run if one[1] - one[0] + 1 == one[2].packages == _count(one[2].marks)]
    for (low, high, one), (start, end, other) in pairwise(own):
        if start <= high and (low, high) != (start, end):
            values = {
                "one": one.position,
                "line": other.position,
                "first": start,
                "last": min(high, end),
            }
            yield Found("packages_twice", values, at="marks", line=other.position)


def _count(marks: str) -> int:
    numbered = numbered_by(marks)
    return numbered.count if numbered else 0


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
    for typed in marks.lower().splitlines():
        text = _THOUSANDS.sub(r"\1\2", typed)
        whole = _OF_ALL.search(text)
        if whole and int(whole[1]) <= int(whole[3]) == int(whole[2]):
            count, last = count + int(whole[3]) - int(whole[1]) + 1, int(whole[3])
            continue
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


@lru_cache(maxsize=4096)
def run_at_end(marks: str) -> tuple[str, int, int] | None:
    """The run of numbers at the end of marks, whether of packages or not, with the text before."""
    last = _THOUSANDS.sub(r"\1\2", marks.lower().rstrip())
    found = _NUMBERS.search(last)
    runs = _ONE_RUN.findall(found[1]) if found else []
    if found is None or len(runs) != 1 or not runs[0][2] or int(runs[0][0]) > int(runs[0][2]):
        return None
    return " ".join(last[: found.start(1)].split()), int(runs[0][0]), int(runs[0][2])


def _is_year(low: int, until: str) -> bool:
    """2026-27, 2026-2027."""
    return 1990 <= low <= 2100 and until in (str(low + 1), str(low + 1)[2:])
