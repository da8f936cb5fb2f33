"""The names of dated rules: how their values are stored, typed in, and said in words."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.core.clock import written_day
from portal.core.errors import DomainError, Problem
from portal.core.money import rupees
from portal.core.words import N_


class NoRule(DomainError):
    """No notice sets a value for that instant: the act waits until one does."""

    status = 503


@dataclass(frozen=True)
class Named:
    """A rule's name, how a typed value is read, and how a stored one is said."""

    name: str
    words: str
    parse: Callable[[str], Any]
    say: Callable[[Any], str]
    hint: str


ECOO_1, ECOO_2, OFFICIAL = "ecoo_1", "ecoo_2", "official_platform"
SYSTEMS: Mapping[str, str] = {
    ECOO_1: N_("eCoO 1.0 (coo.dgft.gov.in)"),
    ECOO_2: N_("this portal"),
    OFFICIAL: N_("the official platform (trade.gov.in)"),
}
ADDRESSES: Mapping[str, str] = {
    ECOO_1: "https://coo.dgft.gov.in",
    OFFICIAL: "https://www.trade.gov.in",
}
DOCUMENTS: Mapping[str, str] = {
    "invoice": N_("invoice"),
    "packing_list": N_("packing list"),
}


def _choice(words: Mapping[str, str]) -> tuple[Callable[[str], Any], Callable[[Any], str]]:
    def parse(text: str) -> Any:
        plain = text.strip().lower().replace(" ", "_")
        if plain in words:
            return plain
        return Problem("not_a_choice", N_("Type one of: %(words)s."), {"words": ", ".join(words)})

    return parse, lambda value: words.get(value, str(value))


def _paise(text: str) -> Any:
    plain = text.strip().removeprefix("₹").removeprefix("Rs").strip().replace(",", "")
    whole, _, rest = plain.partition(".")
    if not whole.isdecimal() or (rest and not (rest.isdecimal() and len(rest) <= 2)):
        return Problem("not_rupees", N_("Type an amount in rupees, such as 250 or 250.50."))
    return int(whole) * 100 + int(rest.ljust(2, "0") or 0)


def _yes_no(text: str) -> Any:
    plain = text.strip().lower()
    if plain in ("yes", "no"):
        return plain == "yes"
    return Problem("not_yes_or_no", N_("Type yes or no."))


def _years(text: str) -> Any:
    if text.strip().isdecimal() and 0 < int(text) <= 100:
        return int(text)
    return Problem("not_years", N_("Type a number of years, such as 5."))


def _kinds(text: str) -> Any:
    kinds = [part.strip().lower().replace(" ", "_") for part in text.split(",") if part.strip()]
    strange = [kind for kind in kinds if kind not in DOCUMENTS]
    if strange or not kinds:
        known = ", ".join(DOCUMENTS)
        return Problem("not_documents", N_("Type kinds from: %(known)s."), {"known": known})
    return kinds


def _say_kinds(value: Any) -> str:
    return ", ".join(DOCUMENTS.get(kind, kind) for kind in value)


def _say_yes_no(value: Any) -> str:
    return N_("yes") if value else N_("no")


def _day(text: str) -> Any:
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(text.strip(), form).date().isoformat()
        except ValueError:
            continue
    return Problem("not_a_day", N_("Type a day, such as 27.08.2024."))


def _say_day(value: Any) -> str:
    return written_day(date.fromisoformat(value))


_SYSTEM = _choice({name: SYSTEMS[name] for name in (ECOO_1, ECOO_2)})
_ELSEWHERE = _choice({name: SYSTEMS[name] for name in (ECOO_1, OFFICIAL)})
_PAPER = _choice({"allowed": N_("allowed"), "void": N_("null and void")})
_BALANCES = _choice({"stay_in_ecoo_1": N_("stay in eCoO 1.0"), "move": N_("move to this portal")})
_SCOPES = _choice({"none_known": N_("none known"), "by_register": N_("as the register says")})

_REACH = _choice(
    {"all_india": N_("exporters anywhere in India"), "own_region": N_("exporters of its region")}
)
_SIGNATURE = _choice(
    {
        "optional": N_("may be signed electronically"),
        "required": N_("have to be signed electronically"),
    }
)
_PENDING = _choice(
    {"finish": N_("are still decided there"), "give_back": N_("go back, the fee released")}
)

FEE = Named("fee_paise", N_("Fee for a certificate"), _paise, rupees, N_("rupees"))
COMPULSORY_DOCUMENTS = Named(
    "compulsory_documents", N_("Compulsory documents"), _kinds, _say_kinds, N_("kinds, by comma")
)
NON_PREFERENTIAL_SYSTEM = Named(
    "non_preferential_system",
    N_("Where new non-preferential applications are filed"),
    *_SYSTEM,
    N_("ecoo_1 or ecoo_2"),
)
PREFERENTIAL_SYSTEM = Named(
    "preferential_system",
    N_("Where preferential certificates are handled"),
    *_ELSEWHERE,
    N_("ecoo_1 or official_platform"),
)
ONBOARDING = Named(
    "agencies_may_onboard", N_("Agencies may come on board"), _yes_no, _say_yes_no, N_("yes or no")
)
ONBOARDING_PREFERABLY_BY = Named(
    "onboarding_preferably_by",
    N_("Agencies come on board preferably by"),
    _day,
    _say_day,
    N_("day"),
)
DELISTED_FILES = Named(
    "files_of_delisted_agency",
    N_("Files that wait at an agency when it is struck off"),
    *_PENDING,
    N_("finish or give_back"),
)
JURISDICTION = Named(
    "jurisdiction_of_agencies",
    N_("For whom an agency may issue"),
    *_REACH,
    N_("all_india or own_region"),
)
PAPER = Named(
    "paper_certificates", N_("Certificates issued by hand"), *_PAPER, N_("allowed or void")
)
INVOICE_IDENTITY = Named(
    "invoice_as_in_shipping_bill",
    N_("The invoice number has to be the Shipping Bill's"),
    _yes_no,
    _say_yes_no,
    N_("yes or no"),
)
SIGNATURE = Named(
    "signature_of_applications",
    N_("Applications and their corrections"),
    *_SIGNATURE,
    N_("optional or required"),
)
LEGACY_BALANCES = Named(
    "legacy_balances", N_("Wallet balances of eCoO 1.0"), *_BALANCES, N_("stay_in_ecoo_1 or move")
)
PRODUCT_SCOPES = Named(
    "agency_product_scopes", N_("Product scopes of agencies"), *_SCOPES, N_("none_known")
)
RETENTION = Named(
    "retention_years", N_("Years for which records are kept"), _years, str, N_("years")
)

ALL: Mapping[str, Named] = {
    rule.name: rule
    for rule in (
        FEE,
        COMPULSORY_DOCUMENTS,
        NON_PREFERENTIAL_SYSTEM,
        PREFERENTIAL_SYSTEM,
        ONBOARDING,
        ONBOARDING_PREFERABLY_BY,
        JURISDICTION,
        DELISTED_FILES,
        PAPER,
        INVOICE_IDENTITY,
        SIGNATURE,
        LEGACY_BALANCES,
        PRODUCT_SCOPES,
        RETENTION,
    )
}


def value_of(stored: str) -> Any:
    """The value of a stored row."""
    return json.loads(stored)


def overlaps(one: tuple[Any, Any | None], other: tuple[Any, Any | None]) -> bool:
    """Whether two intervals (from, until or None) share an instant."""
    starts_before_end = other[1] is None or one[0] < other[1]
    ends_after_start = one[1] is None or other[0] < one[1]
    return starts_before_end and ends_after_start


def slug_of(number: str) -> str:
    """A notice's number as part of an address: TN 13/2024-25 is tn-13-2024-25."""
    plain = "".join(char.lower() if char.isalnum() else "-" for char in number)
    return "-".join(part for part in plain.split("-") if part)
