"""`take`, the one writer of status: permission, order, one winner, one event row."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar

import pytest
from sqlalchemy import ForeignKey, String, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

from portal.core.errors import Forbidden, NotOpen
from portal.core.permissions import SYSTEM, Actor, Permission, Role, Seat, SeatKind
from portal.core.steps import Lifecycle, StepEvent, lifecycle, take
from portal.core.tx import write
from portal.core.types import Key, text_enum

OWNER = Actor(1, "Owner", Seat(SeatKind.FIRM, 1, Role.OWNER, "Sample Spices"))
VIEWER = Actor(2, "Viewer", Seat(SeatKind.FIRM, 1, Role.VIEWER, "Sample Spices"))


class Status(StrEnum):
    """Where a letter stands."""

    WRITTEN = "written"
    POSTED = "posted"
    BURNT = "burnt"


class Step(StrEnum):
    """What can be done with a letter."""

    POST = "post"
    BURN = "burn"


POSTING = lifecycle(
    (Step.POST, [Status.WRITTEN], Status.POSTED, Permission.APPLICATION_SUBMIT),
    (Step.BURN, [Status.WRITTEN], Status.BURNT, Permission.APPLICATION_PREPARE),
)


class Base(DeclarativeBase):
    """Tables of this test alone, so that no room's rules get in the way."""


class LetterEvent(StepEvent, Base):
    """One step of a letter."""

    __tablename__ = "test_letter_event"
    subject_id: Mapped[int] = mapped_column(ForeignKey("test_letter.id"))


class Letter(Base):
    """Something with a status."""

    __tablename__ = "test_letter"
    lifecycle: ClassVar[Lifecycle] = POSTING
    event_model: ClassVar[type[LetterEvent]] = LetterEvent
    id: Mapped[Key]
    status: Mapped[Status] = mapped_column(text_enum(Status, "status"), default=Status.WRITTEN)
    stamp: Mapped[str] = mapped_column(String(8), default="")


@pytest.fixture
def letters(sessions: sessionmaker[Session]) -> sessionmaker[Session]:
    """Sessions on a database with one written letter."""
    Base.metadata.create_all(sessions.kw["bind"])
    with sessions() as db:
        write(db, lambda s: s.add(Letter(id=1)))
    return sessions


def do(db: Session, /, step: Step, actor: Actor = OWNER, **facts: Any) -> None:
    letter = db.get_one(Letter, 1)
    take(db, letter, step, actor, note="by the evening mail", **facts)


def test_a_step_moves_the_status_and_leaves_one_event(letters: sessionmaker[Session]) -> None:
    with letters() as db:
        write(db, do, Step.POST, stamp="red")
        letter, event = db.get_one(Letter, 1), db.scalars(select(LetterEvent)).one()
        assert (letter.status, letter.stamp) == (Status.POSTED, "red")
        assert (event.step, event.before, event.after) == ("post", "written", "posted")
        assert (event.person_id, event.seat) == (1, "firm-1-owner")
        assert event.note == "by the evening mail"


@pytest.mark.parametrize("actor", [VIEWER, SYSTEM])
def test_without_the_permission_nothing_moves(letters: sessionmaker[Session], actor: Actor) -> None:
    with letters() as db:
        with pytest.raises(Forbidden):
            write(db, do, Step.POST, actor)
        assert db.get_one(Letter, 1, populate_existing=True).status is Status.WRITTEN
        assert db.scalar(select(func.count()).select_from(LetterEvent)) == 0


def test_a_step_that_is_not_open_says_why(letters: sessionmaker[Session]) -> None:
    with letters() as db:
        write(db, do, Step.POST)
        with pytest.raises(NotOpen, match="the file is “posted”"):
            write(db, do, Step.BURN)


def test_of_two_simultaneous_steps_one_wins(letters: sessionmaker[Session]) -> None:
    """Both have read “written” before either writes."""
    with letters() as first, letters() as second:
        seen = second.get_one(Letter, 1)
        second.rollback()
        write(first, do, Step.POST)
        assert seen.__dict__.get("status") in (None, Status.WRITTEN)

        def with_old_eyes(session: Session) -> None:
            letter = Letter(id=1, status=Status.WRITTEN)
            take(session, letter, Step.BURN, OWNER)

        with pytest.raises(NotOpen):
            write(second, with_old_eyes)
        events = first.scalars(select(LetterEvent.step)).all()
        assert events == ["post"]


def test_open_steps_are_those_of_the_status_that_the_role_allows() -> None:
    assert POSTING.open_steps(Status.WRITTEN, OWNER.permissions) == (Step.POST, Step.BURN)
    assert POSTING.open_steps(Status.WRITTEN, VIEWER.permissions) == ()
    assert POSTING.open_steps(Status.POSTED, OWNER.permissions) == ()
