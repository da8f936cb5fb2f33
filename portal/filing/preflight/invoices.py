"""Invoices against the lines that stand on them, against each other, and against other files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from portal.core.clock import written_day
from portal.filing.preflight.bills import plain_number
from portal.filing.preflight.check import Found
from portal.filing.preflight.facts import Facts
from portal.filing.preflight.places import money_of
from portal.filing.rules.goods import format_minor

# What an invoice may come to against the FOB value of its lines, as shares of it: an ex-works price
# lacks the way to the port, a delivered one has freight, insurance and sometimes duties in it.
_LEAST = {"EXW": 0.4, "FCA": 0.8, "FAS": 0.95}
_AT_FOB = ("EXW", "FCA", "FAS", "FOB")
_MOST, _MOST_BY_AIR = 4, 10
# Under these the buyer's price has the way to the buyer in it.
_WITH_FREIGHT = ("CFR", "CIF", "CPT", "CIP", "DAP", "DPU", "DDP")
_FREE = re.compile(
    r"no commercial value|free of (?:charge|cost)|\bf\.?o\.?c\b|sample|free replacement|\bgift\b"
    r"|warranty|value for customs"
)


def look(facts: Facts) -> Iterator[Found]:
    """What doesn't fit about the invoices."""
    yield from _total(facts)
    yield from _lines_on(facts)
    yield from _twice(facts)
    yield from _used(facts)
    yield from _money(facts)


def _total(facts: Facts) -> Iterator[Found]:
    total, term = facts.figure("invoice_total"), facts.text("incoterm")
    if total is None or not facts.lines or not term:
        return
    fob = sum(line.fob_minor for line in facts.lines)
    charged = sum(x.fob_minor for x in facts.lines if not _FREE.search(x.description.lower()))
    slack = max(10**facts.known.exponent, fob // 1000)
    least = min(fob, charged) * _LEAST.get(term, 1) - slack
    by_air = facts.text("transport_mode") in ("air", "post")
    most = (fob if term in _AT_FOB else fob * (_MOST_BY_AIR if by_air else _MOST)) + slack
    if term in _WITH_FREIGHT and total == fob:
        yield Found("no_freight", {"incoterm": term}, at="invoice_total")
    if least <= total <= most and not _between(term, total, fob, charged, slack):
        return
    exponent, currency = facts.known.exponent, facts.text("currency")
    words = [f"{currency} {format_minor(value, exponent)}".strip() for value in (total, fob)]
    yield Found(
        "invoice_total",
        {"total": words[0], "fob": words[1], "incoterm": term},
        at="invoice_total",
    )


def _between(term: str, total: int, fob: int, charged: int, slack: int) -> bool:
    """Under FOB and FAS it is all of the lines, or all that are charged; nothing between."""
    return term in ("FOB", "FAS") and charged + slack < total < fob - slack


def _lines_on(facts: Facts) -> Iterator[Found]:
    count = len(facts.invoices)
    for line in facts.lines:
        if line.invoice > count:
            values = {"line": line.position, "invoice": line.invoice, "count": count}
            yield Found("line_invoice", values, at="invoice", line=line.position)
    named = {line.invoice for line in facts.lines}
    for line in facts.lines if count > 1 and len(named) > 1 else ():
        if line.invoice == 0:
            values = {"line": line.position, "count": count}
            yield Found("line_on_all", values, at="invoice", line=line.position)
    if not facts.lines or 0 in named:
        return
    for place, (number, _dated) in enumerate(facts.invoices, 1):
        if place not in named and number:
            yield Found("invoice_unused", {"number": number}, at="invoice_number")


def _twice(facts: Facts) -> Iterator[Found]:
    seen: set[tuple[str, date | None]] = set()
    for number, dated in facts.invoices:
        key = plain_number(number), dated
        if number and key in seen:
            values = {"number": number, "dated": written_day(dated) if dated else "–"}
            yield Found("invoice_twice", values, at="more_invoices")
        seen.add(key)


def _used(facts: Facts) -> Iterator[Found]:
    for number, _dated in facts.invoices:
        files = facts.known.used.get(plain_number(number), ()) if number else ()
        if files:
            values = {"number": number, "files": ", ".join(files)}
            yield Found("invoice_used", values, at="invoice_number")


def _money(facts: Facts) -> Iterator[Found]:
    currency = facts.text("currency")
    concerned = {facts.text(name) for name in _COUNTRIES} - {""}
    if currency and concerned and not money_of(currency, concerned):
        yield Found("currency_country", {"currency": currency}, at="currency")


_COUNTRIES = ("consignee_country", "notify_country", "invoicing_country", "destination_country")
