"""An office's hours, holidays, readiness and closing; the agency's account."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import delete, select

from portal.agencies.models import Account, Hours, Office
from portal.core import clock
from portal.core.clock import IST
from tests.build import Stage, form_fields
from tests.conftest import MovedClock

WEEK = {f"{which}_{day}": "" for day in range(7) for which in ("opens", "closes")}
NUMBER, IFSC = "000111222333", "ZZZZ0SPEC01"


def choices(stage: Stage) -> str:
    return stage.client("owner").get("/applications/new").text


def test_hours_and_holidays_say_when_an_office_closes(
    stage: Stage, moved_clock: MovedClock
) -> None:
    moved_clock.to(datetime(2026, 12, 2, 11, 0, tzinfo=IST))  # a Wednesday
    client = stage.client("administrator")
    page = client.get("/agency/offices/DEL/hours")
    week = {
        **WEEK,
        "opens_2": "10:00",
        "closes_2": "16:45",
        "opens_5": "10:00",
        "closes_5": "13:00",
    }
    saved = client.post("/agency/offices/DEL/hours", data=form_fields(page.text, **week))
    assert saved.status_code == 303
    assert 'value="16:45"' in client.get("/agency/offices/DEL/hours").text
    assert "Delhi office (New Delhi, Delhi): closes at 16:45" in choices(stage)
    holiday = form_fields(page.text, day="2026-12-02", words="Invented day")
    assert client.post("/agency/offices/DEL/holidays", data=holiday).status_code == 303
    assert "Delhi office (New Delhi, Delhi): closed today" in choices(stage)
    again = client.post("/agency/offices/DEL/holidays", data=holiday)
    assert again.status_code == 422 and "holiday already" in again.text
    shown = client.get("/agency/offices/DEL/hours").text
    row = shown.split("/holidays/")[1].split("/")[0]
    removal = f"/agency/offices/DEL/holidays/{row}/removal"
    assert client.post(removal, data=form_fields(shown)).status_code == 303
    assert client.post(removal, data=form_fields(shown)).status_code == 404
    moved_clock.to(datetime(2026, 12, 2, 17, 0, tzinfo=IST))
    assert "Delhi office (New Delhi, Delhi): closed now" in choices(stage)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"opens_0": "10:00"}, "Give both times"),
        ({"opens_0": "10:00", "closes_0": "09:00"}, "close after it opens"),
        ({"opens_0": "noon", "closes_0": "13:00"}, "Not a valid time"),
    ],
)
def test_wrong_hours_are_said_and_nothing_changes(
    stage: Stage, changes: dict[str, str], said: str
) -> None:
    client = stage.client("administrator")
    page = client.get("/agency/offices/DEL/hours")
    fields = form_fields(page.text, **{**WEEK, **changes})
    answer = client.post("/agency/offices/DEL/hours", data=fields)
    assert answer.status_code == 422
    assert said in answer.text
    with stage.db() as db:
        office = select(Hours).where(Hours.office_id == stage.office_id("DEL"))
        assert len(db.scalars(office).all()) == 7


def test_what_an_office_lacks_is_listed_with_where_to_put_it_right(stage: Stage) -> None:
    client = stage.client("administrator")
    page = client.get("/agency").text
    assert "ready" in page and "No stamp" in page and "No settlement account" in page
    with stage.db() as db:
        db.execute(delete(Hours).where(Hours.office_id == stage.office_id("DEL")))
        db.execute(Office.__table__.update().values(seal_key_id=""))  # type: ignore[attr-defined]
        db.commit()
    page = client.get("/agency").text
    assert "No opening hours" in page and "seal key is being made" in page
    assert "/agency/offices/DEL/hours" in page
    assert "Delhi office" not in choices(stage)


def test_the_usual_time_is_known_after_five_files(stage: Stage, moved_clock: MovedClock) -> None:
    assert "usual time not known yet" in choices(stage)
    for _ in range(5):
        number = stage.in_scrutiny()
        moved_clock.by(minutes=40)
        from portal.filing import actions as filing

        stage.do(filing.reject, stage.actor("officer"), number, "An invented reason.")
    assert "Delhi office (New Delhi, Delhi): " in choices(stage)
    assert "usually 40 minutes" in choices(stage)


def test_an_office_with_open_files_stays_open(stage: Stage) -> None:
    stage.submitted()
    client = stage.client("administrator")
    fields = form_fields(client.get("/agency/offices/DEL").text)
    refused = client.post("/agency/offices/DEL/closing", data=fields)
    assert refused.status_code == 409
    assert "1 files are open at this office" in refused.text
    officer = stage.client("other_office")
    assert client.post("/agency/offices/MUM/closing", data=fields).status_code == 303
    assert officer.get("/queue").status_code == 303
    assert client.get("/agency/offices/MUM").status_code == 404
    assert "Mumbai office" not in choices(stage)


def test_an_account_is_typed_twice_kept_sealed_and_never_shown(stage: Stage) -> None:
    client = stage.client("administrator")
    page = client.get("/agency/account")
    typed = {"holder": "Specimen Chamber", "number": NUMBER, "number_again": NUMBER}
    typed |= {"ifsc": IFSC, "ifsc_again": IFSC}
    for wrong, said in (
        ({"number_again": NUMBER[::-1]}, "account numbers differ"),
        ({"ifsc_again": "ZZZZ0SPEC02"}, "codes differ"),
        ({"number": "12", "number_again": "12"}, "9 to 18 digits"),
        ({"ifsc": "SPEC", "ifsc_again": "SPEC"}, "four capital letters"),
    ):
        refused = client.post("/agency/account", data=form_fields(page.text, **{**typed, **wrong}))
        assert refused.status_code == 422
        assert said in refused.text
    assert client.post("/agency/account", data=form_fields(page.text, **typed)).status_code == 303
    shown = client.get("/agency/account").text
    assert "ends in 2333" in shown and "not tested yet" in shown
    assert NUMBER not in shown and IFSC not in shown
    with stage.db() as db:
        row = db.scalars(select(Account)).one()
        assert NUMBER not in row.sealed
    assert "No settlement account" not in client.get("/agency").text


def test_the_hours_of_another_agency_are_nobody_s_business(stage: Stage) -> None:
    client = stage.client("administrator")
    assert client.get("/agency/offices/TUP/hours").status_code == 404
    fields = form_fields(client.get("/agency").text, **WEEK)
    assert client.post("/agency/offices/TUP/hours", data=fields).status_code == 404
    assert client.post("/agency/offices/TUP/closing", data=fields).status_code == 404


def test_a_past_holiday_is_refused(stage: Stage) -> None:
    client = stage.client("administrator")
    page = client.get("/agency/offices/DEL/hours")
    day: date = clock.today() - timedelta(days=1)
    fields = form_fields(page.text, day=day.isoformat(), words="Invented")
    answer = client.post("/agency/offices/DEL/holidays", data=fields)
    assert answer.status_code == 422 and "past" in answer.text
