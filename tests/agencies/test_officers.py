"""The people of an agency's offices: invited, changed, their work handed on, deactivated."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from portal.agencies import actions, queries
from portal.agencies.models import Officer
from portal.certificates import actions as certificates
from portal.core import clock
from portal.core.audit import AuditRow
from portal.core.errors import Invalid, Missing, NotOpen
from portal.core.permissions import Actor, Role
from portal.filing import actions as filing
from portal.filing.models import Application
from portal.identity.models import Membership
from portal.wallet.models import Hold
from tests.build import CAST, Stage, form_fields
from tests.conftest import Outside
from tests.identity.test_members import GUEST, join, link_of

OFFICERS = "/agency/officers"


def row_of(stage: Stage, who: str, office: str = "DEL") -> int:
    """The row of somebody of the cast at an office, also one that ended."""
    person, office_id = stage.actor(who).person_id, stage.office_id(office)
    with stage.db() as db:
        query = select(Officer.id).where(Officer.person_id == person)
        here = query.where(Officer.office_id == office_id).order_by(Officer.id.desc())
        return int(db.scalars(here).first() or 0)


def invite(stage: Stage, who: str = "administrator", **changes: str) -> Any:
    """Invite somebody from the page of the cast's administrator or manager."""
    client = stage.client(who)
    page = client.get(OFFICERS if who == "administrator" else "/office").text
    typed = {"email": GUEST, "name": "Invented Guest", "office": str(stage.office_id())}
    typed |= {"role": "officer", "designation": "Joint Director", **changes}
    return client.post(f"{OFFICERS}/invitations", data=form_fields(page, **typed))


def act(stage: Stage, row: int, what: str, who: str = "administrator", **fields: str) -> Any:
    """Do something on an officer's page."""
    client = stage.client(who)
    page = client.get(f"{OFFICERS}/{row}").text
    return client.post(f"{OFFICERS}/{row}/{what}", data=form_fields(page, **fields))


def manager(stage: Stage) -> None:
    """Make the cast's supervisor a manager."""
    row = row_of(stage, "supervisor")
    args = (row, Role.MANAGER, "Office Manager")
    stage.do(actions.change_officer, stage.actor("administrator"), *args)
    finish(stage)


def finish(stage: Stage) -> None:
    """Let every job run that waits."""
    for _ in range(4):
        stage.run_jobs()


def file_of(stage: Stage, number: str) -> Application:
    with stage.db() as db:
        found: Application = db.scalars(
            select(Application).where(Application.number == number)
        ).one()
        return found


def join_firm(stage: Stage, *people: str) -> None:
    """Let officers belong to the rice mill."""
    firm = stage.actor("owner").firm_id
    with stage.db() as db:
        for who in people:
            facts = {"firm_id": firm, "role": Role.VIEWER, "started_at": clock.now()}
            db.add(Membership(person_id=office_seat(stage, who).person_id, **facts))
        db.commit()


def office_seat(stage: Stage, who: str) -> Actor:
    """Somebody of the cast in their seat at an office, whatever else they belong to."""
    actor = stage.actor(who)
    with stage.db() as db:
        seats = queries.office_seats(db, actor.person_id or 0)
    return Actor(actor.person_id, actor.name, seats[0])


def test_an_invited_officer_comes_in_with_a_designation_and_needs_a_second_factor(
    stage: Stage, outside: Outside
) -> None:
    assert invite(stage).location == OFFICERS
    page = stage.client("administrator").get(OFFICERS).text
    assert GUEST in page and "Joint Director" in page
    link = link_of(stage, outside)
    shown = stage.client().get(link).text
    assert "Specimen Chamber of Commerce, Delhi office" in shown and "officer" in shown
    client, answer = join(stage, link)
    assert answer.status_code == 303
    assert client.get("/queue").location == "/account/second-factor"
    page = stage.client("administrator").get(OFFICERS).text
    assert "Invented Guest" in page and "Invitations that wait" not in page
    finish(stage)
    assert "has accepted" in outside.world.mailbox.to(CAST["administrator"])[0].subject


def test_an_invitation_is_sent_anew_and_withdrawn(stage: Stage, outside: Outside) -> None:
    invite(stage)
    first = link_of(stage, outside)
    client = stage.client("administrator")
    page = client.get(OFFICERS).text
    ref = re.findall(r"/agency/officers/invitations/(\w+)/again", page)[0]
    here = f"{OFFICERS}/invitations/{ref}"
    assert client.post(f"{here}/again", data=form_fields(page)).status_code == 303
    second = link_of(stage, outside)
    assert stage.client().get(first).status_code == 404
    assert client.post(f"{here}/withdrawal", data=form_fields(page)).status_code == 303
    assert stage.client().get(second).status_code == 409
    assert client.post(f"{here}/again", data=form_fields(page)).status_code == 404


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"email": "nobody"}, "looks like name@example.in"),
        ({"email": ""}, "Type the e-mail address."),
        ({"designation": ""}, "Type the designation."),
        ({"designation": "x" * 81}, "cannot be longer than 80"),
        ({"office": ""}, "Choose the office."),
        ({"office": "99"}, "Not a valid choice"),
        ({"role": "administrator"}, "Not a valid choice"),
    ],
)
def test_wrong_input_is_said_at_its_field_and_kept(
    stage: Stage, changes: dict[str, str], said: str
) -> None:
    answer = invite(stage, **changes)
    assert answer.status_code == 422
    assert said in answer.text and 'value="Invented Guest"' in answer.text
    assert f'href="#{next(iter(changes))}"' in answer.text


def test_whoever_takes_another_role_by_invitation_holds_only_that(
    stage: Stage, outside: Outside
) -> None:
    number = stage.in_scrutiny()
    invite(stage, email=CAST["officer"], role="manager")
    link = link_of(stage, outside, CAST["officer"])
    client = stage.client("officer")
    assert client.post(link, data=form_fields(client.get(link).text)).status_code == 303
    assert client.get("/dashboard").location == "/office"
    assert [s.role for s in seats(stage, "officer")] == [Role.MANAGER]
    finish(stage)
    assert file_of(stage, number).status.value == "submitted"


def seats(stage: Stage, who: str) -> list[Any]:
    with stage.db() as db:
        return queries.office_seats(db, stage.actor(who).person_id or 0)


def test_another_role_or_designation_ends_the_sessions_of_that_seat(stage: Stage) -> None:
    client, row = stage.client("officer"), row_of(stage, "officer")
    unsaid = act(stage, row, "role", role="supervisor", designation="")
    assert unsaid.status_code == 422 and "Type the designation." in unsaid.text
    assert client.get("/queue").status_code == 200
    done = act(stage, row, "role", role="supervisor", designation="Senior Director")
    assert done.location == OFFICERS
    assert client.get("/queue").status_code == 303
    actor = stage.actor("officer")
    assert actor.seat.role is Role.SUPERVISOR
    with stage.db() as db:
        assert queries.designation(db, actor.person_id, stage.office_id()) == "Senior Director"
    # Nothing changed: no session ends.
    again = stage.client("officer")
    act(stage, row, "role", role="supervisor", designation="Senior Director")
    assert again.get("/queue").status_code == 200


def test_an_officer_works_at_another_office_as_well(stage: Stage) -> None:
    row, mumbai = row_of(stage, "officer"), str(stage.office_id("MUM"))
    fields = {"other-office": mumbai, "other-role": "officer", "other-designation": "Director"}
    here = {**fields, "other-office": str(stage.office_id())}
    refused = act(stage, row, "offices", **here)
    assert refused.status_code == 422 and "works at that office already" in refused.text
    assert 'href="#other-office"' in refused.text and 'value="Director"' in refused.text
    foreign = act(stage, row, "offices", **{**fields, "other-office": str(stage.office_id("TUP"))})
    assert foreign.status_code == 422
    assert act(stage, row, "offices", **fields).status_code == 303
    assert [s.id for s in seats(stage, "officer")] == [stage.office_id(), int(mumbai)]


def test_all_work_goes_to_another_officer_in_one_act(stage: Stage) -> None:
    files = [stage.in_scrutiny(), stage.questioned()]
    waits, _certificate = stage.approved()
    row, other = row_of(stage, "officer"), row_of(stage, "supervisor")
    page = stage.client("administrator").get(f"{OFFICERS}/{row}").text
    assert "2 files are on this desk" in page
    for wrong in ("", str(row), str(row_of(stage, "other_office", "MUM"))):
        assert act(stage, row, "work", to=wrong).status_code == 422
    assert act(stage, row, "work", to=str(other)).status_code == 303
    finish(stage)
    receiver, giver = stage.actor("supervisor").person_id, stage.actor("officer").person_id
    assert [file_of(stage, n).officer_id for n in files] == [receiver, receiver]
    assert [file_of(stage, n).status.value for n in files] == ["in_scrutiny", "questioned"]
    assert file_of(stage, waits).officer_id == giver
    with stage.db() as db:
        assert (
            len(db.scalars(select(AuditRow).where(AuditRow.act == "filing.handed_on")).all()) == 2
        )


def test_a_file_of_the_receivers_own_firm_goes_to_the_queue_instead(stage: Stage) -> None:
    files = [stage.in_scrutiny(), stage.questioned()]
    row, other = row_of(stage, "officer"), row_of(stage, "supervisor")
    giver = stage.actor("officer").person_id
    join_firm(stage, "supervisor")
    stage.do(actions.transfer_work, stage.actor("administrator"), row, other)
    finish(stage)
    assert [file_of(stage, n).status.value for n in files] == ["submitted", "questioned"]
    assert file_of(stage, files[1]).officer_id == giver


def test_deactivating_ends_sessions_at_once_and_frees_the_desk(stage: Stage) -> None:
    in_scrutiny, questioned = stage.in_scrutiny(), stage.questioned()
    approved, _certificate = stage.approved()
    client, actor = stage.client("officer"), stage.actor("officer")
    row = row_of(stage, "officer")
    page = stage.client("administrator").get(f"{OFFICERS}/{row}").text
    assert "This is the last officer" not in page
    assert act(stage, row, "removal").location == OFFICERS
    assert client.get("/queue").status_code == 303
    # A request that was under way when the seat ended, before any job ran.
    for late in (filing.release, filing.approve):
        with pytest.raises(NotOpen, match="hold this seat any more"):
            stage.do(late, actor, in_scrutiny)
    finish(stage)
    supervisor = stage.actor("supervisor").person_id
    assert file_of(stage, in_scrutiny).status.value == "submitted"
    found = file_of(stage, questioned)
    assert (found.status.value, found.officer_id) == ("questioned", supervisor)
    assert file_of(stage, approved).officer_id == actor.person_id
    assert stage.client("administrator").get(f"{OFFICERS}/{row}").status_code == 404


def test_the_last_officer_may_go_after_a_warning_and_the_next_one_finds_the_files(
    stage: Stage, outside: Outside
) -> None:
    number = stage.questioned()
    chief = stage.actor("administrator")
    stage.do(actions.deactivate_officer, chief, row_of(stage, "supervisor"))
    row = row_of(stage, "officer")
    page = stage.client("administrator").get(f"{OFFICERS}/{row}").text
    assert "This is the last officer of Delhi office." in page
    gone = stage.actor("officer").person_id
    assert act(stage, row, "removal").status_code == 303
    finish(stage)
    assert "Delhi office" not in stage.client("owner").get("/applications/new").text
    assert file_of(stage, number).officer_id == gone
    invite(stage)
    join(stage, link_of(stage, outside))
    finish(stage)
    found = file_of(stage, number)
    assert found.status.value == "questioned" and found.officer_id not in (gone, None)


def test_a_number_voided_after_its_officer_left_puts_the_file_on_the_supervisors_desk(
    stage: Stage,
) -> None:
    number, _certificate = stage.approved()
    chief, supervisor = stage.actor("administrator"), stage.actor("supervisor")
    stage.do(actions.deactivate_officer, chief, row_of(stage, "officer"))
    stage.do(certificates.void, supervisor, number, "No seal came")
    found = file_of(stage, number)
    assert (found.status.value, found.officer_id) == ("in_scrutiny", supervisor.person_id)


def test_jobs_about_desks_may_run_twice(stage: Stage) -> None:
    number, row = stage.in_scrutiny(), row_of(stage, "officer")
    stage.do(actions.deactivate_officer, stage.actor("administrator"), row)
    assert stage.do(filing.free_desks, 0, row) == 1
    assert stage.do(filing.free_desks, 0, row) == 0
    assert stage.do(filing.transfer_work, 0, row, row_of(stage, "supervisor")) == 0
    assert file_of(stage, number).status.value == "submitted"


def test_nobody_reaches_officers_of_another_agency(stage: Stage) -> None:
    client, row = stage.client("administrator"), row_of(stage, "other_agency", "TUP")
    fields = form_fields(client.get(OFFICERS).text, role="officer", designation="x", to="1")
    assert "officer@federation.example" not in client.get(OFFICERS).text
    assert client.get(f"{OFFICERS}/{row}").status_code == 404
    for what in ("role", "offices", "work", "removal"):
        assert client.post(f"{OFFICERS}/{row}/{what}", data=fields).status_code in (404, 422), what
    for act_of in (actions.deactivate_officer,):
        with pytest.raises(Missing):
            stage.do(act_of, stage.actor("administrator"), row)
    assert len(seats(stage, "other_agency")) == 1


def test_a_manager_looks_after_one_office_alone(stage: Stage, outside: Outside) -> None:
    manager(stage)
    client = stage.client("supervisor")
    assert client.get("/dashboard").location == "/office"
    page = client.get("/office").text
    assert "Specimen Chamber of Commerce, Delhi office" in page and CAST["officer"] in page
    assert CAST["other_office"] not in page
    assert [client.get(p).status_code for p in ("/agency", OFFICERS, "/queue")] == [403] * 3
    assert client.get("/agency/offices/DEL").status_code == 200
    assert client.get("/agency/offices/MUM").status_code == 404
    others = [row_of(stage, "other_office", "MUM"), row_of(stage, "supervisor")]
    assert [client.get(f"{OFFICERS}/{row}").status_code for row in others] == [404, 404]
    assert invite(stage, "supervisor", role="manager").status_code == 422
    wrong = invite(stage, "supervisor", office=str(stage.office_id("MUM")))
    assert wrong.status_code == 422
    assert invite(stage, "supervisor").location == "/office"
    assert GUEST in client.get("/office").text
    row = row_of(stage, "officer")
    assert act(stage, row, "offices", "supervisor").status_code == 404
    assert act(stage, row, "removal", "supervisor").location == "/office"


def test_an_action_refuses_what_the_form_would(stage: Stage) -> None:
    chief, row = stage.actor("administrator"), row_of(stage, "officer")
    whom = (Role.OWNER, GUEST, "", "Director")
    with pytest.raises(Invalid):
        stage.do(actions.invite_officer, chief, stage.office_id(), *whom)
    with pytest.raises(Invalid):
        stage.do(actions.invite_officer, chief, stage.office_id("TUP"), Role.OFFICER, *whom[1:])
    with pytest.raises(Invalid):
        stage.do(actions.transfer_work, chief, row, row)


def test_a_file_that_nobody_may_decide_goes_back_with_its_fee(stage: Stage) -> None:
    number = stage.submitted()
    seat = office_seat(stage, "officer")
    join_firm(stage, "officer")
    words = "Give back: conflict of interest"
    assert words not in stage.client("supervisor").get(f"/queue/{number}").text
    with pytest.raises(NotOpen, match="may decide the file"):
        stage.do(filing.give_back_for_conflict, seat, number)
    other = office_seat(stage, "supervisor")
    join_firm(stage, "supervisor")
    client = stage.client("supervisor")
    fields = form_fields(client.get("/seat").text, seat=other.seat.token)
    client.post("/seat", data=fields)
    page = client.get(f"/queue/{number}").text
    assert words in page and "Take this file" not in page
    fields = form_fields(page)
    assert client.post(f"/queue/{number}/conflict", data=fields).status_code == 303
    assert client.post(f"/queue/{number}/conflict", data=fields).status_code == 409
    with stage.db() as db:
        assert db.scalars(select(Hold.status)).one().value == "released"
    found = file_of(stage, number)
    assert found.status.value == "withdrawn" and "Conflict of interest" in found.reason
    assert "Conflict of interest" in stage.client("owner").get(f"/applications/{number}").text


def test_those_whom_it_concerns_are_told_by_mail(stage: Stage, outside: Outside) -> None:
    number = stage.in_scrutiny()
    act(stage, row_of(stage, "officer"), "removal")
    finish(stage)
    told = outside.world.mailbox.to(CAST["officer"])[0]
    assert "You don't work at Specimen Chamber of Commerce, Delhi office any more" in told.subject
    join_firm(stage, "supervisor")
    seat = office_seat(stage, "supervisor")
    stage.do(filing.give_back_for_conflict, seat, number)
    finish(stage)
    assert f"Given back: {number}" in outside.world.mailbox.to(CAST["owner"])[0].subject


def test_whoever_takes_another_role_is_not_told_that_they_left(
    stage: Stage, outside: Outside
) -> None:
    manager(stage)
    letters = outside.world.mailbox.to(CAST["supervisor"])
    assert not [letter for letter in letters if "any more" in letter.subject]
