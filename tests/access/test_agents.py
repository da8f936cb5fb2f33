"""An agent reaches what the mandate gives, on files that it began, while the mandate holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from portal import samples
from portal.core import clock
from portal.identity import actions as identity
from portal.identity.models import Mandate
from tests.access.snapshot import everything
from tests.access.table import ACTING, ACTING_TO_SUBMIT, AGENTS, EVERYBODY, OF_A_FILE, OWN
from tests.access.test_routes import EXPECTED, File, address, ask, document_of, fields_of, rules
from tests.build import Stage
from tests.conftest import MovedClock


def file_of_agent(stage: Stage, ref: str) -> File:
    """A draft that the agent began for the rice mill."""
    draft = stage.draft(stage.acting(ref))
    return File(draft, document_of(stage, draft), is_draft=True, client=ref)


def refused(
    stage: Stage, client: FlaskClient, file: File, allowed: frozenset[str]
) -> Iterator[str]:
    """Every act and page outside of `allowed` that was not refused."""
    fields = fields_of(client)
    for rule in rules(stage.app):
        mine = rule.endpoint in OWN and OWN[rule.endpoint] & AGENTS
        if rule.endpoint in allowed or mine or rule.endpoint not in OWN.keys() | OF_A_FILE.keys():
            continue
        method = "POST" if "POST" in (rule.methods or ()) else "GET"
        status = ask(client, method, address(rule, file), fields)
        if status != (404 if rule.arguments else 403):
            yield f"{method} {rule.rule}: {status}"


@pytest.mark.parametrize("may_submit", [False, True])
def test_a_mandate_opens_so_much_and_no_more(stage: Stage, may_submit: bool) -> None:
    ref = stage.mandate(may_submit=may_submit)
    file = file_of_agent(stage, ref)
    allowed = ACTING_TO_SUBMIT if may_submit else ACTING
    client = stage.acting_client(ref, "agent_clerk")
    with stage.db() as db:
        before = everything(db)
        assert list(refused(stage, client, file, allowed)) == []
        assert everything(db) == before
    for rule in rules(stage.app):
        own = rule.endpoint in OWN and "agent" in OWN[rule.endpoint]
        if "GET" in (rule.methods or ()) and (own or rule.endpoint in allowed):
            begun = ("certificates.draft", "certificates.to_replace", "certificates.references")
            later = rule.endpoint.startswith(("certificates.", "filing.signed"))
            no_certificate = later and rule.endpoint not in begun
            expected = 404 if no_certificate else EXPECTED.get(rule.endpoint, 200)
            assert client.get(address(rule, file)).status_code == expected, rule.rule


def revoke(stage: Stage, ref: str, clock_: MovedClock) -> None:
    stage.do(identity.revoke_mandate, stage.actor("owner"), ref)


def expire(stage: Stage, ref: str, clock_: MovedClock) -> None:
    with stage.db() as db:
        ends = clock.now() + timedelta(minutes=20)
        db.execute(update(Mandate).where(Mandate.ref == ref).values(valid_until=ends))
        db.commit()
    clock_.by(minutes=21)


@pytest.mark.parametrize("end", [revoke, expire])
def test_an_ended_mandate_opens_nothing_with_the_next_request(
    stage: Stage, moved_clock: MovedClock, end: Callable[..., None]
) -> None:
    ref = stage.mandate()
    file = file_of_agent(stage, ref)
    client, tab = stage.acting_client(ref), stage.acting_client(ref)
    assert tab.get(f"/applications/{file.ref}").status_code == 200
    old_form = fields_of(tab)
    end(stage, ref, moved_clock)
    with stage.db() as db:
        before = everything(db)
        assert list(refused(stage, client, file, frozenset())) == []
        for act in ("submission", "disposal", "goods", "documents", "sections/consignee"):
            answer = tab.post(f"/applications/{file.ref}/{act}", data=old_form)
            assert answer.status_code == 409, act
            assert "mandate under which it was opened has ended" in answer.text
        assert everything(db) == before
    for page in (f"/clients?client={ref}", "/clients"):
        assert file.ref not in client.get(page).text
    assert client.get(f"/clients/{ref}/statement").status_code == 404
    seat = {**fields_of(client), "seat": stage.acting(ref).seat.token}
    assert client.post("/seat", data=seat).status_code == 404


def test_a_narrowed_mandate_loses_its_permission_at_once(stage: Stage) -> None:
    ref = stage.mandate()
    draft = stage.draft(stage.acting(ref))
    client = stage.acting_client(ref)
    fields = fields_of(client)
    with stage.db() as db:
        db.execute(update(Mandate).where(Mandate.ref == ref).values(may_submit=False))
        db.commit()
    page = client.get(f"/applications/{draft}").text
    assert "Sign and hand in" not in page and "Hand in and hold the fee" not in page
    assert client.post(f"/applications/{draft}/submission", data=fields).status_code == 404


def test_a_mandate_of_tomorrow_opens_nothing_today(stage: Stage, moved_clock: MovedClock) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    ref = stage.mandate(first_day=tomorrow)
    client = stage.client("agent")
    seat = {**fields_of(client), "seat": stage.acting(ref).seat.token}
    assert client.post("/seat", data=seat).status_code == 404
    moved_clock.to(clock.start_of(tomorrow))
    client = stage.client("agent")
    assert client.post("/seat", data={**fields_of(client), "seat": seat["seat"]}).status_code == 303


def test_a_look_at_another_day_opens_no_ended_mandate(stage: Stage) -> None:
    ref = stage.mandate()
    draft = stage.draft(stage.acting(ref))
    client, day = stage.acting_client(ref), clock.now().astimezone(clock.IST)
    stage.do(identity.revoke_mandate, stage.actor("owner"), ref)
    as_of = f"/as-of/{day:%Y-%m-%dT%H:%M:%S}"
    assert client.get(f"{as_of}/applications/{draft}").status_code == 404
    assert draft not in client.get(f"{as_of}/clients").text
    assert client.get(f"{as_of}/clients/{ref}/statement").status_code == 404


def test_two_agents_of_one_firm_do_not_see_each_others_files(stage: Stage) -> None:
    first = stage.mandate()
    draft = stage.draft(stage.acting(first))
    other = stage.actor("viewer")
    facts = {**samples.AGENT, "pan": "ZZZFH0009J", "licence": "INVENTED/9"}
    seat = stage.do(identity.register_agent, other, **facts)
    terms = identity.Terms(may_submit=True, first_day=clock.today())
    codes = (facts["pan"], facts["licence"])
    stage.do(identity.give_mandate, stage.actor("owner"), *codes, terms)
    client = stage.client("viewer")
    with stage.db() as db:
        newest = db.scalars(select(Mandate.id).order_by(Mandate.id.desc())).first()
    switch = {**fields_of(client), "seat": f"{seat}-{newest}"}
    assert client.post("/seat", data=switch).status_code == 303
    assert client.get("/applications/new").status_code == 200
    assert client.get(f"/applications/{draft}").status_code == 404
    assert draft not in client.get("/clients").text


def test_an_agent_sees_only_what_it_began_and_nobody_else_its_clients(stage: Stage) -> None:
    ref, theirs = stage.mandate(), stage.mandate("stranger")
    own, firms = stage.draft(stage.acting(ref)), stage.draft("owner")
    of_other_client = stage.draft(stage.acting(theirs))
    client = stage.acting_client(ref)
    assert client.get(f"/applications/{own}").status_code == 200
    for hidden in (firms, of_other_client):
        assert client.get(f"/applications/{hidden}").status_code == 404
    listed = client.get("/applications").text
    assert own in listed and firms not in listed
    for who in EVERYBODY - AGENTS:
        other = stage.client(who)
        assert other.get(f"/clients/{ref}/statement").status_code == 404, who
    assert stage.client("owner").get(f"/applications/{own}").status_code == 200
