"""Parties and route: countries, ports, stations and means of transport against each other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from portal.filing.preflight.check import Found
from portal.filing.preflight.facts import Facts
from portal.filing.preflight.places import (
    countries_named,
    country_named,
    is_landlocked,
    together,
)

# Kinds of customs station that don't fit a mode; an inland depot fits all.
_UNFIT = {
    "sea": ("AIR", "LAND", "LCS"),
    "air": ("SEA", "LAND", "LCS", "RAIL"),
    "road": ("AIR",),
    "rail": ("AIR",),
}
_RIVER = re.compile(r"ghat|river|dhubri|mankachar|sutarkandi|karimganj", re.IGNORECASE)
_SHIP = re.compile(r"\b(?:m\.?\s?v\.?|m/v|vessel|voy(?:age)?)\b", re.IGNORECASE)
_PLANE = re.compile(r"\b(?:flight|flt|air\s?way)", re.IGNORECASE)
_ORDER = re.compile(r"\border\b", re.IGNORECASE)
_OWN_PLACE = re.compile(
    r"\bc/o\b|exhibition|\bfair\b|\bstall\b|\bstand\b|branch|warehouse|\bshow\b", re.IGNORECASE
)
_FORMS = re.compile(
    r"\b(?:private|pvt|limited|ltd|llp|inc|co|company|corporation|corp|the|m/s)\b", re.IGNORECASE
)


def look(facts: Facts) -> Iterator[Found]:
    """What doesn't fit about parties and route."""
    yield from _destination(facts)
    yield from _port(facts)
    yield from _addresses(facts)
    yield from _consignee(facts)
    yield from _mode(facts)


def _destination(facts: Facts) -> Iterator[Found]:
    if facts.text("destination_country") == "IN":
        yield Found("destination_india", at="destination_country")


def _port(facts: Facts) -> Iterator[Found]:
    country = facts.text("destination_country")
    port, final = facts.text("port_of_discharge"), facts.text("final_destination")
    if not country or country == "IN":
        return
    if not final and not is_landlocked(country):
        found = _elsewhere(facts, port, country)
        if found:
            values = {"port": port, "found": found, "country": _name(facts, country)}
            yield Found("port_country", values, at="port_of_discharge")
    found = _elsewhere(facts, final, country)
    if found:
        values = {"place": final, "found": found, "country": _name(facts, country)}
        yield Found("final_destination", values, at="final_destination")


def _elsewhere(facts: Facts, place: str, country: str) -> str:
    """The countries that a place means if none of them is the country or goes together with it."""
    means = countries_named(place, facts.known.countries)
    if not means or any(together(one, country) for one in means):
        return ""
    return ", ".join(_name(facts, one) for one in sorted(means))


def _addresses(facts: Facts) -> Iterator[Found]:
    for party in ("consignee", "notify"):
        country, address = facts.text(f"{party}_country"), facts.text(f"{party}_address")
        last = re.split(r"[\n,]", address.strip())[-1]
        named = country_named(last, facts.known.countries)
        # Savannah, Georgia lies in the United States.
        if not country or not named or named == country or (named, country) == ("GE", "US"):
            continue
        values = {
            "name": facts.text(f"{party}_name") or "–",
            "found": _name(facts, named),
            "country": _name(facts, country),
        }
        yield Found("address_country", values, at=f"{party}_country")


def _consignee(facts: Facts) -> Iterator[Found]:
    name, address = facts.text("consignee_name"), facts.text("consignee_address")
    is_own = bool(_bare(name)) and _bare(name) == _bare(facts.known.firm)
    if is_own and not _OWN_PLACE.search(f"{name}\n{address}"):
        yield Found("consignee_exporter", at="consignee_name")
    here, there = facts.text("consignee_country"), facts.text("destination_country")
    explained = any(facts.text(n) for n in ("notify_name", "invoicing_name", "final_destination"))
    if not here or not there or explained or together(here, there) or _ORDER.search(name):
        return
    if there != "IN":
        values = {"found": _name(facts, here), "country": _name(facts, there)}
        yield Found("consignee_elsewhere", values, at="consignee_country")


def _mode(facts: Facts) -> Iterator[Found]:
    mode, vessel = facts.text("transport_mode"), facts.text("vessel")
    kind, station = facts.known.station_kind, facts.known.station_name
    by_river = mode == "sea" and bool(_RIVER.search(station))
    if kind in _UNFIT.get(mode, ()) and not by_river:
        values = {"mode": mode, "station": station or facts.text("port_of_loading")}
        yield Found("mode_station", values, at="port_of_loading")
    sounds = {"air": _SHIP, "sea": _PLANE, "road": _SHIP, "rail": _SHIP}.get(mode)
    if sounds is not None and sounds.search(vessel):
        yield Found("mode_vessel", {"mode": mode, "vessel": vessel}, at="vessel")


def _bare(name: str) -> str:
    """A firm's name without its legal form and punctuation."""
    return re.sub(r"\W+", " ", _FORMS.sub(" ", name)).strip().casefold()


def _name(facts: Facts, code: str) -> str:
    return dict(facts.known.countries).get(code, code)
