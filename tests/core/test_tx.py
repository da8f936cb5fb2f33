"""`write`: one short transaction, run again when it met another, nothing left when it fails."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from portal.config import Settings
from portal.core import outbox
from portal.core.db import make_engine, make_sessions
from portal.core.outbox import OutboxRow
from portal.core.tx import ATTEMPTS, write


def count(db: Session) -> int:
    return db.scalar(select(func.count()).select_from(OutboxRow)) or 0


def test_what_an_action_did_is_there_for_others(sessions: sessionmaker[Session]) -> None:
    with sessions() as mine, sessions() as others:
        write(mine, outbox.announce, "test.fact", "A1")
        assert count(others) == 1


def test_a_write_may_follow_a_read(db: Session) -> None:
    assert count(db) == 0
    write(db, outbox.announce, "test.fact", "A1")
    assert count(db) == 1


def test_unsaved_changes_are_refused_and_nothing_is_written(db: Session) -> None:
    outbox.announce(db, "test.fact", "stray")
    with pytest.raises(RuntimeError, match="unsaved changes"):
        write(db, outbox.announce, "test.fact", "A1")
    db.rollback()
    assert count(db) == 0


def test_an_action_that_fails_leaves_nothing(db: Session) -> None:
    def fail(session: Session) -> None:
        outbox.announce(session, "test.fact", "A1")
        session.flush()
        raise KeyError("the rule said no")

    with pytest.raises(KeyError):
        write(db, fail)
    assert count(db) == 0


def test_the_action_sees_what_others_did_since_the_page_read(
    sessions: sessionmaker[Session],
) -> None:
    with sessions() as mine, sessions() as others:
        assert count(mine) == 0
        write(others, outbox.announce, "test.fact", "A1")
        assert write(mine, count) == 1


@pytest.fixture
def impatient(settings: Settings) -> Iterator[Session]:
    """A session of another process that waits 50 ms for a lock, not longer."""
    engine = make_engine(settings.database_url)
    event.listen(engine, "connect", _shorten_patience)
    with make_sessions(engine)() as session:
        yield session
    engine.dispose()


def test_an_action_that_met_a_lock_runs_again_and_does_its_work_once(
    db: Session, impatient: Session
) -> None:
    write(db, outbox.announce, "test.fact", "A1")
    hold(db)
    met = meetings(impatient, then=db.rollback)
    write(impatient, count_a_try)
    assert len(met) == 1
    assert db.scalars(select(OutboxRow.tries)).all() == [1]


def test_a_lock_that_stays_is_an_error_after_three_tries(db: Session, impatient: Session) -> None:
    write(db, outbox.announce, "test.fact", "A1")
    hold(db)
    met = meetings(impatient)
    with pytest.raises(OperationalError):
        write(impatient, count_a_try)
    db.rollback()
    assert len(met) == ATTEMPTS
    assert db.scalars(select(OutboxRow.tries)).all() == [0]


def test_readers_who_then_write_lose_nothing(sessions: sessionmaker[Session]) -> None:
    with sessions() as db:
        write(db, outbox.announce, "test.fact", "A1")

    def add_many() -> None:
        with sessions() as mine:
            for _ in range(20):
                mine.scalar(select(OutboxRow.tries))
                write(mine, add_one)

    def add_one(session: Session) -> None:
        row = session.scalars(select(OutboxRow).with_for_update()).one()
        row.tries += 1

    threads = [threading.Thread(target=add_many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    with sessions() as db:
        assert db.scalar(select(OutboxRow.tries)) == 80


def count_a_try(db: Session) -> None:
    db.execute(text("UPDATE core_outbox SET tries = tries + 1"))


def hold(db: Session) -> None:
    """Keep the row (PostgreSQL) or the file (SQLite) locked until a rollback."""
    db.execute(text("UPDATE core_outbox SET tries = tries"))


def meetings(db: Session, then: Callable[[], object] = int) -> list[int]:
    """Grows by one with each error that the database gives; `then` is called each time."""
    met: list[int] = []

    def meet(_context: ExceptionContext) -> None:
        met.append(1)
        then()

    event.listen(db.get_bind(), "handle_error", meet)
    return met


def _shorten_patience(connection: Any, _record: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA busy_timeout=50")
    else:
        connection.execute("SET lock_timeout = '50ms'")
        connection.commit()
