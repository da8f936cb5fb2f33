"""A process that falls silent shows, is forgotten after an hour, and one alone works at night."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from portal.core import heartbeat
from portal.core.tx import write


def test_a_silent_process_is_late_until_it_beats_again(db: Session, data_dir: Path) -> None:
    write(db, heartbeat.beat, "worker-1")
    assert heartbeat.late(db) == []
    (data_dir / "clock").write_text("61")
    write(db, heartbeat.beat, "worker-2")
    assert [process for process, _ in heartbeat.late(db)] == ["worker-1"]
    write(db, heartbeat.beat, "worker-1")
    assert heartbeat.late(db) == []


def test_a_process_silent_for_an_hour_is_forgotten(db: Session, data_dir: Path) -> None:
    write(db, heartbeat.beat, "worker-1")
    (data_dir / "clock").write_text("3601")
    assert len(heartbeat.late(db)) == 1
    write(db, heartbeat.beat, "worker-2")
    assert heartbeat.late(db) == []


def test_a_process_that_ends_on_purpose_is_not_missed(db: Session, data_dir: Path) -> None:
    write(db, heartbeat.beat, "worker-1")
    write(db, heartbeat.forget, "worker-1")
    (data_dir / "clock").write_text("61")
    assert heartbeat.late(db) == []


def test_the_night_is_claimed_once_and_again_only_if_it_stalled(
    db: Session, data_dir: Path
) -> None:
    day = date(2026, 11, 23)
    assert write(db, heartbeat.claim_night, day) is True
    assert write(db, heartbeat.claim_night, day) is False
    (data_dir / "clock").write_text("601")
    assert write(db, heartbeat.claim_night, day) is True
    write(db, heartbeat.end_night, day)
    (data_dir / "clock").write_text("6000")
    assert write(db, heartbeat.claim_night, day) is False
