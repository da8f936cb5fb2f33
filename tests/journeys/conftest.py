"""Portals to walk through, one on each database, and the ways of walking: script and width."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from portal.config import ROOT
from tests import browser, databases
from tests.journeys import laid
from tests.journeys.people import Mode, Walk
from tests.processes.running import Running, until
from tests.tools import is_full

START_SECONDS = 90.0


def modes() -> list[Mode]:
    """Each script mode once at one width; with MATRIX=full every combination."""
    kinds = databases.chosen()
    narrow, wide = browser.WIDTHS["narrow"], browser.WIDTHS["wide"]
    if not is_full():
        return [Mode(True, narrow, kinds[0]), Mode(False, wide, kinds[-1])]
    return [Mode(s, w, k) for k in kinds for s in (True, False) for w in (narrow, wide)]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all journeys; each person has a context of their own."""
    with browser.browser() as started:
        yield started


@pytest.fixture(scope="session")
def portals(worker_dir: Path) -> Iterator[Callable[[str], Running]]:
    """Running portals by database, each started when it is first asked for."""
    running: dict[str, Running] = {}
    with contextlib.ExitStack() as stack:

        def portal(kind: str) -> Running:
            if kind not in running:
                running[kind] = stack.enter_context(served(worker_dir / f"j-{kind}", kind))
                laid.stage(running[kind])
            return running[kind]

        yield portal


@contextlib.contextmanager
def served(folder: Path, kind: str, env: Mapping[str, str] | None = None) -> Iterator[Running]:
    """`flask serve` in a folder of its own, with the typeface made once for all tests."""
    folder.mkdir()
    (folder / "fonts").symlink_to(ROOT / "var" / "tests" / "fonts")
    with contextlib.ExitStack() as stack:
        extra = dict(env or {})
        if kind == databases.POSTGRESQL:
            server = stack.enter_context(databases.server())
            server.create("journeys")
            extra["DATABASE_URL"] = server.url("journeys")
        portal = Running(folder, extra=extra)
        portal.start()
        try:
            until(portal.is_well, START_SECONDS, "the portal to start")
            yield portal
        finally:
            if portal.process is not None and portal.process.poll() is None:
                portal.signal(signal.SIGINT)
                portal.end(30)


@pytest.fixture(params=modes(), ids=str)
def mode(request: pytest.FixtureRequest) -> Mode:
    """One way of walking."""
    found: Mode = request.param
    return found


@pytest.fixture
def walk(
    mode: Mode, chromium: Browser, portals: Callable[[str], Running], data_dir: Path
) -> Iterator[Walk]:
    """A walk through the mode's portal; what a console says against a page fails the test."""
    with contextlib.ExitStack() as stack:
        yield Walk(mode, portals(mode.database), chromium, stack)


@pytest.fixture
def plain_walk(
    chromium: Browser, portals: Callable[[str], Running], data_dir: Path
) -> Iterator[Walk]:
    """A walk without script at a phone's width, whatever the matrix is."""
    mode = Mode(False, browser.WIDTHS["narrow"], databases.chosen()[0])
    with contextlib.ExitStack() as stack:
        yield Walk(mode, portals(mode.database), chromium, stack)
