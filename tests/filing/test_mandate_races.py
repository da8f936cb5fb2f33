"""Firm and agent at the same moment, each in a process of its own: one clear outcome."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select

from portal import samples
from portal.core import clock
from portal.core.errors import DomainError
from portal.core.money import from_rupees
from portal.core.permissions import Actor
from portal.filing import actions as filing
from portal.filing.models import Application
from portal.identity import actions as identity
from portal.identity.models import Mandate
from portal.proof import all_faults
from portal.wallet.models import Hold
from tests.apart import apart
from tests.build import Stage

ROUNDS = 3
Act = tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]


def together(stage: Stage, *acts: Act) -> list[tuple[str, str]]:
    """Each act in a process of its own; what it returned and the code of its refusal."""
    found = apart(
        stage,
        *[lambda db, f=f, args=args, named=named: f(db, *args, **named) for f, args, named in acts],
    )
    return [
        ("", x.problem.code) if isinstance(x, DomainError) else (x or "done", "") for x in found
    ]


def sound(stage: Stage) -> bool:
    with stage.db() as db:
        return list(all_faults(db, stage.portal.kit)) == []


def submit(actor: Actor, ref: str) -> Act:
    return filing.submit, (actor, ref), {"declared": True}


def test_a_mandate_revoked_while_submitting_has_one_outcome(stage: Stage) -> None:
    owner = stage.actor("owner")
    for _ in range(ROUNDS):
        ref = stage.mandate()
        draft = stage.draft(stage.acting(ref))
        stage.sign(stage.acting(ref), draft)
        before = held(stage)
        (number, code), revoked = together(
            stage, submit(stage.acting(ref), draft), (identity.revoke_mandate, (owner, ref), {})
        )
        assert revoked == ("done", "")
        with stage.db() as db:
            file = db.scalars(select(Application).where(Application.ref == draft)).one()
            mandate = db.scalars(select(Mandate).where(Mandate.ref == ref)).one()
            assert mandate.revoked_at is not None
            if number:
                assert (file.number, file.status.value) == (number, "submitted")
                assert file.submitted_at is not None
                assert held(stage) == before + 1
            else:
                assert code == "mandate_ended"
                assert (file.number, file.status.value) == (None, "draft")
                assert held(stage) == before
    assert sound(stage)


def test_two_files_never_share_the_rest_of_a_limit(stage: Stage) -> None:
    acting = stage.acting(stage.mandate(limit=from_rupees(300)))
    clerk = stage.acting(stage_mandate(stage), "agent_clerk")
    one, other = stage.draft(acting), stage.draft(clerk)
    stage.sign(acting, one)
    stage.sign(clerk, other)
    found = together(stage, submit(acting, one), submit(clerk, other))
    assert sorted(code for _number, code in found) == ["", "limit_reached"]
    assert held(stage) == 1
    assert sound(stage)


def test_two_mandates_given_at_once_leave_one(stage: Stage) -> None:
    owner = stage.actor("owner")
    terms = identity.Terms(may_submit=True, first_day=clock.today())
    codes = (samples.AGENT["pan"], samples.AGENT["licence"])
    give: Act = (identity.give_mandate, (owner, *codes, terms), {})
    found = together(stage, give, give)
    assert sorted(code for _ref, code in found) == ["", "overlaps"]
    with stage.db() as db:
        assert db.scalar(select(func.count(Mandate.id))) == 1


def stage_mandate(stage: Stage) -> str:
    """The one mandate there is."""
    with stage.db() as db:
        found: str = db.scalars(select(Mandate.ref)).one()
        return found


def held(stage: Stage) -> int:
    with stage.db() as db:
        return db.scalar(select(func.count(Hold.id))) or 0
