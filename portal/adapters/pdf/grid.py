"""A table that prints text as it was typed and breaks across pages, at a few microseconds a cell.

The PDF maker's own paragraphs read markup and its tables cost more with each cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from reportlab.platypus import Flowable

from portal.adapters.fonts import BOLD, REGULAR
from portal.adapters.pdf.faces import width
from portal.adapters.pdf.form import LEADING, PT_PER_MM, RISE
from portal.adapters.pdf.setting import broken

INK, SOFT_INK, RULE_INK = 0.067, 0.36, 0.8
TITLE_PT = 9.0
_TITLE_HEIGHT = 22.0
_TITLE_DROP = 15.5
_PAD = 2.2
_GUTTER = 6.0
# A row of text rather goes whole to the next page than to leave fewer points than these empty.
_SPLIT_ABOVE = 220.0


@dataclass(frozen=True)
class Column:
    """How one column is set; `left` and `wide` are millimetres from the table's left edge."""

    left: float
    wide: float
    is_right: bool = False
    is_soft: bool = False
    is_bold: bool = False

    @property
    def face(self) -> str:
        """The font's name."""
        return BOLD if self.is_bold else REGULAR

    @property
    def room(self) -> float:
        """Points that text may take."""
        return self.wide * PT_PER_MM - _GUTTER


@dataclass(frozen=True)
class Row:
    """Cells, each broken into rows of text; all of them in bold where `is_bold`."""

    cells: tuple[tuple[str, ...], ...]
    is_bold: bool = False

    @cached_property
    def count(self) -> int:
        """Rows of text of the highest cell, one at least."""
        return max(1, *map(len, self.cells))

    def split(self, rows: int) -> tuple[Row, Row]:
        """The upper `rows` and the rest."""
        upper = tuple(cell[:rows] for cell in self.cells)
        return Row(upper, self.is_bold), Row(tuple(c[rows:] for c in self.cells), self.is_bold)


@dataclass(frozen=True)
class Style:
    """Columns, their captions (repeated on each page), titles by column, size of text in points."""

    columns: tuple[Column, ...]
    captions: tuple[str, ...] = ()
    titles: tuple[tuple[int, str], ...] = ()
    size: float = 8.0

    @property
    def leading(self) -> float:
        """From one row of text to the next, in points."""
        return self.size * LEADING

    @cached_property
    def head(self) -> Row | None:
        """The captions as a row."""
        return self.row(*self.captions, is_bold=True) if self.captions else None

    def row(self, *texts: str, is_bold: bool = False) -> Row:
        """Texts broken to the columns' widths."""
        pairs = zip(texts, self.columns, strict=True)
        return Row(tuple(self._cell(text, c, is_bold) for text, c in pairs), is_bold)

    def height(self, row: Row) -> float:
        """Points that a row takes."""
        return row.count * self.leading + 2 * _PAD

    def _cell(self, text: str, column: Column, is_bold: bool) -> tuple[str, ...]:
        face = BOLD if is_bold else column.face
        rows = broken([(face, text)], column.room / self.size, width)
        return tuple("".join(words for _, words in row) for row in rows)


class Grid(Flowable):
    """Rows under their titles and captions."""

    def __init__(self, style: Style, rows: Sequence[Row], *, is_continued: bool = False) -> None:
        super().__init__()
        self._style = style
        self.rows = rows
        self._is_continued = is_continued

    def wrap(self, available: float, _height: float) -> tuple[float, float]:
        """The size in points."""
        self.width = available
        self.height = self._head_height + sum(map(self._style.height, self.rows))
        return self.width, self.height

    def split(self, _width: float, height: float) -> list[Grid]:
        """What fits in `height` points, and the rest; nothing where no row fits."""
        rest = list(self.rows)
        free = height - self._head_height
        taken: list[Row] = []
        while rest and (need := self._style.height(rest[0])) <= free:
            taken.append(rest.pop(0))
            free -= need
        if rest and free > _SPLIT_ABOVE:
            upper, rest[0] = rest[0].split(int((free - 2 * _PAD) / self._style.leading))
            taken.append(upper)
        elif len(rest) == 1 and taken and self._style.height(taken[-1]) < _SPLIT_ABOVE:
            # A total takes the line before it along.
            rest.insert(0, taken.pop())
        if not taken:
            return []
        first = Grid(self._style, taken, is_continued=self._is_continued)
        return [first, Grid(self._style, rest, is_continued=True)] if rest else [first]

    def draw(self) -> None:
        """Titles, captions, rows, with a rule over each row."""
        text = self.canv.beginText()
        top = self.height
        if self._style.titles:
            self._draw_titles(text, top)
            top -= _TITLE_HEIGHT
        rules = []
        for row, is_head in self._all_rows():
            rules.append(f"0 {top:.2f} m {self.width:.2f} {top:.2f} l")
            self._draw_row(text, row, top - _PAD, is_head)
            top -= self._style.height(row)
        self.canv.addLiteral(f"q {RULE_INK} G 0.5 w {' '.join(rules)} S Q")
        self.canv.drawText(text)

    @property
    def _head_height(self) -> float:
        head = self._style.head
        titles = _TITLE_HEIGHT if self._style.titles else 0.0
        return titles + (self._style.height(head) if head else 0.0)

    def _all_rows(self) -> Iterator[tuple[Row, bool]]:
        if self._style.head:
            yield self._style.head, True
        for row in self.rows:
            yield row, False

    def _draw_titles(self, text: Any, top: float) -> None:
        text.setFillGray(INK)
        text.setFont(BOLD, TITLE_PT)
        for column, title in self._style.titles:
            left = self._style.columns[column].left * PT_PER_MM
            text.setTextOrigin(left, top - _TITLE_DROP)
            text.textOut(f"{title} (continued)" if self._is_continued else title)

    def _draw_row(self, text: Any, row: Row, top: float, is_head: bool) -> None:
        size, leading = self._style.size, self._style.leading
        first = top - size * RISE
        for column, cell in zip(self._style.columns, row.cells, strict=True):
            face = BOLD if row.is_bold else column.face
            text.setFillGray(SOFT_INK if is_head or column.is_soft else INK)
            text.setFont(face, size, leading)
            left = column.left * PT_PER_MM
            for place, words in enumerate(cell):
                indent = column.room - width(face, words) * size if column.is_right else 0.0
                text.setTextOrigin(left + indent, first - place * leading)
                text.textOut(words)
