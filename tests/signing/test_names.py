"""The rule on names: who is the same person on both papers, and who isn't."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.signing.rules.names import is_same_name

SAME = [
    ("Ravi Kumar Iyer", "IYER RAVI KUMAR"),
    ("R. K. Iyer", "Ravi Kumar Iyer"),
    ("Iyer R K", "Ravi Kumar Iyer"),
    ("Shri Ravi Kumar", "Ravi Kumar"),
    ("Dr. (Mrs.) Meena Pai", "Meena Pai"),
    ("M/s Ravi Traders", "Ravi Traders"),
    ("Ravikumar", "Ravi Kumar"),
    ("  Ravi   Kumar ", "ravi kumar"),
    ("José Almeida", "Jose Almeida"),
    ("D'Souza Anita", "Anita DSouza"),
    ("Ravi-Kumar Iyer", "Ravi Kumar Iyer"),
    ("रवि कुमार", "कुमार रवि"),
    ("Ravi Kumar", "Ravi K"),
    ("Ravi\u200dKumar", "Ravi Kumar"),
]
OTHERS = [
    ("Ravi Kumar", "Ravi Kumari"),
    ("Ravi", "Ravi Kumar"),
    ("Meena Kumari", "Meena"),
    ("R K", "Ravi Kumar"),
    ("S. Ravi", "Ravi S Iyer"),
    ("Ravi Kumar", "Ravi Lal"),
    ("रवि कुमार", "Ravi Kumar"),
    ("रवि कुमार", "रवि कुमारी"),
    ("Ravi K Iyer", "Ravi L Iyer"),
    ("", ""),
    ("Shri", "Shri"),
    ("123", "123"),
    ("Ravi Ravi", "Ravi"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_person_in_two_spellings(one: str, other: str) -> None:
    assert is_same_name(one, other)
    assert is_same_name(other, one)


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_another_person(one: str, other: str) -> None:
    assert not is_same_name(one, other)
    assert not is_same_name(other, one)


@given(st.text(max_size=40), st.text(max_size=40))
def test_the_rule_takes_no_side_and_any_text(one: str, other: str) -> None:
    assert is_same_name(one, other) == is_same_name(other, one)


@given(st.lists(st.sampled_from(["ravi", "kumar", "iyer", "meena", "pai"]), min_size=1, max_size=4))
def test_order_and_capitals_never_matter(words: list[str]) -> None:
    assert is_same_name(" ".join(words), " ".join(reversed(words)).upper())
