"""The relay: takes due outbox rows out of the database and hands them to the queue."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.core import clock, outbox
from portal.core.errors import TryLater
from portal.core.failpoints import reach
from portal.core.outbox import OutboxRow, Task
from portal.core.tx import write
from portal.kit import Portal

PAUSE_SECONDS = 0.5
# A short queue: rows wait in the database, where waiting doesn't end their lease.
ROOM = 100

Subscriptions = Mapping[str, Iterable[str]]


def relay_once(portal: Portal, subscriptions: Subscriptions) -> int:
    """Expand due facts, lease due jobs and queue them; returns how many were queued.

    Raises TryLater while the queue can't be reached: leases are given back, the try isn't
    counted. A job that can't be queued for another reason is postponed like a failed one.
    """
    with portal.sessions() as db:
        if not _is_anything_due(db):
            return 0
        write(db, outbox.expand, {name: tuple(jobs) for name, jobs in subscriptions.items()})
        reach("relay.after_expand")
        room = ROOM - portal.kit.queue.length()
        if room <= 0:
            return 0
        tasks = write(db, outbox.lease, min(room, 50))
        reach("relay.after_lease")
        queued = _queue(db, tasks, portal.kit.queue.enqueue)
        reach("relay.after_queue")
        return queued


def relay(portal: Portal, subscriptions: Subscriptions) -> Callable[[], None]:
    """What a relay thread does at each turn: it goes on while there is more, ten times at most."""

    def turn() -> None:
        for _ in range(10):
            if not relay_once(portal, subscriptions):
                break

    return turn


def _is_anything_due(db: Session) -> bool:
    """A read first, so that an idle relay never holds SQLite's one write lock."""
    now = clock.now()
    free = (OutboxRow.leased_until.is_(None)) | (OutboxRow.leased_until <= now)
    query = select(OutboxRow.id).where(
        OutboxRow.done_at.is_(None), OutboxRow.due_at <= now, OutboxRow.tries < outbox.MAX_TRIES
    )
    return db.scalar(query.where(free).limit(1)) is not None


def _queue(db: Session, tasks: Sequence[Task], enqueue: Callable[[Task], None]) -> int:
    queued = 0
    for at, task in enumerate(tasks):
        try:
            enqueue(task)
            queued += 1
        except TryLater:
            write(db, _give_back, [left.id for left in tasks[at:]])
            raise
        except Exception as error:
            write(db, outbox.postpone, task.id, repr(error))
    return queued


def _give_back(db: Session, ids: Sequence[int]) -> None:
    db.execute(
        update(OutboxRow)
        .where(OutboxRow.id.in_(ids), OutboxRow.done_at.is_(None))
        .values(leased_until=None, tries=OutboxRow.tries - 1)
    )
