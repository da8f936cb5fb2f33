"""Customs brokers and forwarders register by themselves, once, and gain nothing by it alone."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from portal import samples
from portal.identity.models import Agent
from portal.identity.rules import check_licence, normal_licence
from tests.build import Stage, form_fields

FACTS = {
    "name": "Invented Forwarders",
    "pan": "zzzfh 0009j",
    "licence": " invented/ff  9 ",
    "address": "9 Invented Jetty",
    "city": "Kandla",
    "state": "Gujarat",
    "pin": "370210",
    "email": "office@forwarders.example",
    "mobile": "90000 00009",
}


def register(client: FlaskClient, **changes: str) -> Any:
    """Send the form of its page."""
    page = client.get("/agent/registration").text
    return client.post("/agent/registration", data=form_fields(page, **{**FACTS, **changes}))


def test_an_agent_registers_and_acts_from_its_seat(stage: Stage) -> None:
    client = stage.client("stranger")
    assert register(client).status_code == 303
    assert "Invented Forwarders" in client.get("/seat").text.split("<main")[0]
    with stage.db() as db:
        row = db.scalars(select(Agent).where(Agent.name == "Invented Forwarders")).one()
    assert (row.pan, row.licence) == ("ZZZFH0009J", "INVENTED/FF 9")
    for page in ("/applications", "/wallet", "/queue", "/legacy"):
        assert client.get(page).status_code == 403


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"pan": "zzzfh0009"}, "The PAN has 10 characters"),
        ({"pan": samples.AGENT["pan"]}, "An agent with this PAN is registered already"),
        ({"licence": samples.AGENT["licence"].lower()}, "with this licence number is registered"),
        ({"licence": "see the letter"}, "A licence number has 4 to 30"),
        ({"pin": "012345"}, "A PIN code has six digits"),
        ({"email": "office"}, "looks like name@example.in"),
        ({"mobile": "12345"}, "Type a mobile number of India"),
        ({"name": " "}, "Type the name as on the licence"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_kept(
    stage: Stage, changes: dict[str, str], said: str
) -> None:
    answer = register(stage.client("owner"), **changes)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="Kandla"' in answer.text
    with stage.db() as db:
        assert db.scalar(select(func.count(Agent.id))) == 1


def test_a_licence_number_is_told_from_a_sentence() -> None:
    for good in ("11/2024", "CHA 11-1234", "AAAFX0001ACH001", "r.123"):
        assert check_licence(good) is None, good
    for bad in ("", "abc", "no digits", "११/२०२४", "1" * 31, "11/2024 (Mumbai)"):
        assert check_licence(bad) is not None, bad
    assert normal_licence(" cha  11-1234 ") == "CHA 11-1234"
