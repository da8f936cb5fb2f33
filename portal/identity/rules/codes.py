"""What identifies firms and agents, IEC, PAN, GSTIN, licence, PIN, and what is wrong with them."""

from __future__ import annotations

import re

from stdnum import luhn
from stdnum.exceptions import ValidationError
from stdnum.in_ import pan as pan_number

from portal.core.errors import Problem
from portal.core.words import N_

PAN_SHAPE = "AAAAA9999A"
GSTIN_SHAPE = "99" + PAN_SHAPE + "###"
# Codes 01 to 38 and 97 (other territory); python-stdnum doesn't know 38 (Ladakh) and 97.
GSTIN_STATES = frozenset(f"{state:02d}" for state in range(1, 39)) | {"97"}
GSTIN_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

_MISFITS = {
    "A": N_("Character %(place)s of the %(what)s is “%(found)s”; it has to be a letter A–Z."),
    "9": N_("Character %(place)s of the %(what)s is “%(found)s”; it has to be a digit 0–9."),
    "#": N_(
        "Character %(place)s of the %(what)s is “%(found)s”; it has to be a letter A–Z or a "
        "digit 0–9."
    ),
}


def normal_code(text: str) -> str:
    """A PAN, IEC or GSTIN as it is stored: capitals, without spaces and hyphens."""
    return re.sub(r"[\s-]", "", text).upper()


def check_iec(text: str) -> Problem | None:
    """An Importer-Exporter Code: ten digits, or (since 2018) the firm's PAN."""
    iec = normal_code(text)
    if len(iec) != len(PAN_SHAPE):
        return _wrong_length("IEC", 10, iec)
    return None if re.fullmatch(r"[0-9]{10}", iec) else _pan_problem("IEC", iec)


def check_pan(text: str) -> Problem | None:
    """A Permanent Account Number; its fourth letter says what kind of holder it has."""
    pan = normal_code(text)
    if len(pan) != len(PAN_SHAPE):
        return _wrong_length("PAN", 10, pan)
    return _pan_problem("PAN", pan)


def check_gstin(text: str, pan: str | None = None) -> Problem | None:
    """A GST number of a regular taxpayer; with `pan`, the one inside must be the same."""
    gstin = normal_code(text)
    if len(gstin) != len(GSTIN_SHAPE):
        return _wrong_length("GSTIN", 15, gstin)
    problem = _misfit("GSTIN", gstin, GSTIN_SHAPE) or _gstin_part(gstin)
    if problem or pan is None or gstin[2:12] == normal_code(pan):
        return problem
    return Problem(
        "gstin_of_another",
        N_("The GSTIN holds the PAN %(inside)s, but the firm's PAN is %(pan)s. Check both."),
        {"inside": gstin[2:12], "pan": normal_code(pan)},
    )


def normal_licence(text: str) -> str:
    """A customs broker's licence number as it is stored: capitals, single spaces."""
    return " ".join(text.upper().split())


def check_licence(text: str) -> Problem | None:
    """A broker's or forwarder's licence number, by a rule of the portal's own.

    Customs publishes no single shape; this one only tells a number from a slip or a sentence.
    """
    licence = normal_licence(text)
    if re.fullmatch(r"[A-Z0-9][A-Z0-9 /.-]{3,29}", licence) and re.search(r"[0-9]", licence):
        return None
    return Problem(
        "licence_shape",
        N_(
            "A licence number has 4 to 30 letters A–Z, digits, spaces and marks / . - with at "
            "least one digit (a check of this portal's own). Type it as on the licence."
        ),
    )


def check_pin(text: str) -> Problem | None:
    """A postal index number: six digits, the first not 0."""
    if re.fullmatch(r"[1-9][0-9]{5}", text.strip()):
        return None
    return Problem("pin_shape", N_("A PIN code has six digits, such as 110001."))


def _pan_problem(what: str, pan: str) -> Problem | None:
    if problem := _misfit(what, pan, PAN_SHAPE):
        return problem
    if pan[5:9] == "0000":
        return Problem("pan_serial", N_("The four digits of a PAN are never 0000. Check them."))
    try:
        pan_number.validate(pan)
    except ValidationError:
        return Problem(
            "pan_holder",
            N_(
                "The fourth letter of a PAN says who holds it (P person, C company, F firm, H "
                "family, T trust, …); “%(found)s” stands for nobody. Check it."
            ),
            {"found": pan[3]},
        )
    return None


def _gstin_part(gstin: str) -> Problem | None:
    if gstin[:2] not in GSTIN_STATES:
        return Problem(
            "gstin_state",
            N_("A GSTIN begins with the code of a State; %(found)s is none. Check it."),
            {"found": gstin[:2]},
        )
    if problem := _pan_problem("GSTIN", gstin[2:12]):
        return problem
    if gstin[12] == "0":
        return Problem("gstin_count", N_("Character 13 of a GSTIN is never 0. Check it."))
    if gstin[13] != "Z":
        return Problem(
            "gstin_z",
            N_("Character 14 of an exporter's GSTIN is Z, not “%(found)s”. Check it."),
            {"found": gstin[13]},
        )
    if not luhn.is_valid(gstin, GSTIN_ALPHABET):
        return Problem(
            "gstin_check",
            N_("The last character doesn't fit the others, so one of the fifteen is mistyped."),
        )
    return None


def _misfit(what: str, code: str, shape: str) -> Problem | None:
    for place, (char, kind) in enumerate(zip(code, shape, strict=True), start=1):
        if not re.fullmatch({"A": "[A-Z]", "9": "[0-9]", "#": "[A-Z0-9]"}[kind], char):
            return Problem("misfit", _MISFITS[kind], {"what": what, "place": place, "found": char})
    return None


def _wrong_length(what: str, length: int, code: str) -> Problem:
    return Problem(
        "wrong_length",
        N_("The %(what)s has %(length)s characters; %(found)s were typed."),
        {"what": what, "length": length, "found": len(code)},
    )
