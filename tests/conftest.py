"""What every test may ask for: a throw-away database, the application, a clock that moves."""

from __future__ import annotations

import contextlib
import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from sqlalchemy.orm import Session, sessionmaker

from portal.config import ROOT, Settings
from portal.core import clock
from portal.core.db import make_engine, make_sessions
from portal.identity import passwords
from portal.sandbox.outside import World, standing_in
from portal.setup import load_reference, load_sandbox
from tests import databases
from tests.build import Stage
from tests.databases import Bed
from tests.processes.running import free_port
from tests.tools import in_ci, in_memory

SECRETS = {
    "SECRET_KEY": "only-for-tests-" + "0" * 32,
    "QR_KEYS": "1:" + "0" * 64,
    "SEAL_PASSWORD": "only-for-tests",
}

# Fixtures are made once for all examples of a property, and the machine may be busy.
hypothesis_settings.register_profile(
    "portal",
    deadline=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
hypothesis_settings.load_profile("portal")
# Thousands of short tests leave little behind; looking for it all the time costs a tenth of them.
gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def costly_hasher() -> Iterator[PasswordHasher]:
    """The portal's own; tests sign in some thousand times, so theirs costs nothing instead."""
    own = passwords._hasher
    with pytest.MonkeyPatch.context() as patch:
        cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patch.setattr(passwords, "_hasher", cheap)
        yield own


@pytest.fixture(scope="session")
def worker_dir() -> Iterator[Path]:
    """A folder of this test process; its path is short, for sockets lie below it."""
    folder = Path(tempfile.mkdtemp(prefix="ecoo-", dir=in_memory()))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def beds(worker_dir: Path) -> Iterator[Callable[[str], Bed]]:
    """The databases of this test process, each built when it is first asked for."""
    made: dict[str, Bed] = {}
    with contextlib.ExitStack() as stack:

        def bed(kind: str) -> Bed:
            if kind not in made and kind == databases.SQLITE:
                made[kind] = stack.enter_context(databases.sqlite_bed(worker_dir))
            elif kind not in made:
                made[kind] = stack.enter_context(databases.postgres_bed())
            return made[kind]

        yield bed


@pytest.fixture(params=databases.chosen())
def backend(request: pytest.FixtureRequest) -> str:
    """Which database the test runs on: every test that needs one runs once on each."""
    return str(request.param)


@pytest.fixture
def database_url(
    request: pytest.FixtureRequest,
    backend: str,
    beds: Callable[[str], Bed],
    stages: dict[str, bool],
) -> str:
    """The address of an empty database of the newest shape, the test's own.

    A test on the stage has it filled from the start.
    """
    bed = beds(backend)
    if "stage" in request.fixturenames and backend in stages:
        bed.renew_from("stage")
    else:
        bed.renew()
    return bed.url


@pytest.fixture(autouse=True)
def data_dir(worker_dir: Path) -> Iterator[Path]:
    """An empty DATA_DIR whose clock this process follows; the fonts in it are made only once."""
    folder = worker_dir / "data"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    fonts = ROOT / "var" / "tests" / "fonts"
    fonts.mkdir(parents=True, exist_ok=True)
    (folder / "fonts").symlink_to(fonts)
    clock.follow(folder / "clock")
    yield folder
    clock.follow(None)


@pytest.fixture(scope="session")
def stages() -> dict[str, bool]:
    """Which databases have a template with the sample people and codes in it."""
    return {}


@pytest.fixture
def stage(
    app: Flask,
    backend: str,
    beds: Callable[[str], Bed],
    stages: dict[str, bool],
    worker_dir: Path,
) -> Stage:
    """The sandbox as `flask prepare` leaves it: codes, rules, sample people, office keys."""
    portal = app.extensions["portal"]
    bed = beds(backend)
    kept = worker_dir / "stage-files"
    if kept.is_dir():  # making keys costs ten times as much as all the rest
        shutil.copytree(kept, portal.settings.data_dir, symlinks=True, dirs_exist_ok=True)
    if backend not in stages:
        load_reference(portal)
        load_sandbox(portal)
        portal.sessions.kw["bind"].dispose()
        bed.keep_as("stage")
        stages[backend] = True
    if not kept.is_dir():
        _keep_keys(portal.settings.data_dir, kept)
    return Stage(app)


def _keep_keys(data_dir: Path, kept: Path) -> None:
    """Copy what `flask prepare` laid beside the database."""
    for name in ("authority", "companion", "esign", "sandbox", "seal-keys", "trust"):
        if (data_dir / name).is_dir():
            shutil.copytree(data_dir / name, kept / name)


@pytest.fixture(scope="session")
def outside(worker_dir: Path) -> Iterator[Outside]:
    """The sandbox's stand-ins (registry, mailbox, text gateway) in threads of this process."""
    port = free_port(2)
    with standing_in(World(worker_dir / "data"), port, port + 1, port + 2) as world:
        yield Outside(world, port)


@dataclass(frozen=True)
class Outside:
    """The stand-ins and where they listen."""

    world: World
    port: int


@pytest.fixture
def settings(data_dir: Path, database_url: str, outside: Outside) -> Settings:
    """Settings of a sandbox on the test's own folder and database."""
    outside.world.reset()
    env = {"DATA_DIR": str(data_dir), "DATABASE_URL": database_url, **SECRETS}
    return Settings.from_env({**env, "OUTSIDE_PORT": str(outside.port)})


@pytest.fixture
def sessions(settings: Settings) -> Iterator[sessionmaker[Session]]:
    """Makes sessions on the test's database, apart from those of the application."""
    engine = make_engine(settings.database_url)
    yield make_sessions(engine)
    engine.dispose()


@pytest.fixture
def db(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """One session on the test's database."""
    with sessions() as session:
        yield session


@pytest.fixture(scope="session")
def apps() -> dict[str, Flask]:
    """The application of this test process on each database: building it takes a while."""
    return {}


@pytest.fixture
def app(settings: Settings, backend: str, apps: dict[str, Flask]) -> Iterator[Flask]:
    """The application; outside things are made anew for every test."""
    from portal import create_app
    from portal.kit import Kit, Portal

    if backend not in apps:
        apps[backend] = create_app(settings)
    built = apps[backend]
    sessions = built.extensions["portal"].sessions
    built.extensions["portal"] = Portal(settings, Kit(settings), sessions)
    yield built
    sessions.kw["bind"].dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without script that nobody has signed in with."""
    return app.test_client()


@dataclass(frozen=True)
class MovedClock:
    """Moves the portal's time for every process that shares the test's DATA_DIR."""

    file: Path

    def by(self, **distance: float) -> None:
        """Move on (or back) by days=, hours=, minutes= from where the clock stands now."""
        self._set(clock.offset() + timedelta(**distance))

    def to(self, instant: datetime) -> None:
        """Let the clock go on from an aware instant."""
        self._set(instant - (clock.now() - clock.offset()))

    def _set(self, offset: timedelta) -> None:
        draft = self.file.with_suffix(".draft")
        draft.write_text(str(offset.total_seconds()))
        os.replace(draft, self.file)


@pytest.fixture
def moved_clock(data_dir: Path) -> MovedClock:
    """The portal's clock, to be moved; after the test it is right again."""
    return MovedClock(data_dir / "clock")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """With CI=1 a skipped test is a failed run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if in_ci() and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
