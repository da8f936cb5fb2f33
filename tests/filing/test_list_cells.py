"""What stands in one cell: figures in any notation, units by name, days, codes, heads."""

from __future__ import annotations

import csv
from datetime import date

import pytest

from portal.config import ROOT
from portal.core.errors import Problem
from portal.filing.rules.cells import (
    Notation,
    month_stands_first,
    named,
    notation_of,
    plain_figure,
    read_day,
    read_hs,
    split_figure,
    unit_of,
)
from portal.filing.rules.columns import LINE_COLUMNS, currency_in_head, find_head

with (ROOT / "portal/reference/seed/units.csv").open() as file:
    UNITS = {row["uqc"]: row["name"] for row in csv.DictReader(file)}


@pytest.mark.parametrize(
    ("figures", "separator", "expected"),
    [
        (["12.5", "1,00,000"], ",", Notation.POINT),
        (["1,234", "5,000"], ",", Notation.POINT),
        (["12,5", "1.234"], ",", Notation.COMMA),
        (["1.234,50"], "\t", Notation.COMMA),
        (["0,125"], ",", Notation.COMMA),
        (["1.234.567"], ",", Notation.COMMA),
        (["12,5", "12.5"], ",", Notation.UNSURE),
        (["1,234"], ";", Notation.UNSURE),
        (["1,234", "2.5"], ";", Notation.POINT),
        ([], ";", Notation.UNSURE),
        ([], ",", Notation.POINT),
    ],
)
def test_a_list_shows_how_it_writes_decimals(
    figures: list[str], separator: str, expected: Notation
) -> None:
    assert notation_of(figures, separator) is expected


@pytest.mark.parametrize(
    ("text", "notation", "expected"),
    [
        ("1,00,000.5", Notation.POINT, "1,00,000.5"),
        ("1.234,5", Notation.POINT, "1234.5"),
        ("12,5", Notation.POINT, "12.5"),
        ("1.234", Notation.COMMA, "1234"),
        ("1,234", Notation.COMMA, "1.234"),
        ("1 234 567,5", Notation.COMMA, "1234567.5"),
        ("1'234.50", Notation.POINT, "1234.50"),
        ("12,50", Notation.UNSURE, "12.50"),
        ("12.50", Notation.UNSURE, "12.50"),
        ("12 5", Notation.POINT, "12 5"),
    ],
)
def test_figures_are_put_as_the_form_takes_them(
    text: str, notation: Notation, expected: str
) -> None:
    assert plain_figure(text, notation) == expected


def test_shortened_and_doubtful_figures_are_asked_about() -> None:
    for text, code in (("1.5E+05", "figure_shortened"), ("1,234", "figure_either_way")):
        found = plain_figure(text, Notation.UNSURE)
        assert isinstance(found, Problem) and found.code == code


@pytest.mark.parametrize("code", sorted(UNITS))
def test_every_unit_is_known_by_code_and_name(code: str) -> None:
    name = UNITS[code]
    for word in (code, code.lower(), name, name.upper(), name.removesuffix("s"), f" {name}. "):
        assert unit_of(word, UNITS) == code, word


@pytest.mark.parametrize(
    ("word", "code"),
    [
        *(("kg", "KGS"), ("Kilos", "KGS"), ("M.T.", "MTS"), ("dozen", "DOZ"), ("No.", "NOS")),
        *(
            ("sq. mtr", "SQM"),
            ("litre", "LTR"),
            ("bales", "BAL"),
            ("pair", "PRS"),
            ("boxes", "BOX"),
        ),
        *(("furlong", None), ("", None), ("s", None)),
    ],
)
def test_units_are_known_by_their_usual_names(word: str, code: str | None) -> None:
    assert unit_of(word, UNITS) == code


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("26.11.2026", date(2026, 11, 26)),
        ("26/11/26", date(2026, 11, 26)),
        ("5-4-2026", date(2026, 4, 5)),
        ("11/26/2026", date(2026, 11, 26)),
        ("26-Nov-26", date(2026, 11, 26)),
        ("26 November 2026", date(2026, 11, 26)),
        ("2026-11-26", date(2026, 11, 26)),
        ("2026-11-26 00:00:00", date(2026, 11, 26)),
        ("46352", date(2026, 11, 26)),
    ],
)
def test_days_are_read_as_people_and_spreadsheets_write_them(text: str, day: date) -> None:
    assert read_day(text) == day


@pytest.mark.parametrize("text", ["31.02.2026", "26 Foo 2026", "soon", "7", "99999", "2026-13-01"])
def test_what_is_no_day_is_said(text: str) -> None:
    found = read_day(text)
    assert isinstance(found, Problem) and found.code == "not_a_day"


def test_in_a_list_with_both_orders_a_doubtful_day_is_asked_about() -> None:
    assert month_stands_first(["05/04/2026", "11/26/2026"])
    assert not month_stands_first(["05/04/2026", "26/11/2026"])
    found = read_day("05/04/2026", mixed=True)
    assert isinstance(found, Problem) and found.code == "day_either_way"
    assert read_day("05/05/2026", mixed=True) == date(2026, 5, 5)


@pytest.mark.parametrize(
    ("text", "code", "problem", "suggested"),
    [
        ("'04061000", "04061000", "", ""),
        ("73239390.0", "73239390", "", ""),
        ("7.3239390E+07", "73239390", "", ""),
        ("7.3239E+07", "7.3239E+07", "hs_shortened", ""),
        ("4061000", "4061000", "hs_lost_zero", "04061000"),
        ("0406.10.00", "0406.10.00", "", ""),
    ],
)
def test_codes_that_a_spreadsheet_spoiled(
    text: str, code: str, problem: str, suggested: str
) -> None:
    found, why, meant = read_hs(text)
    assert (found, why.code if why else "", meant) == (code, problem, suggested)


def test_a_figure_and_the_words_beside_it_are_told_apart() -> None:
    assert split_figure("10 cartons") == ("10", "cartons")
    assert split_figure("1,200.5KGS") == ("1,200.5", "KGS")
    assert split_figure("USD 90.50") == ("90.50", "USD")
    assert split_figure("=2*3") == ("=2*3", "")
    assert split_figure("-5") == ("-5", "")


def test_names_and_codes_of_lists_are_found() -> None:
    ports = {"INNSA1": "Nhava Sheva"}
    for text in ("innsa1", "nhava  sheva", "Nhava Sheva (INNSA1)"):
        assert named(text, ports) == "INNSA1", text
    assert named("Elsewhere (INXXX1)", ports) is None


def test_a_better_name_of_a_column_wins_over_a_vague_one() -> None:
    head = ("Item", "Amount", "HS Code", "Description", "Qty", "FOB (USD)")
    found = find_head([head], LINE_COLUMNS)
    assert found.columns == ("", "", "hs_code", "description", "quantity", "fob")
    assert currency_in_head(found.words) == "USD"
    vague = find_head([("HS", "Item", "Qty", "Amount")], LINE_COLUMNS)
    assert vague.columns == ("hs_code", "description", "quantity", "fob")
