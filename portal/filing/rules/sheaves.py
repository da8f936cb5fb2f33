"""What a sheaf holds: the rows of a list as they came, and what was corrected since."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from portal.core.errors import Invalid
from portal.core.grids import Cell, Grid
from portal.core.words import N_
from portal.filing.rules.batches import BATCH_COLUMNS, SHARED
from portal.filing.rules.cells import Notation, month_stands_first, notation_of, split_figure
from portal.filing.rules.columns import LINE_COLUMNS, Column, find_head, unit_in_head
from portal.filing.rules.goods import MAX_LINES
from portal.filing.rules.rows import is_example

_START = re.compile(r'\{"sha256": "([0-9a-f]{64})", "waiting": (\d+)')
_TOTAL = re.compile(r"(?:grand |sub )?totals?\b", re.IGNORECASE)


@dataclass
class Content:
    """The cells of a list by line, and which column is which; lines count from 1 as in the file.

    `fixed` are corrected cells, `left_out` and `taken` lines. `waiting` counts the rows that were
    wrong when it was kept. `columns` is empty while nobody knows what is what.
    """

    sha256: str
    applications: bool
    head: tuple[str, ...]
    columns: tuple[str, ...]
    rows: dict[int, tuple[Cell, ...]]
    separator: str = ""
    merged: frozenset[tuple[int, int]] = frozenset()
    formulas: frozenset[tuple[int, int]] = frozenset()
    torn: frozenset[int] = frozenset()
    fixed: dict[int, dict[str, str]] = field(default_factory=dict)
    left_out: set[int] = field(default_factory=set)
    taken: set[int] = field(default_factory=set)
    waiting: int = 0
    office_id: int = 0

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """The columns that such a list may have."""
        return BATCH_COLUMNS if self.applications else LINE_COLUMNS

    @property
    def asks(self) -> bool:
        """Whether the columns have to be named first."""
        return not any(self.columns)

    @property
    def open_lines(self) -> list[int]:
        """The lines that are neither taken nor left out."""
        settled = self.taken | self.left_out
        return [line for line in self.rows if line not in settled]

    def cells(self, line: int) -> dict[str, str]:
        """The row's text by column, as it came or as corrected."""
        return self._filled.get(line, {}) | self.fixed.get(line, {})

    def typed(self, line: int) -> frozenset[str]:
        """The cells of a row whose figures need no guess: of a workbook, or corrected."""
        row = self.rows[line]
        figures = {n for n, c in zip(self.columns, row, strict=False) if not isinstance(c, str)}
        return frozenset(figures | self.fixed.get(line, {}).keys())

    def bare_formulas(self, line: int) -> set[str]:
        """The columns in which a formula without a result stands."""
        found = {self.columns[column] for at, column in self.formulas if at == line}
        return found - self.fixed.get(line, {}).keys() - {""}

    def is_too_long(self, line: int) -> bool:
        """Whether cells stand beyond the head, so that a separator may have cut a cell in two."""
        beyond = self.rows[line][len(self.head) :] if self.head and self.separator else ()
        return any(str(cell) for cell in beyond) and line not in self.fixed

    @cached_property
    def notation(self) -> Notation:
        """How the list writes decimals."""
        wanted = {c.name for c in self.all_columns if c.figure}
        places = [place for place, name in enumerate(self.columns) if name in wanted]
        cells = (row[p] for row in self.rows.values() for p in places if p < len(row))
        figures = [split_figure(cell)[0] for cell in cells if isinstance(cell, str) and cell]
        return notation_of(figures, self.separator)

    @cached_property
    def mixed_days(self) -> bool:
        """Whether some day can only be read month first."""
        return month_stands_first(str(cell) for row in self.rows.values() for cell in row)

    def read_anew(self) -> None:
        """Forget what was worked out of columns and cells that are others now."""
        for name in ("notation", "_units", "_filled"):
            self.__dict__.pop(name, None)

    @cached_property
    def _units(self) -> dict[int, str]:
        """The units of weights that stand in the head, by the place of their column."""
        said = [unit_in_head(word) for word in self.head]
        both = enumerate(zip(self.columns, said, strict=False))
        return {place: unit for place, (name, (of, unit)) in both if unit and name == of}

    @cached_property
    def _filled(self) -> dict[int, dict[str, str]]:
        """The cells by column; a reference that stands only in its first row goes on below."""
        figures = {c.name for c in self.all_columns if c.figure}
        found: dict[int, dict[str, str]] = {}
        reference = ""
        for line, row in self.rows.items():
            cells = {
                name: _with_unit(text_of(cell), self._units.get(place, ""))
                for place, (name, cell) in enumerate(zip(self.columns, row, strict=False))
                if name and not (name in figures and (line, place) in self.merged)
            }
            if self.applications:
                own = self.fixed.get(line, {}).get("own_reference") or cells.get("own_reference")
                reference = own or reference
                cells["own_reference"] = reference
            found[line] = cells
        return found


def _with_unit(text: str, unit: str) -> str:
    """A figure with the unit that its head says, unless it has one itself."""
    return f"{text} {unit}" if unit and text and not split_figure(text)[1] else text


def content_of(grid: Grid, raw: bytes, *, applications: bool) -> Content:
    """A list as it came: its head found, titles above it dropped, notes and sums set aside.

    Raises Invalid where no row is left or there are more than 1,000.
    """
    columns = BATCH_COLUMNS if applications else LINE_COLUMNS
    head = find_head([cells for _line, cells in grid.rows], columns)
    rows = {line: cells for line, cells in grid.rows[head.place + 1 :] if not _is_note(cells)}
    made = Content(
        hashlib.sha256(raw).hexdigest(),
        applications,
        head.words,
        head.columns,
        rows,
        grid.separator,
        grid.merged,
        grid.formulas,
        grid.torn,
    )
    check_rows(len(rows))
    set_aside(made)
    return made


def set_aside(content: Content) -> None:
    """Leave out what is no goods line: sums below the lines, and the template's examples."""
    for line in content.rows:
        cells = content.cells(line)
        if is_example(cells) or _is_sum(cells):
            content.left_out.add(line)


def name_columns(content: Content, names: tuple[str, ...], *, first_is_head: bool) -> None:
    """Say which column is which; with `first_is_head` the first row names them itself.

    Raises Invalid where no row is left below it.
    """
    if first_is_head and not content.head:
        line = next(iter(content.rows))
        content.head = tuple(text_of(cell) for cell in content.rows.pop(line))
        check_rows(len(content.rows))
    content.columns = names
    content.read_anew()
    set_aside(content)


def put_right(content: Content, line: int, typed: Mapping[str, str]) -> None:
    """Keep those cells of a row that say something else now, {column: text}.

    Where all of them were sent the row was looked at as a whole: it may stay as it is, also what
    has no result of its formula.
    """
    names, now = {column.name for column in content.all_columns}, content.cells(line)
    is_whole = names <= typed.keys()
    asked = content.bare_formulas(line) if is_whole else set()
    changed = {n: t for n, t in typed.items() if n in names and (t != now.get(n, "") or n in asked)}
    if changed or is_whole:
        content.fixed.setdefault(line, {}).update(changed)


def check_rows(count: int) -> None:
    """Raise Invalid unless there are 1 to 1,000 rows."""
    if not count:
        raise Invalid(N_("The list has no rows below its head."), code="empty", field="file")
    if count > MAX_LINES:
        words = N_("The list has %(count)s rows; 1,000 can be taken at once. Send it in parts.")
        raise Invalid(words, code="rows", field="file", count=count)


def write_down(content: Content) -> str:
    """The content as JSON, its fingerprint and the number of waiting rows in front."""
    facts: dict[str, Any] = {
        "sha256": content.sha256,
        "waiting": content.waiting,
        "applications": content.applications,
        "office": content.office_id,
        "head": content.head,
        "columns": content.columns,
        "separator": content.separator,
        "rows": list(content.rows.items()),
        "merged": sorted(content.merged),
        "formulas": sorted(content.formulas),
        "torn": sorted(content.torn),
        "fixed": content.fixed,
        "left_out": sorted(content.left_out),
        "taken": sorted(content.taken),
    }
    return json.dumps(facts, ensure_ascii=False)


def read_back(text: str) -> Content:
    """The content that was written down."""
    facts = json.loads(text)
    return Content(
        facts["sha256"],
        facts["applications"],
        tuple(facts["head"]),
        tuple(facts["columns"]),
        {line: tuple(cells) for line, cells in facts["rows"]},
        facts["separator"],
        frozenset((line, column) for line, column in facts["merged"]),
        frozenset((line, column) for line, column in facts["formulas"]),
        frozenset(facts["torn"]),
        {int(line): cells for line, cells in facts["fixed"].items()},
        set(facts["left_out"]),
        set(facts["taken"]),
        facts["waiting"],
        facts["office"],
    )


def start_of(text: str) -> tuple[str, int]:
    """Fingerprint and number of waiting rows, from the first characters of the JSON alone."""
    match = _START.match(text)
    return (match[1], int(match[2])) if match else ("", 0)


def text_of(cell: Cell) -> str:
    """A cell as text; a figure of a workbook in full, with a point."""
    return cell if isinstance(cell, str) else f"{Decimal(str(cell)):f}"


def shared_of(cells: Mapping[str, str], names: Iterable[str] = SHARED) -> dict[str, str]:
    """What a row says of its application."""
    return {name: cells[name] for name in names if cells.get(name)}


def _is_sum(cells: Mapping[str, str]) -> bool:
    """A row of totals: it says so, and has neither code nor unit."""
    has_code = any(c.isdigit() for c in cells.get("hs_code", "")) or cells.get("unit")
    return not has_code and any(_TOTAL.match(text) for text in cells.values())


def _is_note(cells: tuple[Cell, ...]) -> bool:
    """A row with one cell only that begins with `#`, as the template's own notes do."""
    held = [str(cell) for cell in cells if cell != ""]
    return len(held) == 1 and held[0].startswith("#")
