"""Checks the shape of codes; whether a code exists, and until when, the tables say."""

from __future__ import annotations

import re

from portal.core.errors import Problem
from portal.core.words import N_

# Incoterms 2020 of the International Chamber of Commerce.
INCOTERMS = ("EXW", "FCA", "CPT", "CIP", "DAP", "DPU", "DDP", "FAS", "FOB", "CFR", "CIF")


def normal_hs(text: str) -> str:
    """A tariff code as it is stored: `0910.11 10` becomes `09101110`."""
    return re.sub(r"[.\s]", "", text)


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
