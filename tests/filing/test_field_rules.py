"""Fields that are printed: what can't be printed or seen is named, and dates are plausible."""

from __future__ import annotations

from datetime import date

import pytest
from stdnum import verhoeff

from portal.filing.rules import fields

TODAY = date(2026, 11, 23)


def said(text: str, *, longest: int = 200, lines: int | None = None) -> str:
    problem = fields.check_text(text, longest=longest, lines=lines)
    return problem.plain() if problem else ""


def test_plain_text_passes() -> None:
    assert said("Müller & Söhne GmbH, №5 · ₹ 500 €\nHamburg", lines=2) == ""
    assert said("") == ""


def test_an_unprintable_character_is_named_with_its_code_point() -> None:
    text = said("Tea 茶 and 茶")
    assert "茶 (U+8336 CJK UNIFIED IDEOGRAPH-8336)" in text
    assert text.count("U+8336") == 1


def test_a_hidden_character_is_named_without_being_shown() -> None:
    text = said("Acme\u200b Ltd\u202e")
    assert "U+200B ZERO WIDTH SPACE, U+202E RIGHT-TO-LEFT OVERRIDE" in text
    assert "\u202e" not in text


def test_a_long_list_of_unprintable_characters_is_cut_and_counted() -> None:
    assert "+2" in said("一二三四五六七")


def test_a_text_too_long_says_by_how_many() -> None:
    assert said("x" * 203, longest=200).startswith("This is 3 characters too long; at most 200")


def test_too_many_lines_are_refused_and_browser_line_ends_count_once() -> None:
    assert said("a\r\nb\r\nc", longest=5, lines=3) == ""
    assert said("a\r\nb\r\nc", lines=2).startswith("This has 3 lines; at most 2")
    assert said("a\rb") != ""


def test_an_invoice_of_today_passes_and_one_of_tomorrow_does_not() -> None:
    assert fields.check_invoice_date(TODAY, TODAY) is None
    assert fields.check_invoice_date(date(2000, 1, 1), TODAY) is None
    problem = fields.check_invoice_date(date(2026, 11, 24), TODAY)
    assert problem
    assert "24 Nov 2026" in problem.plain()
    assert "23 Nov 2026" in problem.plain()


def test_an_invoice_of_the_last_century_is_taken_for_a_slip() -> None:
    problem = fields.check_invoice_date(date(1999, 12, 31), TODAY)
    assert problem
    assert problem.code == "invoice_too_old"
    assert fields.check_invoice_date(date(26, 11, 3), TODAY)


@pytest.mark.parametrize("number", ["EX/26-27/0001", "A", "INV №7", "x" * 60])
def test_an_invoice_number_as_printed_passes(number: str) -> None:
    assert fields.check_invoice_number(number) is None


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("", "empty"),
        (" ", "empty"),
        ("--/", "invoice_number"),
        ("x" * 61, "too_long"),
        ("EX\n1", "too_many_lines"),
        ("EX\u200b1", "hidden_characters"),
        ("चालान 1", "unprintable"),
    ],
)
def test_a_wrong_invoice_number_is_told_apart(number: str, code: str) -> None:
    problem = fields.check_invoice_number(number)
    assert problem
    assert problem.code == code


def test_a_reference_is_only_asked_about_when_it_could_be_an_aadhaar() -> None:
    likely = "23456789012" + verhoeff.calc_check_digit("23456789012")
    other = likely[:-1] + str((int(likely[-1]) + 1) % 10)
    assert fields.reference_may_be_aadhaar(likely)
    assert fields.reference_may_be_aadhaar(f"{likely[:4]} {likely[4:8]}-{likely[8:]}")
    assert not fields.reference_may_be_aadhaar(other)
    assert not fields.reference_may_be_aadhaar("EX/26-27/0001")
