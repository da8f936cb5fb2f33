"""Figures of goods lines: what is typed comes back exactly, and nothing is rounded in silence."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.errors import Problem
from portal.filing.rules import goods

whole = st.integers(0, 10**12 - 1)


@dataclass(frozen=True)
class Row:
    packages: int = 1
    gross_weight: int = 2
    net_weight: int = 1
    fob_minor: int = 100


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("0", 0),
        ("1", 1000),
        ("0.001", 1),
        ("100000.5", 100000500),
        ("1,00,000.5", 100000500),
        ("100,000.5", 100000500),
        (" 12.5000 ", 12500),
        ("1,500", 1500000),
        ("1,000,000", 10**9),
        ("10,00,000", 10**9),
        ("999999999999.999", 10**15 - 1),
        ("007", 7000),
    ],
)
def test_a_figure_is_read_in_either_grouping(typed: str, value: int) -> None:
    assert goods.parse_scaled(typed) == value


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        ("-5", "signed"),
        ("−5", "signed"),
        ("+5", "signed"),
        ("5 kg", "not_a_figure"),
        ("1e5", "not_a_figure"),
        ("1 000", "not_a_figure"),
        ("१२", "not_a_figure"),
        ("5-3", "not_a_figure"),
        ("1,5", "figure_shape"),
        ("1.000,5", "figure_shape"),
        ("1.2.3", "figure_shape"),
        (".5", "figure_shape"),
        ("5.", "figure_shape"),
        ("1,00,00", "figure_shape"),
        ("1.0005", "too_many_decimals"),
        ("1000000000000", "figure_too_large"),
        ("9" * 5000, "figure_too_large"),
    ],
)
def test_a_figure_that_could_be_misread_is_refused(typed: str, code: str) -> None:
    problem = goods.parse_scaled(typed)
    assert isinstance(problem, Problem)
    assert problem.code == code
    assert "%(" not in problem.plain()


@given(st.integers(0, 10**15 - 1))
def test_what_is_written_can_be_read_again(value: int) -> None:
    assert goods.parse_scaled(goods.format_scaled(value)) == value


@given(whole, st.integers(0, 4))
def test_an_amount_keeps_all_decimals_of_its_currency(value: int, exponent: int) -> None:
    written = goods.format_minor(value, exponent)
    assert goods.parse_minor(written, exponent) == value
    assert len(written.partition(".")[2]) == exponent


@given(st.text(max_size=30))
def test_any_text_gives_a_figure_or_a_problem(typed: str) -> None:
    found = goods.parse_scaled(typed)
    assert isinstance(found, Problem) or 0 <= found < 10**15


def test_figures_are_written_in_lakh_grouping_without_idle_zeros() -> None:
    assert goods.format_scaled(100000500) == "1,00,000.5"
    assert goods.format_scaled(1200000) == "1,200"
    assert goods.format_scaled(0) == "0"
    assert goods.format_minor(10050, 2) == "100.50"
    assert goods.format_minor(10050, 0) == "10,050"


def test_yen_have_no_decimals_and_dinars_have_three() -> None:
    assert goods.parse_minor("1,000", 0) == 1000
    assert goods.parse_minor("1.234", 3) == 1234
    problem = goods.parse_minor("10.5", 0)
    assert isinstance(problem, Problem)
    assert "whole number" in problem.plain()


def test_packages_are_counted_in_whole_numbers_from_one() -> None:
    assert goods.parse_count("1,200") == 1200
    codes = [goods.parse_count(typed) for typed in ("0", "1.5", "x", "10000000")]
    assert [found.code for found in codes if isinstance(found, Problem)] == [
        "no_packages",
        "too_many_decimals",
        "not_a_figure",
        "too_many_packages",
    ]
    assert goods.check_packages(1) is None
    assert goods.check_packages(-1)


def test_gross_below_net_is_refused_with_both_figures() -> None:
    assert goods.check_weights(1000, 1000) is None
    problem = goods.check_weights(1_000_000, 1_250_500)
    assert problem
    assert "1,000 kg" in problem.plain()
    assert "1,250.5 kg" in problem.plain()


def test_a_thousand_lines_fit_and_one_more_does_not() -> None:
    assert goods.check_line_count(1000) is None
    problem = goods.check_line_count(1001)
    assert problem
    assert "1,000" in problem.plain()
    assert "1,001" in problem.plain()


@given(st.lists(st.builds(Row, *[st.integers(0, 10**15)] * 4), max_size=20))
def test_totals_are_the_sums_of_the_lines(rows: list[Row]) -> None:
    found = goods.totals(iter(rows))
    assert found.packages == sum(r.packages for r in rows)
    assert found.gross_weight == sum(r.gross_weight for r in rows)
    assert found.net_weight == sum(r.net_weight for r in rows)
    assert found.fob_minor == sum(r.fob_minor for r in rows)


def test_every_criterion_has_words_for_the_form_and_short_ones_for_box_8() -> None:
    for criterion in goods.OriginCriterion:
        assert criterion.label
        assert 0 < len(goods.printed_criterion(criterion)) <= 24
    offered = [value for value, _ in goods.ORIGIN_CHOICES]
    assert [*offered, "foreign"] == [c.value for c in goods.OriginCriterion]
    assert goods.printed_criterion("") == ""
