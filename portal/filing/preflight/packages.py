"""Numbers of packages against the marks and the kind of packing."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from portal.filing.preflight.check import Found
from portal.filing.preflight.facts import Facts, Line
from portal.filing.rules.goods import format_scaled

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
_COUNTED = ("NOS", "PCS", "PRS", "SET", "UNT", "DOZ")
# “1/250 - 250/250”: the first and the last of all.
_OF_ALL = re.compile(r"(\d{1,7})\s?/\s?(\d{1,7})\s?(?:-|–|to)\s?(\d{1,7})\s?/\s?\2(?!\d)")
# “in 25 kg paper bags”, “bags of 50 kg”.
_SIZE = r"(\d{1,4}(?:\.\d{1,3})?)\s?kgs?\.?"
_VESSELS = r"(bag|sack|carton|drum|tin|pail|box|bale|crate|keg|can|barrel)"
# “1 - 2,400”: a comma between digits behind a dash, unless another run follows.
_THOUSANDS = re.compile(r"((?:-|–|/|to)\s?\d{1,3}),(\d{3})\b(?!\s?[-–/,])")
# “12 dozen per carton”, “2 sets per crate”.
_PER = re.compile(
    r"\b(\d{1,5})\s?(dozen|doz|dz|pcs|pieces|nos|sets?|pairs?|prs)?\.?\s+(?:per|in\s+each|in\s+a)\s+"
    r"(?:[a-z]+\s)?(carton|bag|box|crate|bale|case|drum|sack|bundle|pallet)\b"
)
_DOZENS = ("dozen", "doz", "dz")
_SIZED = re.compile(rf"\b(?:in|of)\s+{_SIZE}\s+(?:[a-z]+\s+){{0,2}}?{_VESSELS}(?:e?s)?\b")
_OF_SIZE = re.compile(rf"\b{_VESSELS}(?:e?s)?\s+of\s+{_SIZE}(?![a-z])")
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
    sized = "kg" in facts.words or any("kg" in line.package_kind.lower() for line in facts.lines)
    for line in facts.lines if sized else ():
        yield from _sizes(line)
    for line in facts.lines if " per " in facts.words or " in " in facts.words else ():
        yield from _counted_in(line)
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
    return line.unit in _COUNTED and not _BULK.search(line.package_kind)


def _sizes(line: Line) -> Iterator[Found]:
    """Bags of one size make the net weight, where the packages are these bags."""
    said = size_of(line.description, line.package_kind)
    if said is None or line.packages < 2 or line.net_weight == 0:
        return
    makes = said * line.packages
    if abs(makes - line.net_weight) * 50 > line.net_weight:
        values = {
            "line": line.position,
            "packages": line.packages,
            "size": format_scaled(said),
            "makes": format_scaled(makes),
            "net": format_scaled(line.net_weight),
        }
        yield Found("package_size", values, at="net_weight", line=line.position)


@lru_cache(maxsize=4096)
def size_of(description: str, kind: str) -> int | None:
    """How much one package holds by the words, in kilograms × 1000; None where they don't say."""
    for text in (kind.lower(), description.lower()):
        if found := _OF_SIZE.search(text):
            vessel, size = found[1], found[2]
        elif found := _SIZED.search(text):
            size, vessel = found[1], found[2]
        else:
            continue
        return int(Decimal(size) * 1000) if vessel in kind.lower() else None
    return None


def _counted_in(line: Line) -> Iterator[Found]:
    """“12 dozen per carton”, for what is counted in the packages that it names."""
    found = _PER.search(line.description.lower())
    if found is None or line.unit not in _COUNTED or found[3] not in line.package_kind.lower():
        return
    makes = int(found[1]) * line.packages
    if found[2] in _DOZENS and line.unit != "DOZ":
        makes *= 12
    elif line.unit == "DOZ" and found[2] not in _DOZENS:
        return
    if abs(makes * 1000 - line.quantity) * 50 > line.quantity:
        values = {
            "line": line.position,
            "each": found[1] if not found[2] else f"{found[1]} {found[2]}",
            "packages": line.packages,
            "quantity": format_scaled(line.quantity),
            "unit": line.unit,
        }
        yield Found("per_package", values, at="quantity", line=line.position)


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
