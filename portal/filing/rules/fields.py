"""Checks the fields of an application that are printed on the certificate."""

from __future__ import annotations

import re
from datetime import date

from stdnum.in_ import aadhaar

from portal.core.clock import written_day
from portal.core.errors import Problem
from portal.core.printable import hidden, name_of, unprintable
from portal.core.words import N_
from portal.identity.rules import holds_aadhaar

MAX_INVOICE_NUMBER = 60
EARLIEST_INVOICE = date(2000, 1, 1)


def check_text(text: str, *, longest: int, lines: int | None = None) -> Problem | None:
    """Text that the certificate can print: at most `longest` characters and `lines` lines.

    A browser's line ends count as one character; without `lines` any number of lines may stand.
    """
    plain = text.replace("\r\n", "\n")
    return _check_characters(plain) or _check_length(plain, longest) or _check_lines(plain, lines)


def check_invoice_number(text: str) -> Problem | None:
    """The invoice's number as it is printed there, at most 60 characters on one line.

    It must be identical with the one in the Shipping Bill (Notification 05/2026-27).
    """
    if not text.strip():
        return Problem("empty", N_("Type the number of the invoice as it is printed there."))
    if not re.search(r"\w", text):
        return Problem(
            "invoice_number",
            N_("An invoice number has at least one letter or digit. Type it as it is printed."),
        )
    return check_text(text, longest=MAX_INVOICE_NUMBER, lines=1)


def check_invoice_date(day: date, today: date) -> Problem | None:
    """Not after `today` (in India), and not before 2000, which is likely a slip in typing."""
    if day > today:
        return Problem(
            "invoice_in_future",
            N_("The invoice is dated %(day)s, which is after today, %(today)s. Check the date."),
            {"day": written_day(day), "today": written_day(today)},
        )
    if day < EARLIEST_INVOICE:
        return Problem(
            "invoice_too_old",
            N_("The invoice is dated %(day)s. Is the year mistyped? It has to be 2000 or later."),
            {"day": written_day(day)},
        )
    return None


def check_past(day: date, today: date) -> Problem | None:
    """A paper's day: not after `today` (in India), and not before 2000."""
    if EARLIEST_INVOICE <= day <= today:
        return None
    return Problem(
        "not_in_past",
        N_("The date is %(day)s. It has to lie between 2000 and today, %(today)s."),
        {"day": written_day(day), "today": written_day(today)},
    )


def check_year(day: date, today: date) -> Problem | None:
    """From 2000 to the year after `today`; anything else is likely a slip in typing."""
    if EARLIEST_INVOICE.year <= day.year <= today.year + 1:
        return None
    return Problem(
        "strange_year",
        N_("The date is %(day)s. Is the year mistyped?"),
        {"day": written_day(day)},
    )


def check_departure(day: date, today: date) -> Problem | None:
    """From 2000 to two years after `today`: a departure may be planned."""
    if EARLIEST_INVOICE.year <= day.year <= today.year + 2:
        return None
    return Problem("departure_year", N_("Check the year of the departure."))


def check_reference(text: str) -> Problem | None:
    """The number of a paper as it is printed there: at most 60 characters on one line."""
    if text.strip() and not re.search(r"\w", text):
        return Problem("reference", N_("Type the number as it is printed: a letter or digit."))
    return check_text(text, longest=MAX_INVOICE_NUMBER, lines=1)


def is_to_order(name: str) -> bool:
    """Whether goods go to somebody's order, as a bill of lading says it, and not to a consignee."""
    return name.strip().casefold().startswith(("to order", "to the order"))


def check_no_aadhaar(text: str) -> Problem | None:
    """A name that holds no Aadhaar number: none is ever kept here."""
    if not holds_aadhaar(text):
        return None
    return Problem(
        "looks_like_aadhaar",
        N_("This looks like an Aadhaar number, which is never kept here. Type the name."),
    )


def bare_name(name: str) -> str:
    """What counts as the same name: letters and digits alone, without case."""
    return "".join(c for c in name.casefold() if c.isalnum())


def reference_may_be_aadhaar(text: str) -> bool:
    """Whether to ask if a reference is an Aadhaar number; one in ten innocent ones passes."""
    return bool(aadhaar.is_valid(text))


def _check_characters(text: str) -> Problem | None:
    if unseen := hidden(text):
        return Problem(
            "hidden_characters",
            N_("Characters that can't be seen stand in the text: %(names)s. Type it anew."),
            {"names": _names(unseen)},
        )
    if missing := unprintable(text):
        return Problem(
            "unprintable",
            N_("The certificate can't print %(names)s. Write it in other characters."),
            {"names": _names(missing)},
        )
    return None


def _check_length(text: str, longest: int) -> Problem | None:
    if len(text) <= longest:
        return None
    return Problem(
        "too_long",
        N_("This is %(over)s characters too long; at most %(longest)s fit."),
        {"over": len(text) - longest, "longest": longest},
    )


def _check_lines(text: str, most: int | None) -> Problem | None:
    found = text.count("\n") + 1
    if most is None or found <= most:
        return None
    return Problem(
        "too_many_lines",
        N_("This has %(found)s lines; at most %(most)s fit. Join some of them."),
        {"found": found, "most": most},
    )


def _names(characters: tuple[str, ...]) -> str:
    """Each with its sign, if it has one, and its code point; the rest of a long list counted."""
    shown = [f"{c} ({name_of(c)})" if c.isprintable() else name_of(c) for c in characters[:5]]
    more = len(characters) - len(shown)
    return ", ".join(shown) + (f", +{more}" if more else "")
