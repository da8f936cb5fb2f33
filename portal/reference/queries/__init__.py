"""Looking codes up as of a day, and finding them by words."""

from __future__ import annotations

from portal.reference.queries.codes import (
    HsAnswer,
    check_code,
    countries,
    country_name,
    currencies,
    currency_exponent,
    editions,
    headings,
    hs_on,
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
    "HsAnswer",
    "HsFound",
    "PlaceFound",
    "check_code",
    "countries",
    "country_name",
    "currencies",
    "currency_exponent",
    "editions",
    "headings",
    "hs_on",
    "incoterms",
    "is_loaded",
    "packages",
    "search_hs",
    "search_places",
    "station_name",
    "stations",
    "units",
]
