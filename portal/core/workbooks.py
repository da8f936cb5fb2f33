"""Reads the first sheet of a workbook (XLSX) as rows by column name, within limits."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from portal.core.sheets import Limits, Row, Unreadable, clean, column_name
from portal.core.words import N_

MOST_UNPACKED = 6 * 1024 * 1024
MOST_PARTS = 200
PRESENTED = b"PK\x03\x04"


def is_workbook(path: Path) -> bool:
    """Whether a file begins as a workbook does; what it is called doesn't matter."""
    with path.open("rb") as file:
        return file.read(4) == PRESENTED


def read_workbook(path: Path, limits: Limits) -> Iterator[Row]:
    """The rows below the head, numbered as a spreadsheet numbers them. Raises Unreadable.

    Formulas are never run: a cell with one gives what was kept of its last result.
    """
    _check_size(path)
    import openpyxl

    # Given as a file, so that it is closed whatever the library does with it.
    with path.open("rb") as file:
        try:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
            sheet = book.worksheets[0]
        except Exception as error:
            text = N_("This workbook can't be opened. Save it as XLSX or CSV.")
            raise Unreadable(text) from error
        yield from _rows(sheet.iter_rows(values_only=True, max_col=limits.columns), limits)


def _check_size(path: Path) -> None:
    """A workbook is a ZIP: what it would unpack to is known before."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile as error:
        raise Unreadable(N_("This workbook can't be opened. Save it as XLSX or CSV.")) from error
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Unreadable(N_("This workbook is too large. Keep one sheet with the rows only."))


def _rows(found: Iterator[tuple[Any, ...]], limits: Limits) -> Iterator[Row]:
    names: list[str] = []
    for line, values in enumerate(found, 1):
        if line > limits.rows:
            raise Unreadable(N_("The sheet has more than %(most)s rows."), most=limits.rows)
        cells = [_text(value)[: limits.cell] for value in values]
        if not names:
            names = [column_name(cell) for cell in cells if cell]
        elif any(cells):
            yield Row(line, dict(zip(names, cells, strict=False)))
    if not names:
        raise Unreadable(N_("The sheet is empty."))


def _text(value: Any) -> str:
    """A cell as somebody reads it: no decimals behind a whole number, days as 2026-11-26."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime):
        value = value.date()
    return value.isoformat() if isinstance(value, date) else clean(str(value))
