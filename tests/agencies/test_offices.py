"""An agency's offices: opened, changed, away; and offered only when somebody can seal there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from portal.agencies import queries
from portal.agencies.models import Office, Officer
from portal.core import clock
from portal.core.permissions import Role
from tests.build import Stage, form_fields

OFFICE = {
    "code": "PUN",
    "name": "Pune office",
    "address": "7 Invented Fort Road",
    "city": "Pune",
    "state": "Maharashtra",
    "gstin": "",
    "email": "pune@chamber.example",
    "phone": "+91 20 5550 0100",
}


def opened(stage: Stage, **changes: str) -> Any:
    """Open an office of the sample chamber in a browser."""
    client = stage.client("administrator")
    page = client.get("/agency/offices/new").text
    return client.post("/agency/offices", data=form_fields(page, **{**OFFICE, **changes}))


def choices(stage: Stage) -> str:
    return stage.client("owner").get("/applications/new").text


def test_a_new_office_gets_its_seal_and_is_offered_once_an_officer_sits_there(
    stage: Stage,
) -> None:
    assert opened(stage).location.endswith("/agency/offices/PUN")
    assert "Pune office" not in choices(stage)
    stage.run_jobs()
    stage.run_jobs()
    with stage.db() as db:
        row = db.scalars(select(Office).where(Office.code == "PUN")).one()
        assert row.seal_key_id == f"spcc-pun-{row.id}"
        person = stage.actor("officer").person_id
        assert person is not None
        facts = {"role": Role.OFFICER, "designation": "Issuing Officer"}
        db.add(Officer(person_id=person, office_id=row.id, started_at=clock.now(), **facts))
        db.commit()
    assert stage.portal.kit.sealer is not None
    assert "Pune office (Pune, Maharashtra)" in choices(stage)


def test_an_office_that_is_away_disappears_from_the_choice_until_its_day(
    stage: Stage, moved_clock: Any
) -> None:
    client = stage.client("administrator")
    page = client.get("/agency/offices/DEL").text
    back = clock.today() + timedelta(days=3)
    address = "/agency/offices/DEL/away"
    past = client.post(address, data=form_fields(page, until=clock.today().isoformat()))
    assert past.status_code == 422 and "later than today" in past.text
    assert client.post(address, data=form_fields(page, until=back.isoformat())).status_code == 303
    assert "Delhi office" not in choices(stage)
    moved_clock.to(clock.start_of(back))
    assert "Delhi office" in choices(stage)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"code": "p1"}, "2 to 6 capital letters"),
        ({"code": "DEL"}, "Another office of the agency has this code"),
        ({"name": ""}, "Type the name."),
        ({"state": ""}, "Choose the state."),
        ({"gstin": "27"}, "15 characters"),
        ({"gstin": "06ZZZCS0001A1ZQ"}, "begins with 27; this one begins with 06"),
        ({"email": "nobody"}, "@"),
        ({"phone": "call me"}, "Type digits"),
    ],
)
def test_wrong_input_is_refused_at_its_field_and_kept(
    stage: Stage, changes: dict[str, str], said: str
) -> None:
    answer = opened(stage, **changes)
    assert answer.status_code == 422
    assert said in answer.text
    assert "7 Invented Fort Road" in answer.text
    with stage.db() as db:
        assert db.scalar(select(Office.id).where(Office.code == "PUN")) is None


def test_a_code_is_fixed_once_a_number_bears_it(stage: Stage) -> None:
    opened(stage)
    stage.submitted()
    client = stage.client("administrator")
    page = client.get("/agency/offices/DEL").text
    delhi = {**OFFICE, "code": "NDL", "name": "Delhi office", "state": "Delhi"}
    refused = client.post("/agency/offices/DEL", data=form_fields(page, **delhi))
    assert refused.status_code == 422 and "were given out" in refused.text
    moved = client.post("/agency/offices/PUN", data=form_fields(page, **{**OFFICE, "code": "PNE"}))
    assert moved.location.endswith("/agency/offices/PNE")


def test_nobody_sees_or_changes_an_office_of_another_agency(stage: Stage) -> None:
    client = stage.client("administrator")
    page = client.get("/agency/offices/DEL").text
    assert client.get("/agency/offices/TUP").status_code == 404
    answer = client.post("/agency/offices/TUP", data=form_fields(page, **OFFICE))
    assert answer.status_code == 404
    with stage.db() as db:
        tiruppur = db.scalars(select(Office).where(Office.code == "TUP")).one()
        assert tiruppur.name == "Tiruppur office"
        assert len(queries.offices(db)) == 3
