"""What the rooms of an agency may be called and hold: states, categories, codes, listings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from portal.core.errors import Problem
from portal.core.words import N_

# The first two digits of a GSTIN by state (GST registration).
GST_CODES: Mapping[str, str] = {
    "Andaman and Nicobar Islands": "35",
    "Andhra Pradesh": "37",
    "Arunachal Pradesh": "12",
    "Assam": "18",
    "Bihar": "10",
    "Chandigarh": "04",
    "Chhattisgarh": "22",
    "Dadra and Nagar Haveli and Daman and Diu": "26",
    "Delhi": "07",
    "Goa": "30",
    "Gujarat": "24",
    "Haryana": "06",
    "Himachal Pradesh": "02",
    "Jammu and Kashmir": "01",
    "Jharkhand": "20",
    "Karnataka": "29",
    "Kerala": "32",
    "Ladakh": "38",
    "Lakshadweep": "31",
    "Madhya Pradesh": "23",
    "Maharashtra": "27",
    "Manipur": "14",
    "Meghalaya": "17",
    "Mizoram": "15",
    "Nagaland": "13",
    "Odisha": "21",
    "Puducherry": "34",
    "Punjab": "03",
    "Rajasthan": "08",
    "Sikkim": "11",
    "Tamil Nadu": "33",
    "Telangana": "36",
    "Tripura": "16",
    "Uttar Pradesh": "09",
    "Uttarakhand": "05",
    "West Bengal": "19",
}
CODE = re.compile(r"[A-Z]{2,6}")
GOODS_PREFIX = re.compile(r"\d{2}|\d{4}|\d{6}|\d{8}")


class Use(StrEnum):
    """What an image is printed as, by box 11: an office's stamp, an officer's signature."""

    STAMP = "stamp"
    SIGNATURE = "signature"


# Width and height into which an image is fitted, in millimetres; drawn in this order.
PRINTED_MM: Mapping[Use, tuple[float, float]] = {
    Use.STAMP: (27.4, 27.4),
    Use.SIGNATURE: (40.0, 12.5),
}


class SealsWith(StrEnum):
    """Whose key seals an office's certificates, and what it waits for."""

    OFFICE_KEY = "office_key"
    SIGNED_DECISION = "signed_decision"
    OFFICER_TOKEN = "officer_token"

    @property
    def waits_for_officer(self) -> bool:
        """Whether nothing is issued before the officer has signed."""
        return self is not SealsWith.OFFICE_KEY


class Category(StrEnum):
    """What sort of body an agency is, as Appendix 2E groups them."""

    GOVERNMENT = "government"
    STATUTORY_BODY = "statutory_body"
    APEX_BODY = "apex_body"
    CHAMBER = "chamber"
    EXPORT_PROMOTION_COUNCIL = "export_promotion_council"
    ASSOCIATION = "association"
    NOT_KNOWN = "not_known"


class Standing(StrEnum):
    """How an agency stands in Appendix 2E while a listing lasts; outside of any it is not in it."""

    LISTED = "listed"
    SUSPENDED = "suspended"


class Turn(StrEnum):
    """What a notice does to an agency's standing."""

    LIST = "list"
    SUSPEND = "suspend"
    STRIKE_OFF = "strike_off"


def check_code(text: str) -> Problem | None:
    """A code of an agency or office: it becomes part of every number, so letters alone."""
    if CODE.fullmatch(text):
        return None
    return Problem("code", N_("A code has 2 to 6 capital letters, such as MUM."))


def check_state(text: str) -> Problem | None:
    """A state or union territory as the list spells it."""
    if text in GST_CODES:
        return None
    return Problem("state", N_("Choose a state or union territory from the list."))


def check_gstin_state(gstin: str, state: str) -> Problem | None:
    """A GSTIN begins with the code of the state that the office is in."""
    wanted = GST_CODES.get(state, "")
    if gstin[:2] == wanted:
        return None
    return Problem(
        "gstin_state",
        N_("A GSTIN of %(state)s begins with %(code)s; this one begins with %(found)s."),
        {"state": state, "code": wanted, "found": gstin[:2]},
    )


def check_goods_prefix(text: str) -> Problem | None:
    """The first digits of a tariff code, or nothing where words say which goods."""
    if not text or GOODS_PREFIX.fullmatch(text):
        return None
    return Problem(
        "prefix", N_("Type the first 2, 4, 6 or 8 digits of a tariff code, or leave it.")
    )
