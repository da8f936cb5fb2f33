"""Checks what identifies people and firms, and says what is wrong and where."""

from __future__ import annotations

from portal.identity.rules.codes import (
    GSTIN_ALPHABET,
    GSTIN_STATES,
    check_gstin,
    check_iec,
    check_licence,
    check_pan,
    check_pin,
    normal_code,
    normal_licence,
)
from portal.identity.rules.people import (
    COMMON_PASSWORDS,
    MAX_EMAIL,
    MAX_PASSWORD,
    MAX_PERSON_NAME,
    MIN_PASSWORD,
    PRIVACY_VERSION,
    check_email,
    check_mobile,
    check_password,
    check_person_name,
    holds_aadhaar,
    looks_like_aadhaar,
    masked,
    normal_mobile,
)

__all__ = [
    "COMMON_PASSWORDS",
    "GSTIN_ALPHABET",
    "GSTIN_STATES",
    "MAX_EMAIL",
    "MAX_PASSWORD",
    "MAX_PERSON_NAME",
    "MIN_PASSWORD",
    "PRIVACY_VERSION",
    "check_email",
    "check_gstin",
    "check_iec",
    "check_licence",
    "check_mobile",
    "check_pan",
    "check_password",
    "check_person_name",
    "check_pin",
    "holds_aadhaar",
    "looks_like_aadhaar",
    "masked",
    "normal_code",
    "normal_licence",
    "normal_mobile",
]
