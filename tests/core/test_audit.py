"""The audit trail: exact keys, one chain a stream, and every damage shows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from portal.core import audit, clock
from portal.core.audit import Act, AuditHead, AuditRow, AuditSeal
from portal.core.permissions import SYSTEM
from portal.core.tx import write

OPENED = Act("test.opened", ("ref", "lines"))


def record(db: Session, stream: str, ref: str) -> None:
    audit.record(db, stream, OPENED, SYSTEM, ref=ref, lines=1)


@pytest.fixture
def trail(db: Session) -> Session:
    """Two streams, the first with four rows."""
    for number in range(4):
        write(db, record, "file:1", f"A{number}")
    write(db, record, "file:2", "B0")
    return db


def faults(db: Session) -> list[str]:
    db.rollback()
    db.expire_all()
    return list(audit.faults(db))


def damage(db: Session, act: Callable[[Session], object]) -> None:
    """What somebody with the database's own password could do: triggers off, then `act`."""

    def do(session: Session) -> None:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("ALTER TABLE core_audit DISABLE TRIGGER USER"))
        else:
            query = "SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name='core_audit'"
            for name in session.scalars(text(query)).all():
                session.execute(text(f'DROP TRIGGER "{name}"'))
        act(session)

    write(db, do)


def row_at(position: int) -> tuple[object, ...]:
    return (AuditRow.stream == "file:1", AuditRow.position == position)


def test_a_sound_trail_has_no_faults(trail: Session) -> None:
    assert faults(trail) == []


@pytest.mark.parametrize("facts", [{}, {"ref": "A"}, {"ref": "A", "lines": 1, "name": "x"}])
def test_an_act_carries_exactly_the_keys_it_declares(db: Session, facts: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"test\.opened declares"):
        write(db, lambda s: audit.record(s, "file:1", OPENED, SYSTEM, **facts))
    assert db.scalars(select(AuditRow)).all() == []


def test_an_act_that_is_undone_leaves_no_row(db: Session) -> None:
    def fail(session: Session) -> None:
        record(session, "file:1", "A0")
        raise KeyError

    with pytest.raises(KeyError):
        write(db, fail)
    assert db.scalars(select(AuditRow)).all() == []
    assert faults(db) == []


def test_a_changed_row_shows(trail: Session) -> None:
    damage(trail, lambda s: s.execute(update(AuditRow).where(*row_at(2)).values(seat="firm-9")))  # type: ignore[arg-type]
    assert faults(trail) == ["file:1: row 2 was changed"]


def test_a_removed_row_shows(trail: Session) -> None:
    damage(trail, lambda s: s.execute(delete(AuditRow).where(*row_at(2))))  # type: ignore[arg-type]
    assert "file:1: row 2 is missing" in faults(trail)


def test_swapped_rows_show(trail: Session) -> None:
    def swap(session: Session) -> None:
        for old, new in ((2, 99), (3, 2), (99, 3)):
            session.execute(update(AuditRow).where(*row_at(old)).values(position=new))  # type: ignore[arg-type]

    damage(trail, swap)
    assert "file:1: row 2 was changed" in faults(trail)


def test_cut_off_rows_show(trail: Session) -> None:
    damage(trail, lambda s: s.execute(delete(AuditRow).where(*row_at(4))))  # type: ignore[arg-type]
    assert faults(trail) == ["file:1: the last rows are cut off (head at 4)"]


def test_a_tail_cut_together_with_its_head_shows_by_the_daily_seal(trail: Session) -> None:
    write(trail, audit.seal_day, clock.today())
    digest = trail.scalars(select(AuditRow.digest).where(*row_at(3))).one()  # type: ignore[arg-type]

    def cut(session: Session) -> None:
        session.execute(delete(AuditRow).where(*row_at(4)))  # type: ignore[arg-type]
        head = update(AuditHead).where(AuditHead.stream == "file:1")
        session.execute(head.values(position=3, digest=digest))

    damage(trail, cut)
    assert faults(trail) == ["file:1: row 4 was sealed and is missing"]


def test_a_whole_stream_that_vanished_shows_by_the_daily_seal(trail: Session) -> None:
    write(trail, audit.seal_day, clock.today())

    def vanish(session: Session) -> None:
        session.execute(delete(AuditRow).where(AuditRow.stream == "file:2"))
        session.execute(delete(AuditHead).where(AuditHead.stream == "file:2"))

    damage(trail, vanish)
    assert faults(trail) == ["file:2: row 1 was sealed and is missing"]


def test_the_days_digest_changes_with_any_row(trail: Session) -> None:
    before = write(trail, audit.seal_day, clock.today())
    write(trail, record, "file:2", "B1")
    assert write(trail, audit.seal_day, clock.today()) != before
    assert len(trail.scalars(select(AuditSeal)).all()) == 2


@pytest.mark.parametrize("act", [update(AuditRow).values(seat="x"), delete(AuditRow)])
def test_the_database_refuses_to_change_or_remove_rows(trail: Session, act: object) -> None:
    with pytest.raises(DBAPIError):
        write(trail, lambda s: s.execute(act))  # type: ignore[call-overload]
    assert faults(trail) == []


def test_two_acts_at_once_follow_one_another(sessions: sessionmaker[Session]) -> None:
    import threading

    def many(letter: str) -> None:
        with sessions() as mine:
            for number in range(10):
                write(mine, record, "file:1", f"{letter}{number}")

    threads = [threading.Thread(target=many, args=(letter,)) for letter in "AB"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    with sessions() as db:
        assert faults(db) == []
        assert len(db.scalars(select(AuditRow)).all()) == 20
