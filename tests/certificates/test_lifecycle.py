"""Every status of a certificate with every step, and what the database itself refuses."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import Session

from portal.certificates import actions
from portal.certificates.lifecycle import LIFECYCLE, Status, Step
from portal.certificates.models import Certificate, CertificateEvent
from portal.core import clock
from portal.core.audit import AuditRow
from portal.core.errors import Forbidden, Invalid, Missing, NotOpen
from portal.core.permissions import PERMISSIONS, SYSTEM, Role
from portal.core.steps import take
from tests.build import Stage

S, T = Status, Step
ALLOWED: Mapping[Step, tuple[set[Status], Status]] = {
    T.SEAL: ({S.ALLOTTED}, S.SEALED),
    T.ISSUE: ({S.SEALED}, S.ISSUED),
    T.VOID: ({S.ALLOTTED}, S.VOID),
    T.SUPERSEDE: ({S.ISSUED}, S.SUPERSEDED),
    T.GIVE_UP: ({S.ALLOTTED}, S.VOID),
}
FORCED: Mapping[Status, str] = {
    S.ALLOTTED: "status = 'allotted'",
    S.SEALED: "status = 'sealed'",
    S.VOID: "status = 'void', void_reason = 'x'",
    **{
        s: f"status = '{s}', issued_at = allotted_at" for s in (S.ISSUED, S.SUPERSEDED, S.CANCELLED)
    },
}


def count(db: Session) -> int:
    return db.scalar(select(func.count(CertificateEvent.id))) or 0


def test_the_table_of_the_code_is_the_one_written_here() -> None:
    found = {name: (set(step.sources), step.target) for name, step in LIFECYCLE.steps.items()}
    assert found == ALLOWED


def test_every_step_in_every_status_moves_or_is_refused(stage: Stage) -> None:
    stage.approved()
    for status in Status:
        with stage.db() as db:
            db.execute(text(f"UPDATE certificates_certificate SET {FORCED[status]}"))
            for step in Step:
                for role in Role:
                    expect(db, status, step, role)


def expect(db: Session, status: Status, step: Step, role: Role) -> None:
    """Take one step in one role inside a savepoint, and look at what it left."""
    db.expire_all()
    row = db.scalars(select(Certificate)).one()
    actor = dataclasses.replace(SYSTEM, seat=dataclasses.replace(SYSTEM.seat, role=role))
    needed: dict[Step, dict[str, Any]] = {
        T.ISSUE: {"issued_at": clock.now()},
        T.VOID: {"void_reason": "x"},
    }
    facts = needed.get(step, {})
    savepoint = db.begin_nested()
    before = count(db)
    if LIFECYCLE.steps[step].permission not in PERMISSIONS[role]:
        with pytest.raises(Forbidden):
            take(db, row, step, actor, **facts)
    elif status in ALLOWED[step][0]:
        take(db, row, step, actor, **facts)
        assert (row.status, count(db)) == (ALLOWED[step][1], before + 1)
    else:
        with pytest.raises(NotOpen):
            take(db, row, step, actor, **facts)
        assert count(db) == before
    savepoint.rollback()


def test_issuing_leaves_one_event_a_step_and_one_audit_row_an_act(stage: Stage) -> None:
    _number, certificate = stage.approved()
    with stage.db() as db:
        assert actions.issue(db, 0, certificate, storage_key="k", content=b"%PDF-1.4")
        steps = db.scalars(select(CertificateEvent.step).order_by(CertificateEvent.id)).all()
        assert steps == ["seal", "issue"]
        acts = db.scalars(select(AuditRow.act).order_by(AuditRow.id)).all()[-3:]
        assert acts == ["filing.issued", "wallet.fee_captured", "certificates.issued"]
        assert not actions.issue(db, 0, certificate, storage_key="l", content=b"%PDF-1.5")
        assert len(db.scalars(select(CertificateEvent.id)).all()) == 2


def test_voiding_needs_a_reason_a_supervisor_and_a_number_of_the_own_office(stage: Stage) -> None:
    number, _certificate = stage.approved()
    for who, reason, refusal in (
        ("supervisor", "  ", Invalid),
        ("officer", "No seal", Forbidden),
        ("owner", "No seal", Forbidden),
        ("stranger", "No seal", Missing),
        ("other_office", "No seal", Missing),
        ("other_agency", "No seal", Missing),
        ("administrator", "No seal", Missing),
    ):
        with pytest.raises(refusal):
            stage.do(actions.void, stage.actor(who), number, reason)
    with stage.db() as db:
        assert db.scalars(select(Certificate.status)).all() == [Status.ALLOTTED]


BROKEN = (
    "status = 'issued'",
    "status = 'superseded'",
    "status = 'cancelled'",
    "status = 'void'",
    "status = 'lost'",
    "issued_at = allotted_at",
    "application_id = 999999",
    "number = NULL",
)


def test_the_database_refuses_what_the_code_must_never_do(stage: Stage) -> None:
    stage.approved()
    stage.approved()
    with stage.db() as db:
        for change in BROKEN:
            assert is_refused(db, text(f"UPDATE certificates_certificate SET {change}")), change
            db.rollback()
        assert is_refused(db, text("UPDATE certificates_certificate SET application_id = 1")), (
            "two live numbers on one file"
        )


@pytest.mark.parametrize("table", ["certificates_event", "certificates_file"])
def test_the_trail_of_a_certificate_only_grows(stage: Stage, table: str) -> None:
    _number, certificate = stage.approved()
    stage.do(actions.issue, 0, certificate, storage_key="k", content=b"%PDF-1.4")
    with stage.db() as db:
        for sql in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
            with pytest.raises(DatabaseError, match="append-only"):
                db.execute(text(sql))
            db.rollback()


def is_refused(db: Session, statement: Any, values: Any = None) -> bool:
    """Whether the database refuses a statement by a constraint; undone in any case."""
    try:
        db.execute(statement, values)
    except IntegrityError:
        return True
    finally:
        db.rollback()
    return False
