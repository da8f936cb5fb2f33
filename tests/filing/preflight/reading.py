"""Applications in plain words, as particulars: what the files in `wrong` and `right` hold."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pycountry

from portal.config import ROOT
from portal.core.clock import start_of
from portal.filing.preflight import Bill, Facts, Finding, Known, facts_of, look_over
from portal.filing.preflight.bills import plain_number
from portal.notices.rules import INVOICE_IDENTITY
from portal.reference.actions.seed import SEED as CODES
from portal.reference.actions.seed import trade_name
from portal.reference.lists import station_kind

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Case:
    """One application with the (code, severity) that must be found in it."""

    name: str
    told: dict[str, Any]
    find: frozenset[tuple[str, str]]

    @property
    def facts(self) -> Facts:
        """What the engine looks at."""
        return facts_of(said(self.told), known(self.told))

    def findings(self) -> tuple[Finding, ...]:
        """What it finds."""
        return look_over(self.facts)

    def found(self) -> set[tuple[str, str]]:
        """The codes and severities that it finds."""
        return {(f.check.code, f.check.severity.value) for f in self.findings()}


def cases(kind: str) -> Iterator[Case]:
    """The applications of a folder, by name."""
    for path in sorted((HERE / kind).glob("*.json")):
        told = json.loads(path.read_text())
        find = frozenset((one["code"], one["severity"]) for one in told["find"])
        yield Case(path.stem, told, find)


def said(told: dict[str, Any]) -> dict[str, Any]:
    """The particulars as the portal writes them down."""
    transport, exponent = told["transport"], exponent_of(told["currency"])
    parties = {
        f"{party}_{field}": told.get(party, {}).get(field, "")
        for party in ("consignee", "notify", "invoicing")
        for field in ("name", "address", "country")
    }
    credit, replaces = told.get("credit", {}), told.get("replaces", {})
    return {
        **parties,
        "kind": told["kind"],
        "origin_country": told.get("origin_country", ""),
        "transport_mode": transport["mode"],
        "vessel": transport["vessel"],
        "departs_on": transport["departs_on"],
        "port_of_loading": transport["port_of_loading"],
        "port_of_discharge": transport["port_of_discharge"],
        "destination_country": transport["destination_country"],
        "final_destination": transport["final_destination"],
        "transport_document": transport["document"],
        "transport_document_date": transport["document_date"],
        "invoice_number": told["invoices"][0]["number"],
        "invoice_date": told["invoices"][0]["dated"],
        "more_invoices": told["invoices"][1:],
        "currency": told["currency"],
        "incoterm": told["incoterm"],
        "invoice_total": scaled(told["total"], exponent) if told["total"] else None,
        "credit_number": credit.get("number", ""),
        "credit_date": credit.get("dated", ""),
        "clause": told.get("clause", ""),
        "retrospective_reason": told.get("retrospective_reason", ""),
        "replaces_number": replaces.get("number", ""),
        "replaces_date": replaces.get("dated", ""),
        "evidence": told.get("evidence", ()),
        "lines": [line(row, place, exponent) for place, row in enumerate(told["lines"], 1)],
    }


def line(row: dict[str, Any], position: int, exponent: int) -> dict[str, Any]:
    """A goods line in thousandths and minor units."""
    plain = ("description", "marks", "packages", "package_kind", "unit", "criterion")
    return {
        **{name: row[name] for name in plain},
        "position": position,
        "hs_code": row["hs"],
        "quantity": scaled(row["quantity"], 3),
        "gross_weight": scaled(row["gross_kg"], 3),
        "net_weight": scaled(row["net_kg"], 3),
        "fob_minor": scaled(row["fob"], exponent),
        "invoice": row.get("invoice", 0),
        "inputs": row.get("inputs", ()),
    }


def known(told: dict[str, Any]) -> Known:
    """What the portal would know on the day of the file."""
    today, bill = date.fromisoformat(told["today"]), told.get("shipping_bill")
    name, kind = stations()[told["transport"]["port_of_loading"]]
    numbers = told.get("used_before", {})
    return Known(
        today=today,
        firm=told["firm"],
        exponent=exponent_of(told["currency"]),
        station_kind=kind,
        station_name=name,
        countries=countries(),
        used={plain_number(number): tuple(files) for number, files in numbers.items()},
        identity=start_of(today) >= start_of(date.fromisoformat(identity_since())),
        bill=bill and Bill(bill["number"], tuple(bill["invoices"])),
    )


def scaled(text: str, decimals: int) -> int:
    """`1,00,000.5` with three decimals is 100000500."""
    return int(Decimal(text.replace(",", "")).scaleb(decimals))


def exponent_of(currency: str) -> int:
    """Decimals of the currencies in the files."""
    return 0 if currency == "JPY" else 3 if currency in ("KWD", "OMR", "BHD") else 2


@cache
def countries() -> tuple[tuple[str, str], ...]:
    """Every country as the portal calls it."""
    return tuple((c.alpha_2, trade_name(c.alpha_2)) for c in pycountry.countries)


@cache
def stations() -> dict[str, tuple[str, str]]:
    """Name and kind of each customs station."""
    with (CODES / "stations.csv").open() as file:
        return {
            row["customs_code"]: (row["name"], station_kind(row["kind"]))
            for row in csv.DictReader(file)
        }


def identity_since() -> str:
    """The day from which the seeded rule asks for identical numbers."""
    seed = ROOT / "portal" / "notices" / "seed" / "rules.csv"
    for row in seed.read_text().splitlines():
        if row.startswith(f"{INVOICE_IDENTITY.name},true,"):
            return row.split(",")[2]
    raise LookupError(INVOICE_IDENTITY.name)
