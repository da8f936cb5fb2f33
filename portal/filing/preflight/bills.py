"""The invoice numbers of the application against those of its Shipping Bill."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from portal.filing.preflight.check import Found
from portal.filing.preflight.facts import Facts


def plain_number(number: str) -> str:
    """An invoice number for comparison: customs write capitals, and blanks say nothing."""
    return "".join(number.split()).upper()


def not_on_bill(ours: Iterable[str], theirs: Iterable[str]) -> tuple[str, ...]:
    """The invoice numbers of an application that its Shipping Bill doesn't name."""
    there = {plain_number(number) for number in theirs}
    return tuple(number for number in ours if number and plain_number(number) not in there)


def look(facts: Facts) -> Iterator[Found]:
    """Numbers that aren't identical, while the dated rule asks for it."""
    bill = facts.known.bill
    if bill is None or not facts.known.identity:
        return
    ours = [number for number, _dated in facts.invoices if number]
    lacking = not_on_bill(ours, bill.invoices)
    if not lacking:
        return
    values = {
        "bill": bill.number,
        "there": ", ".join(bill.invoices) or "–",
        "here": ", ".join(lacking),
    }
    code = "shipping_bill_invoice" if len(lacking) == len(ours) else "shipping_bill_part"
    yield Found(code, values, at="invoices")
