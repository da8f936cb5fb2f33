"""Numbers of an office: no gaps, no doubles, a series for each office, kind and financial year."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from portal.agencies import queries
from portal.agencies.series import next_number
from portal.core.errors import Missing
from portal.core.refs import is_well_formed
from portal.core.tx import write
from tests.build import Stage

# 31 March and 1 April in India, half an hour around midnight there.
BEFORE = datetime(2027, 3, 31, 18, 15, tzinfo=UTC)
AFTER = datetime(2027, 3, 31, 18, 45, tzinfo=UTC)


def numbers(stage: Stage, office: str, prefix: str, at: datetime, count: int = 1) -> list[str]:
    def draw(db: Session) -> list[str]:
        facts = queries.office(db, stage.office_id(office))
        return [next_number(db, facts, prefix, at) for _ in range(count)]

    found: list[str] = stage.do(draw)
    return found


def test_each_office_kind_and_year_has_its_own_series(stage: Stage) -> None:
    found = [
        *numbers(stage, "DEL", "NP", BEFORE, 2),
        *numbers(stage, "DEL", "", BEFORE),
        *numbers(stage, "MUM", "NP", BEFORE),
        *numbers(stage, "DEL", "NP", AFTER),
        *numbers(stage, "DEL", "NP", BEFORE),
    ]
    assert [number[:-2] for number in found] == [
        "NP-SPCC-DEL-2627-0000001",
        "NP-SPCC-DEL-2627-0000002",
        "SPCC-DEL-2627-0000001",
        "NP-SPCC-MUM-2627-0000001",
        "NP-SPCC-DEL-2728-0000001",
        "NP-SPCC-DEL-2627-0000003",
    ]
    assert all(is_well_formed(number) for number in found)


def test_a_number_that_is_rolled_back_is_given_again(stage: Stage) -> None:
    with stage.db() as db:
        facts = queries.office(db, stage.office_id("DEL"))
        first = next_number(db, facts, "NP", BEFORE)
        db.rollback()
    assert numbers(stage, "DEL", "NP", BEFORE) == [first]


def test_drawing_at_the_same_moment_gives_no_gap_and_no_double(stage: Stage) -> None:
    found: list[str] = []

    def draw() -> None:
        with stage.portal.sessions() as db:
            facts = queries.office(db, office_id)
            for _ in range(5):
                found.append(write(db, next_number, facts, "NP", BEFORE))

    office_id = stage.office_id("DEL")
    threads = [threading.Thread(target=draw) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(int(number.split("-")[4]) for number in found) == list(range(1, 21))


def test_an_administrator_sees_the_own_agency_alone(stage: Stage) -> None:
    page = stage.client("administrator").get("/agency").text
    assert "Invented Officer Indu" in page and "Invented Officer Kiran" in page
    assert "Invented Officer Mani" not in page and "Tiruppur" not in page
    for who in ("owner", "officer", "directorate"):
        with stage.db() as db, pytest.raises(Missing):
            queries.officers(db, stage.actor(who))
