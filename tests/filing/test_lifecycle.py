"""Every status with every step: allowed ones leave one trace, all others change nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.certificates import actions as certificates
from portal.core import clock
from portal.core.audit import AuditRow
from portal.core.errors import Forbidden, Missing, NotOpen
from portal.core.permissions import PERMISSIONS, SYSTEM, Actor, Role
from portal.core.steps import take
from portal.filing import actions as filing
from portal.filing.lifecycle import LIFECYCLE, Status, Step
from portal.filing.models import Application, ApplicationEvent
from tests.build import Stage

REACHED = (
    Status.DRAFT,
    Status.SUBMITTED,
    Status.IN_SCRUTINY,
    Status.QUESTIONED,
    Status.APPROVED,
    Status.ISSUED,
    Status.REJECTED,
    Status.WITHDRAWN,
)
S, T = Status, Step
# Written down by hand: where each step may be taken, and where it leads.
ALLOWED: Mapping[Step, tuple[set[Status], Status]] = {
    T.SUBMIT: ({S.DRAFT}, S.SUBMITTED),
    T.DISCARD: ({S.DRAFT}, S.WITHDRAWN),
    T.WITHDRAW: ({S.SUBMITTED, S.IN_SCRUTINY, S.QUESTIONED}, S.WITHDRAWN),
    T.ANSWER: ({S.QUESTIONED}, S.IN_SCRUTINY),
    T.CLAIM: ({S.SUBMITTED}, S.IN_SCRUTINY),
    T.RELEASE: ({S.IN_SCRUTINY}, S.SUBMITTED),
    T.ASK: ({S.IN_SCRUTINY}, S.QUESTIONED),
    T.APPROVE: ({S.IN_SCRUTINY}, S.APPROVED),
    T.REJECT: ({S.IN_SCRUTINY}, S.REJECTED),
    T.REOPEN: ({S.APPROVED}, S.IN_SCRUTINY),
    T.ISSUE: ({S.APPROVED}, S.ISSUED),
    T.SEND_BACK: ({S.APPROVED}, S.IN_SCRUTINY),
    T.GIVE_BACK: ({S.SUBMITTED, S.IN_SCRUTINY, S.QUESTIONED}, S.WITHDRAWN),
}
# What each act writes into the audit trail, exactly.
AUDITED: Mapping[Step, list[str]] = {
    T.SUBMIT: ["filing.submitted", "wallet.fee_held"],
    T.DISCARD: ["filing.discarded"],
    T.WITHDRAW: ["filing.withdrawn", "wallet.fee_released"],
    T.ANSWER: ["filing.answered"],
    T.CLAIM: ["filing.claimed"],
    T.RELEASE: ["filing.released"],
    T.ASK: ["filing.asked"],
    T.APPROVE: ["certificates.allotted", "filing.approved"],
    T.REJECT: ["filing.rejected", "wallet.fee_released"],
    T.REOPEN: ["certificates.voided", "filing.reopened"],
    T.ISSUE: ["filing.issued"],
    T.GIVE_BACK: ["filing.given_back", "wallet.fee_released"],
}
# Who does it, and somebody of the same firm or office who may not (if there is one).
WHO: Mapping[Step, tuple[str, str]] = {
    **dict.fromkeys((T.SUBMIT, T.WITHDRAW, T.ANSWER), ("owner", "preparer")),
    T.DISCARD: ("owner", "viewer"),
    **dict.fromkeys((T.CLAIM, T.RELEASE, T.ASK, T.APPROVE, T.REJECT), ("officer", "")),
    T.REOPEN: ("supervisor", "officer"),
    T.ISSUE: ("", "supervisor"),
    T.GIVE_BACK: ("", "owner"),
}


def act_of(stage: Stage, step: Step) -> Callable[[Session, Actor, str], Any]:
    """The act that takes a step, with everything it needs besides actor and file."""
    addresses = stage.addresses()
    acts: dict[Step, Callable[[Session, Actor, str], Any]] = {
        T.SUBMIT: lambda db, a, ref: filing.submit(db, a, ref, declared=True),
        T.DISCARD: filing.discard,
        T.WITHDRAW: filing.withdraw,
        T.ANSWER: lambda db, a, ref: filing.answer(db, a, ref, "Steel 304", declared=True),
        T.CLAIM: filing.claim,
        T.RELEASE: filing.release,
        T.ASK: lambda db, a, ref: filing.ask(db, a, ref, "Which steel?"),
        T.APPROVE: lambda db, a, ref: certificates.approve(db, a, ref, addresses),
        T.REJECT: lambda db, a, ref: filing.reject(db, a, ref, "Not Indian"),
        T.REOPEN: lambda db, a, ref: certificates.void(db, a, ref, "No seal"),
        T.ISSUE: lambda db, a, ref: filing.mark_issued(db, a, row_of(db, ref), "X"),
        T.GIVE_BACK: lambda db, a, ref: filing.give_back(db, a, row_of(db, ref), "PN 1/2026"),
    }
    return acts[step]


def everywhere(stage: Stage) -> dict[Status, str]:
    """One file in each status that can be reached, by reference."""
    rejected, withdrawn = stage.in_scrutiny(), stage.submitted()
    stage.do(filing.reject, stage.actor("officer"), rejected, "Not Indian")
    stage.do(filing.withdraw, stage.actor("owner"), withdrawn)
    draft = stage.draft()
    stage.sign(stage.actor("owner"), draft)
    return {
        S.ISSUED: stage.issued()[0],
        S.APPROVED: stage.approved()[0],
        S.QUESTIONED: stage.questioned(),
        S.IN_SCRUTINY: stage.in_scrutiny(),
        S.SUBMITTED: stage.submitted(),
        S.DRAFT: draft,
        S.REJECTED: rejected,
        S.WITHDRAWN: withdrawn,
    }


def row_of(db: Session, ref: str) -> Application:
    query = select(Application).where((Application.ref == ref) | (Application.number == ref))
    return db.scalars(query).one()


def traces(db: Session) -> tuple[int, list[str]]:
    """How many events there are, and the names of all audited acts."""
    events = db.scalar(select(func.count(ApplicationEvent.id))) or 0
    return events, list(db.scalars(select(AuditRow.act).order_by(AuditRow.id)))


def test_the_table_of_the_code_is_the_one_written_here() -> None:
    found = {name: (set(step.sources), step.target) for name, step in LIFECYCLE.steps.items()}
    assert found == ALLOWED


def test_every_act_in_every_status_moves_or_is_refused_without_a_trace(stage: Stage) -> None:
    found = everywhere(stage)
    for step in Step:
        actor = stage.actor(WHO[step][0]) if WHO[step][0] else SYSTEM
        for status in REACHED:
            with stage.db() as db:
                before = traces(db)
                if status in ALLOWED[step][0]:
                    act_of(stage, step)(db, actor, found[status])
                    db.flush()
                    events, acts = traces(db)
                    assert row_of(db, found[status]).status == ALLOWED[step][1]
                    assert events == before[0] + 1, (step, status)
                    assert sorted(acts[len(before[1]) :]) == AUDITED[step], (step, status)
                else:
                    # To an office a draft does not exist.
                    with pytest.raises((NotOpen, Missing) if status is S.DRAFT else NotOpen):
                        act_of(stage, step)(db, actor, found[status])
                    assert (traces(db), row_of(db, found[status]).status) == (before, status)
                db.rollback()


def test_without_the_permission_every_act_is_forbidden_and_leaves_no_trace(stage: Stage) -> None:
    found = everywhere(stage)
    for step, (_who, other) in WHO.items():
        if not other:
            continue
        for status in ALLOWED[step][0]:
            with stage.db() as db:
                before = traces(db)
                with pytest.raises(Forbidden):
                    act_of(stage, step)(db, stage.actor(other), found[status])
                assert (traces(db), row_of(db, found[status]).status) == (before, status)


def test_the_one_writer_of_status_knows_every_pair(stage: Stage) -> None:
    """`take` itself, also in the statuses that no act reaches yet, and with every role."""
    stage.in_scrutiny()
    officer = stage.actor("officer").person_id
    for status in Status:
        with stage.db() as db:
            db.execute(text("UPDATE filing_application SET " + FORCED[status]))
            for step in Step:
                for role in Role:
                    expect(db, status, step, role, officer)


def expect(db: Session, status: Status, step: Step, role: Role, officer: int | None) -> None:
    """Take one step in one role inside a savepoint, and judge how it went."""
    actor = dataclasses.replace(SYSTEM, seat=dataclasses.replace(SYSTEM.seat, role=role))
    db.expire_all()
    row = db.scalars(select(Application)).one()
    savepoint = db.begin_nested()
    outcome = attempt(db, row, step, actor, officer)
    savepoint.rollback()
    if LIFECYCLE.steps[step].permission not in PERMISSIONS[role]:
        assert outcome == "forbidden", (status, step, role)
    elif status in ALLOWED[step][0]:
        assert outcome == ALLOWED[step][1], (status, step, role)
    else:
        assert outcome == "not open", (status, step, role)


UNNUMBERED = (S.DRAFT, S.SIGNING, S.AWAITING_PAYMENT)
_DRAFTY = ", number = NULL, submitted_at = NULL, fee_paise = NULL, officer_id = NULL"
FORCED: Mapping[Status, str] = {
    **{s: f"status = '{s}'{_DRAFTY}" for s in UNNUMBERED},
    S.SUBMITTED: "status = 'submitted', officer_id = NULL",
    **{s: f"status = '{s}'" for s in (S.IN_SCRUTINY, S.QUESTIONED, S.WITHDRAWN, S.LAPSED)},
    **{s: f"status = '{s}', decided_at = submitted_at" for s in (S.APPROVED, S.ISSUED)},
    S.REJECTED: "status = 'rejected', decided_at = submitted_at, reason = 'x'",
}


def attempt(db: Session, row: Application, step: Step, actor: Actor, officer: Any) -> str:
    now = clock.now()
    facts: Mapping[Step, dict[str, Any]] = {
        T.SUBMIT: {"number": "NP-X", "submitted_at": now, "fee_paise": 1},
        T.WITHDRAW: {"officer_id": None},
        T.CLAIM: {"officer_id": officer},
        T.RELEASE: {"officer_id": None},
        T.APPROVE: {"decided_at": now},
        T.REJECT: {"decided_at": now, "reason": "x"},
        T.REOPEN: {"decided_at": None},
    }
    try:
        take(db, row, step, actor, "", **facts.get(step, {}))
    except Forbidden:
        return "forbidden"
    except NotOpen:
        return "not open"
    return str(row.status)


BROKEN = {
    "a draft with a number": ("draft", "number = 'NP-1'"),
    "a draft with an instant of decision": ("draft", "decided_at = created_at"),
    "an unknown status": ("draft", "status = 'lost'"),
    "submitted without number": ("draft", "status = 'submitted'"),
    "submitted without fee": ("submitted", "fee_paise = NULL"),
    "submitted without instant": ("submitted", "submitted_at = NULL"),
    "submitted without its number": ("submitted", "number = NULL"),
    "submitted on a desk": ("submitted", "officer_id = 1"),
    "in scrutiny on no desk": ("submitted", "status = 'in_scrutiny'"),
    "taken from its desk": ("in_scrutiny", "officer_id = NULL"),
    "approved without instant": ("in_scrutiny", "status = 'approved'"),
    "issued without instant": ("in_scrutiny", "status = 'issued'"),
    "questioned on no desk": ("submitted", "status = 'questioned'"),
    "back to draft with its number": ("submitted", "status = 'draft'"),
    "rejected without reason": ("in_scrutiny", "status = 'rejected', decided_at = created_at"),
    "decided and still in scrutiny": ("in_scrutiny", "decided_at = created_at"),
    "for a firm that is none": ("draft", "firm_id = 999999"),
}
BROKEN_LINES = (
    "gross_weight = net_weight - 1",
    "quantity = 0",
    "net_weight = 0",
    "packages = 0",
    "application_id = 999999",
)


def test_the_database_refuses_what_the_code_must_never_do(stage: Stage) -> None:
    """CHECK constraints tie each status to its facts."""
    found = {
        "draft": stage.draft(),
        "submitted": stage.submitted(),
        "in_scrutiny": stage.in_scrutiny(),
    }
    with stage.db() as db:
        for what, (status, change) in BROKEN.items():
            where = {"ref": found[status]}
            sql = f"UPDATE filing_application SET {change} WHERE ref = :ref OR number = :ref"
            assert is_refused(db, text(sql), where), f"the database took {what}"
            db.rollback()
        for change in BROKEN_LINES:
            assert is_refused(db, text(f"UPDATE filing_goods_line SET {change}")), change
            db.rollback()
        assert is_refused(db, text("UPDATE filing_attachment SET kind = 'invoice'")), (
            "two present invoices on one file"
        )


def is_refused(db: Session, statement: Any, values: Any = None) -> bool:
    """Whether the database refuses a statement by a constraint; undone in any case."""
    try:
        db.execute(statement, values)
    except IntegrityError:
        return True
    finally:
        db.rollback()
    return False
