"""Fifty mistakes and fifty correct applications: they were there before the checks."""

from __future__ import annotations

import pytest

from portal.filing.preflight import CHECKS
from portal.filing.preflight.wording import words_of_other_chapters
from portal.reference.actions.seed import _hs_codes
from tests.filing.preflight.reading import Case, cases

WRONG, RIGHT = tuple(cases("wrong")), tuple(cases("right"))


def test_there_are_fifty_of_each() -> None:
    assert len(WRONG) >= 50
    assert len(RIGHT) >= 50


@pytest.mark.parametrize("case", WRONG, ids=lambda case: str(case.name))
def test_a_mistake_is_found_and_nothing_else_bars_it(case: Case) -> None:
    found = case.found()
    assert case.find <= found, case.told["title"]
    assert {one for one in found if one[1] == "error"} <= case.find


@pytest.mark.parametrize("case", RIGHT, ids=lambda case: str(case.name))
def test_a_correct_application_is_left_alone(case: Case) -> None:
    assert [f.plain() for f in case.findings()] == [], case.told["title"]


def test_no_heading_of_the_harmonized_system_is_doubted_under_its_own_chapter() -> None:
    doubted = [
        row["code"]
        for row in _hs_codes()
        if words_of_other_chapters(row["description"], int(row["code"][:2]))
    ]
    assert doubted == []


def test_every_code_of_the_examples_is_in_the_register() -> None:
    named = {code for case in WRONG for code, _severity in case.find}
    assert named <= CHECKS.keys()
    assert CHECKS.keys() - named == set(), "give the check an example in tests/filing/preflight"
