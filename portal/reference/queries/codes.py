"""Codes as of a day: lists for forms, names for pages, and whether a code holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.db import rows
from portal.core.errors import Problem
from portal.core.words import N_
from portal.reference.models import (
    Country,
    Currency,
    Edition,
    HsCode,
    Incoterm,
    NationalLine,
    Package,
    Place,
    Station,
    Unit,
)
from portal.reference.rules import CERTAINTY_WORDS, check_standing, ended_problem, holds_on

NAMED: dict[str, Any] = {
    "countries": Country,
    "currencies": Currency,
    "units": Unit,
    "packages": Package,
    "incoterms": Incoterm,
    "stations": Station,
    "places": Place,
}


@dataclass(frozen=True)
class HsAnswer:
    """What is known of an eight-digit code on a day."""

    problem: Problem | None
    description: str = ""
    checked_nationally: bool = False


@dataclass(frozen=True)
class EditionFacts:
    """Where a list was last taken from, and how sure that is, in words."""

    kind: str
    edition: str
    source: str
    certainty: str
    as_of: date | None


def hs_on(db: Session, code: str, on: date | None = None) -> HsAnswer:
    """Judge an eight-digit ITC(HS) code as of a day (today).

    The first six digits must exist in the Harmonized System; all eight only where the national
    list of that subheading is loaded. An ended code is refused with its successors.
    """
    six = code[:6]
    headings = list(db.scalars(select(HsCode).where(HsCode.code == six)))
    within = NationalLine.code.between(six, f"{six}99")
    lines = list(db.scalars(select(NationalLine).where(within).order_by(NationalLine.code)))
    return _answer(code, headings, lines, on or clock.today())


def hs_on_many(db: Session, codes: Iterable[str], on: date | None = None) -> dict[str, HsAnswer]:
    """The same for many codes with two statements: `{code: answer}`, in their order."""
    wanted = dict.fromkeys(codes)
    sixes = {code[:6] for code in wanted}
    headings: dict[str, list[HsCode]] = {}
    lines: dict[str, list[NationalLine]] = {}
    for heading in db.scalars(_headings_among(), {"sixes": [*sixes]}):
        headings.setdefault(heading.code, []).append(heading)
    for line in db.scalars(_lines_among(), {"sixes": [*sixes]}):
        lines.setdefault(line.code[:6], []).append(line)
    day = on or clock.today()
    return {
        code: _answer(code, headings.get(code[:6], []), lines.get(code[:6], []), day)
        for code in wanted
    }


def hs_problems(db: Session, codes: Iterable[str], on: date | None = None) -> dict[str, Problem]:
    """The problems of those codes that don't hold on a day (today), as `hs_on_many` finds them."""
    found = hs_on_many(db, codes, on)
    return {code: one.problem for code, one in found.items() if one.problem is not None}


def _answer(code: str, headings: list[HsCode], lines: list[NationalLine], day: date) -> HsAnswer:
    found = [row for row in headings if holds_on(row.valid_from, row.valid_until, day)]
    if not found:
        return HsAnswer(_no_subheading(code[:6], headings, day))
    return _among(lines, code, day, found[0].description)


def _no_subheading(six: str, rows: list[HsCode], day: date) -> Problem:
    periods = [(row.valid_from, row.valid_until, row.successors) for row in rows]
    problem = check_standing(six, periods, day)
    if problem is not None and problem.code == "code_ended":
        return Problem("hs_ended", problem.text, problem.values)
    return Problem(
        "hs_unknown",
        N_("%(six)s is not a subheading of the Harmonized System 2022. Check the digits."),
        {"six": six},
    )


def _among(lines: list[NationalLine], code: str, day: date, heading: str) -> HsAnswer:
    open_now = [line for line in lines if holds_on(line.valid_from, line.valid_until, day)]
    for line in open_now:
        if line.code == code:
            return HsAnswer(None, line.description, checked_nationally=True)
    ended = [
        (line.valid_until, line.successors)
        for line in lines
        if line.code == code and line.valid_until is not None and line.valid_until < day
    ]
    if ended:
        problem = ended_problem(code, *max(ended))
        return HsAnswer(Problem("hs_ended", problem.text, problem.values))
    if not open_now:
        return HsAnswer(None, heading)
    codes = ", ".join(sorted({line.code for line in open_now}))
    text = N_("%(code)s is not in the national tariff. Under %(six)s there are: %(codes)s.")
    values = {"code": code, "six": code[:6], "codes": codes}
    return HsAnswer(Problem("hs_not_in_tariff", text, values))


def check_code(db: Session, kind: str, code: str, on: date | None = None) -> Problem | None:
    """Whether a code of `kind` (a key of NAMED) holds on a day (today).

    An ended one is refused with its successors named, one of tomorrow with its first day.
    """
    table = NAMED[kind]
    columns = table.valid_from, table.valid_until, table.successors
    rows = db.execute(select(*columns).where(table.code == code)).all()
    return check_standing(code, [tuple(row) for row in rows], on or clock.today())


def countries(db: Session, on: date | None = None) -> list[tuple[str, str]]:
    """All countries of a day (today) as (code, name), by name."""
    return [(row.code, row.name) for row in _held(db, Country, on)]


def country_name(db: Session, code: str, on: date | None = None) -> str:
    """A country's name, an ended one's too; its code where it is unknown."""
    return _name(db, Country, code, on)


def currencies(db: Session, on: date | None = None) -> list[tuple[str, str]]:
    """All currencies of a day (today) as (code, "code name"), those most invoiced in first."""
    usual = ("USD", "EUR", "INR", "GBP", "AED", "JPY")
    query = select(Currency.code, Currency.name).where(holding(Currency, on))
    rows = {r.code: r.name for r in db.execute(query)}
    order = [c for c in usual if c in rows] + sorted(c for c in rows if c not in usual)
    return [(code, f"{code} – {rows[code]}") for code in order]


def currency_exponent(db: Session, code: str, on: date | None = None) -> int:
    """How many decimals the minor unit of a currency has (2 for most, 0 for JPY)."""
    found = _of_code(db, Currency, "exponent", code, on)
    return 2 if found is None else int(found)


def currency_exponents(db: Session, on: date | None = None) -> dict[str, int]:
    """The decimals of every currency of a day (today): `{code: decimals}`."""
    query = select(Currency.code, Currency.exponent).where(holding(Currency, on))
    return {row.code: row.exponent for row in db.execute(query)}


def units(db: Session, on: date | None = None) -> list[tuple[str, str]]:
    """All unit quantity codes of a day (today) as (code, "code name")."""
    return _coded(db, Unit, on)


def packages(db: Session, on: date | None = None) -> list[tuple[str, str]]:
    """The usual kinds of package of a day (today) as (code, name), by name."""
    return [(row.code, row.name) for row in _held(db, Package, on)]


def incoterms(db: Session, on: date | None = None) -> list[tuple[str, str]]:
    """All Incoterms of a day (today) as (code, "code name")."""
    return _coded(db, Incoterm, on, "")


def stations(db: Session, on: date | None = None) -> list[tuple[str, str]]:
    """All customs stations of a day (today) as (code, "name (code)"), by name."""
    return [(row.code, f"{row.name} ({row.code})") for row in _held(db, Station, on)]


def station_name(db: Session, code: str, on: date | None = None) -> str:
    """A station's name, an ended one's too; its code where it is unknown."""
    return _name(db, Station, code, on)


def headings(db: Session, on: date | None = None) -> dict[str, str]:
    """The subheadings (six digits) of a day (today) with their descriptions."""
    query = select(HsCode.code, HsCode.description).where(holding(HsCode, on))
    return {row.code: row.description for row in db.execute(query) if len(row.code) == 6}


def editions(db: Session) -> list[EditionFacts]:
    """Where each list was last taken from."""
    rows = db.scalars(select(Edition).where(Edition.kind != "seed").order_by(Edition.kind))
    return [
        EditionFacts(r.kind, r.edition, r.source, CERTAINTY_WORDS[r.certainty], r.as_of)
        for r in rows
    ]


def is_loaded(db: Session) -> bool:
    """Whether the reference data is there."""
    return bool(db.scalar(select(exists().where(HsCode.code != ""))))


def holding(table: Any, on: Any) -> ColumnElement[bool]:
    """The rows of a dated table that hold on a day (today), or on a parameter's."""
    day = clock.today() if on is None else on
    condition: ColumnElement[bool] = (table.valid_from <= day) & or_(
        table.valid_until.is_(None), table.valid_until >= day
    )
    return condition


def _coded(db: Session, table: Any, on: date | None, order: str = "name") -> list[tuple[str, str]]:
    return [(row.code, f"{row.code} – {row.name}") for row in _held(db, table, on, order)]


def _held(db: Session, table: Any, on: date | None, order: str = "name") -> Any:
    """Code and name of each row that holds on a day (today)."""
    return rows(db, _held_query(table, order), day=on or clock.today())


def _name(db: Session, table: Any, code: str, on: date | None) -> str:
    return _of_code(db, table, "name", code, on) or code


def _of_code(db: Session, table: Any, column: str, code: str, on: date | None) -> Any:
    """The row that holds on the day, else the newest: old files still name what has ended."""
    found = rows(db, _code_query(table, column), code=code, day=on or clock.today())
    return found[0][0] if found else None


@cache
def _code_query(table: Any, column: str) -> Select[Any]:
    first = holding(table, bindparam("day")).desc()
    query = select(getattr(table, column)).where(table.code == bindparam("code"))
    return query.order_by(first, table.valid_from.desc()).limit(1)


@cache
def _held_query(table: Any, order: str) -> Select[Any]:
    query = select(table.code, table.name).where(holding(table, bindparam("day")))
    return query.order_by(getattr(table, order)) if order else query


@cache
def _headings_among() -> Select[HsCode]:
    return select(HsCode).where(HsCode.code.in_(bindparam("sixes", expanding=True)))


@cache
def _lines_among() -> Select[NationalLine]:
    six = func.substr(NationalLine.code, 1, 6)
    query = select(NationalLine).where(six.in_(bindparam("sixes", expanding=True)))
    return query.order_by(NationalLine.code)
