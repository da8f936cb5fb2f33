"""Checks what identifies people and firms, and says what is wrong and where."""

from __future__ import annotations

import re
import unicodedata

from stdnum import luhn
from stdnum.exceptions import ValidationError
from stdnum.in_ import aadhaar
from stdnum.in_ import pan as pan_number

from portal.core.errors import Problem
from portal.core.printable import hidden, name_of
from portal.core.words import N_

PAN_SHAPE = "AAAAA9999A"
GSTIN_SHAPE = "99" + PAN_SHAPE + "###"
# Codes 01 to 38 and 97 (other territory); python-stdnum doesn't know 38 (Ladakh) and 97.
GSTIN_STATES = frozenset(f"{state:02d}" for state in range(1, 39)) | {"97"}
GSTIN_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

MAX_PERSON_NAME = 120
MAX_EMAIL = 254
MIN_PASSWORD = 12
MAX_PASSWORD = 256
# Common passwords of twelve or more characters, compared without case and closing marks.
_COMMON = (
    "1q2w3e4r5t6y 1qaz2wsx3edc abc123abc123 abcd12345678 abcdefghijkl adminadmin123 administrator "
    "administrator1 administrator123 asdfghjkl123 certificate123 changeme1234 changemenow "
    "exportexport importexport india1234567 indiaindia123 iloveyou1234 letmein12345 mypassword123 "
    "newpassword1 newpassword123 passw0rd1234 password1234 password12345 password123456 "
    "passwordpassword q1w2e3r4t5y6 qazwsxedcrfv qwerty123456 qwertyqwerty qwertyuiop12 "
    "qwertyuiop123 qwertyuiopas welcome12345 welcome123456 welcomewelcome zxcvbnm12345"
)
COMMON_PASSWORDS = frozenset(_COMMON.split())

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
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


def looks_like_aadhaar(text: str) -> bool:
    """Whether the whole text could be an Aadhaar number: 12 digits, first 2–9, Verhoeff valid.

    Spaces and hyphens may stand between; digits of other scripts count. A number that reads the
    same backwards is none (UIDAI allots no such number).
    """
    return bool(aadhaar.is_valid(_plain_digits(text)))


def holds_aadhaar(text: str) -> bool:
    """Whether a number that looks like an Aadhaar stands anywhere in the text."""
    found = re.findall(r"(?<!\d)(?:\d[\s-]{0,2}){11}\d(?!\d)", _plain_digits(text))
    return any(aadhaar.is_valid(" ".join(number.split())) for number in found)


def check_person_name(text: str) -> Problem | None:
    """A person's name: visible, at most 120 characters, and no Aadhaar number in it."""
    name = text.strip()
    if not name:
        return Problem("empty", N_("Type the name."))
    if unseen := hidden(name) + (("\n",) if "\n" in name else ()):
        return Problem(
            "hidden_characters",
            N_("The name holds characters that can't be seen: %(names)s. Type it anew."),
            {"names": ", ".join(map(name_of, unseen))},
        )
    if len(name) > MAX_PERSON_NAME:
        return _too_long(len(name), MAX_PERSON_NAME)
    if holds_aadhaar(name):
        return Problem(
            "looks_like_aadhaar",
            N_("This looks like an Aadhaar number, which is never kept here. Type the name."),
        )
    return None


def check_email(text: str) -> Problem | None:
    """An e-mail address of sane shape; whether it exists only a mail to it can tell."""
    email = text.strip()
    if len(email) > MAX_EMAIL:
        return _too_long(len(email), MAX_EMAIL)
    local, at, domain = email.partition("@")
    if not at or not local or not domain or "@" in domain:
        return Problem("email_shape", N_("An e-mail address looks like name@example.in."))
    if len(local) > 64 or not re.fullmatch(rf"{_ATOM}(\.{_ATOM})*", local):
        return Problem(
            "email_local",
            N_("Before the @ at most 64 letters A–Z, digits and marks such as . _ - + can stand."),
        )
    return None if _is_domain(domain) else _wrong_domain(domain)


def check_password(text: str, email: str = "") -> Problem | None:
    """A password of 12 to 256 characters that isn't easily guessed; `email` is its owner's."""
    if not MIN_PASSWORD <= len(text) <= MAX_PASSWORD:
        return Problem(
            "password_length",
            N_("A password has %(least)s to %(most)s characters; this one has %(length)s."),
            {"least": MIN_PASSWORD, "most": MAX_PASSWORD, "length": len(text)},
        )
    if text.isdecimal():
        return Problem("password_digits", N_("Digits alone are easily guessed. Add some words."))
    if _is_common(text):
        return Problem(
            "password_common",
            N_("This password is among the first that others try. Take a few unusual words."),
        )
    local = email.strip().partition("@")[0].casefold()
    if local and local in text.casefold():
        return Problem(
            "password_email",
            N_("The password holds the name from your e-mail address. Take other words."),
        )
    return None


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


def _too_long(length: int, longest: int) -> Problem:
    return Problem(
        "too_long",
        N_("This is %(over)s characters too long; at most %(longest)s fit."),
        {"over": length - longest, "longest": longest},
    )


def _wrong_domain(domain: str) -> Problem:
    return Problem(
        "email_domain",
        N_("“%(domain)s” after the @ can't receive mail; a name such as example.in belongs there."),
        {"domain": domain},
    )


def _is_domain(domain: str) -> bool:
    labels = domain.split(".")
    shaped = all(re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?", x) for x in labels)
    return shaped and len(labels) > 1 and not labels[-1].isdigit() and len(labels[-1]) > 1


def _is_common(password: str) -> bool:
    plain = password.casefold()
    return plain.rstrip("!@#$%&*.?_-") in COMMON_PASSWORDS or len(set(plain)) < 4


def _plain_digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
