"""Two at once, on both databases: one clear outcome, whoever comes first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from portal.core.errors import DomainError
from portal.core.permissions import Actor, Role
from portal.identity import actions
from portal.identity.models import Invitation, Membership, Person
from portal.identity.queries import person_seat
from tests.apart import apart
from tests.build import Stage
from tests.conftest import Outside
from tests.identity.newcomers import newest_link
from tests.identity.test_members import GUEST, invite


def as_person(stage: Stage, who: str) -> Actor:
    """Somebody of the cast for themselves."""
    actor = stage.actor(who)
    assert actor.person_id is not None
    return Actor(actor.person_id, actor.name, person_seat(actor.person_id, actor.name))


def test_an_invitation_is_accepted_by_one_of_two(stage: Stage, outside: Outside) -> None:
    invite(stage, "viewer")
    stage.run_jobs()
    token = newest_link(outside, GUEST, "/invitations").rsplit("/", 1)[1]
    key = stage.portal.settings.secret_key
    acceptors = stage.app.extensions["invitation_acceptors"]
    firm = stage.actor("owner").firm_id

    def accept(who: str) -> Callable[[Any], object]:
        actor = as_person(stage, who)
        return lambda db: actions.accept_invitation(db, token, actor, key, acceptors)

    results = apart(stage, accept("stranger"), accept("officer"), accept("directorate"))
    won = [x for x in results if isinstance(x, Invitation)]
    lost = [x for x in results if isinstance(x, DomainError)]
    assert (len(won), len(lost)) == (1, 2)
    assert all("accepted" in str(x) or "was used" in str(x) for x in lost)
    with stage.db() as db:
        people = [stage.actor(who).person_id for who in ("stranger", "officer", "directorate")]
        came = db.scalars(
            select(Membership.person_id).where(
                Membership.firm_id == firm,
                Membership.person_id.in_(people),
                Membership.ended_at.is_(None),
            )
        ).all()
    assert len(came) == 1


def test_two_last_owners_cannot_both_leave(stage: Stage) -> None:
    owner = stage.actor("owner")
    other = stage.actor("viewer").person_id
    assert other is not None
    stage.do(actions.change_role, owner, other, Role.OWNER)
    second = stage.actor("viewer")
    results = apart(
        stage, lambda db: actions.leave(db, owner), lambda db: actions.leave(db, second)
    )
    assert sum(isinstance(result, DomainError) for result in results) == 1
    with stage.db() as db:
        owners = db.scalars(
            select(Membership.person_id).where(
                Membership.firm_id == owner.firm_id,
                Membership.role == Role.OWNER,
                Membership.ended_at.is_(None),
            )
        ).all()
    assert len(owners) == 1


def test_one_of_two_registrations_with_right_codes_makes_the_account(
    stage: Stage, outside: Outside
) -> None:
    from tests.identity.newcomers import Newcomer

    somebody = Newcomer(stage, outside, "both@nowhere.example")
    ref = somebody.begin().location.rsplit("/", 1)[1]
    stage.run_jobs()
    typed = somebody.code_by_mail(), somebody.code_by_text()
    key = stage.portal.settings.secret_key
    results = apart(
        stage,
        *[lambda db: actions.confirm(db, ref, *typed, key, "") for _ in range(3)],
    )
    tokens = [x.token for x in results if isinstance(x, actions.Confirmed) and x.token]
    assert len(tokens) == 1
    with stage.db() as db:
        assert len(db.scalars(select(Person).where(Person.email == somebody.email)).all()) == 1
