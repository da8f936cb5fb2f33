"""The printable characters are those of the font, and what nobody sees is found."""

from __future__ import annotations

import unicodedata

import pytest
from fontTools.ttLib import TTFont

from portal.adapters.fonts import source_font
from portal.core.printable import font_characters, hidden, name_of, unprintable, visible


def test_the_ranges_are_the_fonts_character_map_without_controls() -> None:
    unseen = {"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"}
    in_font = {chr(code) for code in TTFont(source_font()).getBestCmap()}
    assert len(in_font) == 3094
    assert font_characters() == {c for c in in_font if unicodedata.category(c) not in unseen}


def test_unprintable_characters_are_named_once_and_in_order() -> None:
    assert unprintable("Straße, ₹ 5, № 7, Ελλάδα, Москва\nline two") == ()
    assert unprintable("絹 and 茶 and 絹\t") == ("絹", "茶", "\t")


def test_a_script_that_needs_shaping_is_not_called_printable() -> None:
    assert unprintable("कि") == ("क", "ि")


@pytest.mark.parametrize(
    "char",
    [
        *("\u200b", "\u202e", "\u2066", "\ufeff", "\xad", "\x00", "\r", "\t", "\x85", "\u2028"),
        *("\ufdd0", "\uffff", "\U0001fffe", "\ud800", "\u3164", "\ufe0f", "\u115f", "\U000e0041"),
    ],
)
def test_a_character_nobody_sees_is_hidden(char: str) -> None:
    assert hidden(f"a{char}b{char}") == (char,)


def test_visible_text_and_line_breaks_hide_nothing() -> None:
    assert hidden("Müller & Söhne\nकि 絹 \xa0 №") == ()


def test_a_character_is_called_by_its_code_and_name() -> None:
    assert name_of("\u200b") == "U+200B ZERO WIDTH SPACE"
    assert name_of("\x07") == "U+0007 CONTROL CHARACTER"
    assert name_of("\ufdd0") == "U+FDD0 UNASSIGNED"


def test_what_nobody_sees_stands_as_code_points_a_run_at_a_time() -> None:
    assert (
        visible("Sp\u200becimen \u0928\u093f Ltd\n€") == "Sp[U+200B]ecimen [U+0928 U+093F] Ltd\n€"
    )
    assert visible("Specimen Limited\nRow 2") == "Specimen Limited\nRow 2"
