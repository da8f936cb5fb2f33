"""Keeping the search index of codes and places in step with their tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import search
from portal.reference.models import Country, HsCode, NationalLine, Place, Station
from portal.reference.queries.finding import HS, PLACES

# With so few words a national line ("Other") is found only by those of its subheading.
FEW_WORDS = 3


def rebuild_index(db: Session) -> dict[str, int]:
    """Make both indexes anew; returns how many rows each knows."""
    return {kind: search.rebuild(db, kind, texts(db, kind).items()) for kind in (HS, PLACES)}


def rebuild_kind(db: Session, kind: str) -> None:
    """Make the index of `hs` or `place` anew."""
    search.rebuild(db, kind, texts(db, kind).items())


def refresh(db: Session, kind: str, before: dict[str, str], codes: Collection[str]) -> None:
    """Index some codes anew; `before` are their texts as they were indexed."""
    after = texts(db, kind, codes)
    for code in codes:
        search.change(db, kind, code, before.get(code, ""), after.get(code, ""))


def texts(db: Session, kind: str, codes: Collection[str] | None = None) -> dict[str, str]:
    """By what words each code is found; those of `codes`, or all."""
    return _hs_texts(db, codes) if kind == HS else _place_texts(db, codes)


def _hs_texts(db: Session, codes: Collection[str] | None) -> dict[str, str]:
    headings = _joined(db, select(HsCode.code, HsCode.description))
    query = select(NationalLine.code, NationalLine.description)
    if codes is not None:
        query = query.where(NationalLine.code.in_(codes))
    lines = {
        code: text
        if len(search.words_of(text)) >= FEW_WORDS
        else f"{text} {headings.get(code[:6], '')}"
        for code, text in _joined(db, query).items()
    }
    if codes is not None:
        headings = {code: headings[code] for code in codes if code in headings}
    return {**headings, **lines}


def _place_texts(db: Session, codes: Collection[str] | None) -> dict[str, str]:
    countries = _joined(db, select(Country.code, Country.name))
    stations = select(Station.code, Station.name)
    places = select(Place.code, Place.name)
    if codes is not None:
        stations, places = (
            stations.where(Station.code.in_(codes)),
            places.where(Place.code.in_(codes)),
        )
    named = _joined(db, stations) | _joined(db, places)
    return {code: f"{name} {countries.get(code[:2], '')}" for code, name in named.items()}


def _joined(db: Session, query: object) -> dict[str, str]:
    """Code and wording; where a code has several periods, their wordings one after the other."""
    found: dict[str, list[str]] = defaultdict(list)
    for code, text in db.execute(query):  # type: ignore[call-overload]
        found[code].append(text)
    return {code: " ".join(texts) for code, texts in found.items()}
