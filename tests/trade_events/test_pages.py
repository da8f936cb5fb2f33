"""What a reader finds out about events."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.tx import write
from portal.trade_events.actions import seed
from portal.trade_events.models import Event
from tests.conftest import MovedClock

EXPO = "/events/bharat-mobility-global-expo-2027"


@pytest.fixture(autouse=True)
def on_the_23rd_of_november_2026(db: Session, moved_clock: MovedClock) -> None:
    moved_clock.to(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    write(db, seed)


def lists_of(client: FlaskClient, query: str = "") -> tuple[str, str]:
    """The events to come and the past ones, as they stand on the page."""
    answer = client.get(f"/events{query}")
    assert answer.status_code == 200
    before, _, past = answer.text.partition("<h2>Past</h2>")
    return before.partition("<h2>To come</h2>")[2], past


def test_events_to_come_stand_before_past_ones(client: FlaskClient) -> None:
    upcoming, past = lists_of(client)
    assert "Bharat Mobility Global Expo 2027" in upcoming
    assert "Bharat Tex 2026" in past
    assert upcoming.count("<li>") == 1
    assert past.index("Bharat Tex 2026") < past.index("Aero India 2025")


def test_an_event_is_to_come_until_its_last_day_is_over_in_india(
    client: FlaskClient, moved_clock: MovedClock
) -> None:
    moved_clock.to(datetime(2027, 2, 9, 18, 20, tzinfo=UTC))
    assert "Expo 2027" in lists_of(client)[0]
    moved_clock.to(datetime(2027, 2, 9, 18, 40, tzinfo=UTC))
    assert "Expo 2027" in lists_of(client)[1]


@pytest.mark.parametrize(
    ("query", "found", "not_found"),
    [
        ("?month=2026-07", "Bharat Tex 2026", "AAHAR"),
        ("?place=dubai", "Gulfood 2026", "AAHAR"),
        ("?place=India%20Expo", "IHGF Delhi Fair Spring 2026", "AAHAR"),
        ("?sector=plastics", "PLASTINDIA", "AAHAR"),
        ("?sector=textiles&month=2025-02", "Bharat Tex 2025", "Bharat Tex 2026"),
    ],
)
def test_events_are_filtered_by_month_place_and_sector(
    client: FlaskClient, query: str, found: str, not_found: str
) -> None:
    _upcoming, past = lists_of(client, query)
    assert found in past
    assert not_found not in past


def test_an_event_over_the_turn_of_a_year_is_found_in_both_months(
    client: FlaskClient, db: Session
) -> None:
    def add(session: Session) -> None:
        session.add(
            Event(
                slug="specimen-fair",
                name="Specimen Fair",
                starts=date(2026, 12, 30),
                ends=date(2027, 1, 2),
                city="Specimenpur",
                country="IN",
                country_name="India",
                sector="multi-sector",
                source="invented for a test",
                verified_on=date(2026, 11, 23),
            )
        )

    write(db, add)
    for month in ("2026-12", "2027-01"):
        assert "Specimen Fair" in lists_of(client, f"?month={month}")[0]
    assert "Specimen Fair" not in lists_of(client, "?month=2027-02")[0]


@pytest.mark.parametrize("month", ["", "2026", "2026-13", "<b>", "0000-01"])
def test_a_month_that_is_none_counts_as_any(client: FlaskClient, month: str) -> None:
    answer = client.get("/events", query_string={"month": month})
    assert answer.status_code == 200
    assert "PLASTINDIA" in answer.text


def test_what_was_typed_is_shown_escaped(client: FlaskClient) -> None:
    page = client.get("/events", query_string={"place": '"><script>'}).text
    assert "<script" not in page
    assert "None that fits." in page


def test_one_event_shows_its_facts_and_source(client: FlaskClient) -> None:
    page = client.get(EXPO).text
    for words in (
        "to come",
        "4 Feb 2027",
        "9 Feb 2027",
        "Bharat Mandapam",
        "EEPC India with industry bodies",
        "automotive &amp; mobility",
        "www.ndtv.com",
        "23 Nov 2026",
    ):
        assert words in page


def test_a_past_event_says_so(client: FlaskClient) -> None:
    assert '<span class="pill">over</span>' in client.get("/events/bharat-tex-2026").text


def test_an_unknown_event_is_not_found(client: FlaskClient) -> None:
    assert client.get("/events/atlantis-fair").status_code == 404


def test_loading_again_changes_nothing(db: Session) -> None:
    before = db.scalar(select(func.count(Event.id)))
    write(db, seed)
    assert before == db.scalar(select(func.count(Event.id))) == 22
