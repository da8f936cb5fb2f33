"""Two people at the same moment: exactly one of them wins, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select

from portal.certificates import actions as certificates
from portal.certificates.models import Certificate
from portal.core.errors import NotOpen
from portal.filing import actions as filing
from portal.filing.models import Application, ApplicationEvent
from portal.proof import all_faults
from portal.wallet import queries as wallet
from portal.wallet.models import Hold
from tests.apart import apart
from tests.build import Stage

ROUNDS = 2


def together(stage: Stage, *acts: Callable[..., Any]) -> list[Any]:
    """Run each act in a process of its own at the same moment; "done" for one that returns None."""
    return [found or "done" for found in apart(stage, *acts)]


def winners(found: list[Any]) -> int:
    """How many acts went through; every other one was told that it came too late."""
    assert None not in found, "an act crashed"
    assert all(isinstance(x, NotOpen) for x in found if isinstance(x, Exception)), found
    return sum(not isinstance(x, Exception) for x in found)


def sound(stage: Stage) -> bool:
    with stage.db() as db:
        return list(all_faults(db, stage.portal.kit)) == []


def test_approve_against_withdraw_has_one_winner(stage: Stage) -> None:
    addresses, owner, officer = stage.addresses(), stage.actor("owner"), stage.actor("officer")
    for _ in range(ROUNDS):
        number = stage.in_scrutiny()
        found = together(
            stage,
            lambda db, n=number: certificates.approve(db, officer, n, addresses),
            lambda db, n=number: filing.withdraw(db, owner, n),
        )
        assert winners(found) == 1
        with stage.db() as db:
            held = db.scalars(select(Hold.status).where(Hold.ref == number)).one()
            file = db.scalars(select(Application).where(Application.number == number)).one()
            numbers = select(Certificate.id).where(Certificate.application_id == file.id)
            allotted = len(db.scalars(numbers).all())
        assert (file.status.value, held.value, allotted) in (
            ("approved", "held", 1),
            ("withdrawn", "released", 0),
        )
    assert sound(stage)


def test_two_officers_claim_and_one_has_it(stage: Stage) -> None:
    one, other = stage.actor("officer"), stage.actor("supervisor")
    for _ in range(ROUNDS):
        number = stage.submitted()
        found = together(
            stage,
            lambda db, n=number: filing.claim(db, one, n),
            lambda db, n=number: filing.claim(db, other, n),
        )
        assert winners(found) == 1
        with stage.db() as db:
            file = db.scalars(select(Application).where(Application.number == number)).one()
            claims = select(func.count(ApplicationEvent.id)).where(
                ApplicationEvent.subject_id == file.id, ApplicationEvent.step == "claim"
            )
            assert db.scalar(claims) == 1
            winner = one if not isinstance(found[0], Exception) else other
            assert file.officer_id == winner.person_id


def test_issue_against_void_has_one_winner(stage: Stage) -> None:
    supervisor = stage.actor("supervisor")
    for turn in range(ROUNDS):
        number, certificate = stage.approved()
        pdf = b"%PDF-1.4 a stand-in " + str(turn).encode()
        key = stage.portal.kit.store.put("certificates", pdf)
        issued, voided = together(
            stage,
            lambda db, c=certificate, k=key, p=pdf: str(
                certificates.issue(db, 0, c, storage_key=k, content=p)
            ),
            lambda db, n=number: certificates.void(db, supervisor, n, "No seal came"),
        )
        if issued == "True":
            assert isinstance(voided, NotOpen)
        else:
            assert (issued, voided) == ("False", "done")
        with stage.db() as db:
            row = db.scalars(select(Certificate).where(Certificate.number == certificate)).one()
            hold = db.scalars(select(Hold).where(Hold.ref == number)).one()
        assert (row.status.value, hold.status.value) == (
            ("issued", "captured") if issued == "True" else ("void", "held")
        )
    assert sound(stage)


def test_submitting_twice_at_once_holds_the_fee_once(stage: Stage) -> None:
    owner = stage.actor("owner")
    draft = stage.draft()
    stage.sign(owner, draft)
    act = lambda db: filing.submit(db, owner, draft, declared=True)  # noqa: E731
    found = together(stage, act, act, act)
    assert winners(found) == 1
    with stage.db() as db:
        assert db.scalar(select(func.count(Hold.id))) == 1
        balances = wallet.balances(db, owner)
        assert (balances.available, balances.held) == (180_000, 20_000)
        assert db.scalars(select(Application.number)).all() == [
            next(x for x in found if isinstance(x, str))
        ]
    assert sound(stage)


def test_two_files_at_once_get_two_numbers_without_a_gap(stage: Stage) -> None:
    owner, stranger = stage.actor("owner"), stage.actor("stranger")
    mine, theirs = stage.draft(), stage.draft("stranger")
    stage.sign(owner, mine)
    stage.sign(stranger, theirs)
    found = together(
        stage,
        lambda db: filing.submit(db, owner, mine, declared=True),
        lambda db: filing.submit(db, stranger, theirs, declared=True),
    )
    assert sorted(number.split("-")[4] for number in found) == ["0000001", "0000002"]
