"""An e-invoice that waits beside a draft: what would be taken of it, and what is wrong there."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.db import rows
from portal.core.errors import Problem
from portal.core.permissions import Actor
from portal.core.words import N_
from portal.filing.einvoice import EInvoice, Item, read_back
from portal.filing.models import Application, Typed
from portal.filing.rules.fields import (
    check_invoice_date,
    check_invoice_number,
    check_no_aadhaar,
    check_text,
    reference_may_be_aadhaar,
)
from portal.filing.rules.goods import format_minor
from portal.filing.rules.gst import scaled, shares
from portal.filing.rules.shipping_bill import check_bill_number
from portal.identity import queries as identity
from portal.identity.actions.books import name_key
from portal.reference import queries as reference

SECTION = "einvoice"
MAYBE_AADHAAR = Problem(
    "maybe_aadhaar",
    N_("This could be an Aadhaar number, so it isn't taken. Type it in the invoice's section."),
)
NOT_EXACT = Problem("not_exact", N_("This figure doesn't fit its currency. Type it yourself."))
SHIPPING_BILL = "shipping_bill"


@dataclass(frozen=True)
class Waiting:
    """A reading with what was taken of it: names of parts, and lines counted from 0."""

    invoice: EInvoice
    parts: frozenset[str]
    lines: frozenset[int]

    @property
    def open_lines(self) -> list[tuple[int, Item]]:
        """The lines that aren't in the draft yet, with their places."""
        return [(n, item) for n, item in enumerate(self.invoice.items) if n not in self.lines]


@dataclass(frozen=True)
class Found:
    """One field: what the e-invoice says, what the draft says now, and why it isn't taken."""

    name: str
    label: str
    value: Any
    words: str
    now: Any
    problem: Problem | None
    # The draft's value as people read it, where that isn't how it is stored.
    now_words: str = ""

    @property
    def is_taken(self) -> bool:
        """Whether it can be taken."""
        return self.value not in ("", None) and self.problem is None

    @property
    def differs(self) -> bool:
        """Whether the draft says something else, which taking it replaces."""
        return self.is_taken and self.now not in ("", None) and self.now != self.value


@dataclass(frozen=True)
class Part:
    """What is taken with one tick."""

    name: str
    label: str
    found: tuple[Found, ...]
    is_done: bool

    @property
    def fields(self) -> dict[str, Any]:
        """What it sets."""
        return {one.name: one.value for one in self.found if one.is_taken}

    @property
    def differs(self) -> bool:
        """Whether taking it replaces something."""
        return any(one.differs for one in self.found)


def waiting(db: Session, row: Application) -> Waiting | None:
    """The e-invoice that waits beside a draft, whoever of the firm sent it."""
    found = rows(db, _newest(), application=row.id)
    if not found:
        return None
    kept = json.loads(found[0].typed)
    return Waiting(read_back(kept["invoice"]), frozenset(kept["parts"]), frozenset(kept["lines"]))


@cache
def _newest() -> Select[Any]:
    beside = Typed.application_id == bindparam("application")
    query = select(Typed.typed).where(beside, Typed.section == SECTION)
    return query.order_by(Typed.at.desc(), Typed.id.desc()).limit(1)


def parts_of(db: Session, row: Application, found: Waiting) -> list[Part]:
    """What the e-invoice says of the application itself, judged today."""
    return [
        Part(name, label, tuple(judge(db, row, found.invoice)), name in found.parts)
        for name, label, judge in _PARTS
    ]


def fob_values(found: EInvoice, exponent: int) -> list[int | None]:
    """The value of each line in minor units of the invoice's currency, as far as it can be told.

    An e-invoice values lines in rupees alone: in another currency its total is split in
    proportion, which a person has to confirm.
    """
    amounts = [item.amount for item in found.items]
    if found.currency == "INR":
        return list(amounts)
    total = scaled(found.total_foreign, exponent)
    if not total or None in amounts or not any(amounts):
        return [None] * len(amounts)
    return list(shares(total, [amount or 0 for amount in amounts]))


def codes_under(db: Session, hsn: str) -> list[tuple[str, str]]:
    """The eight-digit codes of the national list under four or six digits, as choices."""
    if len(hsn) not in (4, 6) or not hsn.isascii() or not hsn.isdigit():
        return []
    rows = reference.search_hs(db, hsn, limit=60)
    return [
        (row.code, f"{row.spaced} {row.description[:80]}")
        for row in rows
        if row.is_open and row.is_national
    ]


def known_products(db: Session, actor: Actor) -> dict[str, Mapping[str, Any]]:
    """The firm's products by what counts as the same description."""
    return {name_key(row["description"]): row for row in identity.products(db, actor)}


def _invoice(db: Session, row: Application, found: EInvoice) -> list[Found]:
    number, today = found.number, clock.today()
    wrong = _unfit(number)
    exponent = reference.currency_exponent(db, found.currency)
    total = scaled(found.total, exponent)
    coin = _coded(db, "currencies", found.currency)
    is_unfit = found.total is not None and (total is None or coin is not None)
    no_total = NOT_EXACT if is_unfit else None
    dated = found.dated
    day = check_invoice_date(dated, today) if dated else None
    return [
        Found("invoice_number", N_("Invoice number"), number, number, row.invoice_number, wrong),
        Found(
            "invoice_date",
            N_("Invoice date"),
            dated,
            _day(dated),
            row.invoice_date,
            day,
            _day(row.invoice_date),
        ),
        Found("currency", N_("Currency"), found.currency, found.currency, row.currency, coin),
        Found(
            "invoice_total",
            N_("Total of all invoices"),
            total,
            str(found.total or "") if total is None else format_minor(total, exponent),
            row.invoice_total,
            no_total,
            _sum(db, row),
        ),
    ]


def _consignee(db: Session, row: Application, found: EInvoice) -> list[Found]:
    name, address = found.buyer_name, found.buyer_address
    wrong = check_text(name, longest=160) or check_no_aadhaar(name)
    unfit = check_text(address, longest=400, lines=5) or check_no_aadhaar(address)
    country, said = found.country, _country(db, found.country)
    alien = _coded(db, "countries", country)
    return [
        Found("consignee_name", N_("Name"), name, name, row.consignee_name, wrong),
        Found("consignee_address", N_("Address"), address, address, row.consignee_address, unfit),
        Found(
            "consignee_country",
            N_("Country"),
            country,
            said,
            row.consignee_country,
            alien,
            _country(db, row.consignee_country),
        ),
    ]


def _route(db: Session, row: Application, found: EInvoice) -> list[Found]:
    port, country = found.port, found.country
    said, there = _station(db, port), _country(db, country)
    loading, going = row.port_of_loading, row.destination_country
    no_port, alien = _coded(db, "stations", port), _coded(db, "countries", country)
    return [
        Found(
            "port_of_loading",
            N_("Port or station of loading"),
            port,
            said,
            loading,
            no_port,
            _station(db, loading),
        ),
        Found(
            "destination_country",
            N_("Country of destination"),
            country,
            there,
            going,
            alien,
            _country(db, going),
        ),
    ]


def _bill(db: Session, row: Application, found: EInvoice) -> list[Found]:
    number, day = found.bill_number, found.bill_dated
    # It is entered with the number of its invoice, so that one has to be sound as well.
    wrong = check_bill_number(number) or check_text(number, longest=20, lines=1)
    wrong = (wrong or _unfit(found.number)) if number else None
    late = check_invoice_date(day, clock.today()) if day else None
    no_port = _coded(db, "stations", found.port)
    return [
        Found("number", N_("Number of the Shipping Bill"), number, number, None, wrong),
        Found("dated", N_("Its date"), day, _day(day), None, late),
        Found("port", N_("Its port"), found.port, _station(db, found.port), None, no_port),
    ]


_Judge = Callable[[Session, Application, EInvoice], list[Found]]
_PARTS: tuple[tuple[str, str, _Judge], ...] = (
    ("invoice", N_("Invoice"), _invoice),
    ("consignee", N_("Buyer, as the consignee"), _consignee),
    ("route", N_("Port and country"), _route),
    (SHIPPING_BILL, N_("Shipping Bill"), _bill),
)


def _unfit(number: str) -> Problem | None:
    """What is wrong with an invoice's number; nothing with none."""
    if not number:
        return None
    wrong = check_invoice_number(number)
    return wrong or (MAYBE_AADHAAR if reference_may_be_aadhaar(number) else None)


def _coded(db: Session, kind: str, code: str) -> Problem | None:
    return reference.check_code(db, kind, code) if code else None


def _country(db: Session, code: str) -> str:
    return reference.country_name(db, code) if code else ""


def _station(db: Session, code: str) -> str:
    return f"{reference.station_name(db, code)} ({code})" if code else ""


def _sum(db: Session, row: Application) -> str:
    if row.invoice_total is None:
        return ""
    return format_minor(row.invoice_total, reference.currency_exponent(db, row.currency))


def _day(value: Any) -> str:
    return clock.written_day(value) if value else ""
