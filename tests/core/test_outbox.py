"""The outbox loses nothing, gives a job to one worker at a time, and tells what is stuck."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from portal.core import clock, outbox
from portal.core.outbox import MAX_TRIES, OutboxRow, Task
from portal.core.tx import write

LISTENERS = {"filing.approved": ("jobs.issue.issue", "jobs.mail.tell"), "unheard": ()}

Later = Callable[[float], None]


@pytest.fixture
def later(data_dir: Path) -> Later:
    """Moves the clock to so many seconds after the present."""
    total = [0.0]

    def move(seconds: float) -> None:
        total[0] += seconds
        (data_dir / "clock").write_text(str(total[0]))

    return move


def test_a_fact_becomes_one_job_for_each_that_listens(db: Session) -> None:
    write(db, outbox.announce, "filing.approved", "A1")
    assert write(db, outbox.expand, LISTENERS) == 1
    found = db.execute(select(OutboxRow.job, OutboxRow.ref).where(OutboxRow.job != ""))
    assert {(job, ref) for job, ref in found} == {
        ("jobs.issue.issue", "A1"),
        ("jobs.mail.tell", "A1"),
    }


def test_expanding_again_adds_nothing(db: Session) -> None:
    write(db, outbox.announce, "filing.approved", "A1")
    write(db, outbox.expand, LISTENERS)
    assert write(db, outbox.expand, LISTENERS) == 0
    assert len(_jobs(db)) == 2


def test_a_fact_that_nobody_listens_to_is_done(db: Session) -> None:
    write(db, outbox.announce, "unheard", "A1")
    write(db, outbox.announce, "unknown", "A1")
    assert write(db, outbox.expand, LISTENERS) == 2
    assert outbox.waiting(db) == []


def test_a_fact_for_later_waits_until_it_is_due(db: Session, later: Later) -> None:
    write(db, outbox.announce, "filing.approved", "A1", clock.now() + timedelta(hours=1))
    assert write(db, outbox.expand, LISTENERS) == 0
    later(3601)
    assert write(db, outbox.expand, LISTENERS) == 1


def test_a_fact_whose_act_failed_was_never_announced(db: Session) -> None:
    def act(db: Session) -> None:
        outbox.announce(db, "filing.approved", "A1")
        raise ValueError("the act failed")

    with pytest.raises(ValueError, match="the act failed"):
        write(db, act)
    assert outbox.waiting(db) == []


def test_a_leased_job_is_given_to_nobody_else_until_the_lease_ends(
    db: Session, later: Later
) -> None:
    task = _one_leased(db)
    assert write(db, outbox.lease) == []
    later(outbox.LEASE.total_seconds() + 1)
    assert write(db, outbox.lease) == [Task(task.id, task.job, task.ref, tries=2)]


def test_a_finished_job_is_never_leased_again(db: Session, later: Later) -> None:
    task = _one_leased(db)
    assert write(db, outbox.finish, task.id) is True
    assert write(db, outbox.finish, task.id) is False
    later(3600)
    assert write(db, outbox.lease) == []


def test_a_failed_job_waits_longer_each_time(db: Session, later: Later) -> None:
    task = _one_leased(db)
    waits = []
    for _ in range(3):
        write(db, outbox.postpone, task.id, "no answer")
        due = db.get_one(OutboxRow, task.id).due_at - clock.now()
        waits.append(round(due.total_seconds()))
        assert write(db, outbox.lease) == []
        later(due.total_seconds() + 0.1)
        (task,) = write(db, outbox.lease)
    assert waits == [2, 4, 8]
    assert db.get_one(OutboxRow, task.id).last_error == "no answer"


def test_a_job_that_is_done_cannot_be_postponed(db: Session) -> None:
    task = _one_leased(db)
    write(db, outbox.finish, task.id)
    write(db, outbox.postpone, task.id, "too late")
    assert db.get_one(OutboxRow, task.id).last_error == ""


def test_a_job_past_its_tries_is_stuck_until_somebody_revives_it(db: Session, later: Later) -> None:
    task = _one_leased(db)
    for _ in range(MAX_TRIES):
        assert outbox.stuck(db) == []
        write(db, outbox.postpone, task.id, "no answer")
        later(601)
        write(db, outbox.lease)
    assert [row.id for row in outbox.stuck(db)] == [task.id]
    assert write(db, outbox.lease) == []
    assert write(db, outbox.revive, task.id) is True
    assert outbox.stuck(db) == []
    assert [t.tries for t in write(db, outbox.lease)] == [1]


def test_a_job_that_waits_for_something_uses_up_no_tries(db: Session, later: Later) -> None:
    task = _one_leased(db)
    for _ in range(2 * MAX_TRIES):
        write(db, outbox.wait, task.id, "it is away", timedelta(minutes=10))
        assert write(db, outbox.lease) == []
        later(601)
        assert [t.id for t in write(db, outbox.lease)] == [task.id]
    assert outbox.stuck(db) == []
    write(db, outbox.finish, task.id)
    write(db, outbox.wait, task.id, "too late", timedelta(minutes=10))
    assert db.get_one(OutboxRow, task.id).last_error == ""


def test_two_leases_at_once_never_give_the_same_job(sessions: sessionmaker[Session]) -> None:
    with sessions() as db:
        for n in range(40):
            write(db, outbox.announce, "filing.approved", f"A{n}")
        write(db, outbox.expand, LISTENERS)
    start = Barrier(4)

    def take_all(_: int) -> list[int]:
        start.wait(timeout=10)
        taken: list[int] = []
        with sessions() as db:
            for _round in range(40):
                taken += [task.id for task in write(db, outbox.lease, 5)]
        return taken

    with ThreadPoolExecutor(4) as pool:
        taken = [task_id for part in pool.map(take_all, range(4)) for task_id in part]
    assert len(taken) == len(set(taken)) == 80


def _one_leased(db: Session) -> Task:
    write(db, outbox.announce, "signing.sealed", "C1")
    write(db, outbox.expand, {"signing.sealed": ("jobs.mail.tell",)})
    (task,) = write(db, outbox.lease)
    return task


def _jobs(db: Session) -> list[OutboxRow]:
    return list(db.scalars(select(OutboxRow).where(OutboxRow.job != "")))
