"""A job is done once, tried again when it fails, and run by a worker in its own app context."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from jobs.relay import relay_once
from jobs.task import JobFailed
from jobs.worker import Wish, run_jobs
from portal.core import outbox
from portal.core.outbox import OutboxRow
from portal.core.tx import write
from portal.kit import Portal
from tests.processes.notes import note, stumble


def test_a_job_finishes_its_row_and_a_second_run_changes_nothing(
    job_app: Flask, db: Session
) -> None:
    task_id = _leased(db)
    with job_app.app_context():
        note(task_id, "R1")
        done_at = _row(db, task_id).done_at
        note(task_id, "R1")
    assert done_at is not None
    assert _row(db, task_id).done_at == done_at


def test_a_failure_is_noted_and_the_row_is_free_again(job_app: Flask, db: Session) -> None:
    task_id = _leased(db)
    with job_app.app_context(), pytest.raises(JobFailed, match="stumble R1: ValueError"):
        stumble(task_id, "R1")
    row = _row(db, task_id)
    assert "stumbled over R1" in row.last_error
    assert (row.done_at, row.leased_until) == (None, None)


def test_a_row_that_is_gone_is_no_fault(job_app: Flask) -> None:
    with job_app.app_context():
        note(12345, "R1")


def test_a_worker_runs_what_the_relay_queued(job_app: Flask, portal: Portal, db: Session) -> None:
    for n in range(3):
        write(db, outbox.announce, "tests.asked", f"R{n}")
    assert relay_once(portal, {"tests.asked": ("tests.processes.notes.note",)}) == 3
    assert run_jobs(job_app, "worker-1", Wish(), most=3) == 3
    assert outbox.waiting(db) == []
    assert portal.kit.queue.connection.keys("rq:job:*") == []


def _leased(db: Session) -> int:
    write(db, outbox.announce, "tests.asked", "R1")
    write(db, outbox.expand, {"tests.asked": ("tests.processes.notes.note",)})
    (task,) = write(db, outbox.lease)
    return task.id


def _row(db: Session, task_id: int) -> OutboxRow:
    db.expire_all()
    db.rollback()
    return db.get_one(OutboxRow, task_id)
