"""Shapes of codes: eight digits of the tariff, eleven terms of delivery, three letters of money."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.reference import rules


@pytest.mark.parametrize("text", ["09101110", "0910.11.10", " 0910 11 10 "])
def test_a_tariff_code_of_eight_digits_passes_however_it_is_spaced(text: str) -> None:
    assert rules.check_hs_shape(text) is None
    assert rules.normal_hs(text) == "09101110"


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("", "hs_length", "0 were typed"),
        ("091011", "hs_too_short", "6 digits"),
        ("0910", "hs_too_short", "4 digits"),
        ("091011100", "hs_length", "9 were typed"),
        ("0910111O", "hs_not_digits", "“O”"),
        ("०९१०१११०", "hs_not_digits", "“०”"),
        ("0910-11-10", "hs_not_digits", "“-”"),
    ],
)
def test_a_wrong_tariff_code_is_told_apart(text: str, code: str, said: str) -> None:
    problem = rules.check_hs_shape(text)
    assert problem
    assert problem.code == code
    assert said in problem.plain()


@given(st.from_regex(r"\A[0-9]{8}\Z"))
def test_every_eight_digits_have_the_shape(code: str) -> None:
    assert rules.check_hs_shape(code) is None
    assert rules.normal_hs(code) == code


def test_the_eleven_terms_of_2020_pass_and_older_ones_do_not() -> None:
    assert [rules.check_incoterm(term) for term in (*rules.INCOTERMS, "fob")] == [None] * 12
    for old in ("DAT", "DES", ""):
        problem = rules.check_incoterm(old)
        assert problem
        assert "Incoterms 2020" in problem.plain()


def test_a_currency_is_three_capital_letters() -> None:
    assert rules.check_currency_shape("USD") is None
    for wrong in ("usd", "US", "USDT", "₹", "US1", "USD\n", ""):
        assert rules.check_currency_shape(wrong)
