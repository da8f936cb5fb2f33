"""An officer's seat ends, or begins, at the moment of another act: one outcome in any order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select

from portal.agencies import actions
from portal.agencies.models import Officer
from portal.certificates import actions as certificates
from portal.certificates.models import Certificate
from portal.core.errors import DomainError, NotOpen
from portal.core.permissions import Actor
from portal.filing import actions as filing
from portal.filing.models import Application
from portal.identity import actions as identity
from portal.identity.models import Invitation
from tests.agencies.test_officers import file_of, finish, invite, row_of
from tests.apart import apart
from tests.build import Stage
from tests.conftest import Outside
from tests.filing.test_races import sound, together
from tests.identity.newcomers import newest_link
from tests.identity.test_members import GUEST
from tests.identity.test_races import as_person

ROUNDS = 3


def back(stage: Stage, officer: Actor) -> Actor:
    """Let the officer work at Delhi again after a round."""
    with stage.db() as db:
        row = db.scalars(select(Officer).where(Officer.id == row_of(stage, "officer"))).one()
        row.ended_at = None
        db.commit()
    return officer


def test_an_officer_deactivated_while_approving(stage: Stage) -> None:
    addresses, chief = stage.addresses(), stage.actor("administrator")
    officer, row = stage.actor("officer"), row_of(stage, "officer")
    for _ in range(ROUNDS):
        number = stage.in_scrutiny()
        approved, gone = together(
            stage,
            lambda db, n=number: certificates.approve(db, officer, n, addresses),
            lambda db: actions.deactivate_officer(db, chief, row),
        )
        assert gone == "done"
        finish_desks(stage, row)
        with stage.db() as db:
            file = db.scalars(select(Application).where(Application.number == number)).one()
            query = select(func.count(Certificate.id)).where(Certificate.application_id == file.id)
            allotted = db.scalar(query)
        if isinstance(approved, NotOpen):
            assert (file.status.value, file.officer_id, allotted) == ("submitted", None, 0)
        else:
            assert isinstance(approved, str)
            assert (file.status.value, file.officer_id, allotted) == (
                "approved",
                officer.person_id,
                1,
            )
        back(stage, officer)
    assert sound(stage)


def finish_desks(stage: Stage, row: int) -> None:
    """What the job does that hears of the end."""
    stage.do(filing.free_desks, 0, row)


def test_an_officer_deactivated_while_claiming_leaves_nothing_on_the_desk(stage: Stage) -> None:
    chief, officer = stage.actor("administrator"), stage.actor("officer")
    row = row_of(stage, "officer")
    for _ in range(ROUNDS):
        number = stage.submitted()
        claimed, gone = together(
            stage,
            lambda db, n=number: filing.claim(db, officer, n),
            lambda db: actions.deactivate_officer(db, chief, row),
        )
        assert gone == "done" and (claimed == "done" or isinstance(claimed, NotOpen))
        finish_desks(stage, row)
        assert file_of(stage, number).status.value == "submitted"
        back(stage, officer)
    assert sound(stage)


def test_work_transferred_while_its_receiver_leaves_is_on_nobodys_dead_desk(stage: Stage) -> None:
    chief = stage.actor("administrator")
    giver, receiver = row_of(stage, "officer"), row_of(stage, "supervisor")
    numbers = [stage.in_scrutiny(), stage.questioned()]
    stage.do(actions.transfer_work, chief, giver, receiver)
    together(
        stage,
        lambda db: filing.transfer_work(db, 0, giver, receiver) or "nothing",
        lambda db: actions.deactivate_officer(db, chief, receiver),
    )
    finish(stage)
    officer = stage.actor("officer").person_id
    for number in numbers:
        assert file_of(stage, number).officer_id in (officer, None)
    assert sound(stage)


def test_an_invitation_to_an_office_is_accepted_once(stage: Stage, outside: Outside) -> None:
    invite(stage)
    stage.run_jobs()
    token = newest_link(outside, GUEST, "/invitations").rsplit("/", 1)[1]
    results = apart(stage, *[accept(stage, token, who) for who in ("viewer", "viewer", "finance")])
    assert sum(isinstance(x, Invitation) for x in results) == 1
    assert sum(isinstance(x, DomainError) for x in results) == 2
    people = [stage.actor(who).person_id for who in ("viewer", "finance")]
    with stage.db() as db:
        query = select(func.count(Officer.id)).where(Officer.person_id.in_(people))
        assert db.scalar(query) == 1


def test_two_invitations_of_one_person_leave_one_seat(stage: Stage, outside: Outside) -> None:
    tokens = []
    for email, role in ((GUEST, "officer"), ("other@nowhere.example", "supervisor")):
        invite(stage, email=email, role=role)
        stage.run_jobs()
        tokens.append(newest_link(outside, email, "/invitations").rsplit("/", 1)[1])
    results = apart(stage, *[accept(stage, token, "viewer") for token in tokens])
    assert all(isinstance(x, Invitation) for x in results), results
    with stage.db() as db:
        query = select(Officer.role).where(
            Officer.person_id == stage.actor("viewer").person_id, Officer.ended_at.is_(None)
        )
        assert len(db.scalars(query).all()) == 1


def accept(stage: Stage, token: str, who: str) -> Callable[[Any], object]:
    actor, key = as_person(stage, who), stage.portal.settings.secret_key
    acceptors = stage.app.extensions["invitation_acceptors"]
    return lambda db: identity.accept_invitation(db, token, actor, key, acceptors)
