"""Portals that tests kill again and again: one for each database, shared by a module."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portal.config import ROOT
from portal.core.db import make_engine, make_sessions
from tests import databases
from tests.databases import POSTGRESQL
from tests.processes.filed import Office
from tests.processes.running import Running


@pytest.fixture(scope="module")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Office]]:
    """Starts the portal of a database at first use; at the end all is stopped and sound."""
    made: dict[str, Office] = {}
    with contextlib.ExitStack() as stack:

        def office(kind: str) -> Office:
            if kind not in made:
                folder = tmp_path_factory.mktemp(kind)
                made[kind] = stack.enter_context(_served(folder, kind))
            return made[kind]

        yield office


@pytest.fixture
def office(request: pytest.FixtureRequest, offices: Callable[[str], Office]) -> Office:
    """The portal of the database that the test names, well and with every point passed."""
    found = offices(request.param)
    found.disarm()
    found.freshen()
    return found


@contextlib.contextmanager
def _served(folder: Path, kind: str) -> Iterator[Office]:
    with contextlib.ExitStack() as stack:
        extra = {}
        if kind == POSTGRESQL:
            server = stack.enter_context(databases.server())
            server.create("kills")
            extra["DATABASE_URL"] = server.url("kills")
        running = Running(folder / "var", extra=extra)
        running.data_dir.mkdir()
        (running.data_dir / "fonts").symlink_to(ROOT / "var" / "tests" / "fonts")
        engine = make_engine(running.settings.database_url)
        stack.callback(engine.dispose)
        office = Office(running, make_sessions(engine))
        office.disarm()
        extra["DIE_AT"] = office.die_at()
        running.start()
        stack.callback(_kill_all, running)
        yield office
        running.signal(signal.SIGINT)
        assert running.end(30) == 0
        assert running.pids() == set()
        proof = office.flask("verify-all")
        assert proof.returncode == 0, proof.stdout + proof.stderr


def _kill_all(running: Running) -> None:
    for pid in running.pids():
        os.kill(pid, signal.SIGKILL)
    if running.process:
        running.process.wait(timeout=10)
