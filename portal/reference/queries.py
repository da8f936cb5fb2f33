"""Looking codes up, as of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.errors import Problem
from portal.core.words import N_
from portal.reference.models import (
    Country,
    Currency,
    HsCode,
    Incoterm,
    NationalLine,
    Station,
    Unit,
)


@dataclass(frozen=True)
class HsAnswer:
    """What is known of an eight-digit code on a day."""

    problem: Problem | None
    description: str = ""
    checked_nationally: bool = False


def hs_on(db: Session, code: str, day: date) -> HsAnswer:
    """Judge an eight-digit ITC(HS) code as of `day`.

    The first six digits must exist in HS 2022; all eight only where the national list of that
    subheading is loaded. An ended code is refused with the codes that took its place.
    """
    six = db.get(HsCode, code[:6])
    lines = list(db.scalars(select(NationalLine).where(NationalLine.code.like(f"{code[:6]}%"))))
    if six is None:
        return HsAnswer(
            Problem(
                "hs_unknown",
                N_("%(six)s is not a subheading of the Harmonized System 2022. Check the digits."),
                {"six": code[:6]},
            )
        )
    if not lines:
        return HsAnswer(None, six.description)
    return _among(lines, code, day)


def _among(lines: list[NationalLine], code: str, day: date) -> HsAnswer:
    rows = [line for line in lines if line.code == code]
    for line in rows:
        if line.valid_from <= day and (line.valid_until is None or day <= line.valid_until):
            return HsAnswer(None, line.description, checked_nationally=True)
    ended = [line for line in rows if line.valid_until is not None and line.valid_until < day]
    if ended:
        last = max(ended, key=lambda line: line.valid_until or day)
        return HsAnswer(
            Problem(
                "hs_ended",
                N_("%(code)s ended on %(until)s. Use one of its successors: %(successors)s."),
                {
                    "code": code,
                    "until": f"{last.valid_until:%d.%m.%Y}",
                    "successors": ", ".join(last.successors.split()),
                },
            )
        )
    open_now = sorted(
        line.code
        for line in lines
        if line.valid_from <= day and (line.valid_until is None or day <= line.valid_until)
    )
    return HsAnswer(
        Problem(
            "hs_not_in_tariff",
            N_("%(code)s is not in the national tariff. Under %(six)s there are: %(codes)s."),
            {"code": code, "six": code[:6], "codes": ", ".join(open_now)},
        )
    )


def countries(db: Session) -> list[tuple[str, str]]:
    """All countries as (code, name), by name."""
    rows = db.execute(select(Country.code, Country.name).order_by(Country.name))
    return [(row.code, row.name) for row in rows]


def country_name(db: Session, code: str) -> str:
    """A country's name, or its code where it is unknown."""
    return db.scalar(select(Country.name).where(Country.code == code)) or code


def currencies(db: Session) -> list[tuple[str, str]]:
    """All currencies as (code, "code name"), those most invoiced in first."""
    usual = ("USD", "EUR", "INR", "GBP", "AED", "JPY")
    rows = {r.code: r.name for r in db.execute(select(Currency.code, Currency.name))}
    order = [c for c in usual if c in rows] + sorted(c for c in rows if c not in usual)
    return [(code, f"{code} – {rows[code]}") for code in order]


def currency_exponent(db: Session, code: str) -> int:
    """How many decimals the minor unit of a currency has (2 for most, 0 for JPY)."""
    found = db.scalar(select(Currency.exponent).where(Currency.code == code))
    return 2 if found is None else found


def units(db: Session) -> list[tuple[str, str]]:
    """All unit quantity codes as (code, "code name")."""
    rows = db.execute(select(Unit.code, Unit.name).order_by(Unit.name))
    return [(row.code, f"{row.code} – {row.name}") for row in rows]


def incoterms(db: Session) -> list[tuple[str, str]]:
    """All Incoterms 2020 as (code, "code name")."""
    rows = db.execute(select(Incoterm.code, Incoterm.name))
    return [(row.code, f"{row.code} – {row.name}") for row in rows]


def stations(db: Session) -> list[tuple[str, str]]:
    """All customs stations as (code, "name (code)"), by name."""
    rows = db.execute(select(Station.code, Station.name).order_by(Station.name))
    return [(row.code, f"{row.name} ({row.code})") for row in rows]


def station_name(db: Session, code: str) -> str:
    """A station's name, or its code where it is unknown."""
    return db.scalar(select(Station.name).where(Station.code == code)) or code


def is_loaded(db: Session) -> bool:
    """Whether the reference data is there."""
    return bool(db.scalar(select(func.count(HsCode.code))))
