"""Money: whole paise, written as people in India write it."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from portal.core import money


def test_amounts_are_grouped_in_lakhs_and_crores() -> None:
    assert money.rupees(20_000) == "₹200.00"
    assert money.rupees(123_456_789_05) == "₹12,34,56,789.05"
    assert money.rupees(-5) == "−₹0.05"


@given(paise=st.integers(min_value=-(10**15), max_value=10**15))
def test_what_is_written_reads_back_as_the_same_amount(paise: int) -> None:
    text = money.rupees(paise).replace("₹", "").replace(",", "").replace("−", "-")
    assert int(Decimal(text) * 100) == paise


@given(whole=st.integers(min_value=0, max_value=10**15))
def test_groups_are_two_digits_but_the_last_which_is_three(whole: int) -> None:
    first, *others = money.grouped(whole).split(",")
    if others:
        assert 1 <= len(first) <= 2
        assert len(others[-1]) == 3
        assert all(len(part) == 2 for part in others[:-1])


@given(rupees=st.integers(min_value=0, max_value=10**12))
def test_a_rupee_is_a_hundred_paise(rupees: int) -> None:
    assert money.from_rupees(rupees) == rupees * 100
