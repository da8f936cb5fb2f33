"""The cut-over of 28.08.2024, exact to the second, by the clock that all processes share."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from portal.core.clock import IST
from portal.filing import actions
from portal.filing.actions.drafting import FiledElsewhere
from portal.filing.queries import application_for
from portal.notices import actions as notices
from portal.notices.rules import NON_PREFERENTIAL_SYSTEM
from tests.build import Stage, form_fields
from tests.conftest import MovedClock

CUT_OVER = datetime(2024, 8, 28, tzinfo=IST)


def test_a_draft_of_before_is_handed_in_here_after_the_cut_over(
    stage: Stage, moved_clock: MovedClock
) -> None:
    moved_clock.to(CUT_OVER + timedelta(minutes=5))
    ref = stage.draft()
    stage.sign(stage.actor("owner"), ref)
    moved_clock.to(CUT_OVER - timedelta(seconds=30))
    with pytest.raises(FiledElsewhere, match="filed in eCoO"):
        stage.do(actions.submit, stage.actor("owner"), ref, declared=True)
    with stage.db() as db:
        assert application_for(db, stage.actor("owner"), ref).status == "draft"
    moved_clock.to(CUT_OVER)
    assert stage.do(actions.submit, stage.actor("owner"), ref, declared=True).startswith("NP-")


def test_before_the_cut_over_nothing_is_begun_here_and_the_way_is_shown(
    stage: Stage, moved_clock: MovedClock
) -> None:
    moved_clock.to(CUT_OVER - timedelta(hours=1))
    client = stage.client("owner")
    page = client.get("/applications/new")
    fields = form_fields(page.text, office=str(stage.office_id()))
    answer = client.post("/applications", data=fields)
    assert answer.status_code == 409
    assert "https://coo.dgft.gov.in" in answer.text
    assert "TN 48/2020-21" in answer.text


def test_a_later_cut_over_entered_by_the_directorate_holds_everywhere(
    stage: Stage, moved_clock: MovedClock
) -> None:
    ref = stage.draft()
    director = stage.actor("directorate")
    from portal.core import clock

    tomorrow = clock.start_of(clock.today() + timedelta(days=1))
    args = ("tn-13-2024-25", NON_PREFERENTIAL_SYSTEM, "ecoo_1", tomorrow, None)
    stage.do(notices.set_rule, director, *args, why="invented: back to 1.0")
    moved_clock.to(tomorrow)
    with pytest.raises(FiledElsewhere):
        stage.do(actions.submit, stage.actor("owner"), ref, declared=True)
