"""What the words say of the packages: how many, how much in each, against the figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from portal.filing.preflight.check import Found
from portal.filing.preflight.facts import Facts, Line
from portal.filing.preflight.packages import COUNTED
from portal.filing.rules.goods import format_scaled

# “in 25 kg paper bags”, “bags of 50 kg”.
_SIZE = r"(\d{1,4}(?:\.\d{1,3})?)\s?kgs?\.?"
_VESSELS = r"(bag|sack|carton|drum|tin|pail|box|bale|crate|keg|can|barrel)"
# “12 dozen per carton”, “2 sets per crate”.
_PER = re.compile(
    r"\b(\d{1,5})\s?(dozen|doz|dz|pcs|pieces|nos|sets?|pairs?|prs)?\.?\s+(?:per|in\s+each|in\s+a)\s+"
    r"(?:[a-z]+\s)?(carton|bag|box|crate|bale|case|drum|sack|bundle|pallet)\b"
)
_MANY = re.compile(
    r"(?<![\d.,x×/-])\b(\d{1,5})\s+(carton|bag|box|crate|bale|case|drum|sack|pallet)(?:e?s)\b"
    r"(?!\s+(?:per|in|on|to|each|of\s+\d+\s*kg))"
)
_MANY_WORDS = ("cartons", "bags", "boxes", "crates", "bales", "cases", "drums", "sacks", "pallets")
_DOZENS = ("dozen", "doz", "dz")
_SIZED = re.compile(rf"\b(?:in|of)\s+{_SIZE}\s+(?:[a-z]+\s+){{0,2}}?{_VESSELS}(?:e?s)?\b")
_OF_SIZE = re.compile(rf"\b{_VESSELS}(?:e?s)?\s+of\s+{_SIZE}(?![a-z])")


def look(facts: Facts) -> Iterator[Found]:
    """What doesn't fit; most lists say nothing of it, and their lines aren't looked at."""
    words = facts.words
    sized = "kg" in words or any("kg" in line.package_kind.lower() for line in facts.lines)
    for line in facts.lines if sized else ():
        yield from _sizes(line)
    for line in facts.lines if " per " in words or " in " in words else ():
        yield from _counted_in(line)
    for line in facts.lines if any(word in words for word in _MANY_WORDS) else ():
        yield from _said(line)


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


def _said(line: Line) -> Iterator[Found]:
    """“320 cartons of 24 x 300 g”: as many as the line has, where they are its packages."""
    said = _MANY.findall(line.description.lower())
    if len(said) != 1 or said[0][1] not in line.package_kind.lower():
        return
    if int(said[0][0]) not in (1, line.packages):
        values = {"line": line.position, "said": said[0][0], "packages": line.packages}
        yield Found("packages_words", values, at="packages", line=line.position)


def _counted_in(line: Line) -> Iterator[Found]:
    """“12 dozen per carton”, for what is counted in the packages that it names."""
    found = _PER.search(line.description.lower())
    if found is None or line.unit not in COUNTED or found[3] not in line.package_kind.lower():
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
