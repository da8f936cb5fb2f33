"""Several people under one IEC: invited, given roles, removed, disputed."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from portal.core.permissions import Role
from portal.identity.models import Invitation, Membership
from tests.build import CAST, Stage, form_fields
from tests.conftest import MovedClock, Outside
from tests.identity.newcomers import PASSWORD, newest_link

GUEST = "guest@nowhere.example"


def invite(stage: Stage, role: str = "preparer", email: str = GUEST):  # type: ignore[no-untyped-def]
    owner = stage.client("owner")
    fields = form_fields(owner.get("/firm").text, email=email, name="Invented Guest", role=role)
    return owner.post("/firm/invitations", data=fields)


def link_of(stage: Stage, outside: Outside, email: str = GUEST) -> str:
    stage.run_jobs()
    return newest_link(outside, email, "/invitations")


def join(stage: Stage, link: str, **changes: str):  # type: ignore[no-untyped-def]
    client = stage.app.test_client()
    page = client.get(link)
    typed = {"name": "Invented Guest", "mobile": "9876500003", "password": PASSWORD, "privacy": "y"}
    answer = client.post(f"{link}/account", data=form_fields(page.text, **{**typed, **changes}))
    return client, answer


def test_an_invited_colleague_drafts_and_cannot_hand_in(stage: Stage, outside: Outside) -> None:
    assert invite(stage).status_code == 303
    link = link_of(stage, outside)
    page = stage.client().get(link).text
    assert "Specimen Rice Mills" in page and "preparer" in page and GUEST in page
    client, answer = join(stage, link)
    assert answer.status_code == 303
    assert "Specimen Rice Mills" in client.get("/dashboard").text
    form = client.get("/applications/new")
    fields = form_fields(form.text, office=str(stage.office_id()))
    draft = client.post("/applications", data=fields)
    assert draft.status_code == 303
    ref = draft.location.split("/")[2]
    assert client.post(f"/applications/{ref}/submission", data=fields).status_code == 404
    assert client.get("/wallet").status_code == 403
    for _ in range(3):
        stage.run_jobs()
    assert "has accepted" in outside.world.mailbox.to(CAST["owner"])[0].subject


def test_a_link_is_good_once(stage: Stage, outside: Outside) -> None:
    invite(stage)
    link = link_of(stage, outside)
    assert join(stage, link)[1].status_code == 303
    for again in (stage.client().get(link), stage.client("stranger").get(link)):
        assert again.status_code == 409
        assert "was used, withdrawn, or is older" in again.text


def test_a_link_ends_after_a_week_and_when_withdrawn_and_when_sent_anew(
    stage: Stage, outside: Outside, moved_clock: MovedClock
) -> None:
    invite(stage)
    first = link_of(stage, outside)
    with stage.db() as db:
        ref = db.scalars(select(Invitation.ref)).one()
    owner = stage.client("owner")
    token = form_fields(owner.get("/firm").text)
    assert owner.post(f"/firm/invitations/{ref}/again", data=token).status_code == 303
    second = link_of(stage, outside)
    assert stage.client().get(first).status_code == 404
    assert stage.client().get(second).status_code == 200
    moved_clock.by(days=8)
    assert stage.client().get(second).status_code == 409
    owner = stage.client("owner")
    token = form_fields(owner.get("/firm").text)
    owner.post(f"/firm/invitations/{ref}/again", data=token)
    third = link_of(stage, outside)
    assert owner.post(f"/firm/invitations/{ref}/withdrawal", data=token).status_code == 303
    assert stage.client().get(third).status_code == 409
    assert owner.post(f"/firm/invitations/{ref}/withdrawal", data=token).status_code == 404


def test_somebody_with_an_account_accepts_and_acts_for_both(stage: Stage, outside: Outside) -> None:
    invite(stage, "viewer", CAST["stranger"])
    link = link_of(stage, outside, CAST["stranger"])
    client = stage.client("stranger")
    page = client.get(link)
    assert client.post(link, data=form_fields(page.text)).status_code == 303
    seats = client.get("/seat").text
    assert "Specimen Rice Mills" in seats and "Specimen Steelware" in seats


def test_removing_somebody_ends_their_session_and_keeps_their_drafts(
    stage: Stage, outside: Outside
) -> None:
    invite(stage)
    client, _answer = join(stage, link_of(stage, outside))
    form = client.get("/applications/new")
    draft = client.post("/applications", data=form_fields(form.text, office=str(stage.office_id())))
    owner = stage.client("owner")
    person = person_of(stage, GUEST)
    page = owner.get(f"/firm/people/{person}")
    fields = form_fields(page.text)
    assert owner.post(f"/firm/people/{person}/removal", data=fields).status_code == 303
    assert client.get("/dashboard").status_code == 303
    assert owner.get(draft.location).status_code == 200
    assert owner.get(f"/firm/people/{person}").status_code == 404


def test_the_last_owner_stays_until_another_is_made(stage: Stage) -> None:
    owner = stage.client("owner")
    me, viewer = stage.actor("owner").person_id, stage.actor("viewer").person_id
    fields = form_fields(owner.get("/firm").text)
    for action in ("/firm/departure", f"/firm/people/{me}/removal"):
        refused = owner.post(action, data=fields)
        assert refused.status_code == 409
        assert "last owner" in refused.text
    lower = owner.post(f"/firm/people/{me}/role", data={**fields, "role": "viewer"})
    assert lower.status_code == 422
    assert "last owner" in lower.text
    raised = owner.post(f"/firm/people/{viewer}/role", data={**fields, "role": "owner"})
    assert raised.status_code == 303
    assert owner.post("/firm/departure", data=fields).status_code == 303
    assert stage.client("viewer").get("/firm").text.count("owner") >= 1


def test_a_disputed_member_files_nothing_until_it_is_settled(stage: Stage) -> None:
    owner, signatory = stage.client("owner"), stage.actor("signatory").person_id
    ref = stage.draft()
    page = owner.get(f"/firm/people/{signatory}")
    unsaid = owner.post(f"/firm/people/{signatory}/dispute", data=form_fields(page.text, reason=""))
    assert unsaid.status_code == 422
    fields = form_fields(page.text, reason="Never worked here.")
    assert owner.post(f"/firm/people/{signatory}/dispute", data=fields).status_code == 303
    client = stage.client("signatory")
    review = client.get(f"/applications/{ref}")
    refused = client.post(
        f"/applications/{ref}/submission", data=form_fields(review.text, declared="y")
    )
    assert refused.status_code == 409
    assert "Until the directorate has" in refused.text
    director = stage.client("directorate")
    desk = director.get("/claims/desk")
    dispute = re.findall(r"/disputes/(\w+)/settlement", desk.text)[0]
    fields = form_fields(desk.text, act="dismiss", reason="A letter shows the opposite.")
    assert director.post(f"/disputes/{dispute}/settlement", data=fields).status_code == 303
    review = client.get(f"/applications/{ref}")
    done = client.post(
        f"/applications/{ref}/submission", data=form_fields(review.text, declared="y")
    )
    assert done.status_code == 303


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"password": "short"}, "12 to 256"),
        ({"mobile": "1"}, "ten digits"),
        ({"name": ""}, "Type your name."),
        ({"privacy": ""}, "privacy statement"),
    ],
)
def test_wrong_input_at_an_invitation_keeps_it_open(
    stage: Stage, outside: Outside, changes: dict[str, str], said: str
) -> None:
    invite(stage)
    link = link_of(stage, outside)
    _client, answer = join(stage, link, **changes)
    assert answer.status_code == 422
    assert said in answer.text
    assert join(stage, link)[1].status_code == 303


def test_an_invitation_to_nothing_is_not_made(stage: Stage) -> None:
    for changes in ({"email": "nobody"}, {"role": "directorate"}):
        owner = stage.client("owner")
        typed = {"email": GUEST, "name": "", "role": "viewer", **changes}
        answer = owner.post("/firm/invitations", data=form_fields(owner.get("/firm").text, **typed))
        assert answer.status_code == 422
    with stage.db() as db:
        assert db.scalars(select(Invitation.id)).all() == []


def test_another_role_by_invitation_takes_the_place_of_the_one_before(
    stage: Stage, outside: Outside
) -> None:
    invite(stage, "signatory", CAST["preparer"])
    link = link_of(stage, outside, CAST["preparer"])
    client = stage.client("preparer")
    client.post(link, data=form_fields(client.get(link).text))
    with stage.db() as db:
        held = db.scalars(
            select(Membership.role).where(
                Membership.person_id == stage.actor("preparer").person_id,
                Membership.ended_at.is_(None),
            )
        ).all()
    assert held == [Role.SIGNATORY]


def person_of(stage: Stage, email: str) -> int:
    from portal.identity.models import Person

    with stage.db() as db:
        found: int = db.scalars(select(Person.id).where(Person.email == email)).one()
    return found
