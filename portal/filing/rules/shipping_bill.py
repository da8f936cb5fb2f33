"""Checks what is typed of a Shipping Bill."""

from __future__ import annotations

import re

from portal.core.errors import Problem
from portal.core.words import N_
from portal.filing.rules.fields import check_invoice_number, check_text, reference_may_be_aadhaar

MAX_NUMBER, MAX_INVOICES = 20, 50


def check_bill_number(text: str) -> Problem | None:
    """The number of a Shipping Bill: mostly seven digits, from customs' own books also letters."""
    if not re.search(r"\d", text):
        return Problem("bill_number", N_("Type the number of the Shipping Bill, such as 1234567."))
    if reference_may_be_aadhaar(text):
        return Problem(
            "looks_like_aadhaar",
            N_("This looks like an Aadhaar number; a Shipping Bill mostly has seven digits."),
        )
    return check_text(text, longest=MAX_NUMBER, lines=1)


def bill_invoices(text: str) -> tuple[str, ...]:
    """The invoice numbers typed, one a line, each once."""
    return tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def check_bill_invoices(text: str) -> Problem | None:
    """At least one invoice number and at most fifty, each as an application's own is checked."""
    numbers = bill_invoices(text)
    if not numbers:
        return Problem("empty", N_("Type the invoice numbers on the Shipping Bill, one a line."))
    if len(numbers) > MAX_INVOICES:
        return Problem(
            "too_many_invoices",
            N_("At most %(most)s invoice numbers can stand here; %(found)s were typed."),
            {"most": MAX_INVOICES, "found": len(numbers)},
        )
    return next((p for number in numbers if (p := check_invoice_number(number))), None)


def perhaps_aadhaar(text: str) -> tuple[str, ...]:
    """Those of the invoice numbers typed that could be Aadhaar numbers."""
    return tuple(number for number in bill_invoices(text) if reference_may_be_aadhaar(number))
