"""Reads lists as others send them: CSV in any dialect, or JSON; a broken row never stops the rest.

Nothing in a cell is ever run or resolved: `=1+1` is four characters of text.
"""

from __future__ import annotations

import codecs
import csv
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from portal.core.errors import Invalid, Problem
from portal.core.words import N_

SEPARATORS = ",;\t|"
# A quoted cell may go on over this many lines; after that its quote was a slip.
MOST_LINES_OF_A_ROW = 40
MOST_BROKEN_ENTRIES = 1000
# Leading characters that a spreadsheet program takes for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_EMPTY: Mapping[str, str] = MappingProxyType({})


class Unreadable(Invalid):
    """The file as a whole can't be read: too large, empty, not text, or without a head."""


@dataclass(frozen=True)
class Limits:
    """What a list may measure: bytes, rows, columns, characters in a cell."""

    size: int = 64 * 1024 * 1024
    rows: int = 250_000
    columns: int = 64
    cell: int = 4000


@dataclass(frozen=True)
class Row:
    """One row by column name; with a `problem` the cells are what could be made out."""

    line: int
    cells: Mapping[str, str] = field(default_factory=lambda: _EMPTY)
    problem: Problem | None = None


def read(path: Path, limits: Limits | None = None) -> Iterator[Row]:
    """The rows of a CSV (with a head) or JSON file, one after the other.

    `line` counts from 1 and includes the head; in JSON it is the number of the entry. Column names
    are in small letters with `_` for everything else. Raises Unreadable.
    """
    limits = limits or Limits()
    size = path.stat().st_size
    if size > limits.size:
        raise Unreadable(N_("The file is larger than %(most)s MB."), most=limits.size >> 20)
    encoding = encoding_of(path)
    if _first_character(path, encoding) in ("[", "{"):
        rows = _json_rows(path.read_text(encoding, "replace"), limits)
    else:
        rows = _csv_rows(path, encoding, limits)
    for count, row in enumerate(rows, 1):
        if count > limits.rows:
            raise Unreadable(N_("The file has more than %(most)s rows."), most=limits.rows)
        yield row


def encoding_of(path: Path) -> str:
    """UTF-16 or UTF-8 by its mark, UTF-8 if all of it is, else Windows-1252."""
    with path.open("rb") as file:
        start = file.read(4096)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if start[1::2].count(0) > len(start) // 4:
            return "utf-16-le"
        if start[::2].count(0) > len(start) // 4:
            return "utf-16-be"
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while block := file.read(1 << 20):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8-sig"


def clean(text: str) -> str:
    """A cell on one line: no control characters, no runs of spaces, no hard spaces."""
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f\u200b\ufeff]+", " ", text).strip()


def safe_cell(text: str) -> str:
    """A cell for a file that somebody opens in a spreadsheet: a formula stays text there, too."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def column_name(head: str) -> str:
    """`HSN Code ` is `hsn_code`."""
    return re.sub(r"[^a-z0-9]+", "_", clean(head).casefold()).strip("_")


def _first_character(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, errors="replace") as file:
        start = file.read(1000).lstrip()
    if not start:
        raise Unreadable(N_("The file is empty."))
    return start[0]


def _csv_rows(path: Path, encoding: str, limits: Limits) -> Iterator[Row]:
    # Windows-1252 leaves five bytes undefined; they show as a question mark in a diamond.
    with path.open(encoding=encoding, errors="replace", newline=None) as file:
        lines = enumerate(file, 1)
        number, head = next((n, line) for n, line in lines if line.strip())
        separator = _separator(head)
        names = [column_name(cell) for cell in cells_of(head, separator) or []]
        if len(names) > limits.columns or not any(names):
            raise Unreadable(N_("The first line must name the columns."))
        for number, text, torn in records(lines, separator):
            yield _csv_row(number, text, torn, names, separator, limits)


def _separator(head: str) -> str:
    found = Counter(c for c in re.sub(r'"[^"]*"', "", head) if c in SEPARATORS)
    return found.most_common(1)[0][0] if found else ","


def records(lines: Iterator[tuple[int, str]], separator: str) -> Iterator[tuple[int, str, bool]]:
    """(line, text, torn): physical lines joined while a quote is open.

    Where a quote is never closed its line is torn, and reading goes on with the line after it.
    """
    waiting: list[tuple[int, str]] = []
    held: list[tuple[int, str]] = []
    while True:
        item = waiting.pop(0) if waiting else next(lines, None)
        if item is None and not held:
            return
        if item is not None:
            held.append(item)
        if not held[0][1].strip() and len(held) == 1:
            held = []
        elif not _is_open("".join(text for _n, text in held), separator):
            yield held[0][0], "".join(text for _n, text in held), False
            held = []
        elif item is None or len(held) > MOST_LINES_OF_A_ROW:
            yield held[0][0], held[0][1], True
            held, waiting = [], held[1:] + waiting


def _is_open(text: str, separator: str) -> bool:
    """Whether a quoted cell goes on in the next line; a quote opens only where a cell begins."""
    if text.count('"') % 2 == 0:
        return False
    inside, fresh = False, True
    for character in text:
        if character == '"' and (inside or fresh):
            inside = not inside
            fresh = True  # a doubled quote inside a cell closes and opens it again
        else:
            fresh = not inside and character in (separator, "\n")
    return inside


def cells_of(text: str, separator: str) -> list[str] | None:
    """The cells of one row; None where it is not one row."""
    if '"' not in text:
        return text.rstrip("\r\n").split(separator)
    try:
        rows = list(csv.reader(text.splitlines(keepends=True), delimiter=separator))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def _csv_row(
    line: int, text: str, torn: bool, names: list[str], separator: str, limits: Limits
) -> Row:
    cells = cells_of(text, separator)
    if torn or cells is None:
        start = clean(text)[:80]
        return Row(
            line, {"": start}, Problem("row_torn", N_("A quote was opened and never closed."))
        )
    named = {name: clean(cell[: limits.cell]) for name, cell in zip(names, cells, strict=False)}
    if len(cells) < len(names) and len(cells) < _needed(names):
        count = {"found": len(cells), "expected": len(names)}
        text = N_("The row is cut: %(found)s of %(expected)s cells.")
        return Row(line, named, Problem("row_cut", text, count))
    if any(cell.strip() for cell in cells[len(names) :]):
        count = {"found": len(cells), "expected": len(names)}
        text = N_("The row has %(found)s cells, the head only %(expected)s.")
        return Row(line, named, Problem("row_long", text, count))
    return Row(line, named, _too_long(cells, limits))


def _needed(names: list[str]) -> int:
    """Empty columns at the end of the head don't count."""
    return max(place for place, name in enumerate(names, 1) if name)


def _too_long(cells: list[str], limits: Limits) -> Problem | None:
    if all(len(cell) <= limits.cell for cell in cells):
        return None
    text = N_("A cell is longer than %(most)s characters.")
    return Problem("cell_long", text, {"most": limits.cell})


def _json_rows(text: str, limits: Limits) -> Iterator[Row]:
    """Entry by entry, so that a torn one costs only itself."""
    decoder = json.JSONDecoder(strict=False)
    place, entry, broken = text.find("[") + 1, 0, 0
    while (place := _next_entry(text, place)) >= 0:
        entry += 1
        try:
            value, place = decoder.raw_decode(text, place)
            yield _json_row(entry, value, limits)
        except (json.JSONDecodeError, RecursionError):
            broken += 1
            if broken > MOST_BROKEN_ENTRIES:
                raise Unreadable(N_("The file is not JSON.")) from None
            start = clean(text[place : place + 80])
            yield Row(entry, {"": start}, Problem("row_cut", N_("The entry is cut or not JSON.")))
            place = text.find("{", place + 1)
            if place < 0:
                return


def _next_entry(text: str, place: int) -> int:
    """Where the next entry begins; -1 at the end of the list or of the text."""
    if place < 0:
        return -1
    found = re.compile(r"[\s,]*").match(text, place)
    place = found.end() if found else place
    return -1 if place >= len(text) or text[place] == "]" else place


def _json_row(entry: int, value: Any, limits: Limits) -> Row:
    if not isinstance(value, dict):
        problem = Problem("row_shape", N_("The entry is not an object with named values."))
        return Row(entry, {"": clean(str(value))[:80]}, problem)
    plain = {
        column_name(str(name)): "" if cell is None else str(cell)
        for name, cell in list(value.items())[: limits.columns]
        if cell is None or isinstance(cell, str | int | float)
    }
    cells = {name: clean(cell[: limits.cell]) for name, cell in plain.items()}
    return Row(entry, cells, _too_long(list(plain.values()), limits))
