"""Sets text into boxes: breaks it into rows where a reader would, and shrinks what is too long."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from portal.adapters.pdf.form import LEADING, RISE

# A piece of text in one face; a row is several; a text's width is asked for at size 1.
Run = tuple[str, str]
Row = tuple[Run, ...]
Measure = Callable[[str, str], float]

# Where a word that is wider than its column may break: after a slash, else after these, else
# anywhere.
_BREAKS = (re.compile(r"(?<=/)(?=.)"), re.compile(r"(?<=[-,.;:_])(?=.)"))
_SHRINK = 0.94
_MAX_SHRINKS = 80


@dataclass(frozen=True)
class Part:
    """Runs in one size (points), with space above (points)."""

    runs: tuple[Run, ...]
    size: float
    above: float = 0.0


@dataclass(frozen=True)
class SetRow:
    """A row to draw; `drop` is from the box's top to its baseline, in points."""

    runs: Row
    size: float
    drop: float


def fit(parts: Sequence[Part], width: float, height: float, measure: Measure) -> tuple[SetRow, ...]:
    """`parts` in a box of `width` × `height` points, all of them made smaller until they fit."""
    for _ in range(_MAX_SHRINKS):
        rows, used = _set(parts, width, measure)
        if used <= height:
            return rows
        parts = [replace(p, size=p.size * _SHRINK, above=p.above * _SHRINK) for p in parts]
    return rows


def fits(parts: Sequence[Part], width: float, height: float, measure: Measure) -> bool:
    """Whether `parts` stand in a box of `width` × `height` points at their own size."""
    return _set(parts, width, measure)[1] <= height


def cut(
    parts: Sequence[Part], width: float, height: float, measure: Measure, least: float, more: str
) -> tuple[list[Part], str]:
    """What of `parts` (one run each) stands in a box with no size under `least`, and the rest.

    Where something is left over, the box's last row says `more`.
    """
    parts = list(parts)
    while not fits(parts, width, height, measure):
        smaller = [replace(p, size=p.size * _SHRINK, above=p.above * _SHRINK) for p in parts]
        if min(part.size for part in smaller) < least:
            return _cut(parts, width, height, measure, more)
        parts = smaller
    return parts, ""


def _cut(
    parts: Sequence[Part], width: float, height: float, measure: Measure, more: str
) -> tuple[list[Part], str]:
    kept: list[Part] = []
    rest: list[str] = []
    free = height - parts[0].size * LEADING
    for part in parts:
        (face, text), free = part.runs[0], free - part.above
        for place, words in enumerate(text.split("\n")):
            rows = broken([(face, words)], width / part.size, measure)
            room = 0 if rest else max(0, int(free / (part.size * LEADING)))
            above = part.above if place == 0 else 0.0
            for row in rows[:room]:
                kept.append(Part(row, part.size, above))
                above = 0.0
            free -= min(room, len(rows)) * part.size * LEADING
            if len(rows) > room:
                rest.append(" ".join("".join(words for _, words in row) for row in rows[room:]))
    return [*kept, Part(((parts[0].runs[0][0], more),), parts[0].size)], "\n".join(rest)


def broken(runs: Iterable[Run], width: float, measure: Measure) -> list[Row]:
    """Rows not wider than `width`, in the unit of `measure`; line breaks in the text are kept."""
    rows: list[Row] = []
    for paragraph in _paragraphs(runs):
        if sum(measure(*run) for run in paragraph) <= width:
            rows.append(paragraph)
        else:
            rows += _Breaker(width, measure).rows(paragraph)
    return rows


def _set(parts: Sequence[Part], width: float, measure: Measure) -> tuple[tuple[SetRow, ...], float]:
    rows, used = [], 0.0
    for part in parts:
        used += part.above
        for runs in broken(part.runs, width / part.size, measure):
            rows.append(SetRow(runs, part.size, used + part.size * RISE))
            used += part.size * LEADING
    return tuple(rows), used


def _paragraphs(runs: Iterable[Run]) -> list[Row]:
    """The runs cut at line breaks, each stretch of other white space being one space."""
    paragraphs: list[list[Run]] = [[]]
    for face, text in runs:
        for index, row in enumerate(text.split("\n")):
            if index:
                paragraphs.append([])
            if row:
                paragraphs[-1].append((face, re.sub(r"\s+", " ", row)))
    return [tuple(run for run in paragraph if run[1]) for paragraph in paragraphs]


class _Breaker:
    """Fills rows from the left with words, then with parts of words, then with letters."""

    def __init__(self, width: float, measure: Measure) -> None:
        self._width = width
        self._measure = measure
        self._done: list[list[Run]] = []
        self._row: list[Run] = []
        self._used = 0.0

    def rows(self, paragraph: Row) -> list[Row]:
        for face, text in paragraph:
            for word in re.findall(r" ?[^ ]+| ", text):
                self._add(face, word, 0)
        return [tuple(row) for row in (*self._done, self._row) if row]

    def _add(self, face: str, text: str, tier: int) -> None:
        if not self._row:
            text = text.lstrip()
        wide = self._measure(face, text)
        if self._used + wide <= self._width:
            self._put(face, text, wide)
        elif (bare := self._measure(face, text.lstrip())) <= self._width:
            self._end()
            self._put(face, text.lstrip(), bare)
        elif tier < len(_BREAKS):
            for part in _BREAKS[tier].split(text):
                self._add(face, part, tier + 1)
        else:
            self._add_letters(face, text)

    def _add_letters(self, face: str, text: str) -> None:
        for letter in text:
            wide = self._measure(face, letter)
            if self._used + wide > self._width:
                self._end()
            if self._row or letter != " ":
                self._put(face, letter, wide)

    def _put(self, face: str, text: str, wide: float) -> None:
        if self._row and self._row[-1][0] == face:
            self._row[-1] = (face, self._row[-1][1] + text)
        else:
            self._row.append((face, text))
        self._used += wide

    def _end(self) -> None:
        if self._row:
            self._done.append(self._row)
        self._row, self._used = [], 0.0
