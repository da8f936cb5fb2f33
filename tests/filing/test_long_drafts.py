"""Review and scrutiny of many goods lines: fifty are shown, all are summed, checked and stated."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from portal.filing.queries import page_in
from tests.build import Stage
from tests.filing.browsing import Draft
from tests.filing.papers import line
from tests.filing.test_goods_pages import change, many


@pytest.fixture
def draft(stage: Stage) -> Draft:
    """A draft of 120 lines; the checks warn of the last one."""
    made = Draft.of(stage)
    many(made, 119)
    assert change(made, 120, quantity="200.5", seen="").status_code == 303
    return made


def review(draft: Draft, query: str = "") -> str:
    """The exporter's page."""
    answer = draft.client.get(f"/applications/{draft.ref}{query}")
    assert answer.status_code == 200, query
    return answer.text


def shown(html: str) -> list[int]:
    """The goods lines that stand on a page."""
    return [int(n) for n in re.findall(r'<tr id="line-(\d+)">', html)]


def the_page(html: str) -> str | None:
    """The page of goods lines that is said to be open."""
    found = re.search(r'<a href="([^"]+)" aria-current="page">\d+</a>', html)
    return found[1] if found else None


def test_the_review_shows_fifty_lines_and_checks_all_of_them(draft: Draft) -> None:
    first, last = review(draft), review(draft, "?page=3")
    assert (shown(first), shown(last)) == ([*range(1, 51)], [*range(101, 121)])
    assert the_page(last) == f"/applications/{draft.ref}?page=3#goods"
    for text in (first, last):
        assert "Total of 120 lines" in text and "Lines 1–120:" in text
        assert f'href="/applications/{draft.ref}/goods/120#quantity"' in text
    assert shown(review(draft, "?page=99")) == shown(last)
    assert shown(review(draft, "?page=-1")) == shown(review(draft, "?page=x")) == shown(first)


def test_the_officer_is_led_to_the_line_on_its_page(draft: Draft) -> None:
    stage = draft.stage
    number = stage.hand_in(stage.actor("owner"), draft.ref)
    officer: FlaskClient = stage.client("officer")
    first = officer.get(f"/queue/{number}").text
    assert shown(first) == [*range(1, 51)]
    assert "Total of 120 lines" in first and "Lines 1–120:" in first
    assert f'href="/queue/{number}?line=120#line-120"' in first
    there = officer.get(f"/queue/{number}?line=120").text
    assert shown(there) == [*range(101, 121)]
    assert the_page(there) == f"/queue/{number}?page=3#goods"
    assert 'href="#line-120"' in there


def test_few_lines_have_no_pages(stage: Stage) -> None:
    text = review(Draft.of(stage))
    assert shown(text) == [1]
    assert the_page(text) is None


def test_a_position_is_found_over_the_gaps_of_removed_lines() -> None:
    lines = tuple(line(position) for position in range(3, 303, 2))
    for position, number in ((0, 1), (3, 1), (101, 1), (103, 2), (202, 3), (301, 3), (999, 3)):
        found = page_in(lines, 1, position)
        assert found.number == number, position
        if position in range(3, 303, 2):
            assert position in {one.position for one in found.lines}
    assert (found.pages, found.count, found.totals.packages) == (
        3,
        150,
        sum(one.packages for one in lines),
    )
    assert page_in((), 5, 7).lines == ()
