"""Finds rows by words as people type them, misspelt or half typed, the same on both databases.

A trigram leads to the words that hold it, a word to the keys of the rows that hold it. Both lists
are packed into one row each, so that a search is two statements however large the register is.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from heapq import nlargest, nsmallest
from math import log
from typing import Any, cast

from sqlalchemy import String, Table, Text, delete, exists, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core.db import Model

LONGEST_WORD = 32
MOST_ASKED = 5
MOST_COMPARED = 120
MOST_ALIKE = 6
# Comparing long words costs more, so fewer of them are.
LONG = 6
# A longer word that is there as typed was hardly meant otherwise; "rise" may mean rice.
SHORT = 4
# Lists longer than this only lift what a rarer word found already.
COMMON = 1500
# Words that most rows hold, or that say nothing about goods and places.
EMPTY_WORDS = re.compile(
    r"a|an|and|as|at|but|by|for|from|in|is|nes|of|on|or|others?|than|that|the|to|with"
)
EXACT, BEGINS, ONE_SLIP, TWO_SLIPS = 1.0, 0.8, 0.6, 0.4


class SearchWord(Model):
    """A word of one kind of row, with the keys of all rows that hold it (spaces between)."""

    __tablename__ = "core_search_word"

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    word: Mapped[str] = mapped_column(String(LONGEST_WORD), primary_key=True)
    keys: Mapped[str] = mapped_column(Text)


class SearchTrigram(Model):
    """Three letters in a row, with all words that hold them (spaces between)."""

    __tablename__ = "core_search"

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    trigram: Mapped[str] = mapped_column(String(3), primary_key=True)
    words: Mapped[str] = mapped_column(Text)


@dataclass(frozen=True)
class Hit:
    """The key of a row that was found, and how well it fits (more is better)."""

    key: str
    score: float


def words_of(text: str) -> list[str]:
    """The distinct words of a text: small letters, no accents, none of the empty ones."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in plain if not unicodedata.combining(c)) if plain != text else plain
    found = re.findall(r"[^\W_]{2,}", plain.casefold())
    return list(dict.fromkeys(w[:LONGEST_WORD] for w in found if not EMPTY_WORDS.fullmatch(w)))


def search(db: Session, kind: str, text: str, limit: int = 20) -> list[Hit]:
    """The rows of `kind` that fit the words best; none where no word resembles any of theirs."""
    asked = words_of(text[:200])[:MOST_ASKED]
    alike = _alike(db, kind, asked) if asked else {}
    wanted = {word for words in alike.values() for word in words}
    if not wanted:
        return []
    held = _keys(db, kind, wanted)
    scores: dict[str, float] = defaultdict(float)
    for words in sorted(alike.values(), key=lambda words: _rarest(words, held)):
        _add(scores, words, held)
    return _best(scores, limit)


def rebuild(db: Session, kind: str, texts: Iterable[tuple[str, str]]) -> int:
    """Make the index of `kind` anew from (key, text); returns how many rows it knows.

    Runs inside the caller's transaction. Keys hold no spaces.
    """
    keys: dict[str, list[str]] = defaultdict(list)
    count = 0
    for key, text in texts:
        count += 1
        for word in words_of(text):
            keys[word].append(key)
    _clear(db, kind)
    _insert(
        db, SearchWord, [{"kind": kind, "word": w, "keys": " ".join(k)} for w, k in keys.items()]
    )
    _insert(db, SearchTrigram, _trigram_rows(kind, keys))
    return count


def change(db: Session, kind: str, key: str, old: str, new: str) -> None:
    """Index one row anew: `old` is the text that it was indexed by (empty for a new row)."""
    before, after = set(words_of(old)), set(words_of(new))
    for word in sorted(before - after):
        _drop_key(db, kind, word, key)
    for word in sorted(after - before):
        _add_key(db, kind, word, key)


def is_built(db: Session, kind: str) -> bool:
    """Whether `kind` has an index."""
    return bool(db.scalar(select(exists().where(SearchWord.kind == kind))))


def trigrams(word: str) -> list[str]:
    """The distinct trigrams of a word, with a space before and after it."""
    padded = f" {word} "
    return list(dict.fromkeys(padded[i : i + 3] for i in range(len(padded) - 2)))


def slips(left: str, right: str, most: int) -> int:
    """How many letters are wrong, missing, too many or swapped; `most` + 1 where it is more."""
    if abs(len(left) - len(right)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        older, before, row = before, row, [i]
        for j, b in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def _alike(db: Session, kind: str, asked: list[str]) -> dict[str, dict[str, float]]:
    """For each word that was asked for: the words of the index that it may mean, with weights."""
    parts = {part for word in asked for part in trigrams(word)}
    query = select(SearchTrigram.trigram, SearchTrigram.words).where(
        SearchTrigram.kind == kind, SearchTrigram.trigram.in_(parts)
    )
    held = {row.trigram: row.words.split(" ") for row in db.execute(query)}
    return {word: found for word in asked if (found := _meant(word, held))}


def _meant(asked: str, held: dict[str, list[str]]) -> dict[str, float]:
    shared: Counter[str] = Counter()
    for part in trigrams(asked):
        shared.update(held.get(part, ()))
    begun = [word for word in shared if word.startswith(asked)]
    found = {word: BEGINS for word in nsmallest(MOST_ALIKE, begun, key=lambda w: (len(w), w))}
    for word, weight in _slipped(asked, shared).items():
        found[word] = max(weight, found.get(word, 0.0))
    if asked in shared:
        found[asked] = EXACT
    return dict(nsmallest(MOST_ALIKE, found.items(), key=lambda item: (-item[1], item[0])))


def _slipped(asked: str, shared: Counter[str]) -> dict[str, float]:
    """The words that one slip, in long words two, makes of what was asked for."""
    allowed = 0 if len(asked) < 4 else 1 if len(asked) < 7 else 2
    if not allowed:
        return {}
    # A slip spoils four trigrams at most.
    least = max(1, len(asked) - 4 * allowed)
    lengths = range(len(asked) - allowed, len(asked) + allowed + 1)
    close = [word for word, count in shared.items() if count >= least and len(word) in lengths]
    most = MOST_COMPARED // (1 if len(asked) < LONG else 4)
    if asked in shared and len(asked) > SHORT:
        most = MOST_COMPARED // 30
    found = {}
    for word in nsmallest(most, close, key=lambda word: (-shared[word], word)):
        count = slips(asked, word, allowed)
        if count <= allowed:
            found[word] = TWO_SLIPS if count == 2 else ONE_SLIP
    return found


def _keys(db: Session, kind: str, words: set[str]) -> dict[str, list[str]]:
    query = select(SearchWord.word, SearchWord.keys).where(
        SearchWord.kind == kind, SearchWord.word.in_(words)
    )
    return {row.word: row.keys.split(" ") for row in db.execute(query) if row.keys}


def _rarest(words: dict[str, float], held: dict[str, list[str]]) -> int:
    return min((len(held[word]) for word in words if word in held), default=0)


def _add(scores: dict[str, float], words: dict[str, float], held: dict[str, list[str]]) -> None:
    """Add to each row the worth of the best word that it holds: rare words are worth more."""
    order = [word for word in words if word in held]
    if not order:
        return
    # How rare it is counts for what was asked, not for a rare word that merely resembles it.
    rarity = log(2 + 50_000 / len(held[order[0]]))
    known = set(scores)
    gained: dict[str, float] = {}
    for word in reversed(order):
        keys: Iterable[str] = held[word]
        if known and len(held[word]) > COMMON:
            keys = known.intersection(keys)
        gained.update(dict.fromkeys(keys, words[word] * rarity))
    for key, worth in gained.items():
        scores[key] += worth


def _best(scores: dict[str, float], limit: int) -> list[Hit]:
    """The best first; where they are alike the shorter key, then the smaller one."""
    if not scores:
        return []
    least = nlargest(limit, scores.values())[-1]
    best = [(-score, len(key), key) for key, score in scores.items() if score >= least]
    return [Hit(key, -score) for score, _length, key in nsmallest(limit, best)]


def _trigram_rows(kind: str, words: Iterable[str]) -> list[dict[str, Any]]:
    holders: dict[str, list[str]] = defaultdict(list)
    for word in sorted(words):
        for part in trigrams(word):
            holders[part].append(word)
    return [{"kind": kind, "trigram": p, "words": " ".join(w)} for p, w in holders.items()]


def _insert(db: Session, table: type[Model], rows: list[dict[str, Any]]) -> None:
    if rows:
        db.execute(insert(cast(Table, table.__table__)), rows)


def _clear(db: Session, kind: str) -> None:
    db.execute(delete(SearchWord).where(SearchWord.kind == kind))
    db.execute(delete(SearchTrigram).where(SearchTrigram.kind == kind))


def _drop_key(db: Session, kind: str, word: str, key: str) -> None:
    """The word itself stays known to its trigrams: the next rebuild forgets it."""
    row = db.get(SearchWord, (kind, word))
    if row is not None:
        row.keys = " ".join(k for k in row.keys.split(" ") if k != key)


def _add_key(db: Session, kind: str, word: str, key: str) -> None:
    row = db.get(SearchWord, (kind, word))
    if row is not None:
        row.keys = " ".join(dict.fromkeys([*row.keys.split(), key]))
        return
    db.add(SearchWord(kind=kind, word=word, keys=key))
    for part in trigrams(word):
        holder = db.get(SearchTrigram, (kind, part))
        if holder is None:
            db.add(SearchTrigram(kind=kind, trigram=part, words=word))
        else:
            holder.words = " ".join(dict.fromkeys([*holder.words.split(), word]))
    db.flush()
