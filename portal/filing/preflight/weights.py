"""Quantities against weights, and weights against each other and their packing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from portal.filing.preflight.check import Found
from portal.filing.preflight.facts import Facts, Line
from portal.filing.rules.goods import format_scaled

# Thousandths of a kilogram, and of a litre, in a unit.
_MASS = {"GMS": 1, "KGS": 1000, "QTL": 100_000, "MTS": 1_000_000, "TON": 1_000_000}
_VOLUME = {"MLT": 1, "LTR": 1000, "UGS": 3785, "KLR": 1_000_000}
_COUNTED = ("NOS", "PCS", "PRS", "SET", "UNT")
# How many pieces or pairs a unit has; what a set holds nobody knows.
_EACH = {"NOS": 1, "PCS": 1, "PRS": 1, "UNT": 1, "DOZ": 12}
# Weights that are rightly not the quantity sold: canned, dried, or counted with their bags.
_OTHER_BASIS = re.compile(
    r"drained|dry\s+(?:weight|basis|matter)|\bdmt\b|gross\s+for\s+net|active", re.IGNORECASE
)
_GROSS_FOR_NET = re.compile(r"gross\s+for\s+net", re.IGNORECASE)
_PACKED = re.compile(
    r"carton|\bbag|\bbox|drum|\bcase|crate|\bbale|sack|barrel|keg|jerry|pallet", re.IGNORECASE
)
_LOOSE = re.compile(r"bulk|loose|unpacked|flexi|tank", re.IGNORECASE)
# Vessels that outweigh what is in them.
_HEAVY_VESSEL = re.compile(r"cylind|tank|flask|drum|reel|container|tonner", re.IGNORECASE)


def look(facts: Facts) -> Iterator[Found]:
    """What doesn't fit about the figures of each line."""
    for line in facts.lines:
        yield from _quantity(line)
        if line.unit in _EACH:
            yield from _piece(line)
        yield from _packing(line)


def _quantity(line: Line) -> Iterator[Found]:
    if line.unit in _MASS:
        yield from _mass(line, line.quantity * _MASS[line.unit] // 1000)
    elif line.unit in _VOLUME:
        # Kilograms and litres, both × 1000.
        litres = line.quantity * _VOLUME[line.unit] // 1000
        if not litres * 3 <= line.net_weight * 10 <= litres * 40:
            yield _found("volume_weight", line, "quantity")
    elif line.unit in _COUNTED and line.quantity % 1000:
        yield _found("fraction_of_pieces", line, "quantity")


def _piece(line: Line) -> Iterator[Found]:
    """What one piece weighs, where the goods of a heading are never so light or so heavy."""
    least, most = _pieces().get(line.hs_code[:4], (0, 0))
    pieces = line.quantity * _EACH[line.unit]
    # Thousandths of pieces and of kilograms.
    if most and pieces and not least * pieces <= line.net_weight <= most * pieces:
        one = format_scaled(round(line.net_weight * 1000 / pieces))
        values = {"line": line.position, "one": one, "heading": line.hs_code[:4]}
        yield Found("piece_weight", values, at="net_weight", line=line.position)


@cache
def _pieces() -> Mapping[str, tuple[float, float]]:
    """Of some headings, between which kilograms a piece or pair weighs; the file says by whom."""
    known = json.loads((Path(__file__).parent / "pieces.json").read_text())
    return {heading: (least, most) for heading, (least, most) in known["kilograms_a_piece"].items()}


def _mass(line: Line, mass: int) -> Iterator[Found]:
    """`mass` is the quantity in kilograms × 1000, as the weights are."""
    differs = abs(mass - line.net_weight) * 100 > line.net_weight
    if mass * 100 > line.gross_weight * 105:
        yield _found("quantity_above_gross", line, "quantity")
    elif differs and not _OTHER_BASIS.search(line.description):
        yield _found("quantity_weight", line, "quantity")


def _packing(line: Line) -> Iterator[Found]:
    tare, packages = line.gross_weight - line.net_weight, max(line.packages, 1)
    if line.gross_weight > 4 * line.net_weight and not _HEAVY_VESSEL.search(line.package_kind):
        heavy = tare > 50_000 * packages
        small = packages >= 10 and tare > 5_000 * packages
        if heavy or small:
            yield _found("tare_too_heavy", line, "gross_weight")
    if not tare and _is_packed(line) and not _GROSS_FOR_NET.search(line.description):
        yield _found("gross_is_net", line, "net_weight")


def _is_packed(line: Line) -> bool:
    return bool(_PACKED.search(line.package_kind)) and not _LOOSE.search(line.package_kind)


def _found(code: str, line: Line, at: str) -> Found:
    values = {
        "line": line.position,
        "quantity": format_scaled(line.quantity),
        "unit": line.unit,
        "gross": format_scaled(line.gross_weight),
        "net": format_scaled(line.net_weight),
        "packages": line.packages,
        "kind": line.package_kind,
    }
    return Found(code, values, at=at, line=line.position)
