"""What the buyer's clause and labels say, against the shipment and its inputs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from portal.core.clock import written_day
from portal.filing.preflight.check import Found
from portal.filing.preflight.dates import DAY, day_of
from portal.filing.preflight.facts import Facts, Line
from portal.filing.preflight.origin import origins_denied

_LATEST = re.compile(
    rf"\blatest\s+(?:date\s+(?:of|for)\s+)?shipment(?:\s+date)?\D{{0,25}}?{DAY}", re.IGNORECASE
)
# A number holds a digit, so that “credit no. and date” names none.
_CREDIT = re.compile(
    r"(?:\bl\s?/?\s?c|\bcredit)\s*(?:no|number|nr)\b\.?\s*:?\s*((?=[\w/.-]*\d)[\w/.-]{5,}\w)",
    re.IGNORECASE,
)
_INVOICE = re.compile(
    r"(?<!proforma )(?<!pro forma )(?<!pro-forma )\binv(?:oice)?\s*"
    r"(?:(?:no|number|nr)\b\.?\s*:?\s*|(?=[\w.-]*/))((?=[\w/.-]*\d)[\w/.-]{2,}\w)",
    re.IGNORECASE,
)
_MADE = re.compile(r"\b(?:mfg|mfd|manufactured|production)\b\D{0,12}?(\d{1,2})[/.-](\d{4})")
_ENDS = re.compile(r"\b(?:exp|expiry|expires|best\s+before|bbd)\b\D{0,12}?(\d{1,2})[/.-](\d{4})")


def look(facts: Facts) -> Iterator[Found]:
    """What the clause and the labels contradict."""
    yield from _latest(facts)
    yield from _denied(facts)
    yield from _credit(facts)
    yield from _invoice(facts)
    for line in facts.lines if "exp" in facts.words or "best" in facts.words else ():
        yield from _label(facts, line)


def _latest(facts: Facts) -> Iterator[Found]:
    departs = facts.day("transport_document_date") or facts.day("departs_on")
    for found in _LATEST.findall(facts.text("clause")):
        last = day_of(*found)
        if departs and last and departs > last:
            values = {"last": written_day(last), "departs": written_day(departs)}
            yield Found("after_latest_shipment", values, at="clause")


def _denied(facts: Facts) -> Iterator[Found]:
    """The clause says that nothing of a country is in the goods, and an input comes from there."""
    denied = origins_denied(facts.text("clause"))
    names = dict(facts.known.countries)
    for line in facts.lines if denied else ():
        for code in sorted(denied & set(line.inputs)):
            values = {"line": line.position, "country": names.get(code, code)}
            yield Found("denied_input", values, at="criterion", line=line.position)


def _credit(facts: Facts) -> Iterator[Found]:
    """The clause names a letter of credit by another number than the application does."""
    ours = _plain(facts.text("credit_number"))
    named = _CREDIT.findall(facts.text("clause"))
    if ours and named and not any(_plain(number) == ours for number in named):
        values = {"found": named[0], "number": facts.text("credit_number")}
        yield Found("credit_differs", values, at="credit_number")


def _invoice(facts: Facts) -> Iterator[Found]:
    """The clause names an invoice that isn't one of the application's."""
    ours = {_plain(number) for number, _dated in facts.invoices if number}
    for number in _INVOICE.findall(facts.text("clause")) if ours else ():
        if _plain(number) not in ours:
            yield Found("clause_invoice", {"found": number}, at="clause")


def _plain(number: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", number.upper())


def _label(facts: Facts, line: Line) -> Iterator[Found]:
    text = f"{line.description}\n{line.marks}".lower()
    made, ends = _month(_MADE.search(text)), _month(_ENDS.search(text))
    today = facts.known.today.replace(day=1)
    if ends and ((made and ends < made) or ends < today):
        values = {"line": line.position, "ends": f"{ends:%m/%Y}"}
        yield Found("label_expired", values, at="description", line=line.position)


def _month(found: re.Match[str] | None) -> date | None:
    if found is None or not 1 <= int(found[1]) <= 12 or int(found[2]) == 0:
        return None
    return date(int(found[2]), int(found[1]), 1)
