"""A tariff code that is split by the directorate: entered in a browser, effective everywhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.core import clock
from portal.reference import queries
from portal.reference.models import TariffChange
from tests.build import LINE, Stage, form_fields
from tests.conftest import MovedClock

CODE = LINE["hs_code"]
SUCCESSORS = "7323 93 91 Invented plates of stainless steel\n73239399: Invented others"


def split(client: FlaskClient, code: str = CODE, **changes: str):  # type: ignore[no-untyped-def]
    """Enter the end of a code on its page."""
    address = f"/codes/{code}/replacement"
    fields = {
        "last_day": clock.today().isoformat(),
        "successors": SUCCESSORS,
        "source": "Notification 99/2026 (invented)",
        "certainty": "K",
        "why": "an invented split",
    }
    page = client.get(address)
    return client.post(address, data=form_fields(page.text, **{**fields, **changes}))


def test_a_split_holds_from_midnight_in_india(stage: Stage, moved_clock: MovedClock) -> None:
    ref, director = stage.draft(), stage.client("directorate")
    assert split(director).status_code == 303
    tomorrow = clock.start_of(clock.today() + timedelta(days=1))
    moved_clock.to(tomorrow - timedelta(seconds=20))
    assert "Still missing" not in stage.client("owner").get(f"/applications/{ref}").text
    moved_clock.to(tomorrow)
    page = stage.client("owner").get(f"/applications/{ref}").text
    assert "73239391, 73239399" in page
    refused = stage.client("owner")
    fields = form_fields(refused.get(f"/applications/{ref}").text, declared="y")
    assert refused.post(f"/applications/{ref}/submission", data=fields).status_code == 422
    with stage.db() as db:
        assert queries.hs_on(db, "73239391").problem is None
        assert queries.hs_on(db, CODE, clock.today() - timedelta(days=1)).problem is None
    found = stage.client().get(f"/codes?q={CODE}").text
    assert "ended" in found and "73239391" in found
    by_words = stage.client().get("/codes?q=invented+plates+stainless").text
    assert "7323 93 91" in by_words and "unconfirmed" in by_words


def test_a_change_says_when_where_and_why_and_leaves_an_audit_row(stage: Stage) -> None:
    client = stage.client("directorate")
    assert split(client).status_code == 303
    for page in (client.get(f"/codes/{CODE}/replacement"), client.get("/codes/desk")):
        assert "Notification 99/2026 (invented)" in page.text
        assert "an invented split" in page.text
    with stage.db() as db:
        row = db.scalars(select(TariffChange)).one()
        assert row.person_id == stage.actor("directorate").person_id
        kept = queries.personal_data_of(db, row.person_id)
        assert kept["reference_tariff_change"][0]["why"] == "an invented split"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"last_day": ""}, "Give the last day"),
        ({"source": " "}, "Name the notice"),
        ({"why": ""}, "Say why."),
        ({"successors": "7323 steel plates"}, "Line 1: write eight digits"),
        ({"successors": "73239391 a\n7323 93 91 b"}, "Line 2: 73239391 stands further up"),
        ({"successors": f"{CODE} itself"}, "take its own place"),
        ({"successors": "77777777 nothing"}, "777777 is not a subheading"),
        ({"last_day": "1989-12-31"}, "subheading of the Harmonized System"),
    ],
)
def test_wrong_input_is_refused_at_its_field_and_kept(
    stage: Stage, changes: dict[str, str], said: str
) -> None:
    client = stage.client("directorate")
    answer = split(client, **changes)
    assert answer.status_code == 422
    assert said in answer.text
    kept = changes.get("successors", "Invented plates of stainless steel").splitlines()[0]
    assert kept in answer.text
    with stage.db() as db:
        assert queries.hs_on(db, CODE).problem is None
        assert db.scalars(select(TariffChange)).all() == []


def test_a_code_ends_once_and_only_a_real_one(stage: Stage) -> None:
    client = stage.client("directorate")
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    assert split(client, last_day=tomorrow).status_code == 303
    again = split(client)
    assert again.status_code == 422
    assert "An end on a later day is entered already" in again.text
    for code in ("77777777", "7323", "abcdefgh"):
        assert client.get(f"/codes/{code}/replacement").status_code == 404


def test_a_code_may_end_without_a_successor(stage: Stage) -> None:
    client = stage.client("directorate")
    assert split(client, code="10063012", successors="").status_code == 303
    with stage.db() as db:
        problem = queries.hs_on(db, "10063012", clock.today() + timedelta(days=1)).problem
    assert problem is not None and "no successor" in problem.plain()


def test_the_desk_opens_a_code_or_says_what_is_wrong(stage: Stage) -> None:
    client = stage.client("directorate")
    assert client.get("/codes/desk?code=7323.93.90").location == f"/codes/{CODE}/replacement"
    assert "add the rest of India" in client.get("/codes/desk?code=7323").text
    assert stage.client("owner").get("/codes/desk").status_code == 403
