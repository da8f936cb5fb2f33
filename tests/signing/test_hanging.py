"""An answer whose job fails again and again is taken up in time, or ends with its reason."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from jobs.hanging import take_up
from jobs.task import JobFailed
from portal.core import clock, outbox
from portal.proof import all_faults
from portal.sandbox.trust import StampFault
from portal.signing.lifecycle import FileKind, Status
from portal.signing.models import SignFile, SignRequest
from portal.signing.rules.outcomes import Outcome
from tests.build import Stage
from tests.conftest import MovedClock, Outside
from tests.signing.esigner import Esigner


@pytest.fixture
def esigner(stage: Stage, outside: Outside) -> Esigner:
    """The owner of the sample rice mill, signed in."""
    outside.world.reset()
    return Esigner(stage, outside, stage.client("owner"))


@pytest.fixture
def hanging(esigner: Esigner, moved_clock: MovedClock) -> tuple[str, Path]:
    """A request whose answer can't be used: its path, and the prepared file that is away."""
    path = esigner.begin_test()
    esigner.bring_back(esigner.answered(path, "specimen-2"))
    away = hide(esigner.stage, FileKind.PREPARED)
    use_up(esigner.stage, moved_clock)
    assert status(esigner.stage) is Status.RESPONDED
    return path, away


def test_it_is_taken_up_while_the_answer_can_become_a_signature(
    esigner: Esigner, moved_clock: MovedClock, hanging: tuple[str, Path]
) -> None:
    path, away = hanging
    away.rename(away.with_suffix(""))
    esigner.work()
    assert status(esigner.stage) is Status.RESPONDED
    assert take_up(esigner.stage.portal) == 1
    esigner.work()
    assert "Signed." in esigner.client.get(path).text
    assert take_up(esigner.stage.portal) == 0
    with esigner.stage.db() as db:
        assert outbox.stuck(db) == [] and list(all_faults(db, esigner.stage.portal.kit)) == []


def test_it_ends_when_its_time_is_over_and_a_second_try_works(
    esigner: Esigner, moved_clock: MovedClock, hanging: tuple[str, Path]
) -> None:
    stage, (path, _away) = esigner.stage, hanging
    assert take_up(stage.portal) == 1 and status(stage) is Status.RESPONDED
    use_up(stage, moved_clock)
    moved_clock.by(minutes=30)
    assert take_up(stage.portal) == 1
    with stage.db() as db:
        row = db.scalars(select(SignRequest)).one()
        assert (row.status, row.outcome) == (Status.FAILED, Outcome.NOT_FINISHED)
        assert outbox.stuck(db) == []
    assert "could not make the signed file in time" in esigner.client.get(path).text
    assert "Signed." in esigner.sign(esigner.begin_test())


def test_a_signature_whose_proof_fails_stays_signed_and_with_the_operator(
    esigner: Esigner, outside: Outside, moved_clock: MovedClock
) -> None:
    stage, path = esigner.stage, esigner.begin_test()
    outside.world.trust.stamp_fault = StampFault.OUTAGE
    esigner.sign(path)
    outside.world.trust.reset()
    hide(stage, FileKind.SIGNED)
    use_up(stage, moved_clock)
    moved_clock.by(minutes=30)
    assert take_up(stage.portal) == 1
    assert status(stage) is Status.SIGNED
    with stage.db() as db:
        assert len(outbox.stuck(db)) == 1


def status(stage: Stage) -> Status:
    with stage.db() as db:
        found: Status = db.scalars(select(SignRequest.status)).one()
    return found


def hide(stage: Stage, kind: FileKind) -> Path:
    """Take a file of the only request away; returns where it lies now."""
    with stage.db() as db:
        key = db.scalars(select(SignFile.storage_key).where(SignFile.kind == kind)).one()
    file = Path(stage.portal.settings.data_dir / "files" / key)
    return file.rename(file.with_suffix(".away"))


def use_up(stage: Stage, moved_clock: MovedClock) -> None:
    """Let the job of the answer fail until its tries are used up."""
    for _ in range(3 * outbox.MAX_TRIES):
        with stage.db() as db:
            if outbox.stuck(db):
                return
            due = min(
                row.due_at for row in outbox.waiting(db) if "finish" in row.job or not row.job
            )
        moved_clock.to(max(due, clock.now()) + timedelta(seconds=1))
        try:
            stage.run_jobs()
        except JobFailed:
            continue
    raise AssertionError("the job still has tries")
