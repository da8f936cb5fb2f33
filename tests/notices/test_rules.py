"""Dated rules: one value at an instant, changed from the screen, exact to the second."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core import clock
from portal.core.clock import IST, start_of
from portal.core.errors import Forbidden, Invalid, Problem
from portal.notices import actions, queries
from portal.notices.models import Certainty, NoticeKind
from portal.notices.rules import (
    ALL,
    COMPULSORY_DOCUMENTS,
    FEE,
    NON_PREFERENTIAL_SYSTEM,
    PREFERENTIAL_SYSTEM,
    Named,
    NoRule,
    overlaps,
)
from tests.build import Stage

NOTICE = {
    "number": "TN 99/2026-27 (invented)",
    "kind": NoticeKind.TRADE_NOTICE,
    "dated": date(2026, 11, 23),
    "published_on": None,
    "subject": "Invented: another fee",
    "summary": "",
    "link": "",
    "source": "invented for a test",
    "certainty": Certainty.UNCONFIRMED,
}
SWITCHES = [
    (FEE, date(2021, 5, 27), None, 20_000),
    (NON_PREFERENTIAL_SYSTEM, date(2024, 8, 28), "ecoo_1", "ecoo_2"),
    (PREFERENTIAL_SYSTEM, date(2024, 12, 21), "ecoo_1", "official_platform"),
    (ALL["agencies_may_onboard"], date(2024, 8, 19), False, True),
    (ALL["paper_certificates"], date(2025, 1, 1), "allowed", "void"),
    (ALL["invoice_as_in_shipping_bill"], date(2026, 4, 7), False, True),
]


@pytest.mark.parametrize(("rule", "day", "before", "after"), SWITCHES, ids=lambda x: str(x)[:40])
def test_a_switch_happens_at_midnight_in_india(
    stage: Stage, rule: Named, day: date, before: object, after: object
) -> None:
    switch = start_of(day)
    assert switch == datetime(day.year, day.month, day.day, tzinfo=IST)
    assert switch.astimezone(UTC).hour == 18
    with stage.db() as db:
        if before is None:
            with pytest.raises(NoRule):
                queries.rule_on(db, rule, switch - timedelta(seconds=1))
        else:
            assert queries.rule_on(db, rule, switch - timedelta(seconds=1)).value == before
        assert queries.rule_on(db, rule, switch).value == after
        assert queries.rule_on(db, rule, switch + timedelta(seconds=1)).value == after


def test_every_rule_is_seeded_and_has_a_value_today(stage: Stage) -> None:
    with stage.db() as db:
        found = queries.rules_on(db, clock.now())
    assert [rule.name for rule, value in found if value is None] == []
    assert len(found) == len(ALL)


def test_a_fee_from_tomorrow_ends_the_present_one(stage: Stage) -> None:
    director = stage.actor("directorate")
    slug = stage.do(actions.enter, director, **NOTICE)
    tomorrow = start_of(clock.today() + timedelta(days=1))
    args = (slug, FEE, 25_000, tomorrow, None)
    stage.do(actions.set_rule, director, *args, why="as the notice says")
    with stage.db() as db:
        assert queries.rule_on(db, FEE, tomorrow - timedelta(seconds=1)).value == 20_000
        assert queries.rule_on(db, FEE, tomorrow).value == 25_000
        assert queries.next_switch(db, clock.now()) == tomorrow
        old = queries.notice(db, "pn-43-2024-25")
        assert any(c.why == "as the notice says" for c in old.corrections)


def test_an_overlap_is_refused(stage: Stage) -> None:
    director = stage.actor("directorate")
    slug = stage.do(actions.enter, director, **NOTICE)
    args = (slug, FEE, 25_000, start_of(date(2022, 1, 1)), start_of(date(2023, 1, 1)))
    with pytest.raises(Invalid, match="already has a value"):
        stage.do(actions.set_rule, director, *args, why="x")
    later, sooner = start_of(date(2031, 1, 1)), start_of(date(2030, 1, 1))
    with pytest.raises(Invalid, match="after the beginning"):
        stage.do(actions.set_rule, director, slug, FEE, 1, later, sooner, why="x")


def test_a_correction_keeps_what_stood_there(stage: Stage) -> None:
    director = stage.actor("directorate")
    change = {"subject": "Another subject"}
    stage.do(actions.correct, director, "tn-13-2024-25", "typing slip", **change)
    with stage.db() as db:
        found = queries.notice(db, "tn-13-2024-25")
    assert found.subject == "Another subject"
    assert "eCoO 2.0" in found.corrections[0].before
    assert found.corrections[0].who == director.name


def test_only_the_directorate_writes(stage: Stage) -> None:
    for who in ("owner", "officer", "supervisor", "administrator"):
        with pytest.raises(Forbidden):
            stage.do(actions.enter, stage.actor(who), **NOTICE)


def test_the_same_number_is_not_entered_twice(stage: Stage) -> None:
    director = stage.actor("directorate")
    stage.do(actions.enter, director, **NOTICE)
    with pytest.raises(Invalid, match="in the register"):
        stage.do(actions.enter, director, **NOTICE)


def test_a_corrected_seed_is_not_overwritten_by_the_next_start(stage: Stage) -> None:
    director = stage.actor("directorate")
    stage.do(actions.correct, director, "tn-13-2024-25", "slip", subject="Mine")
    stage.do(actions.seed)
    with stage.db() as db:
        assert queries.notice(db, "tn-13-2024-25").subject == "Mine"


def test_typed_values_are_read_or_refused() -> None:
    assert FEE.parse("250") == 25_000
    assert FEE.parse("₹1,250.5") == 125_050
    assert isinstance(FEE.parse("about 200"), Problem)
    assert COMPULSORY_DOCUMENTS.parse("invoice, packing list") == ["invoice", "packing_list"]
    assert isinstance(COMPULSORY_DOCUMENTS.parse("passport"), Problem)
    assert NON_PREFERENTIAL_SYSTEM.parse("ecoo_2") == "ecoo_2"
    assert isinstance(NON_PREFERENTIAL_SYSTEM.parse("elsewhere"), Problem)


@given(st.lists(st.integers(0, 50), min_size=4, max_size=4))
def test_overlaps_means_that_some_instant_is_in_both(numbers: list[int]) -> None:
    a, b = sorted(numbers[:2]), sorted(numbers[2:])
    if a[0] == a[1] or b[0] == b[1]:
        return
    shared = set(range(*a)) & set(range(*b))
    assert overlaps((a[0], a[1]), (b[0], b[1])) == bool(shared)
