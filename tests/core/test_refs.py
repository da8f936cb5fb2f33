"""References: a slip of the keyboard is told apart from an unknown number."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from portal.core import refs

CODES = st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=5)
NUMBERS = st.builds(
    refs.numbered,
    st.sampled_from(["NP", "RC", "TK", ""]),
    CODES,
    CODES,
    st.just("2627"),
    st.integers(min_value=1, max_value=9_999_999),
)


@given(number=NUMBERS)
def test_a_number_fits_its_own_check_character(number: str) -> None:
    assert refs.is_well_formed(number)


@given(number=NUMBERS, data=st.data())
def test_one_wrong_character_is_noticed(number: str, data: st.DataObject) -> None:
    places = [place for place, sign in enumerate(number) if sign != "-"]
    place = data.draw(st.sampled_from(places))
    sign = data.draw(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    assume(sign != number[place])
    assert not refs.is_well_formed(number[:place] + sign + number[place + 1 :])


def test_of_swapped_neighbours_nineteen_in_twenty_are_noticed() -> None:
    """ISO 7064's mod 37,36 doesn't promise them all, as it does single wrong characters."""
    swaps = noticed = 0
    for serial in range(1, 2000, 7):
        number = refs.numbered("NP", "SMP", "DEL", "2627", serial)
        for place, (left, right) in enumerate(pairwise(number)):
            if left != right and "-" not in (left, right):
                swaps += 1
                swapped = number[:place] + right + left + number[place + 2 :]
                noticed += not refs.is_well_formed(swapped)
    assert noticed / swaps > 0.95


@given(text=st.text(max_size=60))
def test_anything_typed_is_judged_without_a_crash(text: str) -> None:
    assert refs.is_well_formed(refs.tidy(text)) in (True, False)
    assert refs.tidy_code(text) == refs.tidy_code(refs.tidy_code(text))


@given(number=NUMBERS, dash=st.sampled_from("-‐‑‒–—−/"))
def test_a_number_is_found_however_its_hyphens_were_typed(number: str, dash: str) -> None:
    assert refs.tidy(f" {number.lower().replace('-', dash)} ") == number


def test_random_references_are_long_and_readable() -> None:
    made = {refs.random_ref() for _ in range(1000)}
    assert len(made) == 1000
    assert all(len(ref) == 10 and set(ref) <= set(refs.ALPHABET) for ref in made)


def test_look_alikes_in_a_check_code_are_the_same() -> None:
    assert refs.tidy_code("o0il-1") == "00111"
