"""A list is taken once, by whomever, and survives whatever is killed on the way."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.core.db import make_engine, make_sessions
from portal.core.errors import DomainError, NotOpen
from portal.core.tx import write
from portal.filing.actions import sheaves as acts
from portal.filing.models import Application, Sheaf
from portal.filing.rules.sheaves import content_of, read_back
from portal.filing.uploading import read_list
from portal.proof import all_faults
from tests.apart import PROCESSES, apart
from tests.build import Stage
from tests.filing.test_batches import HEAD, begun
from tests.filing.test_sheaves import ROW, lines, listed


def kept(stage: Stage, ref: str, *rows: str) -> str:
    raw = listed(*rows)
    content = content_of(read_list(raw), raw, applications=False)
    found: str = stage.do(acts.keep_lines, stage.actor("owner"), ref, "a list", content)
    return found


def kept_batch(stage: Stage, *rows: str) -> str:
    raw = "\r\n".join((HEAD, *rows)).encode()
    content = content_of(read_list(raw), raw, applications=True)
    office = stage.office_id("DEL")
    found: str = stage.do(acts.keep_batch, stage.actor("owner"), office, "a list", content)
    return found


def begun_now(stage: Stage) -> int:
    with stage.db() as db:
        query = select(func.count(Application.id)).where(Application.own_reference != "")
        return db.scalar(query) or 0


def killed(stage: Stage, point: str, marker: Path, act: Callable[[Session], Any]) -> None:
    """Run an act in a process of its own, which dies by SIGKILL at a point of a web request."""

    def run() -> None:
        os.environ["DIE_AT"] = f"{point}={marker}"
        engine = make_engine(stage.portal.settings.database_url)
        with make_sessions(engine)(info={"process": "web"}) as db:
            write(db, act)
        os._exit(0)

    child = PROCESSES.Process(target=run)
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL


@pytest.mark.parametrize("point", ["web.before_commit", "web.after_commit"])
def test_a_process_that_dies_while_it_takes_a_list_leaves_all_or_nothing(
    stage: Stage, tmp_path: Path, point: str
) -> None:
    ref, owner = stage.draft(lines=1), stage.actor("owner")
    sheaf = kept(stage, ref, ROW, ROW, ROW.replace("SET", "furlongs"))
    stage.do(acts.correct, owner, sheaf, {2: {"marks": "TYPED 1"}})

    def correct(db: Session) -> None:
        acts.correct(db, owner, sheaf, {3: {"marks": "TYPED 2"}})

    def take(db: Session) -> int:
        return acts.take_lines(db, owner, sheaf, replace=True)

    killed(stage, point, tmp_path / "correct", correct)
    with stage.db() as db:
        row = db.scalars(select(Sheaf).where(Sheaf.ref == sheaf)).one()
        fixed = read_back(row.rows).fixed
    after = {3: {"marks": "TYPED 2"}} if point == "web.after_commit" else {}
    assert fixed == {2: {"marks": "TYPED 1"}} | after
    killed(stage, point, tmp_path / "take", take)
    assert len(lines(stage, ref)) == (2 if point == "web.after_commit" else 1)
    if point == "web.before_commit":
        assert stage.do(take) == 2
    with pytest.raises(DomainError):  # the third row still waits
        stage.do(take)
    found = lines(stage, ref)
    assert len(found) == 2 and found[0].marks == "TYPED 1"
    with stage.db() as db:
        assert list(all_faults(db, stage.portal.kit)) == []


def test_two_processes_take_a_list_and_each_line_is_there_once(stage: Stage) -> None:
    ref, owner = stage.draft(lines=0), stage.actor("owner")
    sheaf = kept(stage, ref, *[ROW] * 200)

    def take(db: Session) -> int:
        return acts.take_lines(db, owner, sheaf)

    found = apart(stage, take, take)
    assert sorted(isinstance(x, NotOpen) for x in found) == [False, True]
    assert len(lines(stage, ref)) == 200


def test_two_processes_begin_applications_and_each_is_there_once(stage: Stage) -> None:
    owner = stage.actor("owner")
    sheaf = kept_batch(stage, *(begun(f"R-{n}", f"S-{n}") for n in range(8)))

    def take(db: Session) -> list[str]:
        return acts.take_batch(db, owner, sheaf, [f"R-{n}" for n in range(8)])

    found = apart(stage, take, take)
    assert sorted(isinstance(x, NotOpen) for x in found) == [False, True]
    assert begun_now(stage) == 8


def test_two_people_correct_at_once_and_both_corrections_stay(stage: Stage) -> None:
    ref = stage.draft(lines=0)
    one, other = stage.actor("owner"), stage.actor("preparer")
    sheaf = kept(stage, ref, ROW, ROW)
    apart(
        stage,
        lambda db: acts.correct(db, one, sheaf, {2: {"marks": "A"}}),
        lambda db: acts.correct(db, other, sheaf, {3: {"marks": "B"}, 2: {"packages": "7"}}),
    )
    stage.do(acts.take_lines, one, sheaf)
    assert [(x.marks, x.packages) for x in lines(stage, ref)] == [("A", 7), ("B", 10)]
