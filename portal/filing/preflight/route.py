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
    lands_in,
    place_named,
    together,
)

# Kinds of customs station that don't fit a mode; an inland depot fits all.
_UNFIT = {
    "sea": ("AIR", "LAND", "LCS"),
    "air": ("SEA", "LAND", "LCS", "RAIL"),
    "road": ("AIR",),
    "rail": ("AIR",),
}
# What an address may end in besides its country: Savannah, Georgia lies in the United States.
_ALSO = {("GE", "US"), ("HK", "CN"), ("MO", "CN"), ("PR", "US"), ("RE", "FR"), ("GP", "FR")}
# Landlocked, but ships get there.
_BY_RIVER = ("PY", "CH", "RS", "HU", "AT", "SK")
_CONCERNED = (
    "consignee_country",
    "destination_country",
    "notify_country",
    "invoicing_country",
)
# Of a long list so many lines' marks are read; the others repeat them.
LOOKED_AT = 20
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
    yield from _others(facts)
    yield from _mode(facts)
    yield from _marks(facts)


def _destination(facts: Facts) -> Iterator[Found]:
    if facts.text("destination_country") == "IN":
        yield Found("destination_india", at="destination_country")


def _port(facts: Facts) -> Iterator[Found]:
    country = facts.text("destination_country")
    port, final = facts.text("port_of_discharge"), facts.text("final_destination")
    if not country or country == "IN":
        return
    yield from _port_itself(facts, port)
    if not final and not is_landlocked(country):
        found = _elsewhere(facts, port, country)
        if found:
            values = {"port": port, "found": found, "country": _name(facts, country)}
            yield Found("port_country", values, at="port_of_discharge")
    means = countries_named(final, facts.known.countries)
    # A port may lie in a neighbour that lands for others; where the goods end is in the country.
    if means and country not in means and not any((one, country) in _ALSO for one in means):
        found = ", ".join(_name(facts, one) for one in sorted(means))
        values = {"place": final, "found": found, "country": _name(facts, country)}
        yield Found("final_destination", values, at="final_destination")


def _port_itself(facts: Facts, port: str) -> Iterator[Found]:
    """A port and the country behind its comma, and whether a ship gets there."""
    place, comma, last = port.rpartition(",")
    named = country_named(last, facts.known.countries) if comma else ""
    means = countries_named(place if named else port, facts.known.countries)
    if named and means and named not in means and not any((named, one) in _ALSO for one in means):
        values = {"port": port, "found": ", ".join(_name(facts, one) for one in sorted(means))}
        yield Found("port_and_country", values, at="port_of_discharge")
    by_sea = facts.text("transport_mode") == "sea" and not named
    if by_sea and means and all(is_landlocked(one) and one not in _BY_RIVER for one in means):
        yield Found("inland_port", {"port": port}, at="port_of_discharge")


def _elsewhere(facts: Facts, place: str, country: str) -> str:
    """The countries that a place means if none of them is the country or goes together with it."""
    means = countries_named(place, facts.known.countries)
    if not means or any(lands_in(country, one) for one in means):
        return ""
    return ", ".join(_name(facts, one) for one in sorted(means))


def _addresses(facts: Facts) -> Iterator[Found]:
    for party in ("consignee", "notify"):
        country, address = facts.text(f"{party}_country"), facts.text(f"{party}_address")
        last = re.split(r"[\n,]", address.strip())[-1]
        named = country_named(last, facts.known.countries)
        if not country or not named or named == country or (named, country) in _ALSO:
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


def _others(facts: Facts) -> Iterator[Found]:
    """The notify party and whoever invoices are others than the exporter, and abroad."""
    notify = _bare(facts.text("notify_name"))
    if notify and notify == _bare(facts.known.firm) != _bare(facts.text("consignee_name")):
        yield Found("notify_exporter", at="notify_name")
    if facts.text("invoicing_country") == "IN" and not facts.is_back_to_back:
        values = {"name": facts.text("invoicing_name") or "–"}
        yield Found("invoicing_india", values, at="invoicing_country")


def _marks(facts: Facts) -> Iterator[Found]:
    """Marks with a place on a line of its own, but none on the way: another buyer's were left."""
    ours = {facts.text(name) for name in _CONCERNED} - {""}
    for name in ("port_of_discharge", "final_destination", "consignee_address", "notify_address"):
        ours |= countries_named(facts.text(name), facts.known.countries)
    marks = {line.marks: line.position for line in facts.lines[LOOKED_AT::-1] if line.marks}
    for text, position in marks.items() if ours else ():
        means = set[str]()
        for part in text.splitlines():
            place = place_named(part, facts.known.countries)
            means |= place if len(place) == 1 else set()
        if means - {"IN"} and not any(lands_in(one, other) for one in ours for other in means):
            found = ", ".join(_name(facts, one) for one in sorted(means))
            values = {"line": position, "found": found}
            yield Found("marks_place", values, at="marks", line=position)


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
