"""What identifies and reaches people: names, e-mail, mobile, passwords; never an Aadhaar number."""

from __future__ import annotations

import re
import unicodedata

from stdnum.in_ import aadhaar

from portal.core.errors import Problem
from portal.core.printable import hidden, name_of
from portal.core.words import N_

# Changes with every change of its wording; the pages in templates/identity/privacy.html.
PRIVACY_VERSION = "2026-11-26"
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


def normal_mobile(text: str) -> str:
    """A mobile number as it is stored: +919876543210."""
    digits = re.sub(r"[\s().-]", "", text)
    if re.fullmatch(r"0?[6-9]\d{9}", digits):
        return f"+91{digits[-10:]}"
    return f"+{digits[2:]}" if digits.startswith("00") else digits


def check_mobile(text: str) -> Problem | None:
    """An Indian mobile number of ten digits, or an international one with its + in front."""
    number = normal_mobile(text)
    if re.fullmatch(r"\+91[6-9]\d{9}", number):
        return None
    if re.fullmatch(r"\+(?!91)[1-9]\d{7,14}", number):
        return None
    return Problem(
        "mobile_shape",
        N_("Type ten digits that begin with 6, 7, 8 or 9, or a number abroad with + in front."),
    )


def masked(address: str) -> str:
    """What may be shown of somebody's e-mail or mobile: r***@r***.example, +91 ••••• ••210."""
    local, at, domain = address.partition("@")
    if not at:
        return f"••••••{address[-3:]}"
    name, dot, rest = domain.partition(".")
    return f"{local[:1]}***@{name[:1]}***{dot}{rest}"


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
