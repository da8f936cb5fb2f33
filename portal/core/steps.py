"""The one writer of status: a transition table, a compare-and-set, an event row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Protocol, cast

from sqlalchemy import CursorResult, String, Table, Text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core import clock
from portal.core.errors import Forbidden, NotOpen
from portal.core.permissions import Actor, Permission
from portal.core.types import Instant, Key
from portal.core.words import N_


@dataclass(frozen=True)
class Step:
    """One allowed move: from which statuses, to which, with which permission."""

    name: StrEnum
    sources: frozenset[StrEnum]
    target: StrEnum
    permission: Permission


@dataclass(frozen=True)
class Lifecycle:
    """All steps of one kind of thing, by name; statuses that nothing leaves are final."""

    steps: Mapping[StrEnum, Step]

    def open_steps(self, status: StrEnum, permissions: Iterable[Permission]) -> tuple[StrEnum, ...]:
        """The steps open in `status` for somebody with `permissions`: the buttons of a page."""
        held = frozenset(permissions)
        return tuple(
            step.name
            for step in self.steps.values()
            if status in step.sources and step.permission in held
        )


def lifecycle(*steps: tuple[StrEnum, Iterable[StrEnum], StrEnum, Permission]) -> Lifecycle:
    """A lifecycle from rows of (step, sources, target, permission)."""
    return Lifecycle({row[0]: Step(row[0], frozenset(row[1]), row[2], row[3]) for row in steps})


class StepEvent:
    """The columns of an event table: one row a step, never changed afterwards."""

    id: Mapped[Key]
    step: Mapped[str] = mapped_column(String(32))
    before: Mapped[str] = mapped_column(String(32))
    after: Mapped[str] = mapped_column(String(32))
    at: Mapped[Instant]
    person_id: Mapped[int | None]
    seat: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(Text, default="")


class Staged(Protocol):
    """A table row whose status moves only by `take`."""

    __table__: ClassVar[Any]
    lifecycle: ClassVar[Any]
    event_model: ClassVar[Any]
    id: Any
    status: Any


def take(
    db: Session, target: Staged, step: StrEnum, actor: Actor, note: str = "", **facts: object
) -> datetime:
    """Move `target` by `step`, writing `facts` in the same statement, and leave one event row.

    Returns the instant of the step. Raises Forbidden without the permission, NotOpen if the
    status doesn't allow the step or somebody else moved the row first.
    """
    rule: Step = target.lifecycle.steps[step]
    if not actor.may(rule.permission):
        raise Forbidden(step)
    before, at = target.status, clock.now()
    if not _is_moved(db, target, rule, facts):
        raise NotOpen(
            N_("This can't be done now: the file is “%(status)s”. Reload the page to see why."),
            code="not_open",
            status=str(before.value).replace("_", " "),
        )
    db.add(
        target.event_model(
            subject_id=target.id,
            step=step.value,
            before=before.value,
            after=rule.target.value,
            at=at,
            person_id=actor.person_id,
            seat=actor.seat.token,
            note=note,
        )
    )
    db.flush()
    db.refresh(target)
    return at


def _is_moved(db: Session, target: Staged, rule: Step, facts: Mapping[str, object]) -> bool:
    """Compare and set: whether the row still stood where it was read, and now stands further."""
    table = cast(Table, target.__table__)
    statement = (
        update(table)
        .where(table.c.id == target.id, table.c.status.in_(rule.sources))
        .where(table.c.status == target.status)
        .values(status=rule.target, **facts)
    )
    return cast("CursorResult[Any]", db.execute(statement)).rowcount == 1
