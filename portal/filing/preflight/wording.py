"""Words that don't fit: the tariff chapter, a preference, a number that nobody should print."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from stdnum.in_ import aadhaar

from portal.core.words import N_
from portal.filing.preflight.check import Found
from portal.filing.preflight.facts import Facts, Line

_PREFERENCE = re.compile(
    r"(?:\bgsp\s+)?(?<!not a gsp )(?<!not a )(?<!no )\bform\s?[- ]?a\b(?=\s*(?:$|[.,;:)]|required"
    r"|for|certificate|duly|issued|in\s))|\bgsp\b|(?<!non[-‐‑– ])(?<!non)\bpreferential\b"
    r"|(?<!no )(?<!no tariff )\b(?:tariff|duty|customs)\s+(?:preference|concession)\b",
    re.IGNORECASE,
)
_REFUSED = re.compile(r"\b(?:not|no)\s+(?:a\s+)?(?:gsp\s+)?form\s?-?a\b", re.IGNORECASE)
_FOUR_BY_FOUR = re.compile(r"(?<![\d+])\d{4}[ -]\d{4}[ -]\d{4}(?![ -]?\d)")
_CALLED = re.compile(r"(?:aadha+r|\buid(?:ai)?)\D{0,20}(\d{4}[ -]?\d{4}[ -]?\d{4})", re.IGNORECASE)
_TELEPHONE = re.compile(r"(?:tel|ph|phone|mob|mobile|fax|whatsapp)\W*$|\+[\d ()-]*$", re.IGNORECASE)
_VAGUE = re.compile(
    r"(?:general\s+|assorted\s+|misc\w*\.?\s+|various\s+)?"
    r"(?:goods|items?|merchandise|products?|materials?|cargo|articles?|(?:spare\s+)?parts|spares"
    r"|accessories|consignment)"
    r"(?:[\s,;:–-]*(?:(?:full\s+)?details?\s+)?(?:as\s+)?per\s+.*)?|(?:details?\s+)?as\s+per\s+.*",
    re.IGNORECASE | re.DOTALL,
)
# What goods are packed in says nothing of them: “hydrogen in steel cylinders”.
_VESSEL = (
    r"(?:bag|drum|cylinder|jar|bottle|carton|box|tin|can|sack|case|pouch|bale|barrel|crate|tank|pack"
    r"|packet|tray|tube|roll|bobbin|cone)(?:e?s)?\b"
)
_PACKED_IN = re.compile(rf"\bin\s+(?:[\w-]+\s+){{0,4}}?{_VESSEL}|[,;(/+]\s*[\w-]+\s+{_VESSEL}")
# Nor does what they are for: “sacks for maize”.
_PURPOSE = re.compile(r"(?<=\S)\s+for\s+[^,;()]+")
# Of what tree or plant something is says nothing of its chapter: mango wood, coconut shell.
_OF_PLANT = re.compile(r"\b[a-z]+\s+(?=(?:wood|wooden|timber|veneer|shell|husk|fib(?:re|er)s?)\b)")
# One of these stands in whatever claims a preference.
_PREFERRING = ("form", "gsp", "prefer", "concession")
_WORD = re.compile("[a-z]+")
# From this chapter on the tariff asks what a thing does, not what it is made of.
ARTICLES = 82
# Garments are knitted (chapter 61) or not (chapter 62).
_NEVER_IN = {"woven": "61", "handwoven": "61", "knitted": "62", "knit": "62"}
_NEVER = re.compile(
    r"(?<!non[- ])(?<!not )\b(?:(?:hand)?woven|knit(?:ted)?)\b(?!\s+or)", re.IGNORECASE
)
_DIGITS = "0123456789"
_TWELVE = re.compile(r"\d{4}[ -]?\d{4}[ -]?\d{4}")
_LINE_TEXTS = (("description", N_("The description")), ("marks", N_("The marks")))
_TEXTS = (
    ("consignee_name", "consignee", N_("Name of the consignee")),
    ("consignee_address", "consignee", N_("Address of the consignee")),
    ("notify_name", "consignee", N_("Name of the notify party")),
    ("notify_address", "consignee", N_("Address of the notify party")),
    ("clause", "invoice", N_("The clause")),
)


def look(facts: Facts) -> Iterator[Found]:
    """What doesn't fit about the words."""
    for name, section, words in _TEXTS:
        yield from _number(facts.text(name), words, at=name, section=section)
    yield from _preference(facts.text("clause"), at="clause", section="invoice")
    for line, name, text in facts.texts_with(_PREFERRING):
        yield from _preference(text, at=name, section="goods", line=line.position)
    # The same: most lists hold no twelve digits in a row.
    for line in facts.lines if _TWELVE.search(facts.words) else ():
        for name, words in _LINE_TEXTS:
            text = getattr(line, name)
            yield from _number(text, words, at=name, section="goods", line=line.position)
    for line in facts.lines:
        yield from _description(line)
    yield from _alike(facts)


def _description(line: Line) -> Iterator[Found]:
    text, code = line.description, line.hs_code
    if is_vague(text):
        values = {"line": line.position, "description": text[:80]}
        yield Found("vague_description", values, at="description", line=line.position)
    for name, place, judge in _PLACES_OF_CODES:
        if words := judge(text, code[:place]):
            facts = {"line": line.position, "words": ", ".join(words), "code": code}
            values = {**facts, name: code[:place]}
            yield Found(f"{name}_words", values, at="hs_code", line=line.position)
            return


# All are kept by text: who corrects one of a thousand lines needn't wait for the others to be read
# again.
@lru_cache(maxsize=4096)
def is_vague(description: str) -> bool:
    """Whether a description says nothing of the goods: “goods as per invoice”."""
    return bool(_VAGUE.fullmatch(description.strip(" .")))


@lru_cache(maxsize=4096)
def words_of_other_chapters(description: str, chapter: str) -> tuple[str, ...]:
    """The known words of a description if none fits the chapter (two digits); else nothing."""
    own = int(chapter) if chapter.isdecimal() else 0
    if not own:
        return ()
    made = _NEVER.search(description)
    if made and _NEVER_IN[made[0].lower()] == chapter:
        return (made[0],)
    known, found = _chapters(), []
    for word in _words_of(description):
        fits = known.get(word)
        if fits is None or (own >= ARTICLES and word in _materials()):
            continue
        if own in fits:
            return ()
        found.append(word)
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=4096)
def words_of_other_headings(description: str, heading: str) -> tuple[str, ...]:
    """The words that name another heading (four digits) of the same chapter, if none names it."""
    known, found = _headings(), []
    for word in _words_of(description):
        named = known.get(word, frozenset())
        if heading in named:
            return ()
        if any(one[:2] == heading[:2] for one in named):
            found.append(word)
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=4096)
def _words_of(description: str) -> tuple[str, ...]:
    """Pairs of words and single words that may say what goods are, in the singular."""
    bare = description.lower()
    for beside in (_PACKED_IN, _PURPOSE, _OF_PLANT):
        bare = beside.sub(" ", bare)
    singular, beginnings = [_singular(word) for word in _WORD.findall(bare)], _beginnings()
    pairs = [f"{one} {other}" for one, other in pairwise(singular) if one in beginnings]
    return (*pairs, *singular)


# How many digits of a code say so, and which words name another.
_PLACES_OF_CODES = (
    ("chapter", 2, words_of_other_chapters),
    ("heading", 4, words_of_other_headings),
)


def _preference(text: str, **where: str | int) -> Iterator[Found]:
    claimed = _PREFERENCE.search(_REFUSED.sub(" ", text))
    if claimed:
        yield Found("preferential_words", {"words": claimed[0].strip()}, **where)  # type: ignore[arg-type]


def _number(text: str, words: str, **where: str | int) -> Iterator[Found]:
    if holds_aadhaar_like(text):
        yield Found("aadhaar_like", {"where": words}, **where)  # type: ignore[arg-type]


def holds_aadhaar_like(text: str) -> bool:
    """Whether a valid number stands in groups of four, or is called one; telephones aren't."""
    if sum(map(text.count, _DIGITS)) < 12:
        return False
    if any(aadhaar.is_valid(number) for number in _CALLED.findall(text)):
        return True
    for found in _FOUR_BY_FOUR.finditer(text):
        before = text[max(0, found.start() - 14) : found.start()]
        if aadhaar.is_valid(found[0]) and not _TELEPHONE.search(before):
            return True
    return False


def _alike(facts: Facts) -> Iterator[Found]:
    alike = Counter([line.description for line in facts.lines])
    same: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
    for line in facts.lines if len(alike) < len(facts.lines) else ():
        if alike[line.description] > 1:
            same[line[1:]].append(line.position)
    for positions in same.values():
        if len(positions) > 1:
            shown = ", ".join(map(str, positions[:20])) + ("…" if len(positions) > 20 else "")
            yield Found("duplicate_lines", {"lines": shown}, at="description", line=positions[1])


@lru_cache(maxsize=4096)
def _singular(word: str) -> str:
    """Plain plurals only: boxes, shirts, berries; glass and brass stay."""
    if word in _chapters() or len(word) < 4 or word.endswith("ss"):
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-2] if word.endswith(("shes", "ches", "xes", "oes")) else word.removesuffix("s")


@cache
def _chapters() -> Mapping[str, frozenset[int]]:
    """The chapters of each known word; the file says from where they are."""
    return {word: frozenset(_numbers(text)) for word, text in _data()["words"].items()}


@cache
def _data() -> Any:
    return json.loads((Path(__file__).parent / "chapters.json").read_text())


@cache
def _headings() -> Mapping[str, frozenset[str]]:
    """The headings of each word that names one or a few."""
    return {word: frozenset(text.split()) for word, text in _data()["headings"].items()}


@cache
def _materials() -> frozenset[str]:
    """What things consist of; machines, instruments and toys are of any of it."""
    return frozenset(_data()["materials"].split())


@cache
def _beginnings() -> frozenset[str]:
    """With which words those begin that are two."""
    known = (*_chapters(), *_headings())
    return frozenset(word.partition(" ")[0] for word in known if " " in word)


def _numbers(text: str) -> Iterator[int]:
    for part in text.split(","):
        first, _dash, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)
