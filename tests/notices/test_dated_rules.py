"""Dated rules: each instant has one value with its notice, or none and says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.core.errors import Invalid
from portal.core.permissions import Actor, Role, Seat, SeatKind
from portal.notices.actions import seed, set_rule
from portal.notices.models import Certainty, Notice, NoticeKind, Rule
from portal.notices.queries import rule_on
from portal.notices.rules import FEE, NoRule, overlaps
from tests.build import Stage, form_fields
from tests.conftest import MovedClock

START = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = st.integers(0, 20)
SPANS = st.tuples(DAYS, st.one_of(st.none(), st.integers(1, 20)))


@given(one=SPANS, other=SPANS)
def test_two_spans_overlap_exactly_when_they_share_a_day(
    one: tuple[int, int | None], other: tuple[int, int | None]
) -> None:
    spans = [(start, None if length is None else start + length) for start, length in (one, other)]
    shared = any(
        all(start <= day and (end is None or day < end) for start, end in spans)
        for day in range(60)
    )
    assert overlaps(spans[0], spans[1]) is overlaps(spans[1], spans[0]) is shared


DIRECTOR = Actor(None, "Nobody", Seat(SeatKind.DIRECTORATE, 0, Role.DIRECTORATE, "Directorate"))


def notice(db: Session) -> Notice:
    found = Notice(
        slug="tn-1",
        number="TN 1",
        kind=NoticeKind.TRADE_NOTICE,
        dated=START.date(),
        subject="Invented",
        certainty=Certainty.SECONDARY,
        entered_at=START,
    )
    db.add(found)
    db.flush()
    return found


def set_fee(db: Session, paise: int, source: Notice, start: datetime, end: datetime | None) -> None:
    set_rule(db, DIRECTOR, source.slug, FEE, paise, start, end, why="invented")


def test_a_value_holds_from_its_first_instant_up_to_the_next(db: Session) -> None:
    source = notice(db)
    middle, end = START + timedelta(days=10), START + timedelta(days=20)
    set_fee(db, 20_000, source, START, middle)
    set_fee(db, 30_000, source, middle, end)
    moment = timedelta(microseconds=1)
    for instant, fee in ((START, 20_000), (middle - moment, 20_000), (middle, 30_000)):
        found = rule_on(db, FEE, instant)
        assert (found.value, found.notice) == (fee, "TN 1")
    for instant in (START - moment, end, end + timedelta(days=9000)):
        with pytest.raises(NoRule, match="No notice sets"):
            rule_on(db, FEE, instant)


def test_two_values_for_one_instant_are_refused(db: Session) -> None:
    source = notice(db)
    set_fee(db, 20_000, source, START, None)
    for start, end in ((START, None), (START - timedelta(1), None)):
        with pytest.raises(Invalid, match="already has a value"):
            set_fee(db, 1, source, start, end)
    set_fee(db, 1, source, START - timedelta(1), START)


def test_the_database_refuses_a_span_that_runs_backwards(db: Session) -> None:
    source = notice(db)
    set_fee(db, 20_000, source, START, START + timedelta(1))
    for change in ("valid_until = valid_from", "notice_id = 999"):
        savepoint = db.begin_nested()
        with pytest.raises(IntegrityError):
            db.execute(text(f"UPDATE notices_rule SET {change}"))
        savepoint.rollback()


def test_loading_again_changes_nothing(db: Session) -> None:
    seed(db)
    before = db.scalars(select(Rule.id)).all()
    seed(db)
    assert db.scalars(select(Rule.id)).all() == before


def test_a_file_submitted_under_one_fee_keeps_it(stage: Stage, moved_clock: MovedClock) -> None:
    """The fee of the day of submission is held and taken, whatever a later notice says."""
    number = stage.submitted()
    with stage.db() as db:
        now = datetime.now(UTC)
        set_fee(db, 35_000, rule_notice(db), now + timedelta(hours=1), None)
        db.commit()
    moved_clock.by(hours=2)
    assert "₹350.00" in stage.client("owner").get(f"/applications/{stage.draft()}").text
    assert "₹200.00" in stage.client("owner").get(f"/applications/{number}").text
    stage.submitted()
    page = stage.client("owner").get("/wallet").text
    assert "₹550.00" in page


def rule_notice(db: Session) -> Notice:
    return db.scalars(select(Notice)).first() or notice(db)


def test_without_a_fee_in_force_the_portal_says_so_and_loses_nothing(stage: Stage) -> None:
    draft, submitted = stage.draft(), stage.submitted()
    with stage.db() as db:
        db.execute(text("DELETE FROM notices_rule WHERE name = 'fee_paise'"))
        db.commit()
    client = stage.client("owner")
    fields = form_fields(client.get("/seat").text, declared="y")
    for answer in (
        client.get(f"/applications/{draft}"),
        client.post(f"/applications/{draft}/submission", data=fields),
    ):
        assert answer.status_code == 503
        assert "No notice sets" in answer.text
    assert client.get(f"/applications/{submitted}").status_code == 200
    assert client.get(f"/applications/{draft}/sections/consignee").status_code == 200
