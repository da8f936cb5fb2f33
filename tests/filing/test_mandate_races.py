"""Firm and agent at the same moment, each in a process of its own: one clear outcome."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from portal import samples
from portal.core import clock
from portal.core.db import make_engine, make_sessions
from portal.core.errors import DomainError
from portal.core.money import from_rupees
from portal.core.permissions import Actor
from portal.core.tx import write
from portal.filing import actions as filing
from portal.filing.models import Application
from portal.identity import actions as identity
from portal.identity.models import Mandate
from portal.proof import all_faults
from portal.wallet.models import Hold
from tests.build import Stage

ROUNDS = 3
PROCESSES = multiprocessing.get_context("spawn")
Act = tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]


def run(url: str, offset: Path, ready: Barrier, answers: Any, place: int, act: Act) -> None:
    """Do one act in this process as soon as the other process is ready, too."""
    clock.follow(offset)
    engine = make_engine(url)
    with make_sessions(engine)() as db:
        db.scalar(select(func.count(Mandate.id)))
        function, args, named = act
        ready.wait(60)
        try:
            answers.put((place, write(db, function, *args, **named) or "done", ""))
        except DomainError as refusal:
            answers.put((place, "", refusal.problem.code))
    engine.dispose()


def together(stage: Stage, *acts: Act) -> list[tuple[str, str]]:
    """Each act in a process of its own; what it returned and the code of its refusal."""
    settings = stage.portal.settings
    ready, answers = PROCESSES.Barrier(len(acts)), PROCESSES.Queue()
    common = (settings.database_url, settings.data_dir / "clock", ready, answers)
    children = [PROCESSES.Process(target=run, args=(*common, *pair)) for pair in enumerate(acts)]
    for child in children:
        child.start()
    found = sorted(answers.get(timeout=90) for _ in acts)
    for child in children:
        child.join(30)
        assert child.exitcode == 0
    return [(done, code) for _place, done, code in found]


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
