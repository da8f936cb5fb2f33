"""Reads what somebody sends or pastes as a list into cells: text here, workbooks in confinement."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from portal.core.grids import Cell, Grid, read_grid, tidy
from portal.core.sheets import Limits, Unreadable
from portal.core.words import N_
from portal.core.workbooks import PRESENTED
from portal.documents import inspection
from portal.filing.rules.goods import MAX_LINES

MOST_BYTES = 5 * 1024 * 1024
# Titles, heads and empty rows come on top of the lines.
LIMITS = Limits(size=MOST_BYTES, rows=MAX_LINES + 100, columns=60, cell=4000)
JUDGE = Path(inspection.__file__).with_name("judge_book.py")
WALL_SECONDS, MOST_ANSWER = 12.0, 8 * 1024 * 1024
# Workbooks of before 2007, and all that are locked with a password.
_COMPOUND = b"\xd0\xcf\x11\xe0"

_REFUSALS = {
    "unreadable": N_("This workbook can't be opened. Save it as XLSX or CSV."),
    "too_large": N_("This workbook is too large. Keep one sheet with the rows only."),
    "too_costly": N_(
        "Reading this workbook took too long or too much memory, so it was stopped. Copy the rows "
        "into a new workbook, or save them as CSV."
    ),
    "not_checked": N_(
        "We couldn't read the workbook just now; nothing is wrong with it as far as we know. Try "
        "again, or save the rows as CSV."
    ),
    "empty": N_("No sheet of this workbook holds anything."),
    "rows": N_("The list has more than %(most)s rows."),
    "columns": N_("The list has more than %(most)s columns."),
    "cell": N_("A cell is longer than %(most)s characters."),
}
_MOST = {"rows": LIMITS.rows, "columns": LIMITS.columns, "cell": LIMITS.cell}


def read_list(content: bytes) -> Grid:
    """The cells of a CSV file, a paste or a workbook; what the file is called doesn't matter.

    Raises Unreadable with what to do. Nothing in a cell is run.
    """
    if len(content) > MOST_BYTES:
        raise Unreadable(N_("The file is larger than %(most)s MB."), most=MOST_BYTES >> 20)
    if content.startswith(_COMPOUND):
        text = N_("This workbook is of an old kind or locked. Save it as XLSX without a password.")
        raise Unreadable(text)
    if content.startswith(PRESENTED):
        return _of_workbook(content)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list"
        path.write_bytes(content)
        return read_grid(path, LIMITS)


def _of_workbook(content: bytes) -> Grid:
    try:
        answer, status = inspection.run_confined(content, JUDGE, WALL_SECONDS, MOST_ANSWER)
    except OSError:
        raise _refusal("not_checked") from None
    said = _said(answer, status)
    if code := said.get("code", ""):
        raise _refusal(code)
    try:
        rows: list[tuple[int, tuple[Cell, ...]]] = [
            (int(line), tuple(tidy(c) if isinstance(c, str) else c for c in cells))
            for line, cells in said["rows"]
        ]
        merged = frozenset((int(line), int(column)) for line, column in said["merged"])
        formulas = frozenset((int(line), int(column)) for line, column in said["formulas"])
    except (KeyError, TypeError, ValueError):
        raise _refusal("unreadable") from None
    if len(rows) > LIMITS.rows:
        raise _refusal("rows")
    return Grid(tuple(rows), merged=merged, formulas=formulas)


def _said(answer: bytes, status: int) -> dict[str, Any]:
    """The answer of the process, which may say anything where it was broken into."""
    if inspection.ran_out(status) or len(answer) > MOST_ANSWER:
        return {"code": "too_costly"}
    if status != 0:
        return {"code": "not_checked"}
    try:
        said = json.loads(answer)
    except (ValueError, RecursionError):
        said = None
    return said if isinstance(said, dict) else {"code": "unreadable"}


def _refusal(code: object) -> Unreadable:
    known = code if isinstance(code, str) and code in _REFUSALS else "unreadable"
    return Unreadable(_REFUSALS[known], code=known, most=_MOST.get(known, 0))
