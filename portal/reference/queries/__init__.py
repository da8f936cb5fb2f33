"""Looking codes up as of a day, and finding them by words."""

from __future__ import annotations

from portal.reference.queries.changes import ChangeFacts, changes, personal_data_of
from portal.reference.queries.codes import (
    HsAnswer,
    check_code,
    countries,
    country_name,
    currencies,
    currency_exponent,
    currency_exponents,
    editions,
    headings,
    hs_on,
    hs_on_many,
    hs_problems,
    incoterms,
    is_loaded,
    packages,
    station_name,
    stations,
    units,
)
from portal.reference.queries.finding import (
    HsFound,
    PlaceFound,
    search_hs,
    search_places,
)

__all__ = [
    "ChangeFacts",
    "HsAnswer",
    "HsFound",
    "PlaceFound",
    "changes",
    "check_code",
    "countries",
    "country_name",
    "currencies",
    "currency_exponent",
    "currency_exponents",
    "editions",
    "headings",
    "hs_on",
    "hs_on_many",
    "hs_problems",
    "incoterms",
    "is_loaded",
    "packages",
    "personal_data_of",
    "search_hs",
    "search_places",
    "station_name",
    "stations",
    "units",
]
