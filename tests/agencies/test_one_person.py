"""A chamber of one person: administrator and only officer, live, away, and in conflict."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.agencies import actions, queries
from portal.certificates import actions as certificates
from portal.core import clock
from portal.core.errors import DomainError, NotOpen
from portal.core.permissions import Actor, Role, SeatKind
from portal.filing import actions as filing
from portal.identity import actions as identity
from tests.agencies.test_administrators import agency, an_office, in_seat, registered
from tests.build import CAST, Stage
from tests.conftest import Outside
from tests.identity.newcomers import newest_link
from tests.identity.test_races import as_person

ALONE = "stranger"


def live(stage: Stage, outside: Outside) -> tuple[Actor, Actor]:
    """The one person's two seats: at the agency, and at the office that is opened."""
    agency(stage)
    who = as_person(stage, ALONE)
    code = "SPNC"
    stage.do(actions.approve, stage.actor("directorate"), registered(stage, who), code)
    with stage.db() as db:
        seat = next(s for s in queries.agency_seats(db, who.person_id or 0))
    chief = Actor(who.person_id, who.name, seat)
    stage.do(actions.open_office, chief, **an_office("ONE"))
    invited = (Role.SUPERVISOR, CAST[ALONE], who.name, "Secretary")
    stage.do(actions.invite_officer, chief, stage.office_id("ONE"), *invited)
    stage.run_jobs()
    token = newest_link(outside, CAST[ALONE], "/invitations").rsplit("/", 1)[1]
    acceptors, key = stage.app.extensions["invitation_acceptors"], stage.portal.settings.secret_key
    stage.do(identity.accept_invitation, token, who, key, acceptors)
    with stage.db() as db:
        office = queries.office_seats(db, who.person_id or 0)[0]
    assert (office.kind, office.role) == (SeatKind.OFFICE, Role.SUPERVISOR)
    return in_seat(stage, chief), Actor(who.person_id, who.name, office)


def offered(stage: Stage) -> bool:
    """Whether exporters may choose the office."""
    with stage.db() as db:
        return any(office.code == "ONE" for office in queries.offered(db))


def test_one_person_goes_live_issues_and_goes_away(stage: Stage, outside: Outside) -> None:
    chief, officer = live(stage, outside)
    assert offered(stage)
    number = stage.submitted(office="ONE")
    stage.do(filing.claim, officer, number)
    stage.do(certificates.approve, officer, number, stage.addresses())
    stage.run_jobs()
    assert "issued" in stage.client("owner").get(f"/applications/{number}").text
    stage.do(actions.be_away, chief, "ONE", clock.today() + timedelta(days=3))
    assert not offered(stage)
    with pytest.raises(DomainError):
        stage.submitted(office="ONE")
    stage.do(actions.be_away, chief, "ONE", None)
    assert offered(stage)


def test_a_file_of_the_one_persons_firm_goes_back_with_its_fee(
    stage: Stage, outside: Outside
) -> None:
    _chief, officer = live(stage, outside)
    number = stage.submitted(ALONE, office="ONE")
    with pytest.raises(NotOpen):
        stage.do(filing.claim, officer, number)
    stage.do(filing.give_back_for_conflict, officer, number)
    assert "Conflict of interest" in stage.client(ALONE).get(f"/applications/{number}").text
