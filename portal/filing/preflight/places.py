"""Which countries the names of ports and places mean; a name may mean several, or none known."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

_WORDS = re.compile(r"[^\W_]+")


def countries_named(text: str, countries: tuple[tuple[str, str], ...]) -> set[str]:
    """Every country (alpha-2) that a text of a place may mean; empty where no name is known.

    Names of up to four words are looked for; one inside a longer one doesn't count.
    """
    words, known = _words(text), _names(countries)
    means, place = list[set[str]](), 0
    while place < len(words):
        for length in range(min(4, len(words) - place), 0, -1):
            codes = known.get(" ".join(words[place : place + length]))
            if codes:
                means.append(codes)
                place += length - 1
                break
        place += 1
    return _together_meant(means)


def _together_meant(means: list[set[str]]) -> set[str]:
    """Lagos in Nigeria is not the one in Portugal: a name with one meaning decides the others."""
    sure = {next(iter(codes)) for codes in means if len(codes) == 1}
    return set[str]().union(*((codes & sure) or codes for codes in means))


def place_named(text: str, countries: tuple[tuple[str, str], ...]) -> set[str]:
    """The countries (alpha-2) of a place whose whole name a text is; empty for others."""
    return _names(countries).get(" ".join(_words(text)), set())


def country_named(text: str, countries: tuple[tuple[str, str], ...]) -> str:
    """The country whose whole name a text is, or nothing."""
    return _country_names(countries).get(" ".join(_words(text)), "")


def country_of(adjective: str) -> set[str]:
    """The country of an adjective: Vietnamese, Korean; empty where none is known."""
    return set(_data()["adjectives"].get(adjective.lower(), "").split())


def together(one: str, other: str) -> bool:
    """Whether goods for one country are usually landed in the other and go on without customs."""
    return one == other or any({one, other} <= set(bloc.split()) for bloc in _data()["blocs"])


def lands_in(country: str, port: str) -> bool:
    """Whether goods for a country are landed in the other: its own bloc, or a usual way there."""
    return together(country, port) or port in _data()["corridors"].get(country, "").split()


def is_landlocked(country: str) -> bool:
    """Whether a country has no sea port, so that its goods are landed elsewhere."""
    return country in _data()["landlocked"].split()


def money_of(currency: str, countries: Iterable[str]) -> bool:
    """Whether a currency is used everywhere in trade, or is the money of one of the countries."""
    known = _data()["currencies"]
    if currency in known["widely"].split():
        return True
    homes = set(known["shared"].get(currency, currency[:2]).split())
    return bool(homes & set(countries))


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.replace("ı", "i").replace("ø", "o"))
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    return _WORDS.findall(bare.lower().replace("'", " "))


@lru_cache(maxsize=4)
def _country_names(countries: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    said: dict[str, str] = _data()["aliases"]
    return {" ".join(_words(name)): code for code, name in countries} | said


@lru_cache(maxsize=4)
def _names(countries: tuple[tuple[str, str], ...]) -> Mapping[str, set[str]]:
    places: dict[str, str] = _data()["places"]
    found = {" ".join(_words(name)): set(codes.split()) for name, codes in places.items()}
    for name, code in _country_names(countries).items():
        found[name] = found.get(name, set()) | {code}
    return found


@cache
def _data() -> Any:
    return json.loads((Path(__file__).parent / "places.json").read_text())
