"""Signs of life: each long-lived process says when it last was well, and `/healthz` reads it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Date, String, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core import clock
from portal.core.db import Model, is_sqlite
from portal.core.types import Instant, UtcDateTime

BEAT_SECONDS = 15
FORGET_AFTER = timedelta(hours=1)
RECLAIM_AFTER = timedelta(minutes=10)


class Heartbeat(Model):
    """When a process was last well."""

    __tablename__ = "core_heartbeat"

    process: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[Instant]


class NightlyRun(Model):
    """The nightly work of one day in India: who claimed it when, and whether it is through."""

    __tablename__ = "core_nightly_run"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    begun_at: Mapped[Instant]
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


def beat(db: Session, process: str) -> None:
    """Note that `process` is well now; processes silent for an hour are forgotten."""
    now = clock.now()
    insert = sqlite_insert if is_sqlite(db) else postgresql_insert
    fresh = insert(Heartbeat).values(process=process, at=now)
    db.execute(fresh.on_conflict_do_update(index_elements=["process"], set_={"at": now}))
    db.execute(delete(Heartbeat).where(Heartbeat.at < now - FORGET_AFTER))


def forget(db: Session, process: str) -> None:
    """Drop a process that ends on purpose, so that nobody misses it."""
    db.execute(delete(Heartbeat).where(Heartbeat.process == process))


def late(db: Session, seconds: int = 60) -> list[tuple[str, datetime]]:
    """Processes that were last well more than `seconds` ago, with that instant, by name."""
    limit = clock.now() - timedelta(seconds=seconds)
    rows = db.execute(
        select(Heartbeat.process, Heartbeat.at)
        .where(Heartbeat.at < limit)
        .order_by(Heartbeat.process)
    )
    return [(process, at) for process, at in rows]


def alive(db: Session, prefix: str, seconds: int = 60) -> int:
    """How many processes whose name begins with `prefix` were well in the last `seconds`."""
    limit = clock.now() - timedelta(seconds=seconds)
    names = select(func.count(Heartbeat.process)).where(Heartbeat.process.like(f"{prefix}%"))
    return db.scalar(names.where(Heartbeat.at >= limit)) or 0


def claim_night(db: Session, day: date) -> bool:
    """Take the nightly work of `day`: True for one process alone, again if it stalled 10 min."""
    now = clock.now()
    insert = sqlite_insert if is_sqlite(db) else postgresql_insert
    fresh = insert(NightlyRun).values(day=day, begun_at=now).on_conflict_do_nothing()
    if db.scalar(fresh.returning(NightlyRun.day)) is not None:
        return True
    again = cast(
        "CursorResult[Any]",
        db.execute(
            update(NightlyRun)
            .where(NightlyRun.day == day, NightlyRun.done_at.is_(None))
            .where(NightlyRun.begun_at < now - RECLAIM_AFTER)
            .values(begun_at=now)
        ),
    )
    return again.rowcount == 1


def end_night(db: Session, day: date) -> None:
    """Note that the nightly work of `day` is through."""
    db.execute(update(NightlyRun).where(NightlyRun.day == day).values(done_at=clock.now()))
