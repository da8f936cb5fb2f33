"""The relay brings each job to the queue, and loses nothing while the queue is away."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from jobs import relay
from jobs.nightly import run_nightly
from jobs.relay import relay_once
from portal.core import audit, clock, outbox
from portal.core.errors import TryLater
from portal.core.outbox import OutboxRow
from portal.core.permissions import SYSTEM
from portal.core.tx import write
from portal.kit import Portal

NOTE = "tests.processes.notes.note"
LISTENERS = {"tests.asked": (NOTE,)}


def test_a_fact_is_queued_once(portal: Portal, db: Session) -> None:
    write(db, outbox.announce, "tests.asked", "R1")
    assert relay_once(portal, LISTENERS) == 1
    assert relay_once(portal, LISTENERS) == 0
    assert portal.kit.queue.length() == 1


def test_queueing_the_same_try_twice_does_no_harm(portal: Portal, db: Session) -> None:
    write(db, outbox.announce, "tests.asked", "R1")
    write(db, outbox.expand, LISTENERS)
    (task,) = write(db, outbox.lease)
    portal.kit.queue.enqueue(task)
    portal.kit.queue.enqueue(task)
    assert portal.kit.queue.length() == 1


def test_while_the_queue_is_away_no_try_is_counted(
    portal_without_queue: Portal, db: Session
) -> None:
    write(db, outbox.announce, "tests.asked", "R1")
    assert not portal_without_queue.kit.queue.is_up()
    with pytest.raises(TryLater):
        relay_once(portal_without_queue, LISTENERS)
    (row,) = _jobs(db)
    assert (row.tries, row.leased_until, row.last_error) == (0, None, "")


def test_leases_are_given_back_when_the_queue_refuses(portal: Portal, db: Session) -> None:
    for n in range(3):
        write(db, outbox.announce, "tests.asked", f"R{n}")
    portal.kit.queue.connection.config_set("maxmemory", "1")
    with pytest.raises(TryLater):
        relay_once(portal, LISTENERS)
    assert {(row.tries, row.leased_until) for row in _jobs(db)} == {(0, None)}
    portal.kit.queue.connection.config_set("maxmemory", "0")
    assert relay_once(portal, LISTENERS) == 3


def test_jobs_come_back_after_the_queue_lost_its_contents(
    portal: Portal, db: Session, data_dir: Path
) -> None:
    write(db, outbox.announce, "tests.asked", "R1")
    relay_once(portal, LISTENERS)
    portal.kit.queue.connection.flushall()
    assert relay_once(portal, LISTENERS) == 0
    (data_dir / "clock").write_text(str(outbox.LEASE.total_seconds() + 1))
    assert relay_once(portal, LISTENERS) == 1
    assert [row.tries for row in _jobs(db)] == [2]


def test_a_full_queue_leaves_jobs_in_the_database(portal: Portal, db: Session) -> None:
    for n in range(relay.ROOM + 20):
        write(db, outbox.announce, "tests.asked", f"R{n}")
    relay.relay(portal, LISTENERS)()
    assert portal.kit.queue.length() == relay.ROOM
    assert sum(row.tries == 0 for row in _jobs(db)) == 20


def test_the_night_seals_yesterday_once_and_keeps_the_digest_outside(
    portal: Portal, db: Session
) -> None:
    write(db, _act)
    assert run_nightly(portal) is True
    assert run_nightly(portal) is False
    yesterday = clock.today() - timedelta(days=1)
    assert db.scalars(select(audit.AuditSeal.day)).all() == [yesterday]
    kept = portal.settings.data_dir / "audit-heads" / f"{yesterday}.txt"
    (line,) = kept.read_text().splitlines()
    assert len(line.split()[1]) == 64


def test_one_failing_act_of_the_night_does_not_keep_the_others_back(
    portal: Portal, data_dir: Path
) -> None:
    done: list[date] = []

    def fails(_portal: Portal, _day: date) -> None:
        raise OSError("disk full")

    def works(_portal: Portal, day: date) -> None:
        done.append(day)

    assert run_nightly(portal, (fails, works)) is False
    assert done == [clock.today()]
    (data_dir / "clock").write_text("601")
    assert run_nightly(portal, (works,)) is True


def _act(db: Session) -> None:
    audit.record(db, "file-1", audit.Act("tests.act"), SYSTEM)


def _jobs(db: Session) -> list[OutboxRow]:
    db.rollback()
    return list(db.scalars(select(OutboxRow).where(OutboxRow.job != "")))
