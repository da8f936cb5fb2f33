"""A stand-in for the registry of IECs: what it holds, and the ways in which it may fail."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

FIRMS = Path(__file__).with_name("firms.json")
SLOW_SECONDS = 8.0


class Fault(StrEnum):
    """How the registry misbehaves until somebody switches it back to none."""

    NONE = "none"
    OUTAGE = "outage"
    SLOW = "slow"
    GARBAGE = "garbage"
    ANOTHER = "another"


@dataclass(frozen=True)
class Said:
    """An answer on the wire: status, body, and how long it takes."""

    status: int
    body: bytes
    seconds: float = 0.0


def answer(iec: str, fault: Fault, changes: dict[str, dict[str, str]]) -> Said:
    """What the registry says of an IEC; `changes` are facts that somebody changed since."""
    found = firms().get(iec)
    if fault is Fault.OUTAGE:
        return Said(503, b"")
    if fault is Fault.GARBAGE:
        return Said(200, b"<html>maintenance</html>")
    if fault is Fault.ANOTHER:
        found = next(firm for code, firm in firms().items() if code != iec)
    if found is None:
        return Said(404, json.dumps({"error": "unknown IEC"}).encode())
    body = json.dumps({**found, **changes.get(iec, {})}).encode()
    return Said(200, body, SLOW_SECONDS if fault is Fault.SLOW else 0.0)


@cache
def firms() -> dict[str, dict[str, str]]:
    """The invented firms by their IEC."""
    return {row["iec"]: row for row in json.loads(FIRMS.read_text("utf-8"))}
