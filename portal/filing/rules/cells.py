"""Reads what stands in one cell of a list: figures in any notation, codes, units, days."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from portal.core.errors import Problem
from portal.core.words import N_
from portal.reference.rules import normal_hs

# A power of ten, as a spreadsheet shows long figures: 7.3239E+07.
_POWER = re.compile(r"\d(?:[.,](\d+))?E\+?(\d{1,2})", re.IGNORECASE)
_COMMA_DECIMAL = re.compile(
    r"\d{1,3}(\.\d{3})+,\d+|\d{1,3}(\.\d{3}){2,}|\d+,(\d{1,2}|\d{4,})|0,\d+|\d{4,},\d+"
)
_POINT_DECIMAL = re.compile(
    r"\d{1,3}(,\d{2,3})+\.\d+|\d{1,3}(,\d{2,3})+,\d{3}|\d+\.(\d{1,2}|\d{4,})|0\.\d+|\d{4,}\.\d+"
)
_EITHER = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_GROUPS = re.compile(r"\d{1,3}(?:[ \u2009\u202f'’]\d{2,3})*[ \u2009\u202f'’]\d{3}(?:[.,]\d+)?")
# Day 0 of a spreadsheet's days; 20000 is 3 October 1954, 80000 lies in 2119.
_SERIAL_ZERO = date(1899, 12, 30)
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec"


class Notation(StrEnum):
    """How a list writes decimals, as far as its figures show."""

    POINT = "point"
    COMMA = "comma"
    # Both, or nothing that shows it in a list from a machine that writes commas.
    UNSURE = "unsure"


def notation_of(figures: Iterable[str], separator: str) -> Notation:
    """The notation of a list, from those of its figures that can be read one way only.

    A list with semicolons between its cells comes from a machine with decimal commas.
    """
    plain = [_joined(text) for text in figures]
    commas = any(_COMMA_DECIMAL.fullmatch(text) for text in plain)
    points = any(_POINT_DECIMAL.fullmatch(text) for text in plain)
    if commas and points:
        return Notation.UNSURE
    if commas:
        return Notation.COMMA
    return Notation.UNSURE if separator == ";" and not points else Notation.POINT


def plain_figure(text: str, notation: Notation) -> str | Problem:
    """A figure with a point before its decimals, as the form takes it, or what to ask.

    What can be read two ways is asked about; other mistakes are left for the form's own rule.
    """
    if text.isascii() and text.isdigit():
        return text
    joined = _joined(text)
    if _POWER.fullmatch(joined):
        return _shortened(joined)
    if notation is Notation.UNSURE and _EITHER.fullmatch(joined):
        whole, rest = re.split("[.,]", joined)
        return Problem(
            "figure_either_way",
            N_("Is this %(whole)s%(rest)s, or %(whole)s and decimals? Type it without commas."),
            {"whole": whole, "rest": rest},
        )
    is_comma = bool(_COMMA_DECIMAL.fullmatch(joined))
    if is_comma or (notation is Notation.COMMA and _EITHER.fullmatch(joined)):
        return joined.replace(".", "").replace(",", ".")
    return joined


def split_figure(text: str) -> tuple[str, str]:
    """`200 SET` is `200` and `SET`, `USD 90.50` is `90.50` and `USD`."""
    if text.isascii() and text.replace(".", "").isdigit():
        return text, ""
    match = re.fullmatch(r"([\d.,'’\s\u2009\u202f]*\d)\s*([^\d\s.,=+-][^\d=]*)", text)
    if match:
        return match[1], match[2].strip(" .")
    match = re.fullmatch(r"([^\d\s.,=+-][^\d=+-]*?)\s*(\d[\d.,'’\s\u2009\u202f]*)", text)
    return (match[2], match[1].strip(" .")) if match else (text, "")


def read_hs(text: str) -> tuple[str, Problem | None, str]:
    """A tariff code as typed, what a spreadsheet did to it, and the code that it may have been."""
    plain = text.lstrip("'’").strip()
    if re.fullmatch(r"\d{7,8}\.0+", plain):
        plain = plain.partition(".")[0]
    match = _POWER.fullmatch(plain)
    if match:
        kept = plain.upper().partition("E")[0].replace(".", "").replace(",", "")
        if len(kept) == 8 and int(match[2]) == 7:
            return kept, None, ""
        words = N_("A spreadsheet shortened this code, its last digits are lost. Type all eight.")
        return plain, Problem("hs_shortened", words), ""
    code = normal_hs(plain)
    if re.fullmatch(r"[1-9]\d{6}", code):
        words = N_("Seven digits: a spreadsheet drops a 0 in front. Is the code %(code)s?")
        return plain, Problem("hs_lost_zero", words, {"code": f"0{code}"}), f"0{code}"
    return plain, None, ""


def unit_of(text: str, units: Mapping[str, str]) -> str | None:
    """The code of a unit by its code or usual name; `units` are {code: name}."""
    word = _plain_word(text)
    if word.upper() in units:
        return word.upper()
    code = USUAL_UNITS.get(word, "")
    if code in units:
        return code
    for code, name in units.items():
        if word and _forms(_plain_word(name)) & _forms(word):
            return code
    return None


def named(text: str, pairs: Mapping[str, str]) -> str | None:
    """The code of something by its code or its name, without regard to case; {code: name}."""
    word = " ".join(text.split()).casefold()
    for code, name in pairs.items():
        if word in (code.casefold(), name.casefold()):
            return code
    match = re.search(r"\(([A-Za-z0-9]{2,6})\)$|^([A-Za-z]{2,3}) [–-] ", text.strip())
    found = (match[1] or match[2]).upper() if match else ""
    return found if found in pairs else None


def month_stands_first(texts: Iterable[str]) -> bool:
    """Whether some day of a list can only be written month first, as 11/26/2026."""
    for text in texts:
        match = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-]\d{2,4}", text.strip())
        if match and int(match[1]) <= 12 < int(match[2]):
            return True
    return False


def read_day(text: str, *, mixed: bool = False) -> date | Problem:
    """A day as people and spreadsheets write it: 26.11.2026, 26-Nov-26, 2026-11-26, 46352.

    Days stand before months, as in India; where a list has both orders (`mixed`) what could be
    either is asked about.
    """
    plain = text.strip()
    if re.fullmatch(r"[2-7]\d{4}(?:\.\d+)?", plain):
        return _SERIAL_ZERO + timedelta(days=int(plain[:5]))
    if match := re.match(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T].*)?$", plain):
        return _day(match[1], match[2], match[3], plain)
    if match := re.fullmatch(r"(\d{1,2})[ ./-]*([A-Za-z]{3})[a-z]*[ .,/-]*(\d{2,4})", plain):
        return _day(match[3], str(_MONTHS.find(match[2].casefold()) // 4 + 1), match[1], plain)
    if match := re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{2,4})", plain):
        first, second = int(match[1]), int(match[2])
        if second > 12:
            return _day(match[3], match[1], match[2], plain)
        if mixed and first <= 12 and first != second:
            words = N_("Is this day or month first? Write it as 2026-11-26.")
            return Problem("day_either_way", words)
        return _day(match[3], match[2], match[1], plain)
    return _no_day(plain)


def _day(year: str, month: str, day: str, text: str) -> date | Problem:
    full = int(year) + (2000 if len(year) == 2 else 0)
    try:
        return date(full, int(month), int(day))
    except ValueError:
        return _no_day(text)


def _no_day(text: str) -> Problem:
    words = N_("“%(text)s” is not a day. Write it as 26.11.2026.")
    return Problem("not_a_day", words, {"text": text[:20]})


def _joined(text: str) -> str:
    """Without blanks and apostrophes between groups of digits."""
    plain = text.strip().lstrip("'’")
    return re.sub(r"[ \u2009\u202f'’]", "", plain) if _GROUPS.fullmatch(plain) else plain


def _shortened(text: str) -> Problem:
    try:
        value = f"{Decimal(text.upper().replace(',', '.')):f}"
    except InvalidOperation:
        value = text
    words = N_("A spreadsheet shortened this figure, perhaps %(value)s. Type it in full.")
    return Problem("figure_shortened", words, {"value": value})


def _plain_word(text: str) -> str:
    return re.sub(r"[\s.]+", " ", text.casefold()).strip().replace("metre", "meter")


def _forms(word: str) -> set[str]:
    """A word with and without the endings of the plural."""
    return {word, word.removesuffix("s"), word.removesuffix("es")}


# Usual names beside the official ones of the list: words, slips, and codes of GST that customs
# writes otherwise.
USUAL_UNITS = {
    word: code
    for code, words in {
        "KGS": "kg|kgm|kilo|kilos|kilogram|kilogramme|kilogrammes",
        "GMS": "g|gm|gr|grm|gram|grams",
        "MTS": "mt|tne|metric ton|metric tons|metric tonne|metric tonnes|m t",
        "TON": "t|ton|tons|tonne",
        "QTL": "quintals|qtls",
        "LTR": "l|lt|ltrs|liter|liters|litre|litres",
        "MLT": "ml|milliliter|milliliters",
        "MTR": "m|mtrs|meter|meters",
        "CMS": "cm|centimeter",
        "SQM": "m2|m²|sq m|sqmtr|sq mtr|sq meter|sq meters|square meter",
        "SQF": "sq ft|sqft|ft2|sq feet",
        "CBM": "m3|m³|cu m|cubic meter",
        "NOS": "no|num|number|nr|each|ea",
        "PCS": "pc|piece|pieces|pce",
        "PRS": "pr|pair|pairs",
        "DOZ": "dz|dzn|dozen|doz",
        "SET": "sets",
        "BOX": "boxes|bx",
        "BAG": "bag|bags",
        "CTN": "carton|ctns",
        "ROL": "roll|rolls|rls",
        "PAC": "pack|packet|packets|pkt",
        "DRM": "drum",
        "BTL": "bottle",
        "YDS": "yard|yd|yds",
        "GGK": "ggr",
        "THD": "thousand|1000",
        "UNT": "unit|units",
    }.items()
    for word in words.split("|")
}
