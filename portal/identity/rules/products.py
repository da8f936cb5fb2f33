"""What a product of a firm's book may say, checked before it is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.core.errors import Problem
from portal.core.words import N_
from portal.reference.rules import check_input_code, normal_hs

# The same values as a goods line's (portal.filing.rules), which stands above this room.
ORIGINS = (
    ("wholly_obtained", N_("Wholly obtained in India: grown, mined, caught or bred")),
    ("made_from_indian_inputs", N_("Made in India from Indian inputs only")),
    ("processed_beyond_minimal", N_("Made in India with imported inputs")),
)
WITH_INPUTS = ORIGINS[-1][0]
PRODUCERS = (
    ("same", N_("The exporter makes them")),
    ("other", N_("Another producer makes them")),
    ("confidential", N_("The producer is confidential")),
)


MOST_INPUTS = 12


@dataclass(frozen=True)
class Input:
    """An imported input: its name, HS code (4 to 8 digits) and country (ISO 3166-1)."""

    name: str
    hs_code: str
    country: str


def read_inputs(text: str, countries: Mapping[str, str]) -> tuple[Input, ...] | Problem:
    """Inputs typed one a line as `name; tariff code; country`; `countries` are {code: name}."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_INPUTS:
        return Problem("too_many_inputs", _TOO_MANY, {"most": MOST_INPUTS})
    found = []
    for line in lines:
        made = _input(line, countries)
        if isinstance(made, Problem):
            return made
        found.append(made)
    return tuple(found)


def written_inputs(inputs: Iterable[Mapping[str, str]], countries: Mapping[str, str]) -> str:
    """Inputs as they are typed: the way back."""
    return "\n".join(
        f"{one['name']}; {one['hs_code']}; {countries.get(one['country'], one['country'])}"
        for one in inputs
    )


def _input(line: str, countries: Mapping[str, str]) -> Input | Problem:
    name, *rest = (part.strip() for part in line.rsplit(";", 2))
    if len(rest) != 2 or not name:
        return Problem("input_shape", _SHAPE, {"line": line[:80]})
    code, place = normal_hs(rest[0]), rest[1].casefold()
    if len(name) > 160:
        return Problem("input_name", _NAME_LONG, {"name": name[:40]})
    if problem := check_input_code(code):
        return problem
    named = {words.casefold(): code for code, words in countries.items()}
    country = named.get(place) or (place.upper() if place.upper() in countries else "")
    if not country:
        return Problem("input_country", _NO_COUNTRY, {"found": rest[1][:40]})
    if country == "IN":
        return Problem("indian_input", _INDIAN, {"name": name[:80]})
    return Input(name, code, country)


_TOO_MANY = N_("At most %(most)s inputs fit; name the others with similar ones.")
_SHAPE = N_(
    "Write each input on a line of its own as name; tariff code; country. “%(line)s” isn't so."
)
_NAME_LONG = N_("“%(name)s…” is longer than 160 characters.")
_NO_COUNTRY = N_("“%(found)s” is no country that is known. Type its English name or two letters.")
_INDIAN = N_("%(name)s: an input from India isn't imported. Leave it out.")


def check_producer(producer: str, name: str) -> Problem | None:
    """Another producer has a name."""
    if producer == "other" and not name.strip():
        return Problem("no_producer", N_("Type the producer's name, or choose another answer."))
    return None
