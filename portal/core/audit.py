"""The audit trail: one row per act, chained by hashes in one stream per file, wallet or agency."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, String, Text, UniqueConstraint, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core import clock
from portal.core.db import Model, is_sqlite
from portal.core.permissions import Actor
from portal.core.types import Instant, Key

GENESIS = "0" * 64


@dataclass(frozen=True)
class Act:
    """A declared act: its name and exactly the keys that its rows carry."""

    name: str
    keys: tuple[str, ...] = ()


class AuditHead(Model):
    """The last position of a stream; it is locked last in a transaction."""

    __tablename__ = "core_audit_head"

    stream: Mapped[str] = mapped_column(String(64), primary_key=True)
    position: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))


class AuditRow(Model):
    """One act. Append-only: triggers refuse UPDATE and DELETE."""

    __tablename__ = "core_audit"
    __table_args__ = (UniqueConstraint("stream", "position"),)

    id: Mapped[Key]
    stream: Mapped[str] = mapped_column(ForeignKey("core_audit_head.stream"))
    position: Mapped[int]
    at: Mapped[Instant]
    act: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int | None]
    seat: Mapped[str] = mapped_column(String(64))
    facts: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))


class AuditSeal(Model):
    """The head of a stream as it stood at the end of a day, so that a cut tail shows."""

    __tablename__ = "core_audit_seal"
    __table_args__ = (UniqueConstraint("day", "stream"),)

    id: Mapped[Key]
    day: Mapped[date] = mapped_column(Date)
    stream: Mapped[str] = mapped_column(String(64))
    position: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))


def record(db: Session, /, stream: str, act: Act, actor: Actor, **facts: str | int) -> None:
    """Leave the one audit row of an act; `facts` must have exactly the keys declared for it."""
    if set(facts) != set(act.keys):
        raise ValueError(f"{act.name} declares {act.keys}, got {tuple(facts)}")
    db.flush()
    head = _lock_head(db, stream)
    row = AuditRow(
        stream=stream,
        position=head.position + 1,
        at=clock.now(),
        act=act.name,
        person_id=actor.person_id,
        seat=actor.seat.token,
        facts=json.dumps(facts, sort_keys=True, ensure_ascii=False),
    )
    row.digest = _digest(head.digest, row)
    head.position, head.digest = row.position, row.digest
    db.add(row)
    db.flush()


def seal_day(db: Session, day: date) -> str:
    """Keep every head as of now under `day`; returns one digest over them, to keep elsewhere."""
    heads = db.scalars(select(AuditHead).order_by(AuditHead.stream)).all()
    known = set(db.scalars(select(AuditSeal.stream).where(AuditSeal.day == day)))
    db.add_all(
        AuditSeal(day=day, stream=h.stream, position=h.position, digest=h.digest)
        for h in heads
        if h.stream not in known
    )
    lines = "\n".join(f"{h.stream} {h.position} {h.digest}" for h in heads)
    return hashlib.sha256(f"{day}\n{lines}".encode()).hexdigest()


def faults(db: Session) -> Iterator[str]:
    """Every fault of the trail: changed, removed, swapped or cut-off rows; nothing if sound."""
    heads = {head.stream: head for head in db.scalars(select(AuditHead))}
    seen: dict[str, tuple[int, str]] = {}
    sealed = {
        (s.stream, s.position): s.digest for s in db.scalars(select(AuditSeal).order_by("day"))
    }
    rows = select(AuditRow).order_by(AuditRow.stream, AuditRow.position)
    for row in db.scalars(rows.execution_options(yield_per=500)):
        position, digest = seen.get(row.stream, (0, GENESIS))
        if row.position != position + 1:
            yield f"{row.stream}: row {position + 1} is missing"
        if row.digest != _digest(digest, row):
            yield f"{row.stream}: row {row.position} was changed"
        if sealed.pop((row.stream, row.position), row.digest) != row.digest:
            yield f"{row.stream}: row {row.position} differs from the daily seal"
        seen[row.stream] = (row.position, row.digest)
    for stream, head in heads.items():
        if seen.get(stream, (0, GENESIS)) != (head.position, head.digest):
            yield f"{stream}: the last rows are cut off (head at {head.position})"
    for stream, position in sealed:
        yield f"{stream}: row {position} was sealed and is missing"


def _lock_head(db: Session, stream: str) -> AuditHead:
    insert = sqlite_insert if is_sqlite(db) else postgresql_insert
    fresh = insert(AuditHead).values(stream=stream, position=0, digest=GENESIS)
    db.execute(fresh.on_conflict_do_nothing())
    query = select(AuditHead).where(AuditHead.stream == stream).with_for_update()
    return db.scalars(query.execution_options(populate_existing=True)).one()


def _digest(previous: str, row: AuditRow) -> str:
    fields = [previous, row.stream, row.position, _iso(row.at), row.act, row.person_id, row.seat]
    text = json.dumps([*fields, row.facts], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _iso(instant: datetime) -> str:
    return instant.isoformat(timespec="microseconds")
