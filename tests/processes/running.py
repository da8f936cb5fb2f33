"""A portal started by `flask serve` in a folder of its own, as tests see it from outside."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.orm import Session

from portal.config import ROOT, Settings
from portal.core import clock
from portal.core.db import make_engine, make_sessions
from portal.core.outbox import OutboxRow
from portal.core.tx import write
from portal.sandbox.ports import free_ports

WHEN_BUSY = 3
_never = threading.Event()


def until(condition: Callable[[], object], seconds: float, what: str) -> None:
    """Wait until `condition` holds, then go on; fail in the end, saying `what` was awaited.

    `seconds` are those of a quiet machine: where others work beside, it takes longer.
    """
    limit = time.monotonic() + seconds * WHEN_BUSY
    while not condition():
        assert time.monotonic() < limit, f"waited {seconds * WHEN_BUSY:.0f} s in vain: {what}"
        _never.wait(0.05)


def free_port(following: int = 3) -> int:
    """A port of 127.0.0.1 that nobody uses now, nor the ones after it (for the stand-ins)."""
    return free_ports(1 + following)


@dataclass
class Running:
    """One `flask serve`, its folder, its port and what it said."""

    data_dir: Path
    port: int = field(default_factory=free_port)
    extra: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def env(self) -> dict[str, str]:
        """The environment it runs in, without any settings of the machine."""
        kept = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LANG", "CI")}
        return {**kept, "DATA_DIR": str(self.data_dir), "PORT": str(self.port), **self.extra}

    @property
    def settings(self) -> Settings:
        """Its settings, to look into its database."""
        return Settings.from_env(self.env)

    @property
    def said(self) -> str:
        """All that it wrote."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    @property
    def _log(self) -> Path:
        return self.data_dir.with_suffix(".log")

    def start(self) -> None:
        """Start it and return at once."""
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "flask", "--app", "app", "serve"],
                cwd=ROOT,
                env=self.env,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def is_well(self) -> bool:
        """Whether /healthz answers 200."""
        assert self.process is None or self.process.poll() is None, self.said
        try:
            address = f"http://127.0.0.1:{self.port}/healthz"
            with urllib.request.urlopen(address, timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def signal(self, what: signal.Signals) -> None:
        """Send a signal to the supervisor alone."""
        assert self.process is not None
        self.process.send_signal(what)

    def end(self, seconds: float = 15) -> int:
        """Wait until the supervisor ended; its exit code."""
        assert self.process is not None
        return self.process.wait(timeout=seconds)

    def pids(self, word: str = "") -> set[int]:
        """Every process that works with this DATA_DIR and has `word` in its command line."""
        return {
            int(folder.name)
            for folder in Path("/proc").iterdir()
            if folder.name.isdigit() and self._is_mine(folder, word)
        }

    def eldest_first(self, pids: set[int]) -> list[int]:
        """The processes in order, those that `flask serve` started itself first."""
        assert self.process is not None
        supervisor = self.process.pid
        return sorted(pids, key=lambda pid: (_parent(pid) != supervisor, pid))

    def _is_mine(self, folder: Path, word: str) -> bool:
        mark = f"DATA_DIR={self.data_dir}".encode() + b"\0"
        try:
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            # Valkey writes its title over its environment, but works in our folder.
            here = os.readlink(folder / "cwd") == str(self.data_dir / "valkey")
            return word in command and (here or mark in (folder / "environ").read_bytes())
        except OSError:
            return False

    def ask(self, job: str, ref: str = "R1") -> int:
        """Put a job into its outbox; the id of the row."""
        row = OutboxRow(fact="tests.asked", job=job, ref=ref)
        row.created_at = row.due_at = clock.now()
        with self._db() as db:
            return write(db, _added, row)

    def row(self, task_id: int) -> OutboxRow:
        """An outbox row as it stands now."""
        with self._db() as db:
            return db.get_one(OutboxRow, task_id)

    @contextlib.contextmanager
    def _db(self) -> Iterator[Session]:
        engine = make_engine(self.settings.database_url)
        try:
            with make_sessions(engine)() as db:
                yield db
        finally:
            engine.dispose()


def _added(db: Session, row: OutboxRow) -> int:
    db.add(row)
    db.flush()
    return row.id


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
