"""How the certificate's text is broken into rows and its goods are shared out to pages."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from portal.adapters.pdf.paging import Goods, Room, paged
from portal.adapters.pdf.setting import Part, broken, fit, fits

ROOM = Room(first=400, following=600, first_last=270, following_last=470)
# What the "end of list" mark needs, in points.
END = 15
FACE = "any"


def by_letter(_face: str, text: str) -> float:
    """Every letter is one wide."""
    return len(text)


def rows(text: str, width: int) -> list[str]:
    return ["".join(words for _, words in row) for row in broken([(FACE, text)], width, by_letter)]


def test_a_row_ends_at_a_space_before_anything_else() -> None:
    assert rows("Gross 1,00,375 kg of rice", 17) == ["Gross 1,00,375 kg", "of rice"]


def test_an_invoice_number_breaks_after_a_slash_and_not_inside_the_year() -> None:
    number = "SPECIMEN/RICE/2026-27/0001"
    assert rows(number, 18) == ["SPECIMEN/RICE/", "2026-27/0001"]
    assert rows(number, 9) == ["SPECIMEN/", "RICE/", "2026-27/", "0001"]


def test_a_part_still_too_wide_breaks_after_a_hyphen_and_only_then_anywhere() -> None:
    assert rows("ABCDEF-GHIJ/KLMNOPQRSTUV", 8) == ["ABCDEF-", "GHIJ/KLM", "NOPQRSTU", "V"]


def test_line_breaks_are_kept_and_other_white_space_is_one_space() -> None:
    assert rows("one  two\nthree\t four", 20) == ["one two", "three four"]


def test_faces_keep_to_their_words() -> None:
    found = broken([("bold", "Asha Example"), ("plain", ", Export Manager")], 20, by_letter)
    assert found == [(("bold", "Asha Example"), ("plain", ", Export")), (("plain", "Manager"),)]


def test_what_is_too_long_becomes_smaller_until_it_fits() -> None:
    parts = [Part(((FACE, "word " * 400),), 8.0)]
    assert not fits(parts, 200, 100, by_letter)
    found = fit(parts, 200, 100, by_letter)
    assert found[-1].drop <= 100
    assert len({row.size for row in found}) == 1


@given(st.text(st.sampled_from("ab /-,.\n"), max_size=80), st.integers(1, 30))
def test_no_letter_is_lost_and_no_row_too_wide(text: str, width: int) -> None:
    found = rows(text, width)
    assert "".join("".join(found).split()) == "".join(text.split())
    assert max(map(len, found)) <= width


@given(st.lists(st.integers(1, 120), min_size=1, max_size=80))
def test_goods_keep_their_order_and_every_page_has_some(heights: list[int]) -> None:
    goods = [
        Goods((tuple(f"{number}.{row}" for row in range(height)),))
        for number, height in enumerate(heights)
    ]
    pages = paged(goods, ROOM)
    printed = [row for page in pages for one in page for row in one.cells[0]]
    assert printed == [row for one in goods for row in one.cells[0]]
    assert all(page and all(one.cells[0] for one in page) for page in pages)


@given(st.lists(st.integers(1, 120), min_size=1, max_size=80))
def test_every_page_has_room_for_its_goods(heights: list[int]) -> None:
    pages = paged([Goods((("row",) * height,)) for height in heights], ROOM)
    for index, page in enumerate(pages):
        first, last = index == 0, index == len(pages) - 1
        room = (ROOM.first_last if last else ROOM.first) if first else ROOM.following
        if last and not first:
            room = ROOM.following_last
        assert sum(one.height for one in page) + END * last <= room
