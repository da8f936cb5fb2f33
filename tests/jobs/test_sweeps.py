"""The night removes what nobody needs, and never a file that a row names or is about to name."""

from __future__ import annotations

import os
import time

import pytest
from sqlalchemy import func, select, update

from jobs import sweeps
from jobs.nightly import NIGHTLY
from jobs.sweeps import forget_lists, forget_old_tries, sweep_orphans
from portal.core import clock
from portal.core.db import Model
from portal.core.errors import Missing
from portal.filing.actions import sheaves
from portal.filing.models import Sheaf
from portal.identity.models import SignIn, SignInTry
from portal.proof import all_faults
from tests.build import Stage
from tests.conftest import MovedClock
from tests.filing.test_list_races import kept
from tests.filing.test_sheaves import ROW, lines

DAY = 24 * 3600.0


def test_a_file_that_no_row_names_goes_after_a_day_and_all_others_stay(stage: Stage) -> None:
    stage.issued()
    orphans = [_put(stage, "documents", DAY + 60), _put(stage, "certificates", DAY + 60)]
    fresh = [_put(stage, "documents", DAY - 60), _put(stage, "certificates", 0)]
    foreign = _put(stage, "exports", 9 * DAY)
    _age_named(stage, 9 * DAY)
    assert sweep_orphans(stage.portal, clock.today()) == 2
    for key in orphans:
        with pytest.raises(Missing):
            stage.portal.kit.store.get(key)
    for key in (*fresh, foreign):
        assert stage.portal.kit.store.get(key)
    with stage.db() as db:
        assert list(all_faults(db, stage.portal.kit)) == []
    assert sweep_orphans(stage.portal, clock.today()) == 0


def test_a_clock_moved_forward_makes_no_file_old(stage: Stage, moved_clock: MovedClock) -> None:
    stage.draft()
    key = _put(stage, "documents", 60)
    moved_clock.by(days=40)
    assert sweep_orphans(stage.portal, clock.today()) == 0
    assert stage.portal.kit.store.get(key)


def test_one_night_removes_a_bounded_number(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeps, "MOST_FILES", 2)
    monkeypatch.setattr(sweeps, "BATCH", 2)
    for _ in range(2):
        stage.draft()
    _age_named(stage, 2 * DAY)
    for _ in range(3):
        _put(stage, "documents", 2 * DAY)
    assert [sweep_orphans(stage.portal, clock.today()) for _ in range(3)] == [2, 1, 0]


def test_with_the_wrong_database_nothing_is_removed(stage: Stage) -> None:
    stage.draft()
    _age_named(stage, 2 * DAY)
    keys = [_put(stage, "documents", 2 * DAY) for _ in range(3)]
    assert sweep_orphans(stage.portal, clock.today()) == 0
    assert all(stage.portal.kit.store.get(key) for key in keys)


def test_every_table_that_names_files_is_known_to_the_sweep() -> None:
    found = {
        f"{table.name}.{column.name}"
        for table in Model.metadata.tables.values()
        for column in table.columns
        if column.name.endswith("storage_key")
    }
    assert found == {str(column.expression) for column in sweeps.NAMED_BY.values()}


def test_tries_are_forgotten_after_a_day_and_sessions_after_thirty(
    stage: Stage, moved_clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeps, "BATCH", 2)
    for who in ("owner", "stranger", "officer"):
        stage.client(who)
    stage.do(_end_one_session)
    tries, sessions = _counts(stage)
    assert tries >= 3 and sessions == 3
    moved_clock.by(hours=23)
    assert forget_old_tries(stage.portal, clock.today()) == 0
    moved_clock.by(hours=2)
    assert forget_old_tries(stage.portal, clock.today()) == tries
    moved_clock.by(days=28)
    stage.client("viewer")
    moved_clock.by(hours=23, minutes=30)
    assert _counts(stage)[1] == 4
    moved_clock.by(hours=2)
    forget_old_tries(stage.portal, clock.today())
    assert _counts(stage) == (0, 1)


def test_lists_are_forgotten_ninety_days_after_they_were_taken(
    stage: Stage, moved_clock: MovedClock
) -> None:
    ref, owner = stage.draft(lines=0), stage.actor("owner")
    taken, waits = kept(stage, ref, ROW), kept(stage, ref, ROW)
    stage.do(sheaves.take_lines, owner, taken)
    moved_clock.by(days=89, hours=23)
    assert forget_lists(stage.portal, clock.today()) == 0
    moved_clock.by(hours=2)
    assert forget_lists(stage.portal, clock.today()) == 1
    with stage.db() as db:
        assert list(db.scalars(select(Sheaf.ref))) == [waits]
    assert len(lines(stage, ref)) == 1


def test_the_night_does_all_of_it() -> None:
    assert {sweep_orphans, forget_old_tries, forget_lists} <= set(NIGHTLY)


def _put(stage: Stage, kind: str, age_seconds: float) -> str:
    key = stage.portal.kit.store.put(kind, b"SPECIMEN")
    _age(stage, key, age_seconds)
    return key


def _age(stage: Stage, key: str, age_seconds: float) -> None:
    then = time.time() - age_seconds
    os.utime(stage.portal.settings.data_dir / "files" / key, (then, then))


def _age_named(stage: Stage, age_seconds: float) -> None:
    with stage.db() as db:
        for column in sweeps.NAMED_BY.values():
            for key in db.scalars(select(column)):
                _age(stage, key, age_seconds)


def _end_one_session(db) -> None:  # type: ignore[no-untyped-def]
    first = select(func.min(SignIn.id)).scalar_subquery()
    db.execute(update(SignIn).where(SignIn.id == first).values(ended_at=clock.now()))


def _counts(stage: Stage) -> tuple[int, int]:
    with stage.db() as db:
        tries = db.scalar(select(func.count(SignInTry.id)))
        sessions = db.scalar(select(func.count(SignIn.id)))
        return tries, sessions
