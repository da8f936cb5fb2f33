"""The search index: forgiving words, half-typed words, upkeep row by row like made anew."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.search import SearchWord, change, is_built, rebuild, search, slips, words_of
from portal.core.tx import write

GOODS = {
    "10063092": "Rice, not parboiled: basmati",
    "10063099": "Rice, not parboiled: other",
    "73239390": "Stainless steel table, kitchen or household articles",
    "09103030": "Turmeric, powder",
    "61034200": "Men's or boys' trousers of cotton, knitted",
    "08041010": "Dátiles: dates, fresh",
}


@pytest.fixture
def goods(db: Session) -> Session:
    assert write(db, rebuild, "hs", list(GOODS.items())) == len(GOODS)
    return db


def found(db: Session, text: str) -> list[str]:
    return [hit.key for hit in search(db, "hs", text)]


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("basmati rice", "10063092"),
        ("basmti rise", "10063092"),
        ("BASMATHI", "10063092"),
        ("tumeric powdr", "09103030"),
        ("stainles steal", "73239390"),
        ("stai", "73239390"),
        ("trosuers", "61034200"),
        ("datiles", "08041010"),
    ],
)
def test_words_are_found_with_slips_and_half_typed(goods: Session, typed: str, key: str) -> None:
    assert found(goods, typed)[0] == key


@pytest.mark.parametrize("typed", ["", " ", "of the", "zzqqxx", "%", "'; --", "\u0915"])
def test_what_resembles_nothing_finds_nothing(goods: Session, typed: str) -> None:
    assert found(goods, typed) == []


def test_kinds_are_apart(goods: Session) -> None:
    assert search(goods, "place", "rice") == []
    assert is_built(goods, "hs")
    assert not is_built(goods, "place")


def test_a_changed_row_is_found_by_its_new_words_alone(goods: Session) -> None:
    write(goods, change, "hs", "10063099", GOODS["10063099"], "Millet, hulled")
    assert found(goods, "milet") == ["10063099"]
    assert found(goods, "rice") == ["10063092"]


def test_upkeep_row_by_row_ends_like_an_index_made_anew(db: Session) -> None:
    for key, text in GOODS.items():
        write(db, change, "hs", key, "", text)
    write(db, change, "hs", "09103030", GOODS["09103030"], "Ginger")
    write(db, change, "hs", "09103030", "Ginger", GOODS["09103030"])
    kept = held(db)
    write(db, rebuild, "hs", list(GOODS.items()))
    assert kept == held(db)


def held(db: Session) -> dict[str, set[str]]:
    rows = db.execute(select(SearchWord.word, SearchWord.keys))
    return {row.word: set(row.keys.split()) for row in rows if row.keys}


@given(st.text(max_size=60))
def test_words_are_plain_and_distinct(text: str) -> None:
    words = words_of(text)
    assert len(words) == len(set(words))
    assert all(2 <= len(word) <= 32 and " " not in word for word in words)


@given(st.text(alphabet="abc", max_size=7), st.text(alphabet="abc", max_size=7))
def test_slips_count_alike_in_both_directions(left: str, right: str) -> None:
    assert slips(left, right, 2) == slips(right, left, 2)
    assert (slips(left, right, 2) == 0) == (left == right)


def test_a_swap_is_one_slip() -> None:
    assert slips("trosuers", "trousers", 2) == 1
