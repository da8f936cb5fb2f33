"""Time: one source, movable for tests, law in India's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.core import clock
from tests.conftest import MovedClock

INSTANTS = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2098, 1, 1)).map(
    lambda naive: naive.replace(tzinfo=UTC)
)


def test_the_clock_can_be_moved_to_an_instant(moved_clock: MovedClock) -> None:
    moved_clock.to(datetime(2027, 3, 31, 18, 29, tzinfo=UTC))
    assert (
        timedelta()
        <= clock.now() - datetime(2027, 3, 31, 18, 29, tzinfo=UTC)
        < timedelta(minutes=1)
    )


def test_moves_add_up(moved_clock: MovedClock) -> None:
    before = clock.now()
    moved_clock.by(days=10)
    moved_clock.by(hours=-1)
    moved = clock.now() - before
    assert timedelta(days=10, hours=-1) <= moved < timedelta(days=10, minutes=-59)


def test_the_clock_is_right_when_nobody_moved_it() -> None:
    assert clock.offset() == timedelta()
    assert clock.now().tzinfo is UTC


def test_an_unreadable_offset_moves_nothing(moved_clock: MovedClock) -> None:
    moved_clock.file.write_text("tomorrow")
    assert clock.offset() == timedelta()


def test_a_day_in_india_begins_half_past_six_in_the_evening_utc() -> None:
    assert clock.start_of(date(2026, 11, 23)) == datetime(2026, 11, 22, 18, 30, tzinfo=UTC)
    assert clock.ist_day(datetime(2026, 11, 22, 18, 30, tzinfo=UTC)) == date(2026, 11, 23)
    assert clock.ist_day(datetime(2026, 11, 22, 18, 29, tzinfo=UTC)) == date(2026, 11, 22)


def test_the_financial_year_changes_at_midnight_in_india() -> None:
    assert clock.financial_year(datetime(2027, 3, 31, 18, 29, tzinfo=UTC)) == "2627"
    assert clock.financial_year(datetime(2027, 3, 31, 18, 30, tzinfo=UTC)) == "2728"


def test_the_turn_of_the_century_keeps_two_digits() -> None:
    assert clock.financial_year(datetime(2099, 6, 1, tzinfo=UTC)) == "9900"


@given(instant=INSTANTS)
def test_every_instant_lies_in_its_own_day(instant: datetime) -> None:
    day = clock.ist_day(instant)
    assert clock.start_of(day) <= instant < clock.start_of(day + timedelta(days=1))


@given(instant=INSTANTS)
def test_a_financial_year_runs_from_april_to_march(instant: datetime) -> None:
    day = clock.ist_day(instant)
    first = day.year - (day.month < 4)
    assert clock.financial_year(instant) == f"{first % 100:02d}{(first + 1) % 100:02d}"
