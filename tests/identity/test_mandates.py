"""A firm's owner trusts an agent by PAN and licence: what, where, for how much, how long."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import samples
from portal.core import clock
from portal.core.errors import Invalid
from portal.identity import actions
from portal.identity.models import Mandate, MandateAgency
from portal.identity.queries import mandates_of
from tests.build import Stage, form_fields

PAN, LICENCE = samples.AGENT["pan"], samples.AGENT["licence"]


def give(client: FlaskClient, **changes: Any) -> Any:
    """Find the sample agent and send the form of its page."""
    page = client.get(f"/firm/mandates?pan={PAN}&licence={LICENCE}")
    fields = {
        "of_pan": PAN,
        "of_licence": LICENCE,
        "scope": "submit",
        "where": "all",
        "limit": "1000",
        "first_day": clock.today().isoformat(),
        "last_day": "",
        **changes,
    }
    return client.post("/firm/mandates", data=form_fields(page.text, **fields))


def test_an_owner_finds_gives_and_revokes(stage: Stage) -> None:
    client = stage.client("owner")
    page = client.get(f"/firm/mandates?pan={PAN.lower()}&licence={LICENCE.lower()}").text
    assert "Specimen Customs Brokers" in page and "office@broker.example" in page
    agency = stage.actor("administrator").agency_id
    last = (clock.today() + timedelta(days=30)).isoformat()
    answer = give(client, where="some", agencies=[str(agency)], last_day=last)
    assert answer.status_code == 303
    page = client.get("/firm/mandates").text
    for said in ("in force", "Prepare and hand in", "at most ₹1,000.00", "Invented Owner Asha"):
        assert said in page
    with stage.db() as db:
        row = db.scalars(select(Mandate)).one()
        assert not row.all_agencies
        assert db.scalars(select(MandateAgency.agency_id)).all() == [agency]
    fields = form_fields(page)
    assert client.post(f"/firm/mandates/{row.ref}/revocation", data=fields).status_code == 303
    page = client.get("/firm/mandates").text
    assert "revoked on" in page and "Revoke the mandate" not in page
    assert client.post(f"/firm/mandates/{row.ref}/revocation", data=fields).status_code == 409


def test_nobody_is_listed_and_both_numbers_have_to_fit(stage: Stage) -> None:
    client = stage.client("owner")
    for query in ("", f"?pan={PAN}", f"?pan={PAN}&licence=SPECIMEN/CB/0005", "?pan=x&licence=y"):
        assert "Specimen Customs Brokers" not in client.get(f"/firm/mandates{query}").text
    assert (
        "No agent has registered"
        in client.get(f"/firm/mandates?pan={PAN}&licence=SPECIMEN/CB/0005").text
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"scope": ""}, "Choose what the agent may do."),
        ({"where": "some"}, "Tick at least one agency"),
        ({"agencies": ["1"]}, "You chose every agency"),
        ({"where": "some", "agencies": ["999"]}, "999"),
        ({"limit": "10.50"}, "Type whole rupees in digits"),
        ({"limit": "0"}, "Type whole rupees in digits"),
        ({"first_day": ""}, "Give the first day"),
        ({"first_day": "2020-01-01"}, "begin before today"),
        ({"first_day": "2199-02-02", "last_day": "2199-02-01"}, "end before it begins"),
        ({"last_day": "2020-01-01"}, "end before it begins"),
        ({"of_licence": "SPECIMEN/CB/0005"}, "No agent has"),
    ],
)
def test_terms_that_do_not_fit_are_refused_and_kept(
    stage: Stage, changes: dict[str, Any], said: str
) -> None:
    answer = give(stage.client("owner"), **{"limit": "4321", **changes})
    assert answer.status_code == 422
    assert said in answer.text
    if "of_licence" not in changes:
        assert f'value="{changes.get("limit", "4321")}"' in answer.text
    with stage.db() as db:
        assert db.scalars(select(Mandate)).all() == []


def test_two_mandates_of_one_agent_never_hold_at_once(stage: Stage) -> None:
    client, today = stage.client("owner"), clock.today()
    later = today + timedelta(days=10)
    assert give(client, last_day=(later - timedelta(days=1)).isoformat()).status_code == 303
    assert "holds a mandate of your firm" in give(client).text
    assert give(client, first_day=later.isoformat()).status_code == 303
    assert give(client, first_day=(later + timedelta(days=9)).isoformat()).status_code == 422
    assert give(stage.client("stranger")).status_code == 303


def test_a_firm_gives_no_mandate_to_itself(stage: Stage) -> None:
    owner = stage.actor("owner")
    stage.do(
        actions.register_agent, owner, **{**samples.AGENT, "pan": "ZZZCS0001A", "licence": "X 1"}
    )
    terms = actions.Terms(may_submit=True, first_day=clock.today())
    with pytest.raises(Invalid, match="own firm"):
        stage.do(actions.give_mandate, owner, "ZZZCS0001A", "X 1", terms)


def test_a_mandate_of_another_firm_is_out_of_reach(stage: Stage) -> None:
    assert give(stage.client("owner")).status_code == 303
    with stage.db() as db:
        ref = mandates_of(db, stage.actor("owner"))[0].ref
    client = stage.client("stranger")
    page = client.get("/firm/mandates").text
    assert "Specimen Customs Brokers" not in page
    answer = client.post(f"/firm/mandates/{ref}/revocation", data=form_fields(page))
    assert answer.status_code == 404
