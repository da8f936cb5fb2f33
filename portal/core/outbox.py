"""Facts that others must hear of: written with the act, delivered until done, never lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import (
    CursorResult,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core import clock
from portal.core.db import Model
from portal.core.types import Instant, Key, UtcDateTime

LEASE = timedelta(seconds=90)
MAX_TRIES = 8


class OutboxRow(Model):
    """A fact (job empty), or one job that a fact asks for. Holds references, never secrets."""

    __tablename__ = "core_outbox"
    __table_args__ = (
        UniqueConstraint("fact_id", "job"),
        Index("ix_core_outbox_waiting", "done_at", "due_at"),
    )

    id: Mapped[Key]
    fact_id: Mapped[int | None] = mapped_column(ForeignKey("core_outbox.id"))
    fact: Mapped[str] = mapped_column(String(64))
    job: Mapped[str] = mapped_column(String(96), default="")
    ref: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[Instant]
    due_at: Mapped[Instant]
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime())
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    tries: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(Text, default="")


@dataclass(frozen=True)
class Task:
    """One leased job: which row to finish, what to run, about what."""

    id: int
    job: str
    ref: str
    tries: int


def announce(db: Session, fact: str, ref: str, due_at: datetime | None = None) -> None:
    """Write a fact in the act's own transaction; whoever subscribes hears of it later."""
    now = clock.now()
    db.add(OutboxRow(fact=fact, ref=ref, created_at=now, due_at=due_at or now))


def expand(db: Session, subscriptions: Mapping[str, Iterable[str]], limit: int = 100) -> int:
    """Turn due facts into one row per subscribed job; returns how many facts were expanded."""
    now = clock.now()
    facts = db.scalars(
        select(OutboxRow)
        .where(OutboxRow.done_at.is_(None), OutboxRow.job == "", OutboxRow.due_at <= now)
        .order_by(OutboxRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for fact in facts:
        for job in subscriptions.get(fact.fact, ()):
            row = OutboxRow(fact_id=fact.id, fact=fact.fact, job=job, ref=fact.ref)
            row.created_at = row.due_at = now
            db.add(row)
        fact.done_at = now
    return len(facts)


def lease(db: Session, limit: int = 50) -> list[Task]:
    """Take due jobs that nobody holds; whoever dies with one loses it when the lease ends."""
    now = clock.now()
    rows = db.scalars(
        select(OutboxRow)
        .where(OutboxRow.done_at.is_(None), OutboxRow.job != "", OutboxRow.due_at <= now)
        .where((OutboxRow.leased_until.is_(None)) | (OutboxRow.leased_until <= now))
        .where(OutboxRow.tries < MAX_TRIES)
        .order_by(OutboxRow.due_at, OutboxRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        row.leased_until = now + LEASE
        row.tries += 1
    return [Task(row.id, row.job, row.ref, row.tries) for row in rows]


def finish(db: Session, task_id: int) -> bool:
    """Mark a job done, in the job's own transaction; False if it was done before."""
    done = cast(
        "CursorResult[Any]",
        db.execute(
            update(OutboxRow)
            .where(OutboxRow.id == task_id, OutboxRow.done_at.is_(None))
            .values(done_at=clock.now(), last_error="")
        ),
    )
    return done.rowcount == 1


def postpone(db: Session, task_id: int, error: str) -> None:
    """Note why a job failed and let it be tried again later, later each time (2, 4, 8 … s)."""
    row = db.get(OutboxRow, task_id)
    if row is not None and row.done_at is None:
        row.last_error = error[:2000]
        row.leased_until = None
        row.due_at = clock.now() + timedelta(seconds=min(2**row.tries, 600))


def wait(db: Session, task_id: int, why: str, pause: timedelta) -> None:
    """Let a job be tried again after a pause without counting this try: what it needs is away."""
    row = db.get(OutboxRow, task_id)
    if row is not None and row.done_at is None:
        row.last_error = why[:2000]
        row.leased_until = None
        row.tries = max(row.tries - 1, 0)
        row.due_at = clock.now() + pause


def revive(db: Session, task_id: int) -> bool:
    """Give a job that used up its tries a fresh start (the operator's `flask outbox --again`)."""
    done = cast(
        "CursorResult[Any]",
        db.execute(
            update(OutboxRow)
            .where(OutboxRow.id == task_id, OutboxRow.done_at.is_(None))
            .values(tries=0, due_at=clock.now(), leased_until=None)
        ),
    )
    return done.rowcount == 1


def stuck(db: Session) -> list[OutboxRow]:
    """Jobs past their tries: `/healthz` and `flask outbox` show them."""
    return list(
        db.scalars(
            select(OutboxRow)
            .where(OutboxRow.done_at.is_(None), OutboxRow.tries >= MAX_TRIES)
            .where((OutboxRow.leased_until.is_(None)) | (OutboxRow.leased_until <= clock.now()))
            .order_by(OutboxRow.id)
        )
    )


def waiting(db: Session) -> list[OutboxRow]:
    """Everything not done yet, oldest first, at most 200 rows."""
    query = select(OutboxRow).where(OutboxRow.done_at.is_(None)).order_by(OutboxRow.id)
    return list(db.scalars(query.limit(200)))
