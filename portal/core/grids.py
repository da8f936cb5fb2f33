"""Reads tables that people paste or send as text, cell by cell, before anything says what is what.

`sheets` reads lists whose head is known; here the head may stand lower down, or be missing.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from portal.core.sheets import SEPARATORS, Limits, Unreadable, cells_of, encoding_of, records
from portal.core.words import N_

Cell = str | int | float
# How many rows say which separator stands between cells.
TELLING_ROWS = 30
_DECLARED = re.compile(r"\ufeff?sep=(.)\s*", re.IGNORECASE)
# Marks that nobody sees, which spreadsheets and web pages leave behind; a hard space is a space.
_DROPPED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\ufeff]")


@dataclass(frozen=True)
class Grid:
    """The rows that hold something: (line from 1, cells). Figures of a workbook are no text.

    `merged` and `formulas` are (line, column from 0): a cell that only repeats the one that it is
    merged with, and one with a formula whose result the file doesn't hold. `torn` are lines with
    a quote that is never closed.
    """

    rows: tuple[tuple[int, tuple[Cell, ...]], ...]
    separator: str = ""
    merged: frozenset[tuple[int, int]] = frozenset()
    formulas: frozenset[tuple[int, int]] = frozenset()
    torn: frozenset[int] = frozenset()


def read_grid(path: Path, limits: Limits) -> Grid:
    """The cells of a text file of any encoding and separator. Raises Unreadable.

    The separator is the one that divides most rows alike; a first line `sep=;` says it.
    """
    _check_text(path)
    encoding = encoding_of(path)
    with path.open(encoding=encoding, errors="replace", newline=None) as file:
        start = [line for line in islice(file, TELLING_ROWS) if line.strip()]
        file.seek(0)
        declared = _DECLARED.fullmatch(start[0]) if start else None
        separator = declared[1] if declared else separator_of(start)
        rows: list[tuple[int, tuple[Cell, ...]]] = []
        torn: list[int] = []
        for line, text, is_torn in records(iter(enumerate(file, 1)), separator):
            cells = tuple(tidy(cell) for cell in cells_of(text, separator) or [text])
            if any(cells) and not (declared and line == 1):
                rows.append((line, cells))
                torn += [line] if is_torn else []
            if len(rows) > limits.rows:
                raise Unreadable(N_("The list has more than %(most)s rows."), most=limits.rows)
    return Grid(_within(rows, limits), separator, torn=frozenset(torn))


def separator_of(lines: list[str]) -> str:
    """The separator by which most lines have equally many cells, the more the better."""

    def agreement(separator: str) -> tuple[int, int]:
        counts = Counter(len(cells_of(line, separator) or ()) for line in lines)
        counts.pop(1, None)
        if not counts:
            return 0, 0
        cells, rows = max(counts.items(), key=lambda pair: (pair[1] * pair[0], pair[0]))
        return rows * cells, cells

    # Behind a tab nothing else separates: it comes from a spreadsheet, and nobody types it.
    found = max(("\t", *SEPARATORS), key=agreement)
    return found if agreement(found) > (0, 0) else ","


def tidy(text: str) -> str:
    """A cell with its own lines, without the marks that nobody sees and blanks around lines."""
    plain = _DROPPED.sub("", text.replace("\r\n", "\n").replace("\xa0", " "))
    lines = [line.replace("\t", " ").strip() for line in plain.split("\n")]
    return "\n".join(lines).strip()


def _check_text(path: Path) -> None:
    """A picture or a PDF is no list, whatever it is called."""
    with path.open("rb") as file:
        start = file.read(8)
    if not start:
        raise Unreadable(N_("The file is empty."))
    if start.startswith((b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"Rar!", b"\x7fELF")):
        raise Unreadable(N_("This is no list. Send it as CSV or XLSX, or paste the rows."))


def _within(
    rows: list[tuple[int, tuple[Cell, ...]]], limits: Limits
) -> tuple[tuple[int, tuple[Cell, ...]], ...]:
    if not rows:
        raise Unreadable(N_("The file is empty."))
    widest = max(
        (place for _line, cells in rows for place, cell in enumerate(cells, 1) if cell), default=0
    )
    if widest > limits.columns:
        raise Unreadable(N_("The list has more than %(most)s columns."), most=limits.columns)
    longest = max(len(str(cell)) for _line, cells in rows for cell in cells)
    if longest > limits.cell:
        raise Unreadable(N_("A cell is longer than %(most)s characters."), most=limits.cell)
    return tuple((line, cells[:widest]) for line, cells in rows)
