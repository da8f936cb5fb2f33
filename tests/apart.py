"""Acts at the same moment, each in a process of its own."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any

from portal.core.db import make_engine, make_sessions
from portal.core.errors import DomainError, Missing, Problem
from portal.core.tx import write
from tests.build import Stage

PROCESSES = multiprocessing.get_context("fork")
SECONDS = 60.0


def apart(stage: Stage, *acts: Callable[..., Any]) -> list[Any]:
    """Run each act in a process and session of its own, as near to one instant as can be.

    Returns what each gave back, or the DomainError (or Missing) that refused it.
    """
    ready = PROCESSES.Barrier(len(acts))
    ends = []
    for act in acts:
        mine, theirs = PROCESSES.Pipe(duplex=False)
        child = PROCESSES.Process(target=_run, args=(stage, act, ready, theirs))
        child.start()
        theirs.close()
        ends.append((child, mine))
    return [_found(child, end) for child, end in ends]


def _found(child: Any, end: Connection) -> Any:
    try:
        assert end.poll(SECONDS), "an act did not end"
        kind, facts = pickle.loads(end.recv_bytes())
    except EOFError:
        raise AssertionError("an act crashed; its trace stands above") from None
    finally:
        child.join(SECONDS)
        end.close()
    if kind is None:
        return facts
    refusal = kind.__new__(kind)
    refusal.args, refusal.field, problem = facts
    refusal.problem = Problem(*problem)
    return refusal


def _run(stage: Stage, act: Callable[..., Any], ready: Barrier, end: Connection) -> None:
    """In the child: it has connections of its own and leaves everything of the parent alone."""
    try:
        with make_sessions(make_engine(stage.portal.settings.database_url))() as db:
            ready.wait(SECONDS)
            said: tuple[Any, Any]
            try:
                said = (None, write(db, act))
            except Missing as refusal:
                said = (None, Missing(*refusal.args))
            except DomainError as refusal:
                why = refusal.problem
                problem = (why.code, why.text, dict(why.values))
                said = (type(refusal), (refusal.args, refusal.field, problem))
            end.send_bytes(pickle.dumps(said))
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)
