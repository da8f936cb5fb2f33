"""A job of signing that is stopped at any named point is done once, by the next one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.core import clock
from portal.proof import all_faults
from portal.signing import archiving, making
from portal.signing.lifecycle import FileKind, Status
from portal.signing.models import SignFile, SignRequest
from tests.build import Stage
from tests.conftest import MovedClock, Outside
from tests.signing.esigner import Esigner


class Stopped(BaseException):
    """The process ends here."""


@pytest.mark.parametrize(
    "point",
    [
        "signing.after_render",
        "signing.after_embed",
        "signing.after_store",
        "signing.after_commit",
        "signing.after_proof",
        "signing.before_keep",
        "signing.after_keep",
    ],
)
def test_a_stopped_job_is_done_once_by_the_next_one(
    stage: Stage,
    outside: Outside,
    moved_clock: MovedClock,
    monkeypatch: pytest.MonkeyPatch,
    point: str,
) -> None:
    outside.world.reset()
    stops = [point]

    def reach(here: str) -> None:
        if here in stops:
            stops.remove(here)
            raise Stopped

    for module in (making, archiving):
        monkeypatch.setattr(module, "reach", reach)
    esigner = Esigner(stage, outside, stage.client("owner"))
    monkeypatch.setattr(esigner, "work", lambda: work(esigner.stage, moved_clock))
    page = esigner.sign(esigner.begin_test())
    assert "Signed." in page and stops == []
    with stage.db() as db:
        assert db.scalars(select(SignRequest.status)).all() == [Status.SIGNED]
        kinds = db.scalars(select(SignFile.kind).order_by(SignFile.id)).all()
        assert kinds == [FileKind.PREPARED, FileKind.SIGNED, FileKind.LASTING]
        assert list(all_faults(db, stage.portal.kit)) == []


def work(stage: Stage, moved_clock: MovedClock) -> None:
    """Run jobs; one that was stopped comes again when its lease has ended."""
    for _ in range(4):
        try:
            stage.run_jobs()
        except Stopped:
            moved_clock.to(clock.now() + timedelta(seconds=100))
