"""Reads the first sheet of an uploaded workbook in a process of its own that can open nothing.

Run as `python -I judge_book.py`: the workbook on stdin, one JSON object on stdout. It imports
nothing of ours. No formula is run: a cell with one gives the result that the file holds, and is
named where it holds none.
"""

from __future__ import annotations

import datetime
import io
import json
import os
import re
import runpy
import sys
import zipfile
from pathlib import Path
from typing import Any

confine = runpy.run_path(str(Path(__file__).with_name("confining.py")))["confine"]

MOST_PARTS = 200
MOST_UNPACKED = 24 * 1024 * 1024
MOST_ANSWER = 6 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS, MOST_CHARACTERS = 2000, 60, 4000


class Rejected(Exception):
    """The workbook can't be read; the argument is the code."""


def load_library() -> Any:
    """Load the library with all that it opens later, by one rehearsal: nothing opens then."""
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["a", 1, 1.5, datetime.datetime(2026, 11, 26), "=1+1"])
    kept = io.BytesIO()
    book.save(kept)
    openpyxl.load_workbook(io.BytesIO(kept.getvalue()), data_only=True, keep_links=False)
    return openpyxl


def judge(content: bytes, openpyxl: Any) -> dict[str, Any]:
    """The rows with something in them, and which cells are merged or hold a bare formula."""
    has_formulas = _look_inside(content)
    sheet = _sheet(openpyxl, content, results=True)
    cells = {place: _plain(cell.value) for place, cell in sheet._cells.items()}
    merged = _fill_merged(sheet, cells)
    bare = []
    if has_formulas:
        sheet = _sheet(openpyxl, content, results=False)
        bare = [p for p, cell in sheet._cells.items() if cell.data_type == "f" and not cells.get(p)]
    rows: dict[int, dict[int, Any]] = {}
    for (line, column), value in cells.items():
        if value != "" or (line, column) in bare:
            rows.setdefault(line, {})[column] = value
    # A row in which nothing stands but what it shares with the one above is no row.
    rows = {n: held for n, held in rows.items() if any((n, c) not in merged for c in held)}
    merged = {(line, column) for line, column in merged if line in rows}
    _check_extent(rows)
    return {
        "rows": [
            [line, [held.get(column, "") for column in range(1, max(held) + 1)]]
            for line, held in sorted(rows.items())
        ],
        "merged": [[line, column - 1] for line, column in merged],
        "formulas": [[line, column - 1] for line, column in bare],
    }


def _look_inside(content: bytes) -> bool:
    """Whether formulas stand in it; what it would unpack to is known before."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(p.file_size for p in parts) > MOST_UNPACKED:
                raise Rejected("too_large")
            sheets = [p for p in parts if p.filename.startswith("xl/worksheets/")]
            return any(re.search(rb"<(\w+:)?f[ >/]", archive.read(p)) for p in sheets)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError) as error:
        raise Rejected("unreadable") from error


def _sheet(openpyxl: Any, content: bytes, *, results: bool) -> Any:
    """The first sheet that is shown and holds something."""
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=results, keep_links=False)
        shown = [s for s in book.worksheets if s.sheet_state == "visible"] or book.worksheets
        return next((sheet for sheet in shown if sheet._cells), shown[0])
    except MemoryError:
        raise
    except Exception as error:
        raise Rejected("unreadable") from error


def _plain(value: Any) -> Any:
    """Figures with the fifteen digits that a spreadsheet keeps, days as 2026-11-26, else text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 1e15 else float(f"{value:.15g}")
    if isinstance(value, datetime.datetime):
        value = value.date() if value.time() == datetime.time() else value
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()[:10]
    return str(value)


def _fill_merged(sheet: Any, cells: dict[tuple[int, int], Any]) -> set[tuple[int, int]]:
    """What merged cells show stands in each of them; wide or high areas are only decoration."""
    filled = set()
    for area in sheet.merged_cells.ranges:
        value = cells.get((area.min_row, area.min_col), "")
        if value == "" or area.max_row > MOST_ROWS + 1000 or area.size["columns"] > 4:
            continue
        for line in range(area.min_row, area.max_row + 1):
            for column in range(area.min_col, area.max_col + 1):
                if (line, column) != (area.min_row, area.min_col):
                    cells[line, column] = value
                    filled.add((line, column))
    return filled


def _check_extent(rows: dict[int, dict[int, Any]]) -> None:
    if not rows:
        raise Rejected("empty")
    if len(rows) > MOST_ROWS:
        raise Rejected("rows")
    if max(max(held) for held in rows.values()) > MOST_COLUMNS:
        raise Rejected("columns")
    if max(len(str(value)) for held in rows.values() for value in held.values()) > MOST_CHARACTERS:
        raise Rejected("cell")


def main() -> None:
    """Read stdin, write the rows or why they can't be read."""
    library = load_library()
    confine()
    try:
        content = sys.stdin.buffer.read()
        said = json.dumps(judge(content, library))
        if len(said) > MOST_ANSWER:
            raise Rejected("too_large")
    except Rejected as no:
        said = json.dumps({"code": str(no)})
    except MemoryError:
        said = json.dumps({"code": "too_large"})
    sys.stdout.write(said)
    sys.stdout.flush()
    os._exit(0)  # The library's own cleaning up could still crash.


if __name__ == "__main__":
    main()
