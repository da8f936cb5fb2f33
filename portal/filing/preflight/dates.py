"""Days that can't be, or that an officer would ask about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from portal.core.clock import written_day
from portal.core.words import N_
from portal.filing.preflight.check import Found
from portal.filing.preflight.facts import Facts

_OLD = timedelta(days=366)
_AROUND = timedelta(days=14)
# Nobody files so long before a shipment.
_FAR = timedelta(days=180)
# A consignment may be invoiced after it was loaded, but not a season later.
_LOADED_BEFORE = timedelta(days=90)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# “EXPIRY DATE 31.10.2026”, “valid until 31 Oct 2026”; an American order of days isn't guessed at.
DAY = (
    r"(\d{1,2})(?:st|nd|rd|th)?(?:\s+of)?[\s./-]{1,2}(\d{1,2}|[a-z]{3})[a-z]{0,6}[\s./,-]{1,2}"
    r"(\d{4})"
)
_LAST_DAY = re.compile(
    rf"(?:expir\w*|valid\s+(?:until|till|up\s?to))\D{{0,25}}?{DAY}", re.IGNORECASE
)
_PAPERS = (
    ("transport_document_date", "transport", N_("The transport document")),
    ("credit_date", "invoice", N_("The letter of credit")),
    ("replaces_date", "certificate", N_("The certificate to be replaced")),
)


def look(facts: Facts) -> Iterator[Found]:
    """What doesn't fit about the days."""
    yield from _invoices(facts)
    yield from _departure(facts)
    yield from _papers(facts)
    yield from _loaded(facts)
    yield from _document(facts)
    yield from _replaced(facts)
    yield from _expired(facts)


def _invoices(facts: Facts) -> Iterator[Found]:
    today = facts.known.today
    for number, dated in facts.invoices:
        if dated is None:
            continue
        values = {"number": number, "dated": written_day(dated), "today": written_day(today)}
        if dated > today:
            yield Found("invoice_future", values, at="invoice_date")
        elif today - dated > _OLD and not facts.text("retrospective_reason"):
            yield Found("invoice_old", values, at="invoice_date")


def _departure(facts: Facts) -> Iterator[Found]:
    departs = facts.day("departs_on")
    days = [dated for _number, dated in facts.invoices if dated]
    if departs is None:
        return
    if days and departs < min(days):
        values = {"departs": written_day(departs), "dated": written_day(min(days))}
        yield Found("departs_before_invoice", values, at="departs_on")
    if departs > facts.known.today + _FAR:
        yield Found("departs_late", {"departs": written_day(departs)}, at="departs_on")
    if departs < facts.known.today and not facts.text("retrospective_reason"):
        yield Found("departed", {"departs": written_day(departs)}, at="departs_on")


def _papers(facts: Facts) -> Iterator[Found]:
    named = [(facts.day(name), name, section, words) for name, section, words in _PAPERS]
    evidence = facts.said.get("evidence", ())
    dated = [date.fromisoformat(row["dated"]) for row in evidence if row.get("dated")]
    named += [(day, "evidence", "certificate", N_("A paper of foreign origin")) for day in dated]
    for day, name, section, words in named:
        if day is not None and day > facts.known.today:
            values = {
                "paper": words,
                "dated": written_day(day),
                "today": written_day(facts.known.today),
            }
            yield Found("paper_future", values, at=name, section=section)


def _loaded(facts: Facts) -> Iterator[Found]:
    loaded, days = facts.day("transport_document_date"), [d for _n, d in facts.invoices if d]
    if loaded and days and loaded < min(days) - _LOADED_BEFORE:
        values = {"loaded": written_day(loaded), "dated": written_day(min(days))}
        yield Found("loaded_before_invoice", values, at="transport_document_date")


def _document(facts: Facts) -> Iterator[Found]:
    """A transport document is made out when the goods leave, give or take two weeks."""
    loaded, departs = facts.day("transport_document_date"), facts.day("departs_on")
    if loaded and departs and abs(departs - loaded) > _AROUND:
        values = {"loaded": written_day(loaded), "departs": written_day(departs)}
        yield Found("document_departure", values, at="transport_document_date")


def _replaced(facts: Facts) -> Iterator[Found]:
    """No certificate was issued on an invoice that didn't exist yet."""
    replaced, days = facts.day("replaces_date"), [d for _n, d in facts.invoices if d]
    if replaced and days and replaced < min(days):
        values = {"replaced": written_day(replaced), "dated": written_day(min(days))}
        yield Found("replaced_before_invoice", values, at="replaces_date")


def _expired(facts: Facts) -> Iterator[Found]:
    for found in _LAST_DAY.findall(facts.text("clause")):
        last = day_of(*found)
        if last and last < facts.known.today:
            yield Found("expired", {"dated": written_day(last)}, at="clause")


def day_of(day: str, month: str, year: str) -> date | None:
    """A day that DAY found, or None where there is no such day."""
    try:
        return date(int(year), int(month) if month.isdecimal() else _month(month), int(day))
    except ValueError:
        return None


def _month(name: str) -> int:
    short = name.lower()
    return _MONTHS.index(short) + 1 if short in _MONTHS else 0
