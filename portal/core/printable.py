"""Says which characters the certificate's font can print, so that no name is printed as boxes."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import groupby

# The character map of Noto Sans 2.15 without control and format characters, as hexadecimal
# code points and ranges; a test compares it with the font.
_FONT = """
    20-7E A0-AC AE-377 37A-37F 384-38A 38C 38E-3A1 3A3-3E1 3F0-52F 900-97F 10FB 1AB0-1AC0 1AC5
    1AC7-1ACE 1C80-1C88 1D00-1DF9 1DFB-1F15 1F18-1F1D 1F20-1F45 1F48-1F4D 1F50-1F57 1F59 1F5B 1F5D
    1F5F-1F7D 1F80-1FB4 1FB6-1FC4 1FC6-1FD3 1FD6-1FDB 1FDD-1FEF 1FF2-1FF4 1FF6-1FFE 2000-200A
    2010-2027 202F-205F 2070-2071 2074-208E 2090-209C 20A0-20C0 20F0 2100-215F 2183-2184 2189 2212
    25CC 2C60-2C7F 2DE0-2E5D A640-A69F A700-A7CA A7D0-A7D1 A7D3 A7D5-A7D9 A7F2-A7FF A8FF A92E
    AB30-AB6B FB00-FB06 FE00 FE20-FE2F FFFC-FFFD 10780-10785 10787-107B0 107B2-107BA 1DF00-1DF1E
"""
# In the font, but the PDF maker doesn't join and reorder them as Devanagari needs: a wrong word.
_NEEDS_SHAPING = "900-97F A8E0-A8FF 1CD0-1CFA 11B00-11B09"


def font_characters() -> frozenset[str]:
    """Every visible character and space for which the font holds a shape."""
    return _set(_FONT)


def unprintable(text: str) -> tuple[str, ...]:
    """The characters of `text` a certificate can't print, each once, in order; \\n may stand."""
    if _is_plain(text):
        return ()
    can = _set(_FONT) - _set(_NEEDS_SHAPING)
    return tuple(dict.fromkeys(char for char in text if char != "\n" and char not in can))


def hidden(text: str) -> tuple[str, ...]:
    """The characters that nobody sees, each once, in order: zero-width, direction marks, controls.

    Such a character makes two names look alike. A line break (\\n) is allowed.
    """
    if _is_plain(text):
        return ()
    return tuple(dict.fromkeys(char for char in text if char != "\n" and _is_hidden(char)))


def visible(text: str) -> str:
    """`text` with what can't be printed or seen as code points: `[U+200B]`, `[U+0917 U+093E]`."""
    if _is_plain(text):
        return text
    bad = {*hidden(text), *unprintable(text)}
    parts = ((is_bad, list(run)) for is_bad, run in groupby(text, bad.__contains__))
    return "".join(_code_points(run) if is_bad else "".join(run) for is_bad, run in parts)


def name_of(char: str) -> str:
    """What to call one character: `U+200B ZERO WIDTH SPACE`."""
    name = unicodedata.name(char, "") or _NAMELESS.get(unicodedata.category(char), "CHARACTER")
    return f"U+{ord(char):04X} {name}"


def _is_plain(text: str) -> bool:
    """Whether there is nothing to look at: the letters and signs of ASCII, and line breaks."""
    return text.isascii() and text.replace("\n", " ").isprintable()


def _code_points(run: Iterable[str]) -> str:
    return f"[{' '.join(f'U+{ord(char):04X}' for char in run)}]"


_NAMELESS = {"Cc": "CONTROL CHARACTER", "Cs": "SURROGATE", "Co": "PRIVATE USE", "Cn": "UNASSIGNED"}

# Letters by their category, yet without ink: Hangul and Khmer fillers, the braille blank, variation
# selectors and the combining joiner.
_BLANK = "34F 115F-1160 17B4-17B5 180B-180F 2800 3164 FE00-FE0F FFA0 E0100-E01EF"


def _is_hidden(char: str) -> bool:
    if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
        return True
    code = ord(char)
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF or char in _set(_BLANK)


@cache
def _set(ranges: str) -> frozenset[str]:
    pairs = (part.partition("-") for part in ranges.split())
    return frozenset(
        chr(code)
        for first, _, last in pairs
        for code in range(int(first, 16), int(last or first, 16) + 1)
    )
