"""References people read out: random ones for drafts, numbers with a check character."""

from __future__ import annotations

import secrets

from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_37_36

# Crockford's base 32: no I, L, O, U.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def random_ref(length: int = 10) -> str:
    """A random reference of `length` characters, five bits each."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def numbered(prefix: str, agency: str, office: str, year: str, serial: int) -> str:
    """A number `<prefix->AGY-OFF-2627-0000123-K`, K by ISO 7064 mod 37,36 over all before it."""
    head = "-".join(part for part in (prefix, agency, office, year, f"{serial:07d}") if part)
    return f"{head}-{mod_37_36.calc_check_digit(head.replace('-', ''))}"


def is_well_formed(number: str) -> bool:
    """Whether the check character of a number fits, so that a typing slip is told apart."""
    try:
        mod_37_36.validate(number.replace("-", ""))
    except (ValidationError, ValueError):
        return False
    return number.count("-") >= 4


def tidy(number: str) -> str:
    """A number as it is stored, from what somebody typed: capitals, no spaces, plain hyphens."""
    for dash in "‐‑‒–—−/":
        number = number.replace(dash, "-")
    return "".join(number.split()).upper()


def tidy_code(code: str) -> str:
    """A check code as it is stored: capitals, no spaces or hyphens, look-alikes resolved."""
    plain = "".join(c for c in code.upper() if c.isalnum())
    return plain.translate(str.maketrans("OIL", "011"))
