"""An agent's owner invites colleagues; whoever is removed loses the clients with it."""

from __future__ import annotations

from tests.build import CAST, Stage, form_fields
from tests.conftest import Outside
from tests.identity.test_members import GUEST, join, link_of


def invite(stage: Stage, role: str = "agent", email: str = GUEST):  # type: ignore[no-untyped-def]
    client = stage.client("agent")
    fields = form_fields(client.get("/agent").text, email=email, name="Invented Clerk", role=role)
    return client.post("/agent/invitations", data=fields)


def test_a_colleague_comes_in_and_sees_the_clients(stage: Stage, outside: Outside) -> None:
    stage.mandate()
    assert invite(stage).status_code == 303
    client, answer = join(stage, link_of(stage, outside))
    assert answer.status_code == 303
    assert "Specimen Rice Mills" in client.get("/clients").text
    assert client.post("/agent/invitations", data={}).status_code in (400, 403)


def test_whoever_is_removed_is_out_of_every_client_at_once(stage: Stage, outside: Outside) -> None:
    ref = stage.mandate()
    clerk = stage.acting_client(ref, "agent_clerk")
    assert clerk.get("/applications").status_code == 200
    owner = stage.client("agent")
    person = stage.actor("agent_clerk").person_id
    fields = form_fields(owner.get("/agent").text)
    assert owner.post(f"/agent/people/{person}/removal", data=fields).status_code == 303
    assert clerk.get("/applications").status_code == 303
    assert owner.post(f"/agent/people/{person}/removal", data=fields).status_code == 404


def test_the_last_owner_of_an_agent_stays(stage: Stage) -> None:
    owner = stage.client("agent")
    me = stage.actor("agent").person_id
    fields = form_fields(owner.get("/agent").text)
    refused = owner.post(f"/agent/people/{me}/removal", data=fields)
    assert refused.status_code == 409
    assert "last owner" in refused.text


def test_a_wrong_invitation_is_said_at_its_field_and_kept(stage: Stage) -> None:
    answer = invite(stage, "agent", "nobody")
    assert answer.status_code == 422
    assert "looks like name@example.in" in answer.text and 'value="nobody"' in answer.text
    assert invite(stage, "owner").status_code == 422


def test_an_invitation_is_sent_anew_and_withdrawn(stage: Stage, outside: Outside) -> None:
    import re

    invite(stage, "agent", CAST["viewer"])
    first = link_of(stage, outside, CAST["viewer"])
    owner = stage.client("agent")
    page = owner.get("/agent").text
    ref = re.findall(r"/agent/invitations/(\w+)/again", page)[0]
    fields = form_fields(page)
    assert owner.post(f"/agent/invitations/{ref}/again", data=fields).status_code == 303
    second = link_of(stage, outside, CAST["viewer"])
    assert stage.client().get(first).status_code == 404
    assert owner.post(f"/agent/invitations/{ref}/withdrawal", data=fields).status_code == 303
    assert stage.client().get(second).status_code == 409
