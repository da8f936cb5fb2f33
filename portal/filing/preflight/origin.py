"""The statement of origin against inputs, chapters and words (HBP 2023, para 2.93)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from portal.filing.preflight.check import Found
from portal.filing.preflight.facts import Facts, Line
from portal.filing.preflight.places import countries_named, country_of
from portal.filing.rules.goods import OriginCriterion

# Chapters of goods that somebody makes: none of them is grown, mined, caught or bred.
_MADE = frozenset((30, 54, 55, *range(61, 68), *range(84, 94), 95, 96))
# Brooms and carved plants are of chapter 96 and may be grown.
_OF_PLANTS = ("9602", "9603")
_IMPORTED = re.compile(r"\b(?:from|of|with|using)\s+imported\b|\bimported\s+\w+", re.IGNORECASE)
_NO_IMPORTS = (OriginCriterion.WHOLLY_OBTAINED, OriginCriterion.MADE_FROM_INDIAN_INPUTS)
_SAYS = re.compile(
    r"(?:\bmade\s+in|\bproduct\s+of|\bproduce\s+of|\bmanufactured\s+in|\bcountry\s+of\s+origin\s*:?"
    r"|\borigin\s*:)\s+(?:the\s+)?([^\W\d_][^\n.,;()]{1,40})",
    re.IGNORECASE,
)
# “of Vietnamese origin”; what is said not to be so says nothing: “not of Israeli origin”.
_OF_ORIGIN = re.compile(r"\b([a-z]+)\s+origin\b", re.IGNORECASE)
_NOT = re.compile(
    r"\b(?:not|non|no|neither|nor|without|other\s+than)\b[^.;\n]{0,40}$", re.IGNORECASE
)
# One of these stands in whatever these find.
_NAMING = ("made", "produ", "manufactured", "origin")


def look(facts: Facts) -> Iterator[Found]:
    """What doesn't fit about the origin."""
    if facts.is_back_to_back and facts.text("origin_country") == "IN":
        yield Found("origin_india", at="origin_country")
    yield from _said(facts, facts.text("clause"), at="clause", section="invoice")
    for line, name, text in facts.texts_with(_NAMING):
        yield from _said(facts, text, at=name, section="goods", line=line.position)
    if not facts.is_back_to_back:
        for line in facts.lines:
            yield from _criterion(facts, line)
        for line, name, text in facts.texts_with(("imported",)):
            if name == "description" and line.criterion in _NO_IMPORTS and _IMPORTED.search(text):
                where = {"line": line.position}
                yield Found("criterion_words", where, at="criterion", line=line.position)


def _criterion(facts: Facts, line: Line) -> Iterator[Found]:
    if line.inputs and line.criterion in _NO_IMPORTS:
        yield from _inputs(facts, line)
    is_grown = line.criterion == OriginCriterion.WHOLLY_OBTAINED
    if is_grown and line.chapter in _MADE and not line.hs_code.startswith(_OF_PLANTS):
        values = {"line": line.position, "chapter": f"{line.chapter:02d}"}
        yield Found("criterion_chapter", values, at="criterion", line=line.position)


def _inputs(facts: Facts, line: Line) -> Iterator[Found]:
    foreign = sorted({country for country in line.inputs if country not in ("IN", "")})
    if foreign:
        names = dict(facts.known.countries)
        values = {
            "line": line.position,
            "countries": ", ".join(names.get(code, code) for code in foreign),
        }
        yield Found("criterion_inputs", values, at="criterion", line=line.position)


def _said(facts: Facts, text: str, **where: str | int) -> Iterator[Found]:
    """Words that name another origin than the certificate would."""
    ours = facts.text("origin_country") if facts.is_back_to_back else "IN"
    for words, means in _named(facts, text):
        if ours and means and ours not in means:
            country = dict(facts.known.countries).get(ours, ours)
            values = {"words": words, "country": country}
            yield Found("origin_words", values, **where)  # type: ignore[arg-type]
            return


def origins_denied(text: str) -> set[str]:
    """The countries from which nothing comes, as a text says: “not of Israeli origin”."""
    found = (m for m in _OF_ORIGIN.finditer(text) if _NOT.search(text[: m.start()]))
    return set[str]().union(*(country_of(m[1]) for m in found))


def _named(facts: Facts, text: str) -> Iterator[tuple[str, set[str]]]:
    """The words that name an origin, and the countries that they may mean."""
    for found in _SAYS.finditer(text):
        yield found[0].strip(), countries_named(found[1], facts.known.countries)
    for found in _OF_ORIGIN.finditer(text):
        if not _NOT.search(text[: found.start()]):
            yield found[0], country_of(found[1])
