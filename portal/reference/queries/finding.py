"""Finding codes as one types: by words with slips, or by the first digits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, String, Text, literal, select, union_all
from sqlalchemy.orm import Session

from portal.core import clock, search
from portal.reference.models import HsCode, NationalLine, Place, Station
from portal.reference.rules import CERTAINTY_WORDS, HS_SOURCE, holds_on

HS, PLACES = "hs", "place"
MOST_TEXT = 200
# Sorts behind every code of digits and capital letters, in any collation.
LAST = "ZZZZZZZZ"


@dataclass(frozen=True)
class HsFound:
    """A heading, subheading or national line; `is_open` says whether it holds on the day."""

    code: str
    description: str
    valid_from: date
    valid_until: date | None
    successors: tuple[str, ...]
    source: str
    certainty: str
    is_open: bool
    is_national: bool

    @property
    def spaced(self) -> str:
        """The code as papers write it: 1006 30 92."""
        return " ".join(part for part in (self.code[:4], self.code[4:6], self.code[6:]) if part)


@dataclass(frozen=True)
class PlaceFound:
    """A customs station (six characters) or a place by UN/LOCODE (five)."""

    code: str
    name: str
    country: str
    is_open: bool
    successors: tuple[str, ...]

    @property
    def is_station(self) -> bool:
        """Whether the code is one of Indian customs."""
        return len(self.code) == 6


def search_hs(db: Session, text: str, on: date | None = None, limit: int = 20) -> list[HsFound]:
    """HS and ITC(HS) codes that begin with the digits typed, or fit the words; the best first.

    Those that ended or haven't begun on the day (today) come after those that hold.
    """
    day = on or clock.today()
    digits = re.sub(r"[.\s]", "", text[:MOST_TEXT])
    if re.fullmatch(r"[0-9]{2,8}", digits):
        rows = db.execute(_hs_rows(digits, limit=limit * 3))
        found = [_judged(periods, day) for periods in _by_code(rows).values()]
        return sorted(found, key=lambda row: (not row.is_open, row.code))[:limit]
    hits = {hit.key: hit.score for hit in search.search(db, HS, text[:MOST_TEXT], limit * 2)}
    if not hits:
        return []
    rows = db.execute(_hs_rows(*hits))
    found = [_judged(periods, day) for periods in _by_code(rows).values()]
    return sorted(found, key=lambda row: _hs_rank(row, hits[row.code]))[:limit]


def search_places(
    db: Session, text: str, limit: int = 20, on: date | None = None
) -> list[PlaceFound]:
    """Customs stations and UN/LOCODE places whose code begins like the text, or that fit it."""
    day = on or clock.today()
    typed = text[:MOST_TEXT].strip()
    rows: list[Row[Any]] = []
    if re.fullmatch(r"[A-Za-z]{2}[A-Za-z0-9]{1,4}", typed):
        rows = list(db.execute(_place_rows(typed.upper(), limit=limit)))
    hits = {hit.key: hit.score for hit in search.search(db, PLACES, typed, limit * 2)}
    by_code = [_place(periods, day) for periods in _by_code(rows).values()]
    known = {row.code for row in by_code}
    fresh = [key for key in hits if key not in known]
    found = _by_code(db.execute(_place_rows(*fresh))) if fresh else {}
    by_name = [_place(periods, day) for periods in found.values()]
    by_name.sort(key=lambda row: (not row.is_open, -hits[row.code], len(row.name), row.code))
    exact = [row for row in by_code if row.code == typed.upper()]
    rest = [row for row in by_code if row.code != typed.upper()]
    return [*exact, *by_name, *rest][:limit]


def _hs_rank(row: HsFound, score: float) -> tuple[object, ...]:
    """Scores within a twentieth are alike; then the national line and the shorter wording wins."""
    return (not row.is_open, -round(score * 2), not row.is_national, len(row.description), row.code)


def _hs_rows(*codes: str, limit: int = 0) -> Any:
    """The rows of these codes, or with a limit those that begin with the one given."""
    selects = []
    for table, source, certainty in (
        (HsCode, literal(HS_SOURCE, String), literal("S", String)),
        (NationalLine, NationalLine.source, NationalLine.certainty),
    ):
        columns = table.code, table.description, table.valid_from, table.valid_until
        part = select(*columns, table.successors, source.label("source"), certainty.label("sure"))
        selects.append(_matching(part, table, codes, limit))
    return union_all(*selects)


def _place_rows(*codes: str, limit: int = 0) -> Any:
    selects = []
    for table, country in ((Station, literal("IN", Text)), (Place, Place.country)):
        columns = table.code, table.name, table.valid_from, table.valid_until, table.successors
        part = select(*columns, country.label("country"))
        selects.append(_matching(part, table, codes, limit))
    return union_all(*selects)


def _matching(part: Any, table: Any, codes: tuple[str, ...], limit: int) -> Any:
    if not limit:
        return part.where(table.code.in_(codes))
    begin = codes[0]
    within = part.where(table.code.between(begin, begin + LAST))
    # SQLite sorts and cuts a part of a UNION only inside a query of its own.
    return select(within.order_by(table.code).limit(limit).subquery())


def _by_code(rows: Iterable[Row[Any]]) -> dict[str, list[Row[Any]]]:
    found: dict[str, list[Row[Any]]] = {}
    for row in rows:
        found.setdefault(row.code, []).append(row)
    return found


def _period(periods: list[Row[Any]], day: date) -> tuple[Row[Any], bool]:
    """The period that holds on the day, else the one that ended last or begins next."""
    for row in periods:
        if holds_on(row.valid_from, row.valid_until, day):
            return row, True
    return max(periods, key=lambda row: row.valid_from), False


def _judged(periods: list[Row[Any]], day: date) -> HsFound:
    row, is_open = _period(periods, day)
    return HsFound(
        row.code,
        row.description,
        row.valid_from,
        row.valid_until,
        tuple(row.successors.split()),
        row.source,
        CERTAINTY_WORDS[row.sure],
        is_open,
        len(row.code) == 8,
    )


def _place(periods: list[Row[Any]], day: date) -> PlaceFound:
    row, is_open = _period(periods, day)
    return PlaceFound(row.code, row.name, row.country, is_open, tuple(row.successors.split()))
