"""Shares the goods rows out to pages before anything is drawn: page 1 says how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from portal.adapters.pdf.form import LEADING, PT_PER_MM, ROW_GAP, TEXT_PT

Cell = tuple[str, ...]
_ROW_PT = TEXT_PT * LEADING
_GAP_PT = ROW_GAP * PT_PER_MM
# The "end of list" mark beneath the last goods row.
_END_PT = _ROW_PT + _GAP_PT


@dataclass(frozen=True)
class Goods:
    """One goods line or a part of it: the rows of text in each of its columns."""

    cells: tuple[Cell, ...]

    @property
    def rows(self) -> int:
        """Rows of the highest cell, one at least."""
        return max(1, *map(len, self.cells))

    @property
    def height(self) -> float:
        """In points, with the space to its neighbours."""
        return self.rows * _ROW_PT + _GAP_PT

    def split(self, rows: int) -> tuple[Goods, Goods]:
        """The upper `rows` and the rest."""
        return (
            Goods(tuple(cell[:rows] for cell in self.cells)),
            Goods(tuple(cell[rows:] for cell in self.cells)),
        )


@dataclass(frozen=True)
class Room:
    """Points for goods rows on the first and a following page; the last page bears boxes 11, 12."""

    first: float
    following: float
    first_last: float
    following_last: float


@dataclass
class _Page:
    room: float
    goods: list[Goods] = field(default_factory=list)
    used: float = 0.0

    def add(self, one: Goods) -> None:
        self.goods.append(one)
        self.used += one.height


def paged(goods: Sequence[Goods], room: Room) -> list[tuple[Goods, ...]]:
    """`goods` page by page. No page is without goods, the last one neither.

    A line moves to the next page as a whole, unless it would leave half of a page empty.
    """
    pages = [_Page(room.first)]
    for one in goods:
        _place(one, pages, room)
    last = pages[-1]
    closing = room.first_last if len(pages) == 1 else room.following_last
    if last.used + _END_PT > closing:
        _move_the_end(pages, room)
    return [tuple(page.goods) for page in pages]


def _place(one: Goods, pages: list[_Page], room: Room) -> None:
    """On the last page and, for what does not fit there, on new ones."""
    rest: Goods | None = one
    while rest is not None:
        page = pages[-1]
        free = page.room - page.used
        if rest.height <= free:
            page.add(rest)
            return
        upper = int((free - _GAP_PT) / _ROW_PT)
        if free > page.room / 2 and upper > 0:
            head, rest = rest.split(upper)
            page.add(head)
        pages.append(_Page(room.following))


def _move_the_end(pages: list[_Page], room: Room) -> None:
    """Give boxes 11 and 12 a page of their own, with the last goods line or the end of it."""
    page = pages[-1]
    tail = page.goods.pop()
    most = int((room.following_last - _END_PT - _GAP_PT) / _ROW_PT)
    if tail.rows > most or not page.goods:
        head, tail = tail.split(max(tail.rows - most, tail.rows // 2))
        page.goods.append(head)
    pages.append(_Page(room.following, [tail]))
