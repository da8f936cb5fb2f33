"""How the rows of an application's paper are shared out to pages."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from portal.adapters.pdf.grid import Column, Grid, Row, Style

WIDTH, PAGE = 500.0, 700.0
STYLE = Style((Column(0, 20), Column(20, 60)), titles=((0, "Goods"),))


def row(name: str, count: int) -> Row:
    return Row(((name,), tuple(f"{name}.{place}" for place in range(count))))


def shared_out(rows: list[Row], first: float) -> list[Grid]:
    """Parts page by page, `first` points being left on the first one."""
    parts: list[Grid] = []
    rest, free = Grid(STYLE, rows), first
    for _ in range(2000):
        if rest.wrap(WIDTH, free)[1] <= free:
            return [*parts, rest]
        split = rest.split(WIDTH, free)
        assert split or free < PAGE, "an empty page has room for something"
        if split:
            parts.append(split[0])
            rest = split[1]
        free = PAGE
    raise AssertionError("it never ends")


HEIGHTS = st.lists(st.integers(1, 200), min_size=1, max_size=60)


@given(HEIGHTS, st.floats(0, PAGE))
def test_no_row_is_lost_and_every_part_has_room(heights: list[int], first: float) -> None:
    rows = [row(str(number), count) for number, count in enumerate(heights)]
    parts = shared_out(rows, first)
    printed = [text for part in parts for one in part.rows for text in one.cells[1]]
    assert printed == [text for one in rows for text in one.cells[1]]
    assert all(part.wrap(WIDTH, PAGE)[1] <= PAGE and part.rows for part in parts)


@given(st.integers(2, 200), st.floats(0, PAGE))
@example(2, 60.0)  # the first page has room for the title and one row
@example(3, 80.0)
def test_the_last_row_takes_the_one_before_it_along(count: int, first: float) -> None:
    parts = shared_out([row(str(number), 2) for number in range(count)], first)
    assert len(parts[-1].rows) > 1
    assert sum(len(part.rows) for part in parts) == count
